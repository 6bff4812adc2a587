"""drift --repair: what is called safe is put right, with every guard of an apply; the rest is only told."""

import json

import pytest

from recamera_gitops.fleet import runs
from tests.cli.drifting import Site

REPAIR = ("drift", "--repair", "image", "--auto-approve")
TOLD = """\
dock
  ~ image.rotation  90 → 0   devices/dock.yaml:4   changed on the camera
    impact: stream-restart, recording-gap

gate
  ~ osd.font.size  48 → 32   devices/gate.yaml:4   changed on the camera
  ~ image.rotation  90 → 0   devices/gate.yaml:4   changed on the camera
    impact: stream-restart, recording-gap

Drift: 3 changes on 2 of 2 cameras. 4 streams restart. 2 recordings have a gap.
1 difference on paths that drift ignores:
  1 below image.flip

To be repaired:

dock
  ~ image.rotation  90 → 0   devices/dock.yaml:4
    impact: stream-restart, recording-gap

gate
  ~ image.rotation  90 → 0   devices/gate.yaml:4
    impact: stream-restart, recording-gap

Plan: 2 changes on 2 of 2 cameras. 4 streams restart. 2 recordings have a gap.

camera  verified  unverified  failed  unknown  not attempted  result
dock           1           0       0        0              0  done
gate           1           0       0        0              0  done

Apply: 2 verified on 2 cameras.
"""
SAFE = "drift: {ignore: [image.flip], repair: [osd, image]}\n"


def writes(site):
    return {name: camera.writes for name, camera in site.cameras.items()}


@pytest.fixture
def site(tmp_path, environment, rcg, within):
    """Two settled cameras; somebody has turned both, and flipped and relabelled the one at the gate."""
    made = Site(tmp_path, environment, rcg)
    within(made)
    made.fleet(SAFE)
    assert rcg("apply", "--auto-approve").code == 0
    made.turn("gate", 90)
    made.turn("dock", 90)
    document = made.camera("gate").documents
    document["/image/0"]["videoAdjustment"]["sImageFlip"] = "centrosymmetric"
    document["/osd/cfg"]["attribute"]["iOSDFontSize"] = 48
    made.before = writes(made)
    for camera in made.cameras.values():
        camera.log.clear()
    return made


def picture(site, name):
    found = site.camera(name).documents["/image/0"]["videoAdjustment"]
    return found["iImageRotation"], found["sImageFlip"]


def font(site, name):
    return site.camera(name).documents["/osd/cfg"]["attribute"]["iOSDFontSize"]


def test_only_what_was_meant_is_put_right_and_the_rest_is_told(site):
    ended = site.rcg(*REPAIR)
    assert ended.code == 2  # the font still differs
    assert (picture(site, "gate"), picture(site, "dock")) == ((0, "centrosymmetric"), (0, "close"))
    assert font(site, "gate") == 48
    assert ended.out == TOLD
    past = runs.find(site.root, "latest")
    assert (past.kind, past.ended) == ("repair", 0)


def test_everything_put_right_is_done(site):
    assert site.rcg(*REPAIR, "--repair", "osd").code == 0
    assert font(site, "gate") == 32
    assert site.rcg("drift").code == 0


def test_a_wish_that_was_never_applied_waits_for_an_apply(site):
    site.turn("gate", 0)
    site.declare("gate", "{image: {rotation: 180}}")
    assert site.rcg(*REPAIR, "gate").code == 2
    assert picture(site, "gate")[0] == 0


def test_what_is_declared_safe_decides(site):
    ended = site.rcg("drift", "--repair", "image", "--repair", "inference", "--auto-approve")
    assert (ended.code, ended.out) == (1, "")
    assert "--repair inference" in ended.err
    assert "--repair image:" not in ended.err
    assert not any(camera.log for camera in site.cameras.values())


def test_a_path_of_no_setting_is_an_error(site):
    assert "did you mean" in site.rcg("drift", "--repair", "imag", "--auto-approve").err


def test_nobody_there_to_say_yes_is_a_refusal_and_writes_nothing(site):
    ended = site.rcg("drift", "--repair", "image")
    assert ended.code == 5
    assert "image.rotation" in ended.out
    assert writes(site) == site.before


def test_a_yes_is_as_good(site):
    assert site.rcg("drift", "--repair", "image", answer="yes").code == 2
    assert picture(site, "gate")[0] == 0


@pytest.mark.parametrize(
    "more",
    [
        "policy: {max_changed_devices: 1}\n",
        "policy: {forbid: [image.rotation]}\n",
        "policy: {confirm: [image]}\n",
        'rollout: {window: {days: [Mon], start: "03:00", duration: 1h, timezone: UTC}}\n',
    ],
)
def test_the_guards_of_an_apply_hold(site, more):
    site.fleet(SAFE + more)
    ended = site.rcg(*REPAIR)
    assert ended.code == 5
    assert "image.rotation" in ended.out
    assert writes(site) == site.before


def test_a_protected_camera_is_only_told_about(site):
    text = (site.root / "devices/gate.yaml").read_text()
    (site.root / "devices/gate.yaml").write_text(f"protected: true\n{text}")
    assert site.rcg(*REPAIR).code == 2
    assert (picture(site, "gate")[0], picture(site, "dock")[0]) == (90, 0)


def test_a_camera_that_refuses_is_a_failure(site):
    site.camera("gate").faults.add("status-500", "/image/0*", method="PUT", every=True)
    assert site.rcg(*REPAIR).code == 3
    assert picture(site, "dock")[0] == 0


def test_nothing_to_repair_begins_no_run(site):
    before = len(runs.past(site.root))
    ended = site.rcg("drift", "gate", "--repair", "osd.channel_name", "--auto-approve")
    assert ended.code == 2
    assert "there is nothing to repair below osd.channel_name" in ended.err
    assert len(runs.past(site.root)) == before


@pytest.mark.parametrize(
    "arguments", [("--auto-approve",), ("--repair", "image", "--format", "json")]
)
def test_options_that_do_not_go_together_are_wrong_usage(site, arguments):
    assert site.rcg("drift", *arguments).code == 64


def test_what_was_found_is_remembered_whatever_is_repaired(site):
    site.rcg(*REPAIR, "--history")
    (look,) = json.loads(site.rcg("drift", "log", "--format", "json").out)["looks"]
    assert look["changes"] == 3
