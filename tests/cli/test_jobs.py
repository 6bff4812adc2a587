"""What a job on GitHub is told besides: the summary of its step and its outputs."""

import re

import pytest

from recamera_gitops.report.markdown import SUMMARY


@pytest.fixture
def job(fleet, tmp_path, monkeypatch):
    """The files of a step; each output and its value."""

    class Job:
        summary, output = tmp_path / "summary.md", tmp_path / "output"

        def outputs(self):
            text = self.output.read_text(encoding="utf-8")
            found = re.findall(r"^([a-z-]+)<<(\w{32})\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
            return {name: value for name, _, value in found}

    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(Job.summary))
    monkeypatch.setenv("GITHUB_OUTPUT", str(Job.output))
    return Job()


@pytest.fixture
def one_change(script, plans):
    script.devices = (plans.unchanged("dock"), plans.changed("gate"))
    return script


def test_a_plan_is_told(rcg, fleet, job, one_change):
    shown = rcg("plan", "--format", "markdown", "--detailed-exitcode")
    assert job.summary.read_text(encoding="utf-8") == shown.out
    assert job.outputs() == {
        "devices": "2",
        "changed": "1",
        "unchanged": "1",
        "unreachable": "0",
        "failed": "0",
        "changes": "1",
        "checksum": job.outputs()["checksum"],
        "exit-code": "2",
    }
    assert re.fullmatch("sha256:[0-9a-f]{64}", job.outputs()["checksum"])


def test_drift_and_apply_are_told_below_it(rcg, fleet, job, one_change):
    rcg("drift")
    assert job.outputs()["exit-code"] == "2"
    one_change.ends = {"gate": 3}
    rcg("apply", "--auto-approve")
    assert job.outputs()["exit-code"] == "3"
    assert (job.outputs()["changed"], job.outputs()["failed"]) == ("0", "1")
    kinds = re.findall("<!-- recamera-gitops:(.*?):acme -->", job.summary.read_text("utf-8"))
    assert kinds == ["drift", "apply"]


def test_a_summary_leaves_what_is_there_and_never_gets_too_long(rcg, fleet, job, one_change):
    job.summary.write_text("x" * (SUMMARY - 200), encoding="utf-8")
    rcg("plan")
    size = job.summary.stat().st_size
    assert SUMMARY - 200 < size <= SUMMARY
    assert "Left out" in job.summary.read_text("utf-8")
    job.summary.write_text("x" * SUMMARY, encoding="utf-8")
    rcg("plan")
    assert job.summary.stat().st_size == SUMMARY


def test_a_job_that_cannot_be_told_is_a_warning(rcg, fleet, job, one_change, monkeypatch):
    monkeypatch.setenv("GITHUB_OUTPUT", str(fleet / "missing" / "output"))
    ended = rcg("plan")
    assert ended.code == 0
    assert "missing/output could not be written: No such file or directory" in ended.err


def test_without_a_job_nobody_is_told(rcg, fleet, one_change, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")
    before = set(fleet.rglob("*"))
    rcg("plan")
    assert {each for each in fleet.rglob("*") if ".recamera" not in each.parts} == before
