"""docs/reports.md: its tables are what there is, and its scripts do what they say."""

import os
import re
import shutil
import subprocess

import pytest

from recamera_gitops.cli import views
from recamera_gitops.cli.main import program
from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.outputs import carried_outputs, plan_outputs
from recamera_gitops.report.quoting import mark
from recamera_gitops.report.results import Carried, Planned
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
COMMANDS = {" ".join(words): command for words, command in program.every_command()}
FORMS = {
    **dict.fromkeys(("plan", "show", "drift"), views.PLAN),
    **dict.fromkeys(("apply", "rollback"), views.CARRIED),
}
PLAN = Plan("acme", "2026-11-26T10:00:00Z", "0.1.0", ())


def table(heading):
    rows = PAGE.partition(f"| {heading} | of |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = ([cell.strip().strip("`") for cell in row.split("|")[1:3]] for row in rows)
    return {name: re.findall(r"[a-z]+", of) for name, of in cells}


@pytest.mark.parametrize("command", FORMS)
def test_a_command_offers_the_forms_that_there_are_views_for(command):
    command_line = COMMANDS.get(command) or COMMANDS[f"{command} check"]
    (option,) = (each for each in command_line.params if "--format" in each.opts)
    offered = re.search(r"Form of the output: (.*?)\.", option.help)[1].split(", ")
    assert offered == list(FORMS[command])


def test_the_table_of_forms_has_every_form_with_its_commands():
    for name, commands in table("form").items():
        having = {command for command, forms in FORMS.items() if name in forms}
        assert having == (set(FORMS) if commands == ["everything"] else set(commands))
    assert set(table("form")) == set(views.PLAN) | set(views.CARRIED)


def test_the_table_of_outputs_has_every_output_with_its_commands():
    planned = set(plan_outputs(Planned(PLAN), ExitCode.DONE))
    carried = set(carried_outputs(Carried(PLAN, ()), ExitCode.DONE))
    of = table("output")
    assert {name for name, told in of.items() if told == ["all"]} == planned & carried
    assert {name for name, told in of.items() if told == ["plan", "drift"]} == planned - carried
    assert {name for name, told in of.items() if told == ["apply", "rollback"]} == carried - planned


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize(("before", "asked"), [("41", "comments/41"), ("", "7/comments")])
def test_the_script_writes_one_comment_and_then_that_one_again(tmp_path, before, asked):
    script = next(body for body in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "gh" in body)
    assert mark("plan", "acme-warehouse").strip() in script
    gh = tmp_path / "gh"
    gh.write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/log\necho "{before}"\n', encoding="utf-8")
    gh.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    variables = {"PATH": path, "GITHUB_REPOSITORY": "acme/cameras", "PULL": "7"}
    subprocess.run(["bash", "-euc", script], env=variables, check=True, capture_output=True)  # noqa: S603, S607 - the page's own
    looked, wrote = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert "issues/7/comments" in looked
    assert asked in wrote
    assert wrote.endswith("--field body=@plan.md")
