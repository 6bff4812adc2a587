"""Pictures and the gate that looks at them, over the stream of an emulated camera."""

import json
import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.origins import Ended, Origins, Trouble
from recamera_gitops.device.eye import MISSING
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import Interrupted
from recamera_gitops.fleet import gates, pictures
from recamera_gitops.fleet.checking import Checking, Subject
from recamera_gitops.fleet.gates import Stream
from recamera_gitops.fleet.luma import differing, light
from recamera_gitops.fleet.pictures import Blank, Photographer, Picture
from recamera_gitops.fleet.programs import run_program
from recamera_gitops.secret import Secret

POINTS = st.binary(min_size=1, max_size=64)


@given(POINTS)
def test_what_is_measured_is_within_its_bounds_whatever_the_order(points):
    found = light(points)
    assert 0 <= found.mean <= 255
    assert min(found.black, found.white) >= 0
    assert found.black + found.white <= 1
    assert found.black <= found.dark
    assert light(bytes(sorted(points))) == found


@given(POINTS, st.randoms())
def test_a_difference_has_no_direction_and_nothing_differs_from_itself(points, random):
    other = bytes(random.randrange(256) for _ in points)
    assert differing(points, points) == 0
    assert 0 <= differing(points, other) == differing(other, points) <= 1


@pytest.mark.parametrize(
    ("points", "is_black"),
    [
        (bytes(100), True),
        (bytes([20] * 96 + [255] * 4), True),  # with the time written over it
        (bytes([20] * 90 + [255] * 10), False),
        (bytes([40] * 100), False),
    ],
)
def test_a_picture_is_black_where_no_more_is_to_be_seen_than_what_is_written_on_it(
    points, is_black
):
    assert light(points).is_black is is_black


def test_shares_and_mean_are_those_of_the_points():
    found = light(bytes([0, 2, 255, 100]))
    assert (found.mean, found.black, found.white, found.dark) == (89.25, 0.5, 0.25, 0.5)
    assert differing(bytes([0, 0, 0, 0]), bytes([16, 17, 0, 255])) == 0.5


@pytest.fixture
def camera():
    with EmulatedFleet(port=0, rtsp_port=0) as fleet:
        fleet.cameras[0].haste = 40
        yield fleet.cameras[0]


def photographer(root, run=None, variables=None):
    run = run or (lambda program: run_program(program, threading.Event()))
    return Photographer(run, root, os.environ if variables is None else variables)


def main_stream(camera, **other):
    return Stream("main", **{"username": "admin", "port": camera.ports["rtsp"], **other})


def test_a_picture_is_taken_by_a_program_that_is_told_no_secret_where_others_can_see_it(
    tmp_path, camera, canary
):
    pytest.importorskip("av", reason="the extra snapshot is not installed")
    password = canary("rtsp")
    camera.documents["/video/0/stream"]["rtsp"]["sPassword"] = password
    started = []

    def run(program):
        started.append(program)
        return run_program(program, threading.Event())

    (tmp_path / "av.py").write_text("raise SystemExit('the fleet brought this in')")
    variables = {**os.environ, "CAMERA": password}
    found = photographer(tmp_path, run, variables).take(
        camera.host, main_stream(camera, password=Secret(password))
    )
    assert isinstance(found, Picture)
    assert (found.width, found.height, found.alarm) == (320, 176, None)
    assert 110 < found.light.mean < 117
    assert password not in str(started[0].words)
    assert "CAMERA" not in started[0].variables
    assert password not in repr(started[0])


def test_a_wrong_password_and_a_silent_camera_are_told(tmp_path, camera):
    pytest.importorskip("av", reason="the extra snapshot is not installed")
    found = photographer(tmp_path).take(camera.host, main_stream(camera, password=Secret("no")))
    assert found == Blank("401 Unauthorized")


@pytest.mark.parametrize(
    ("ended", "blank"),
    [
        (Ended(code=-11), Blank("the decoder was ended by signal 11")),
        (Ended(trouble=Trouble.TOO_MUCH), Blank("the decoder wrote too much")),
        (
            Ended(trouble=Trouble.TOO_SLOW),
            Blank("120 old frames and a new one did not come within 60 seconds"),
        ),
        (Ended(json.dumps({"trouble": MISSING}).encode()), Blank(MISSING, missing=True)),
        (Ended(b'{"trouble": "\\u001b[2J"}'), Blank("\\u001b[2J")),
    ],
)
def test_a_decoder_that_comes_to_no_end_takes_nothing_with_it(tmp_path, ended, blank):
    assert photographer(tmp_path, lambda _: ended).take("192.0.2.1", Stream("main")) == blank


def test_whoever_asks_the_run_to_end_does_not_wait_for_a_picture(tmp_path, camera):
    camera.picture = "silent"
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        photographer(tmp_path, lambda program: run_program(program, stop)).take(
            camera.host, main_stream(camera, password=Secret("admin"))
        )
    assert time.monotonic() - began < 3


def test_the_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(pictures, "find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError) as caught:
        pictures.require()
    assert caught.value.name == "av"


# --- the gate ----------------------------------------------------------------------------------


@pytest.fixture
def unwell(tmp_path, camera, rig, monkeypatch):
    """Asks the gate `picture` of the camera, whose settings are those of its stream."""
    monkeypatch.setattr(gates, "_BETWEEN_LOOKS", 0.0)
    (tmp_path / "fleet.yaml").write_text("fleet: acme\nrollout: {gates: [picture]}\n")
    warnings = []

    def ask(run=None):
        visit = rig()
        stream = visit.camera.documents["/video/0/stream"]
        stream["rtsp"] = dict(camera.documents["/video/0/stream"]["rtsp"])
        visit.camera.ports["rtsp"] = camera.ports["rtsp"]
        run = run or (lambda program: run_program(program, threading.Event()))
        origins = Origins(os.environ, run, lambda *_: "")
        checking = Checking(load(tmp_path), origins, warnings.append)
        converse = visit.visit({}).client.converse
        found = checking.unwell(Subject("gate", camera.host, "SN", "1", lambda: None, converse))
        assert visit.camera.writes == 0
        return found

    ask.warnings = warnings
    return ask


@pytest.mark.parametrize(
    ("picture", "trouble"),
    [
        ("clear", None),
        ("black", "picture: the picture is black"),
        ("frozen", "picture: the picture is frozen"),
    ],
)
def test_a_picture_passes_unless_it_is_black_or_frozen(camera, unwell, picture, trouble):
    pytest.importorskip("av", reason="the extra snapshot is not installed")
    camera.picture = picture
    assert unwell() == trouble


def test_a_stream_that_is_off_has_no_picture_and_is_well(camera, unwell):
    camera.documents["/video/0/stream"]["rtsp"]["iEnabled"] = 0
    assert unwell(run=pytest.fail) is None


def test_a_picture_that_cannot_be_taken_is_not_well(unwell):
    assert unwell(lambda _: Ended(code=-9)) == (
        "picture: no picture was taken: the decoder was ended by signal 9"
    )


def test_without_the_extra_the_gate_is_passed_over_and_that_is_said(unwell):
    assert unwell(lambda _: Ended(json.dumps({"trouble": MISSING}).encode())) is None
    (warning,) = unwell.warnings
    assert warning == (
        "the gate picture is passed over: the extra snapshot is not installed here,"
        " nobody looks at the pictures"
    )
