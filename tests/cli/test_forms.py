"""--format: one form on stdout, others to files; what cannot be written is said before any contact."""

import json

import pytest

from recamera_gitops.errors import ExitCode


@pytest.fixture
def one_change(script, plans):
    script.devices = (plans.unchanged("dock"), plans.changed("gate"))
    return script


def test_each_form_goes_to_its_file_and_text_stays_on_stdout(rcg, fleet, one_change):
    shown = rcg("plan")
    ended = rcg("plan", "--format", "json=plan.json", "--format", "gitlab=counts.json")
    assert (ended.code, ended.out) == (0, shown.out)
    assert json.loads((fleet / "plan.json").read_bytes())["summary"]["changes"] == 1
    counts = {"create": 0, "update": 1, "delete": 0}
    assert json.loads((fleet / "counts.json").read_bytes()) == counts


def test_a_file_holds_what_stdout_would(rcg, fleet, one_change):
    for form in ("text", "json", "markdown", "html", "gitlab"):
        ended = rcg("plan", "--format", form, "--format", f"{form}=copy")
        assert (fleet / "copy").read_text(encoding="utf-8") == ended.out


def test_a_file_is_replaced_and_nothing_is_left_beside_it(rcg, fleet, one_change):
    (fleet / "plan.json").write_text("old", encoding="utf-8")
    before = {each.name for each in fleet.iterdir()}
    assert rcg("drift", "--format", "json=plan.json").code == 2
    assert json.loads((fleet / "plan.json").read_bytes())["ignored"] == []
    assert {each.name for each in fleet.iterdir()} == before


def test_the_result_of_apply_goes_to_files_too(rcg, fleet, one_change):
    ended = rcg("apply", "--auto-approve", "--format", "json=result.json")
    assert ended.out.endswith("Apply: 1 verified on 1 camera.\n")
    assert json.loads((fleet / "result.json").read_bytes())["exit_code"] == 0


def test_a_saved_plan_can_be_shown_in_any_form(rcg, fleet, one_change):
    rcg("plan", "--out", "saved.json")
    assert rcg("show", "saved.json", "--format", "gitlab").out == (
        '{\n  "create": 0,\n  "update": 1,\n  "delete": 0\n}\n'
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("json", "gitlab"), "only one form can go to stdout; write gitlab=FILE"),
        (("json=a", "gitlab=./a"), "two forms cannot go to one file"),
        (("xml",), "'xml' is not one of text, json, "),
        (("json=",), "json= names no file"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(rcg, fleet, script, given, says):
    ended = rcg("plan", *(word for each in given for word in ("--format", each)))
    assert ended.code == ExitCode.USAGE
    assert says in ended.err
    assert script.asked == []


@pytest.mark.parametrize("command", ["plan", "drift", "apply --auto-approve", "rollback latest"])
def test_every_file_that_cannot_be_written_is_told_before_any_contact(rcg, fleet, script, command):
    (fleet / "folder").mkdir()
    forms = ("--format", "json=missing/plan.json", "--format", "text=folder")
    ended = rcg(*command.split(), *forms)
    assert ended.code == 1
    assert ended.err == (
        "missing/plan.json: json cannot be written: there is no folder missing\n"
        "    hint: make it first\n"
        "folder: text cannot be written: it is a folder\n"
        "    hint: name a file in it\n"
    )
    assert script.asked == []


def test_a_disk_that_fills_up_later_is_an_error_and_the_result_is_shown(
    rcg, fleet, one_change, monkeypatch
):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recamera_gitops.cli.views.replace_file", full)
    ended = rcg("apply", "--auto-approve", "--format", "json=result.json")
    assert ended.code == 1
    assert "warning: result.json could not be written: No space left on device" in ended.err
    assert ended.out.endswith("Apply: 1 verified on 1 camera.\n")
