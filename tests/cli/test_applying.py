"""apply: who has to say yes to what, and how it ends."""

import json
import signal

import pytest

from recamera_gitops.cli.signals import Interruption
from recamera_gitops.errors import ExitCode, Interrupted
from recamera_gitops.fleet.environment import Stop

QUESTION = "Apply this change to 1 camera? Only 'yes' is accepted:"


@pytest.fixture
def one_change(script, plans):
    script.devices = (plans.unchanged("dock"), plans.changed("gate"))
    return script


def writes(script):
    return [each for each in script.asked if each[0] == "apply"]


def test_yes_applies(rcg, fleet, one_change):
    ended = rcg("apply", answer="yes")
    assert ended.code == 0
    assert QUESTION in ended.err
    assert ended.out.endswith(
        "\n"
        "camera  verified  unverified  failed  unknown  not attempted  result\n"
        "gate           1           0       0        0              0  done\n"
        "\n"
        "Apply: 1 verified on 1 camera.\n"
    )


@pytest.mark.parametrize("answer", ["y", "Yes", "no", "", "yes please"])
def test_anything_else_refuses(rcg, fleet, one_change, answer):
    ended = rcg("apply", answer=answer)
    assert ended.code == 5
    assert "nothing was written" in ended.err
    assert writes(one_change) == []


def test_nobody_to_ask_refuses_and_shows_the_plan(rcg, fleet, one_change):
    ended = rcg("apply")
    assert ended.code == 5
    assert "~ image.rotation  0 → 180" in ended.out
    assert "--auto-approve" in ended.err
    assert writes(one_change) == []


def test_approval_beforehand_asks_nobody(rcg, fleet, one_change):
    ended = rcg("apply", "--auto-approve")
    assert ended.code == 0
    assert "Only 'yes'" not in ended.err
    assert ended.err == "gate: writing\ngate: done verified\n"


@pytest.mark.parametrize("confirm", [(), ("--confirm", "image"), ("--confirm", "system.https")])
def test_what_may_lose_a_camera_takes_a_word_more_than_the_approval(
    rcg, fleet, script, plans, confirm
):
    script.devices = (plans.changed("gate", "network.lan.method"),)
    ended = rcg("apply", "--auto-approve", *confirm)
    assert ended.code == 5
    assert ended.err == (
        "error: network.lan on gate: the camera has to be found again, and may be lost\n"
        "    hint: say --confirm network if that is meant\n"
        "error: the plan is refused; nothing was written\n"
    )
    assert writes(script) == []


@pytest.mark.parametrize("path", ["network", "network.lan", "network.lan.method"])
def test_what_may_lose_a_camera_is_applied_when_it_is_confirmed(rcg, fleet, script, plans, path):
    script.devices = (plans.changed("gate", "network.lan.method"),)
    assert rcg("apply", "--auto-approve", "--confirm", path).code == 0
    assert writes(script)


def test_the_second_time_there_is_nothing_to_ask_or_say(rcg, fleet, script, plans):
    script.devices = (plans.unchanged("gate"),)
    ended = rcg("apply")
    assert (ended.code, ended.out) == (0, "No changes: 1 camera as declared.\n")


@pytest.mark.parametrize("code", [ExitCode.UNREACHABLE, ExitCode.FAILED, ExitCode.ERROR])
def test_a_camera_that_could_not_be_planned_decides_the_end(rcg, fleet, script, plans, code):
    script.devices = (plans.unchanged("gate"), plans.broken("dock", code))
    ended = rcg("apply")
    assert ended.code == code
    assert "dock: so it is" in ended.out


def test_a_protected_camera_is_not_asked_about(rcg, fleet, script, plans):
    script.devices = (plans.changed("gate"), plans.changed("yard"))
    script.ends = {"yard": ExitCode.REFUSED}
    ended = rcg("apply", answer="yes")
    assert QUESTION in ended.err
    assert ended.code == 5


def test_only_protected_cameras_leave_nothing_to_ask(rcg, fleet, script, plans):
    script.devices = (plans.changed("yard"),)
    script.ends = {"yard": ExitCode.REFUSED}
    ended = rcg("apply")
    assert ended.code == 5
    assert "Only 'yes'" not in ended.err


def test_an_interrupted_run_ends_with_130(rcg, fleet, one_change):
    one_change.interrupts = True
    assert rcg("apply", "--auto-approve").code == 130


def test_on_error_stop_reaches_the_run(rcg, fleet, one_change):
    rcg("apply", "--auto-approve", "--on-error", "stop")
    rcg("apply", "--auto-approve")
    assert [stop for _, _, stop in writes(one_change)] == [True, False]


def test_the_result_for_programs_is_alone_on_stdout(rcg, fleet, one_change):
    ended = rcg("apply", "--auto-approve", "--format", "json")
    found = json.loads(ended.out)
    assert found["exit_code"] == 0
    assert found["summary"]["verified"] == 1
    assert "~ image.rotation" in ended.err


@pytest.fixture
def saved(rcg, fleet, script, plans, tmp_path):
    script.devices = (plans.changed("dock"), plans.changed("gate"))
    rcg("plan", "--out", tmp_path / "plan.json")
    script.asked.clear()
    return tmp_path / "plan.json"


def test_a_saved_plan_is_its_own_approval(rcg, script, saved):
    assert rcg("apply", saved).code == 0
    assert rcg("apply", "--plan", saved).code == 0
    assert script.asked == [("apply", ("dock", "gate"), False)] * 2


def test_names_narrow_a_saved_plan(rcg, script, saved):
    assert rcg("apply", saved, "gate").code == 0
    assert script.asked == [("apply", ("gate",), False)]


def test_a_camera_that_left_the_fleet_stays_in_the_plan_to_be_refused(rcg, fleet, script, saved):
    (fleet / "devices" / "dock.yaml").unlink()
    rcg("apply", saved)
    assert script.asked == [("apply", ("dock", "gate"), False)]


def test_a_plan_for_another_fleet_is_stale(rcg, fleet, script, saved):
    text = (fleet / "fleet.yaml").read_text(encoding="utf-8")
    (fleet / "fleet.yaml").write_text(text.replace("acme", "other"), encoding="utf-8")
    assert rcg("apply", saved).code == 6
    assert script.asked == []


def test_a_changed_plan_file_is_stale(rcg, script, saved):
    saved.write_text(saved.read_text(encoding="utf-8").replace("180", "270"), encoding="utf-8")
    ended = rcg("apply", saved)
    assert (ended.code, script.asked) == (6, [])
    assert "changed after it was made" in ended.err


def test_a_saved_plan_cannot_be_narrowed_by_target(rcg, saved):
    assert rcg("apply", saved, "--target", "osd").code == 64


def test_the_first_signal_asks_and_the_second_ends(monkeypatch):
    ended = []
    monkeypatch.setattr("os._exit", ended.append)
    stop = Stop()
    interruption = Interruption(stop)
    interruption(signal.SIGINT, None)
    assert (stop.requested, ended) == (True, [])
    interruption(signal.SIGINT, None)
    assert ended == [130]


def test_a_signal_ends_a_question():
    interruption = Interruption(Stop())
    with interruption.asking(), pytest.raises(Interrupted):
        interruption(signal.SIGTERM, None)


@pytest.mark.usefixtures("fleet")
def test_an_edit_mode_that_a_killed_run_left_open_is_told_about(rcg, script):
    script.recovered = (("gate", None), ("dock", "no connection"))
    ended = rcg("apply", "--auto-approve")
    assert "gate: the edit mode of an interrupted run has been left\n" in ended.err
    assert (
        "dock: the edit mode of an interrupted run could not be left: no connection\n" in ended.err
    )
