"""A pull request from the first edit to the proof, through the very steps that `init` writes."""

import re
import shutil
import sys

import pytest

from tests.cli.workflows import GITHUB, Forge, run, said, step, written
from tests.conftest import ROOT, betrayed


class Runner:
    """A runner of GitHub: two checkouts, a folder that is emptied between jobs, and what a step is told."""

    def __init__(self, site, tmp_path):
        self.site, self.temp = site, tmp_path / "temp"
        self.base, self.head = tmp_path / "base", site.root
        self.forge = Forge(tmp_path)
        program = tmp_path / "bin" / "recamera-gitops"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m recamera_gitops.cli "$@"\n')
        program.chmod(0o755)
        self._one_setting()
        shutil.copytree(site.root, self.base)
        self.workflows = [said(each) for each in written(tmp_path / "jobs" / "acme", *GITHUB)]
        self.summary = ""

    def _one_setting(self):
        """Of the example fleet only what is needed here, so that a run takes a moment."""
        (self.head / "profiles" / "outdoor.yaml").unlink()
        profile = self.head / "profiles" / "base.yaml"
        profile.write_text("profile: base\nconfig:\n  video:\n    main:\n      frame_rate: 25\n")
        for file in (self.head / "devices").iterdir():
            text = file.read_text(encoding="utf-8")
            lines = re.findall(r"^(?:device|host|connection|labels):.*\n", text, re.MULTILINE)
            file.write_text("".join(lines), encoding="utf-8")

    def step(self, workflow, job, name, **variables):
        """What a step ended with, its outputs, and the end of the summary."""
        self.temp.mkdir(exist_ok=True)
        for file in ("output", "summary"):
            (self.temp / file).unlink(missing_ok=True)
        told = {
            **self.site.variables,
            "PATH": f"{self.forge.program.parent}:/usr/bin:/bin",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GH_FOLDER": str(self.forge.folder),
            "REPOSITORY": "acme/cameras",
            "NUMBER": "7",
            **variables,
        }
        script = step(self.workflows[workflow], job, name).replace(
            "diff .base", f"diff {self.base}"
        )
        ended = run(script, self.temp if job in ("comment", "issue") else self.head, told)
        assert not betrayed((ended.out + ended.err).encode()), "a secret was shown"
        self.summary = self._read("summary")
        assert not betrayed(self.summary.encode())
        return ended

    def _read(self, name):
        file = self.temp / name
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @property
    def outputs(self):
        found = re.findall(
            r"^([a-z-]+)<<(\w+)\n(.*?)\n\2$", self._read("output"), re.MULTILINE | re.DOTALL
        )
        return {name: value for name, _, value in found}

    def comment(self):
        """The comment on the pull request, after the job that writes it."""
        assert self.step(0, "comment", "One comment").code == 0
        (text,) = self.forge.texts.values()
        return text


@pytest.fixture
def runner(site, tmp_path):
    made = Runner(site(), tmp_path)
    assert made.site.rcg("apply", "--auto-approve").code == 0
    return made


def edit(file, before, after):
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def reviewed(runner):
    """The pull request: told offline to everybody, then with the secrets, in one comment."""
    edit(runner.head / "profiles" / "base.yaml", "frame_rate: 25", "frame_rate: 20")
    assert runner.step(0, "files", "What do the files").code == 0
    assert runner.outputs["same-logins"] == "true"
    assert "| `video.main.frame_rate` | `25` | `20` |" in runner.summary
    assert runner.comment().startswith(
        "<!-- recamera-gitops:plan:acme-warehouse -->\n### Offline: "
    )
    planned = runner.step(0, "plan", "What would an apply change?")
    assert planned.code == 0, planned.err
    assert runner.comment() == (runner.temp / "plan.md").read_text(encoding="utf-8")


def planned(runner, changed):
    """After the merge: the checksum of a plan that changes so many cameras."""
    assert runner.step(1, "plan", "What would an apply change?").code == 0
    assert runner.outputs["changed"] == str(changed)
    return runner.outputs["checksum"]


def applied(runner, checksum):
    return runner.step(1, "apply", "Apply what was reviewed", CHECKSUM=checksum)


def test_a_pull_request_is_planned_reviewed_refused_planned_again_and_applied(runner):
    site, before = runner.site, runner.site.writes
    reviewed(runner)
    assert "video.main.frame_rate" in runner.comment()
    assert site.writes == before

    first = planned(runner, changed=3)
    site.by_hand("lobby", "/video/0/encode", {"sFrameRate": "12"})
    assert applied(runner, first).code == 6
    assert [now > then for now, then in zip(site.writes, before, strict=True)] == [
        True,
        True,
        False,
    ]

    second, before = planned(runner, changed=1), site.writes
    assert applied(runner, first).code == 6
    assert site.writes == before
    ended = applied(runner, second)
    assert ended.code == 0, ended.out + ended.err
    assert runner.outputs["run"]
    assert site.rcg("plan", "--detailed-exitcode").code == 0

    site.by_hand("lobby", "/video/0/encode", {"sFrameRate": "12"})
    repeated = applied(runner, second)
    assert repeated.code == 6
    assert "this plan was already applied by run " in repeated.out
    assert site.violations == []


def test_a_pull_request_that_sends_a_login_elsewhere_is_told_without_a_camera(runner):
    logins = runner.site.logins
    edit(
        runner.head / "devices" / "lobby.yaml", f"host: {runner.site.fleet.hosts[2]}", "host: evil"
    )
    del runner.site.variables["RECAMERA_PASSWORD"]
    assert runner.step(0, "files", "What do the files").code == 0
    assert runner.outputs["same-logins"] == "false"
    assert "- a login would be sent to another place, or another login: `lobby`" in runner.comment()
    assert runner.site.logins == logins


def test_drift_at_night_opens_an_issue_and_closes_it(runner):
    bodies = []
    for rate in ("12", "25"):
        runner.site.by_hand("gate-north", "/video/0/encode", {"sFrameRate": rate})
        ended = runner.step(2, "drift", "Is every camera")
        assert ended.code == 0, ended.err
        ending = runner.outputs["exit-code"]
        issue = runner.step(2, "issue", "One issue", TITLE="Drift", ENDING=ending)
        assert issue.code == 0, issue.err
        bodies.append(*runner.forge.texts.values())
    assert "video.main.frame_rate" in bodies[0]
    assert "No drift" in bodies[1]
    assert (runner.forge.folder / "fields").read_text() == "title=Drift\nstate=closed\n"


def test_the_action_runs_the_program_and_tells_what_it_found(runner):
    steps = {each.get("name"): each for each in said(ROOT / "action.yml")["runs"]["steps"]}
    program = runner.temp / "recamera-gitops" / "bin"
    program.mkdir(parents=True)
    shutil.copy(runner.forge.program.parent / "recamera-gitops", program)
    runner.workflows.append({"jobs": {"action": {"steps": list(steps.values())}}})
    asked = {
        "FLEET": str(runner.head),
        "FORMAT": "markdown",
        "ARGUMENTS": "--detailed-exitcode\n\n",
    }
    edit(runner.head / "profiles" / "base.yaml", "frame_rate: 25", "frame_rate: 20")
    ended = runner.step(3, "action", "Run", COMMAND="plan", **asked)
    assert ended.code == 2, ended.err
    assert ended.out == runner.summary
    outputs = said(ROOT / "action.yml")["outputs"]
    assert {"changed", "changes", "checksum", "exit-code", "unreachable"} <= outputs.keys()
    assert runner.outputs["changed"] == "3"
    other = runner.step(3, "action", "Run", COMMAND="plan; touch x", **asked)
    assert (other.code, other.out.partition(" ")[0]) == (64, "::error::command")
