import json

import pytest

from recamera_gitops.emulator import ConnectionDropped, Fault, Shaped, faults
from recamera_gitops.emulator.faults import KINDS, load, meant_for, parse
from recamera_gitops.errors import InvalidInput
from recamera_gitops.exchange import Request

PATH = "/video/0/encode"


def write(admin, gop=25):
    return admin.put(PATH, admin.camera.documents[PATH] | {"iGOP": gop})


def stored(admin):
    return admin.camera.documents[PATH]["iGOP"]


@pytest.mark.parametrize(
    ("kind", "executed", "gop"),
    [
        ("drop-before", False, 60),
        ("drop-after", True, 25),
    ],
)
def test_a_dropped_connection_tells_tests_what_was_done(person, kind, executed, gop):
    admin = person()
    admin.camera.faults.add(kind, PATH, method="PUT")
    with pytest.raises(ConnectionDropped) as dropped:
        write(admin)
    assert (dropped.value.executed, stored(admin)) == (executed, gop)
    assert admin.camera.log[-1].status == 0
    assert write(admin, 26)["code"] == 0


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("status-500", 500, 500),
        ("unavailable", 500, 500),
        ("unauthorized", 401, 401),
        ("unauthorized-200", 200, 401),
        ("ignore", 200, 0),
    ],
)
def test_an_answer_in_place_of_the_work(person, kind, status, code):
    admin = person()
    admin.camera.faults.add(kind, PATH)
    assert write(admin)["code"] == code
    assert (admin.status, stored(admin)) == (status, 60)


def test_any_answer_can_follow_the_work(person):
    admin = person()
    admin.camera.faults.add("status-500", PATH, executed=True)
    assert write(admin)["code"] == 500
    assert stored(admin) == 25


def spoil(admin, kind, **settings):
    admin.camera.faults.add(kind, PATH, **settings)
    request = Request("GET", f"/cgi-bin/entry.cgi{PATH}", admin.headers)
    return admin.camera.handle(request)


def test_spoiled_bodies(person):
    admin = person()
    whole = admin.get(PATH)
    assert spoil(admin, "empty").body == b""
    assert spoil(admin, "html").headers["content-type"] == "text/html"
    with pytest.raises(UnicodeDecodeError):
        spoil(admin, "garbage").body.decode()
    assert b'"fNumber":NaN' in spoil(admin, "nan").body
    assert json.loads(spoil(admin, "duplicate-keys").body) == {"iTwice": 2, **whole}
    with pytest.raises(RecursionError):
        json.loads(spoil(admin, "deep").body)
    assert spoil(admin, "redirect", location="//x").headers["location"] == "//x"


def test_a_spoiled_list_stays_json(person):
    admin = person()
    admin.camera.faults.add("nan", "/model/list")
    assert len(admin.get("/model/list")) == 3


def test_ways_of_arriving(person):
    admin = person()
    slow = spoil(admin, "slow", seconds=7)
    assert isinstance(slow, Shaped)
    assert slow.delay == 7
    assert spoil(admin, "drip").drip > 0
    assert spoil(admin, "endless").endless
    cut = spoil(admin, "truncate")
    assert cut.truncated
    assert b"iEnabled" in cut.body
    with pytest.raises(ValueError, match="line 1"):
        json.loads(cut.body)


def test_altered_after_the_write(person):
    admin = person()
    admin.camera.faults.add("alter", PATH, merge={"iGOP": 30})
    assert write(admin)["code"] == 0
    assert stored(admin) == 30
    admin.camera.faults.add(
        "alter", PATH, document="/osd/cfg", merge={"SNOverlay": {"iEnabled": 1}}
    )
    write(admin)
    assert admin.camera.documents["/osd/cfg"]["SNOverlay"]["iEnabled"] == 1


def test_carried_out_late(person):
    admin = person()
    admin.camera.faults.add("late", PATH, seconds=3)
    assert write(admin)["code"] == 0
    assert admin.get(PATH)["iGOP"] == 60
    admin.clock.now += 3
    assert admin.get(PATH)["iGOP"] == 25


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({}, [0]),
        ({"nth": 2}, [1]),
        ({"every": True}, [0, 1, 2, 3]),
        ({"path": "/video/*/encode", "nth": 3}, [2]),
        ({"path": "/video/1/encode"}, []),
        ({"method": "put"}, []),
        ({"path": "/cgi-bin/entry.cgi/video/0/*"}, [0]),
    ],
)
def test_matching(person, match, hit):
    admin = person()
    admin.camera.faults.extend(parse([{"match": match, "fault": "status-500"}]))
    statuses = []
    for _ in range(4):
        admin.get(PATH)
        statuses.append(admin.status)
    assert [at for at, status in enumerate(statuses) if status == 500] == hit


def test_the_query_can_be_matched(person):
    admin = person()
    admin.camera.faults.add("status-500", "/network/wifi[?]Ignore=*")
    admin.get("/network/wifi")
    assert admin.status == 200
    admin.send("DELETE", "/network/wifi?Ignore=guest")
    assert admin.status == 500


def test_a_fault_is_meant_for_one_camera_or_all():
    script = [
        {"match": {"camera": 1}, "fault": "html"},
        {"match": {"camera": "RC-9"}, "fault": "slow"},
        {"fault": "empty"},
    ]
    parsed = parse(script)
    assert [fault.kind for fault in meant_for(parsed, 1, "RC-2")] == ["html", "empty"]
    assert [fault.kind for fault in meant_for(parsed, 8, "RC-9")] == ["slow", "empty"]
    assert meant_for(parsed, 0, "RC-1")[0] is not parsed[2]


@pytest.mark.parametrize(
    "script",
    [
        {},
        [1],
        [{}],
        [{"fault": "flood"}],
        [{"fault": ["html"]}],
        [{"fault": "html", "match": 1}],
        [{"fault": "html", "sometimes": True}],
        [{"fault": "html", "match": {"host": "x"}}],
    ],
)
def test_a_bad_script_is_invalid_input(script):
    with pytest.raises(InvalidInput):
        parse(script)


def test_a_script_comes_from_a_file(tmp_path):
    script = tmp_path / "faults.json"
    with pytest.raises(InvalidInput):
        load(script)
    script.write_text("[")
    with pytest.raises(InvalidInput):
        load(script)
    script.write_text('[{"fault": "html"}]')
    assert load(script)[0].kind == "html"


def test_a_hook_runs_before_each_request(person):
    admin = person()
    seen = []

    def nemesis(index, request):
        seen.append((index, request.method))
        if request.method == "PUT":
            admin.camera.patch("/osd/cfg", {"SNOverlay": {"iEnabled": 1}})

    admin.camera.on_request = nemesis
    admin.get(PATH)
    write(admin)
    assert seen == [(0, "GET"), (1, "PUT")]
    assert admin.get("/osd/cfg")["SNOverlay"]["iEnabled"] == 1


def test_every_kind_is_described():
    listed = faults.__doc__.replace("unauthorized(-200)", "unauthorized unauthorized-200")
    assert all(kind in listed for kind in KINDS)
    assert Fault("html").executes is False
