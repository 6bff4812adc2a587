"""`snapshot` against cameras that show a picture over RTSP, with a real decoder."""

import json
import re
import stat

import pytest

from recamera_gitops.fleet import pictures
from tests.cli.streams import site as streaming_site
from tests.conftest import canary

__all__ = ["streaming_site"]

OFF = "its main stream is off over RTSP; stream.main.rtsp.enabled switches it on"
NAME = re.compile(r"(gate|dock)-20\d{6}T\d{6}Z\.jpeg")


@pytest.fixture
def site(streaming_site):
    pytest.importorskip("av", reason="the extra snapshot is not installed")
    made = streaming_site(rtsp_port=0)
    for camera in made.fleet.cameras:
        camera.haste = 40
        camera.documents["/video/0/stream"]["rtsp"]["sPassword"] = canary("rtsp")
    return made


def devices(ended):
    told = json.loads(ended.out)
    assert told["operation"] == "snapshot"
    return {each.pop("device"): each for each in told["devices"]}


def test_a_picture_is_kept_for_its_owner_alone_and_described(site, rcg):
    ended = rcg("snapshot", "gate", "--output", "shots/today")
    assert ended.code == 0
    (file,) = (site.root / "shots" / "today").iterdir()
    assert NAME.fullmatch(file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes()[:2] == b"\xff\xd8"
    lines = ended.out.splitlines()
    assert lines[0] == f"file            shots/today/{file.name}"
    assert re.fullmatch(r"taken           20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines[1])
    assert re.fullmatch(r"picture         320x176, 1\.\d KiB", lines[2])
    assert lines[3:] == ["mean luminance  114 of 255"]
    assert site.violations == []
    assert site.fleet.cameras[0].writes == 0


def test_pictures_of_several_cameras_are_taken_at_once_and_judged(site, rcg):
    site.camera("dock").picture = "black"
    site.camera("gate").picture = "frozen"
    found = devices(rcg("snapshot", "--output", "shots", "--format", "json"))
    assert {name: (e["result"]["black"], e["result"]["frozen"]) for name, e in found.items()} == {
        "dock": (True, True),
        "gate": (False, True),
    }
    assert found["gate"].keys() == {"host", "error", "exit_code", "result"}
    assert found["gate"]["result"] == {
        "file": found["gate"]["result"]["file"],
        "taken": found["gate"]["result"]["taken"],
        "width": 320,
        "height": 176,
        "bytes": (site.root / found["gate"]["result"]["file"]).stat().st_size,
        "luminance": found["gate"]["result"]["luminance"],
        "black": False,
        "frozen": True,
    }
    assert len(list((site.root / "shots").iterdir())) == 2


def test_an_alarm_is_said_in_words(site, rcg):
    site.camera("gate").picture = "black"
    told = rcg("snapshot", "gate", "-o", "now.jpg").out
    assert (site.root / "now.jpg").exists()
    assert told.endswith(
        "warning: the picture is black\nwarning: the picture is frozen: nothing in it changes\n"
    )


def test_the_moment_may_be_that_of_the_camera(site, rcg):
    site.camera("gate").set_time(1_700_000_000)
    told = devices(rcg("snapshot", "gate", "--camera-time", "--format", "json"))["gate"]["result"]
    assert told["taken"].startswith("2023-11-14T22:13:2")
    assert told["file"].startswith("gate-20231114T22132")


def test_a_stream_that_is_off_is_said_and_the_others_go_on(site, rcg):
    site.camera("dock").documents["/video/0/stream"]["rtsp"]["iEnabled"] = 0
    ended = rcg("snapshot", "-o", "shots")
    assert ended.code == 3
    lines = ended.out.splitlines()
    assert lines[0].split() == ["camera", "picture", "luminance", "alarm", "file"]
    assert lines[1].startswith("gate    320x176  114        -      shots/gate-")
    assert lines[2] == f"dock  failed: {OFF}"
    assert len(list((site.root / "shots").iterdir())) == 1


def test_a_camera_out_of_reach_gives_no_picture(site, rcg):
    site.camera("gate").power = False
    ended = rcg("snapshot", "gate", "-o", "shots", "--format", "json")
    assert (ended.code, devices(ended)["gate"]["result"]) == (4, None)


@pytest.mark.parametrize(
    ("output", "names", "why"),
    [
        ("all.jpeg", [], "one file cannot take the pictures of 2 cameras"),
        ("nowhere/one.jpeg", ["gate"], "the folder nowhere is not there, or may not be written to"),
        ("fleet.yaml/shots", ["gate"], "it cannot be made: Not a directory"),
        ("folder.jpeg", ["gate"], "it is a folder"),
    ],
)
def test_where_no_picture_could_be_kept_none_is_taken(site, rcg, output, names, why):
    (site.root / "folder.jpeg").mkdir()
    ended = rcg("snapshot", *names, "-o", output)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(
        f"{output}: pictures cannot be written: {why}\n"
        "    hint: name a folder; each picture gets a name of its own\n"
    )
    assert site.fleet.cameras[0].requests == 0


def test_without_the_library_it_is_said_what_to_install(site, rcg, monkeypatch):
    monkeypatch.setattr(pictures, "find_spec", lambda _: None)
    ended = rcg("snapshot", "gate")
    assert ended.code == 1
    assert ended.err == (
        "error: av is missing\n    hint: pip install 'recamera-gitops[snapshot]'\n"
    )
