"""The password of the camera, changed once; and the first day, on which nothing else is possible."""

from dataclasses import replace

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import Status

OLD, NEW = "Camera-1", "Camera-2"
CONFIG = {"system": {"admin_password": "${env:NEW}"}}
CHANGE = "/system/password"


@pytest.fixture(autouse=True)
def new_password(street):
    street.variables["NEW"] = NEW


def test_changed_once_and_proved_by_a_login(street):
    camera = street.camera({**CONFIG, "image": {"rotation": 180}})
    plan, (outcome,) = street.apply()
    assert [each.address for each in plan.devices[0].resources] == [
        "image",
        "system.admin_password",
    ]
    change = plan.devices[0].resources[1].changes[0]
    assert (change.before, change.after, change.sensitive) == (None, None, True)
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.actions["password-change"] == 1
    assert len(street.writes(CHANGE)) == 1
    assert camera.logins == 2
    assert camera.violations == []


def test_the_next_run_needs_no_new_environment(street):
    camera = street.camera(CONFIG)
    street.apply()
    plan = street.plan()
    assert plan.devices[0].status is Status.UNCHANGED
    assert camera.failed_logins == 0  # it is known that the camera has the new one
    (warning,) = plan.devices[0].warnings
    assert warning.startswith("connection.password at fleet.yaml:2:")
    assert "is no longer the camera's" in warning
    street.variables["CAMERA"] = NEW
    assert street.plan().devices[0].status is Status.UNCHANGED
    assert camera.failed_logins == 0


def test_a_whole_fleet_does_not_try_the_old_one(street):
    cameras = [street.camera(CONFIG) for _ in range(4)]
    street.apply()
    plan = street.plan()
    assert {each.status for each in plan.devices} == {Status.UNCHANGED}
    assert sum(camera.failed_logins for camera in cameras) == 0


def test_where_a_part_of_the_fleet_has_the_new_one_the_rest_is_reached_with_the_old_one(street):
    cameras = [street.camera(CONFIG) for _ in range(4)]
    with street.run() as run:
        plan = run.plan()
        run.apply(replace(plan, devices=plan.devices[:2]))
    assert {each.status for each in street.plan().devices[2:]} == {Status.CHANGED}
    street.apply()
    assert {each.status for each in street.plan().devices} == {Status.UNCHANGED}
    assert sum(camera.failed_logins for camera in cameras) == 0


def test_a_whole_fleet_changed_by_others_tries_the_old_one_once(street):
    cameras = [street.camera(CONFIG, password=NEW) for _ in range(4)]
    for _ in range(2):
        assert {each.status for each in street.plan().devices} == {Status.UNCHANGED}
    assert sum(camera.failed_logins for camera in cameras) == 1


def test_both_wrong_is_two_attempts_and_the_end(street):
    camera = street.camera(CONFIG, password="Something-else")
    plan = street.plan()
    assert plan.devices[0].exit_code == ExitCode.ERROR
    assert camera.failed_logins == 2


@pytest.mark.parametrize("executed", [True, False])
def test_a_lost_answer_is_decided_by_one_login(street, executed):
    camera = street.camera(CONFIG)
    camera.faults.add("drop-after" if executed else "drop-before", CHANGE)
    _, (outcome,) = street.apply()
    assert len(street.writes(CHANGE)) == 1
    assert street.logins() == 2
    verdict = Verdict.VERIFIED if executed else Verdict.FAILED
    assert outcome.outcomes[0].verdict is verdict, outcome


def test_nothing_known_after_a_lost_answer_is_unknown(street):
    camera = street.camera(CONFIG)
    camera.faults.add("drop-after", CHANGE)
    camera.faults.add("drop-before", "/system/login", nth=2)
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is Verdict.UNKNOWN
    assert len(street.writes(CHANGE)) == 1


@pytest.mark.parametrize("weak", ["short", "alllowercase", "Camera"])
def test_a_weak_one_is_refused_before_anything_is_sent(street, weak):
    street.variables["NEW"] = weak
    camera = street.camera(CONFIG)
    plan = street.plan()
    assert "three kinds" in plan.devices[0].error
    assert weak not in plan.devices[0].error
    assert camera.writes == 0


def test_with_an_api_key_it_is_left_alone(street):
    camera = street.camera(CONFIG, connection='{token: "${env:KEY}"}')
    street.variables["KEY"] = "0123456789abcdefghijklmnopqrstuv"
    camera.documents["/web/setting"]["sEnable"] = True
    plan = street.plan()
    assert plan.devices[0].status is Status.UNCHANGED
    assert "reached with an API key" in plan.devices[0].warnings[0]


def test_the_first_day(street):
    config = {**CONFIG, "image": {"rotation": 180}, "osd": {"date_time": {"enabled": True}}}
    camera = street.camera(config, flavours=["first-use"])
    plan, (outcome,) = street.apply()
    assert {
        each.path: (each.before, each.after, each.known_after) for each in plan.devices[0].changes
    } == {
        "system.admin_password": (None, None, ""),
        "osd.date_time.enabled": (None, True, "system.admin_password"),
        "image.rotation": (None, 180, "system.admin_password"),
    }
    assert [each.path for each in plan.devices[0].steps] == [CHANGE]
    assert "known only then" in plan.devices[0].warnings[0]
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert [each.address for each in outcome.outcomes] == ["system.admin_password", "osd", "image"]
    assert [path for _, path, _ in street.writes()] == [CHANGE, "/image/0/video-adjustment"]
    assert camera.violations == []
    assert street.plan().devices[0].status is Status.UNCHANGED


def test_the_first_day_does_nothing_that_is_not_in_the_plan(street):
    street.camera({**CONFIG, "image": {"rotation": 180}}, flavours=["first-use"])
    plan = street.plan()
    street.declare("gate1", plan.devices[0].host, {**CONFIG, "image": {"rotation": 90}})
    with street.run() as run:
        (outcome,) = run.apply(plan).outcomes
    assert outcome.exit_code is ExitCode.STALE
    assert street.writes() == []


def test_the_first_day_binds_the_serial_number(street):
    camera = street.camera({**CONFIG, "image": {"rotation": 180}}, flavours=["first-use"])

    def swapped(_index, request):
        if request.path.endswith("/video-adjustment"):
            return
        if camera.actions["password-change"] and request.path.endswith("/image/0"):
            camera.documents["/system/device-info"]["sSerialNumber"] = "ANOTHER"

    camera.on_request = swapped
    _, (outcome,) = street.apply()
    assert "ANOTHER answers" in outcome.error
    assert [path for _, path, _ in street.writes()] == [CHANGE]


def test_the_first_day_leaves_what_may_cost_the_camera_for_the_next_plan(street):
    storage = {"storage": {"slot": {"device": "/dev/mmcblk1p1"}}}
    config = {
        "system": {**CONFIG["system"], "https": {"enabled": True}},
        "image": {"rotation": 180},
        "record": storage,
        "network": {"wifi": {"ssid": "plant"}},
    }
    street.camera(config, flavours=["first-use"])
    _, (outcome,) = street.apply()
    assert [str(each.verdict) for each in outcome.outcomes] == ["verified"] * 2, outcome
    assert outcome.exit_code is ExitCode.DONE
    left = "left for the next plan, which may need --confirm"
    assert outcome.warnings[-3:] == (
        f"record.storage: {left} record.storage",
        f"network.wifi: {left} network",
        f"system.https: {left} network",
    )
    assert {each.address for each in street.plan().devices[0].resources} == {
        *("record.storage", "network.wifi", "system.https"),
    }


def test_the_first_day_without_a_password_names_the_setting(street):
    camera = street.camera({"image": {"rotation": 180}}, flavours=["first-use"])
    plan, (outcome,) = street.apply()
    assert "declare system.admin_password" in plan.devices[0].error
    assert outcome.exit_code is ExitCode.ERROR
    assert camera.writes == 0


def test_the_first_day_refuses_a_weak_password(street):
    street.variables["NEW"] = "weak"
    camera = street.camera(CONFIG, flavours=["first-use"])
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.FAILED
    assert camera.writes == 0
    assert camera.sessions.first_use


def test_the_first_day_with_a_lost_answer_and_no_login(street):
    camera = street.camera(CONFIG, flavours=["first-use"])
    camera.faults.add("drop-after", CHANGE)
    camera.faults.add("drop-before", "/system/login", nth=2)
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is Verdict.UNKNOWN
    assert outcome.exit_code is ExitCode.FAILED
    assert len(street.writes(CHANGE)) == 1
