"""apply --snapshots as a person meets it: emulated cameras over HTTP and RTSP, and a real decoder."""

import json
import re

import pytest

from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.fleet import gates, pictures
from tests.conftest import canary

OFF = "its main stream is off over RTSP; stream.main.rtsp.enabled switches it on"
TABLE = "camera  verified  unverified  failed  unknown  not attempted  result\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Two cameras, gate and dock, that are to be brighter and to have a name in the picture."""
    pytest.importorskip("av", reason="the extra snapshot is not installed")
    password = canary("login")
    with EmulatedFleet(2, "127.11.9.1", 0, rtsp_port=0, password=password) as fleet:
        (tmp_path / "devices").mkdir()
        (tmp_path / "fleet.yaml").write_text(
            "fleet: acme\ndefaults:\n"
            '  connection: {scheme: http, username: admin, password: "${env:PW}"}\n'
        )
        config = "{image: {scenes: {general: {adjustment: {brightness: 80}}}}}"
        for name, camera in zip(("gate", "dock"), fleet.cameras, strict=True):
            camera.haste = 40
            camera.restart_seconds = 0.0
            camera.documents["/video/0/stream"]["rtsp"]["sPassword"] = canary("rtsp")
            (tmp_path / "devices" / f"{name}.yaml").write_text(
                f"device: {name}\nhost: {camera.host}\n"
                f"connection: {{port: {camera.ports['http']}}}\nconfig: {config}\n"
            )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PW", password)
        monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
        yield fleet


def test_before_and_after_are_seen_told_and_kept(site, rcg, tmp_path):
    site.cameras[1].picture = "black"
    ended = rcg("apply", "--snapshots", "--auto-approve")
    assert ended.code == 0
    told = (
        "dock: picture 0 mean luminance, 100 % clipped, 0 % of it differs\n"
        "dock: warning: the picture was black before\n"
        "dock: warning: the picture is black\n"
        "gate: picture 114 → 173 mean luminance, 0 % → 1 % clipped, 100 % of it differs\n"
    )
    lines = sorted(ended.out.partition("Apply: 2 verified on 2 cameras.\n")[2].splitlines(True))
    assert "".join(lines) == "".join(sorted(told.splitlines(True)))
    shown = rcg("runs", "show", "latest")
    assert told in shown.out
    (folder,) = (tmp_path / ".recamera" / "runs").iterdir()
    kept = sorted(each.name for each in (folder / "pictures").iterdir())
    names = [f"{name}-{when}{small}.jpg" for name in ("dock", "gate") for when in ("after", "before")
             for small in ("-small", "")]  # fmt: skip
    assert kept == sorted(names)
    for each in (folder / "pictures").iterdir():
        assert each.read_bytes()[:3] == b"\xff\xd8\xff"


def test_programs_are_told_the_same_by_apply_and_by_runs_show(site, rcg):
    ended = rcg("apply", "gate", "--snapshots", "--auto-approve", "--format", "json")
    (device,) = json.loads(ended.out)["devices"]
    pictures = device["pictures"]
    assert pictures["after"].pop("differs") > 0.99
    means = [pictures[when].pop("mean") for when in ("before", "after")]
    assert [round(each) for each in means] == [114, 173]
    assert pictures["before"] == {
        "file": "pictures/gate-before.jpg",
        "small": "pictures/gate-before-small.jpg",
        "width": 320,
        "height": 176,
        "black": 0.0,
        "white": pictures["before"]["white"],
        "alarm": None,
    }
    shown = json.loads(rcg("runs", "show", "latest", "--format", "json").out)
    assert shown["devices"][0]["pictures"].keys() == pictures.keys()


def test_a_stream_that_is_off_is_a_warning(site, rcg):
    site.cameras[0].documents["/video/0/stream"]["rtsp"]["iEnabled"] = 0
    ended = rcg("apply", "gate", "--snapshots", "--auto-approve")
    assert ended.code == 0
    assert ended.out.endswith(
        f"{TABLE}gate           1           0       0        0              0  done\n\n"
        "Apply: 1 verified on 1 camera.\n"
        f"gate: warning: no picture before: {OFF}\n"
        f"gate: warning: no picture after: {OFF}\n"
    )


def test_without_the_extra_nothing_is_begun(site, rcg, monkeypatch):
    monkeypatch.setattr(pictures, "find_spec", lambda _: None)
    ended = rcg("apply", "--snapshots", "--auto-approve")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "error: av is missing\n    hint: pip install 'recamera-gitops[snapshot]'\n"
    )
    assert [len(each.log) for each in site.cameras] == [0, 0]


def test_a_black_picture_stops_a_rollout_that_has_the_gate(site, rcg, tmp_path, monkeypatch):
    monkeypatch.setattr(gates, "_BETWEEN_LOOKS", 0.0)
    with (tmp_path / "fleet.yaml").open("a") as file:
        file.write("rollout: {waves: [{select: all, size: 1}], gates: [picture]}\n")
    for camera in site.cameras:
        camera.picture = "black"
    ended = rcg("apply", "--auto-approve")
    assert ended.code == 3
    assert "picture: the picture is black" in ended.err + ended.out
    assert sorted(each.writes > 0 for each in site.cameras) == [False, True]
    assert re.search(r"^Stopped: ", ended.out, re.MULTILINE)
