import threading

import pytest

from recamera_gitops.emulator import ConnectionDropped
from recamera_gitops.exchange import Request


def test_the_state_tells_everything(person):
    admin = person()
    admin.put("/image/0/scene", {"iProfile": 1})
    admin.edit("/audio/0", {"iVolume": 1})
    admin.login("wrong")
    admin.camera.radio.at = admin.camera.radio.air[0]
    state = admin.get("/emulator/state")
    assert state["serial"] == "RC1126B-EMU-0001"
    assert state["edit"]["scene"] == 1
    assert state["violations"] == admin.violations
    assert state["documents"]["/audio/0"]["iEnable"] == 1
    assert state["wifi"]["bssid"] == "5c:e9:31:00:00:01"
    counters = state["counters"]
    assert (counters["logins"], counters["failed_logins"], counters["writes"]) == (1, 1, 2)
    assert counters["max_in_flight"] == 1


def test_the_log_holds_every_request_but_its_own(person):
    admin = person()
    admin.get("/osd/cfg")
    admin.get("/emulator/state")
    last = admin.get("/emulator/log")[-1]
    path = "/cgi-bin/entry.cgi/osd/cfg"
    assert last == {"method": "GET", "path": path, "status": 200, "at": 1000.0}
    assert tuple(admin.camera.log[-1])[:3] == ("GET", path, 200)


def test_somebody_changes_a_setting_at_the_web_page(person):
    admin = person()
    admin.headers = {}
    night = {"profile": {"2": {"exposure": {"iExposureGain": 9}}}}
    admin.post("/emulator/patch", {"path": "/image/0", "merge": night})
    profiles = admin.camera.documents["/image/0"]["profile"]
    assert [profile["exposure"]["iExposureGain"] for profile in profiles] == [1, 1, 9]
    admin.post("/emulator/patch", {"path": "/osd/cfg", "merge": {"sNew": []}})
    assert admin.camera.documents["/osd/cfg"]["sNew"] == []
    assert admin.violations == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("patch", {"path": "/nowhere", "merge": {}}),
        ("patch", {}),
        ("patch", []),
        ("power", {}),
        ("faults", [{"fault": "flood"}]),
        ("faults", {}),
    ],
)
def test_a_bad_control_request_is_told(person, path, body):
    admin = person()
    assert admin.post(f"/emulator/{path}", body)["code"] == 400
    assert admin.status == 400


def test_faults_are_added_and_cleared(person):
    admin = person()
    script = [{"match": {"path": "/osd/cfg", "every": True}, "fault": "html"}]
    assert admin.post("/emulator/faults", script) == {"faults": 1}
    assert admin.get("/osd/cfg").startswith(b"<!doctype")
    assert admin.post("/emulator/faults", []) == {"faults": 0}
    assert admin.get("/osd/cfg")["attribute"]


def test_without_power_there_is_only_control(person):
    admin = person()
    admin.post("/emulator/power", {"on": False})
    with pytest.raises(ConnectionDropped) as dropped:
        admin.get("/system/key")
    assert not dropped.value.executed
    assert admin.get("/emulator/state")["power"] is False
    admin.post("/emulator/power", {"on": True})
    assert admin.get("/osd/cfg")["attribute"]


def test_tokens_expire_on_demand_and_reset_starts_over(person):
    admin = person()
    admin.post("/emulator/expire-tokens")
    assert admin.get("/osd/cfg")["message"] == "Unauthorized: Token expired"
    admin.login()
    assert admin.get("/osd/cfg")["attribute"]
    assert admin.post("/emulator/reset") == {"code": 0}
    assert admin.get("/osd/cfg")["message"] == "Unauthorized"


@pytest.mark.parametrize(("client", "path"), [("10.0.0.7", "state"), ("127.0.0.1", "nothing")])
def test_control_is_for_this_machine_only(person, client, path):
    admin = person()
    admin.client = client
    assert admin.get(f"/emulator/{path}").startswith(b"<!doctype")
    assert admin.status == 404


def test_more_than_four_requests_at_once_are_a_breach(person):
    admin = person()
    together = threading.Barrier(5, timeout=10)
    admin.camera.on_request = lambda _index, _request: together.wait()
    request = Request("GET", "/cgi-bin/entry.cgi/system/check")
    threads = [threading.Thread(target=admin.camera.handle, args=(request,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admin.camera.max_in_flight == 5
    assert admin.violations == ["in-flight: more than 4 requests at once"]
    assert admin.camera.in_flight == 0
