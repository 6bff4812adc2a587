"""plan, show and drift, with their exit codes."""

import json
import os

import pytest

from recamera_gitops.errors import AuthenticationFailed, ExitCode, Interrupted
from recamera_gitops.secret import Secret


def test_plan_shows_what_differs(rcg, fleet, script, plans):
    script.devices = (plans.unchanged("dock"), plans.changed("gate"), plans.unchanged("yard"))
    ended = rcg("plan")
    assert ended.code == 0
    assert ended.out == (
        "gate\n"
        "  ~ image.rotation  0 → 180   devices/gate.yaml:4\n"
        "\n"
        "Plan: 1 change on 1 of 3 cameras (2 unchanged).\n"
    )
    assert ended.err == ""


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        ((), (0, 0)),
        (("changed",), (0, 2)),
        (("changed", ExitCode.UNREACHABLE), (4, 4)),
        (("changed", ExitCode.FAILED), (3, 3)),
        ((ExitCode.UNREACHABLE, ExitCode.FAILED), (3, 3)),
        (("changed", ExitCode.FAILED, ExitCode.ERROR), (1, 1)),
        ((ExitCode.UNREACHABLE,), (4, 4)),
    ],
)
@pytest.mark.usefixtures("fleet")
def test_the_gravest_camera_decides(rcg, script, plans, found, codes):
    plain, detailed = codes
    made = [
        plans.changed(name) if what == "changed" else plans.broken(name, what)
        for name, what in zip(("dock", "gate", "yard"), found, strict=False)
    ]
    script.devices = tuple(made)
    assert rcg("plan").code == plain
    assert rcg("plan", "--detailed-exitcode").code == detailed
    assert rcg("drift").code == (2 if found == ("changed", ExitCode.UNREACHABLE) else detailed)


def test_targets_and_names_reach_the_run(rcg, fleet, script):
    rcg("plan", "ga*", "--target", "osd", "--target", "image.scenes.night")
    assert script.asked == [("plan", ("gate",), ("osd", "image.scenes.night"))]


def test_selectors_reach_the_run(rcg, fleet, script):
    rcg("plan", "-l", "site=far")
    assert script.asked == [("plan", ("yard",), ())]


@pytest.mark.parametrize("target", ["osd.fnt", "os", "image.", "osd.font.size.x", ""])
def test_a_target_below_which_nothing_can_be_declared_is_an_error(rcg, fleet, script, target):
    ended = rcg("plan", "--target", target)
    assert ended.code == 1
    assert "there is no setting" in ended.err
    assert script.asked == []


def test_a_saved_plan_is_the_plan_shown_as_json(rcg, fleet, script, plans, tmp_path):
    script.devices = (plans.changed("gate"),)
    file = tmp_path / "plan.json"
    old = os.umask(0)
    try:
        printed = rcg("plan", "--out", file, "--format", "json")
    finally:
        os.umask(old)
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(printed.out) == json.loads(file.read_bytes())
    assert rcg("show", file, "--format", "json").out == printed.out
    assert rcg("show", file).out == rcg("plan").out
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_plan_that_cannot_be_saved_is_an_error(rcg, fleet, script, tmp_path):
    ended = rcg("plan", "--out", tmp_path / "nowhere" / "plan.json")
    assert ended.code == 1
    assert "cannot be written" in ended.err


def test_steps_are_shown_on_demand(rcg, fleet, script, plans):
    script.devices = (plans.changed("gate"),)
    assert rcg("plan", "--steps").out.endswith("gate\n  PUT /image/0/rotation  image: rotation\n")


def test_drift_passes_over_what_the_fleet_ignores(rcg, fleet, script, plans):
    script.devices = (plans.changed("gate", "osd.font.size"),)
    ended = rcg("drift")
    assert ended.code == 0
    assert ended.out == (
        "No drift: 1 camera as declared.\n"
        "1 difference on paths that drift ignores:\n"
        "  1 below osd.font.size\n"
    )
    assert json.loads(rcg("drift", "--format", "json").out)["ignored"] == [
        {
            "device": "gate",
            "path": "osd.font.size",
            "ignored_path": "osd.font.size",
            "reason": None,
            "until": None,
        }
    ]


@pytest.mark.parametrize(
    ("error", "code"), [(Interrupted("stopped"), 130), (AuthenticationFailed("wrong"), 1)]
)
def test_an_error_is_one_message_and_its_code(rcg, fleet, script, error, code):
    script.raises = error
    ended = rcg("plan")
    assert (ended.code, ended.out, ended.err) == (code, "", f"error: {error}\n")


def test_a_defect_is_called_one_and_tells_no_secret(rcg, fleet, script):
    script.raises = RuntimeError("camera-password")
    ended = rcg("plan")
    assert ended.code == 1
    assert "RuntimeError: this is a defect" in ended.err
    assert "camera-password" not in ended.err


def test_debug_shows_a_traceback_and_still_no_secret(rcg, fleet, script):
    Secret("sesame-9471")
    script.raises = RuntimeError("sesame-9471")
    ended = rcg("plan", "--debug")
    assert "Traceback" in ended.err
    assert "sesame-9471" not in ended.err
