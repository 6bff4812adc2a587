"""The example fleet from first plan to repaired drift, through the program and over real sockets."""

import json
import re
import signal
import time

import pytest

from recamera_gitops.reconcile.planfile import load
from tests.conftest import betrayed

# Enough to have an edit session, and the frame rate that its shutter time is judged by.
PART = ("--target", "image", "--target", "video.main")
NIGHT_AUTO = {"profile": {"2": {"exposure": {"sExposureMode": "auto"}}}}


def test_the_whole_story_over_http(site):
    site = site()
    assert site.rcg("validate").code == 0
    assert site.logins == [0, 0, 0]
    assert site.rcg("plan").code == 0
    assert site.rcg("plan", "--detailed-exitcode").code == 2
    assert site.writes == [0, 0, 0]

    applied = site.rcg("apply", "--auto-approve")
    assert applied.code == 0, applied.out + applied.err
    assert site.rcg("plan", "--detailed-exitcode").code == 0
    assert site.rcg("drift").code == 0
    written = site.writes
    assert site.rcg("apply", "--auto-approve").code == 0
    assert site.writes == written

    site.by_hand("gate-north", "/image/0", NIGHT_AUTO)
    drifted = site.rcg("drift")
    assert drifted.code == 2
    assert "image.scenes.night.exposure.mode" in drifted.out
    assert site.rcg("apply", "--auto-approve").code == 0
    assert (
        site.camera("gate-north").documents["/image/0"]["profile"][2]["exposure"]["sExposureMode"]
        == "manual"
    )
    assert site.rcg("drift").code == 0
    assert site.violations == []
    assert all(camera.edit is None for camera in site.fleet.cameras)
    assert all(camera.max_in_flight <= 4 for camera in site.fleet.cameras)


def test_a_saved_plan_is_refused_for_the_one_camera_that_moved(site):
    site = site()
    saved = site.root / "plan.json"
    assert site.rcg("plan", "--out", str(saved)).code == 0
    assert not betrayed(saved.read_bytes())
    assert saved.stat().st_mode & 0o777 == 0o600
    assert len(load(saved).devices) == 3
    site.by_hand("lobby", "/video/0/encode", {"sFrameRate": "12"})
    before = site.writes
    applied = site.rcg("apply", str(saved), "--format", "json")
    assert applied.code == 6, applied.out + applied.err
    result = json.loads(applied.out)
    assert json.dumps(result)
    assert site.camera("lobby").writes == before[2]
    assert all(after > old for after, old in zip(site.writes[:2], before[:2], strict=True))
    assert site.rcg("plan", "gate-north", "dock-east", "--detailed-exitcode").code == 0


def test_a_plan_file_that_was_edited_is_refused(site):
    site = site()
    saved = site.root / "plan.json"
    assert site.rcg("plan", "--out", str(saved)).code == 0
    saved.write_text(saved.read_text().replace('"after":25', '"after":24'))
    assert site.rcg("apply", str(saved)).code == 6
    assert site.writes == [0, 0, 0]


def test_an_unreachable_camera_is_told_apart(site):
    site = site()
    site.camera("dock-east").power = False
    planned = site.rcg("plan", "--format", "json")
    assert planned.code == 4
    states = {each["device"]: each["status"] for each in json.loads(planned.out)["devices"]}
    assert states == {"dock-east": "unreachable", "gate-north": "changed", "lobby": "changed"}


def test_a_wrong_password_is_tried_on_one_camera_only(site):
    site = site()
    site.variables["RECAMERA_PASSWORD"] = "wrong"
    assert site.rcg("plan").code == 1
    assert sum(camera.failed_logins for camera in site.fleet.cameras) == 1


def test_over_https_a_camera_is_trusted_first_and_a_changed_certificate_is_refused(site):
    site = site(https=True)
    refused = site.rcg("plan")
    assert refused.code == 3
    assert all(not camera.log for camera in site.fleet.cameras)

    assert site.rcg("trust", "--yes").code == 0
    known = site.root / "known_cameras.yaml"
    assert len(re.findall("sha256:[0-9a-f]{64}", known.read_text())) == 3
    assert site.rcg("apply", "--auto-approve").code == 0
    assert site.rcg("plan", "--detailed-exitcode").code == 0
    assert site.violations == []

    pin = site.fleet.fingerprints[0]
    known.write_text(known.read_text().replace(pin, "0" * 64))
    logins = site.logins
    planned = site.rcg("plan", "--format", "json")
    assert planned.code == 3
    states = {each["device"]: each["status"] for each in json.loads(planned.out)["devices"]}
    assert states["gate-north"] == "failed"
    assert site.rcg("trust", "gate-north", "--yes").code == 3
    assert site.logins[0] == logins[0], "a credential went to a camera with another certificate"
    assert site.logins[1] == logins[1] + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_signal_in_an_edit_session_ends_it_well_within_six_seconds(site, number):
    site = site(delay=0.02)
    camera = site.camera("gate-north")
    process = []
    sent = []

    def note(_number, request):
        if process and not sent and request.path.endswith("/image/0/2/exposure"):
            sent.append(time.monotonic())
            process[0].send_signal(number)

    camera.on_request = note
    process.append(site.start("apply", "gate-north", *PART, "--auto-approve"))
    ended = site.ended(process[0])
    assert sent, ended.out + ended.err
    assert time.monotonic() - sent[0] < 6
    assert ended.code == 130
    assert camera.edit is None
    assert site.violations == []
    camera.on_request = None
    assert site.rcg("apply", "gate-north", *PART, "--auto-approve").code == 0
    assert site.rcg("plan", "gate-north", *PART, "--detailed-exitcode").code == 0


def test_a_killed_run_is_repaired_by_the_next(site):
    site = site()
    camera = site.camera("gate-north")
    process = []

    def note(_number, request):
        if process and request.path.endswith("/image/0/2/exposure"):
            process[0].kill()
            process[0].wait()

    camera.on_request = note
    process.append(site.start("apply", "gate-north", *PART, "--auto-approve"))
    assert site.ended(process[0]).code == -signal.SIGKILL
    camera.on_request = None
    assert camera.edit is not None
    assert site.rcg("apply", "gate-north", *PART, "--auto-approve").code == 0
    assert camera.edit is None
    assert site.rcg("plan", "gate-north", *PART, "--detailed-exitcode").code == 0
    assert site.violations == []
