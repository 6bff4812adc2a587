"""The jobs that `init` writes, and the action: valid for their forges, careful with secrets, and runnable."""

import json
import re
import shutil
import subprocess
import sys

import pytest

import recamera_gitops
from recamera_gitops.cli.main import program
from recamera_gitops.cli.starting import _SCHEDULES, _contents
from tests.cli.workflows import GITHUB, GITLAB, Forge, run, said, shells, step, written
from tests.conftest import ROOT

SECRET = "RECAMERA_PASSWORD"
ACTION = ROOT / "action.yml"
ENVIRONMENTS = ("review", "cameras", "production")


@pytest.fixture
def acme(tmp_path):
    (tmp_path / "acme").mkdir()
    return tmp_path / "acme"


@pytest.fixture(params=GITHUB, ids=lambda name: name.rpartition("/")[2])
def workflow(request, acme):
    return said(*written(acme, request.param))


def checked(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


# --- for the forges --------------------------------------------------------------------------------


def test_the_files_are_valid_for_their_forges(acme):
    files = {
        "vendor.github-workflows": written(acme, *GITHUB),
        "vendor.gitlab-ci": written(acme, GITLAB),
        "vendor.github-actions": [ACTION],
    }
    for schema, paths in files.items():
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
        checked(*command, *map(str, paths))


def test_actionlint_finds_nothing(acme):
    if shutil.which("actionlint") is None:
        pytest.skip("actionlint is not installed")
    checked("actionlint", "-no-color", *map(str, written(acme, *GITHUB)))


def test_shellcheck_finds_nothing(acme, tmp_path):
    scripts = [text for file in written(acme, *GITHUB) for _, _, text in shells(said(file))]
    scripts += [each["run"] for each in said(ACTION)["runs"]["steps"] if "run" in each]
    files = []
    for number, text in enumerate(scripts):
        files.append(tmp_path / f"{number}.sh")
        files[-1].write_text(f"#!/usr/bin/env bash\nset -e\n{text}\n", encoding="utf-8")
    assert len(files) > 10
    checked(f"{sys.prefix}/bin/shellcheck", *map(str, files))


@pytest.mark.parametrize("schedule", ["systemd", "cron"])
def test_a_schedule_is_one(acme, tmp_path, schedule):
    made = _contents(acme, _SCHEDULES[schedule])
    files = []
    for name in _SCHEDULES[schedule]:
        text = made[name].decode("utf-8").replace("/usr/local/bin/recamera-gitops", "/bin/true")
        files.append(tmp_path / name.rpartition("/")[2])
        files[-1].write_text(text.replace("/usr/bin/git", "/bin/true"), encoding="utf-8")
    if schedule == "systemd" and shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    if schedule == "systemd":
        checked("systemd-analyze", "verify", *map(str, files))
    else:
        times = files[0].read_text(encoding="utf-8").splitlines()[-1].split()[:5]
        assert times == ["17", "3", "*", "*", "*"]


@pytest.mark.parametrize(("ending", "mailed"), [(0, ""), (2, "there is drift\n")])
def test_only_what_is_wrong_is_mailed(acme, tmp_path, ending, mailed):
    content = _contents(acme, _SCHEDULES["cron"])["schedule/crontab"].decode("utf-8")
    line = content.splitlines()[-1].split(maxsplit=5)[5]
    (tmp_path / "srv").mkdir()
    (tmp_path / "acme.env").write_text(f"{SECRET}=hidden\n")
    for name, text in (
        ("git", "exit 0"),
        ("recamera-gitops", f"echo there is drift; exit {ending}"),
    ):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n[ $# -gt 0 ] && {text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    line = line.replace("/srv/acme", f"{tmp_path}/srv").replace("/etc/recamera", str(tmp_path))
    variables = {"RUNNER_TEMP": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
    ended = run(line, tmp_path, variables, interpreter=("sh",))
    assert (ended.out, ended.err) == (mailed, "")


# --- careful ---------------------------------------------------------------------------------------


def test_a_workflow_may_read_and_nothing_more_unless_a_job_says_so(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in json.dumps(workflow)
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        rights = job.get("permissions", {})
        assert rights in ({}, {"pull-requests": "write"}, {"issues": "write"})
        if rights:
            assert "secrets." not in json.dumps(job)
            assert "actions/checkout" not in json.dumps(job)
            assert "recamera-gitops " not in "".join(e.get("run", "") for e in job["steps"])


def test_what_is_used_is_pinned_and_keeps_no_credentials(workflow):
    steps = [each for job in workflow["jobs"].values() for each in job["steps"]]
    steps += said(ACTION)["runs"]["steps"]
    for each in steps:
        assert re.fullmatch(
            r"actions/[\w-]+@[0-9a-f]{40}", each.get("uses", "actions/a@" + "0" * 40)
        )
        if each.get("uses", "").startswith("actions/checkout@"):
            assert each["with"]["persist-credentials"] is False


def test_a_secret_is_in_the_environment_of_the_one_step_that_needs_it(workflow):
    text = json.dumps(workflow)
    steps = [each for job in workflow["jobs"].values() for each in job["steps"]]
    holding = [each for each in steps if SECRET in json.dumps(each)]
    assert text.count("secrets.") == len(holding)
    for each in holding:
        assert each["env"][SECRET] == f"${{{{ secrets.{SECRET} }}}}"
        assert "recamera-gitops" in each["run"]
    for job in workflow["jobs"].values():
        assert "secrets." not in json.dumps(job) or job["environment"] in ENVIRONMENTS


def test_nothing_that_others_wrote_is_put_into_a_script(workflow):
    for _, _, text in shells(workflow):
        assert "${{" not in text
    for each in said(ACTION)["runs"]["steps"]:
        assert "${{" not in each.get("run", "")


def test_a_fork_and_a_login_that_goes_elsewhere_get_no_secret(acme):
    jobs = said(*written(acme, GITHUB[0]))["jobs"]
    condition = jobs["plan"]["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition
    assert "needs.files.outputs.same_logins == 'true'" in condition
    assert jobs["plan"]["needs"] == "files"
    assert jobs["plan"]["environment"] == "review"
    assert "secrets." not in json.dumps([jobs["files"], jobs["comment"]])


def test_what_applies_is_not_cancelled_and_gets_the_signal(acme):
    workflow = said(*written(acme, GITHUB[1]))
    assert workflow["concurrency"] == {"group": "recamera-apply", "cancel-in-progress": False}
    apply = workflow["jobs"]["apply"]
    assert apply["environment"] == "production"
    assert step(workflow, "apply", "Apply").startswith("exec recamera-gitops apply ")
    assert "--expect" in step(workflow, "apply", "Apply")
    pipeline = said(*written(acme, GITLAB))
    assert pipeline["apply"]["resource_group"] == "recamera-production"
    assert pipeline["apply"]["rules"][0]["when"] == "manual"
    assert pipeline["apply"]["script"] == ["exec recamera-gitops apply plan.json"]


def test_on_gitlab_only_jobs_of_the_environment_ask_cameras(acme):
    pipeline = said(*written(acme, GITLAB))
    asking = {
        name
        for name, job in pipeline.items()
        if any(re.search(r"recamera-gitops (plan|apply|drift)", e) for e in _lines(job))
    }
    assert asking == {"plan", "plan-main", "apply", "drift"}
    assert all(pipeline[name]["extends"] == ".cameras" for name in asking)
    assert pipeline["plan"]["rules"][0]["when"] == "manual"
    assert (
        "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"
        in pipeline["plan"]["rules"][0]["if"]
    )


def _lines(job):
    return job.get("script", []) if isinstance(job, dict) else []


def test_what_is_called_is_there(acme):
    lines = [text for file in written(acme, *GITHUB) for _, _, text in shells(said(file))]
    lines += [line for job in said(*written(acme, GITLAB)).values() for line in _lines(job)]
    called = [
        found for line in lines for found in re.findall(r"recamera-gitops (\w+)([^|\n]*)", line)
    ]
    assert {verb for verb, _ in called} == {
        "validate",
        "fmt",
        "schema",
        "diff",
        "plan",
        "apply",
        "drift",
    }
    for verb, rest in called:
        command = program.get_command(None, verb)
        if getattr(command, "default", None):
            command = command.get_command(None, command.default)
        known = {name for each in command.params for name in each.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known
        for form in re.findall(r"--format \"?([a-z]+)", rest):
            option = next(each for each in command.params if "--format" in each.opts)
            assert form in option.help or form in option.type.choices


@pytest.mark.parametrize("name", [*GITHUB, GITLAB])
def test_the_version_that_wrote_it_is_installed(acme, name):
    file = said(*written(acme, name))
    wanted = (file.get("env") or file["variables"])["RECAMERA_GITOPS"]
    assert wanted == f"recamera-gitops=={recamera_gitops.__version__}"


# --- run -------------------------------------------------------------------------------------------


@pytest.fixture
def forge(tmp_path):
    return Forge(tmp_path)


@pytest.fixture
def variables(tmp_path, forge):
    return {
        "RUNNER_TEMP": str(tmp_path),
        "PATH": f"{forge.program.parent}:/usr/bin:/bin",
        "GH_FOLDER": str(forge.folder),
        "REPOSITORY": "acme/cameras",
        "NUMBER": "7",
    }


def test_there_is_one_comment_and_it_is_updated(acme, forge, variables, tmp_path):
    workflow = said(*written(acme, GITHUB[0]))
    (last,) = (e for e in workflow["jobs"]["comment"]["steps"] if "run" in e)
    marker = "<!-- recamera-gitops:plan:acme -->"
    (forge.folder / "55").write_text("somebody else's\n")
    for file, text in (("offline.md", "offline"), ("plan.md", "planned"), ("plan.md", "again")):
        (tmp_path / file).write_text(f"{marker}\n{text}\n")
        ended = run(last["run"], tmp_path, variables)
        assert ended.code == 0, ended.err
        ours = [each for number, each in forge.texts.items() if number != 55]
        assert ours == [f"{marker}\n{text}\n"]
    assert [each.partition(" ")[0] for each in forge.asked] == [
        *("GET", "POST", "GET", "PATCH", "GET", "PATCH")
    ]
    assert forge.asked[1] == "POST repos/acme/cameras/issues/7/comments"


def test_there_is_one_issue_and_it_is_closed_when_the_drift_is_gone(
    acme, forge, variables, tmp_path
):
    workflow = said(*written(acme, GITHUB[2]))
    (last,) = (e for e in workflow["jobs"]["issue"]["steps"] if "run" in e)
    marker = "<!-- recamera-gitops:drift:acme -->"
    variables["TITLE"] = last["env"]["TITLE"]
    for ending, text in (("0", "none"), ("2", "drift"), ("2", "more"), ("0", "gone")):
        (tmp_path / "drift.md").write_text(f"{marker}\n{text}\n")
        ended = run(last["run"], tmp_path, {**variables, "ENDING": ending})
        assert ended.code == 0, ended.err
    assert [*forge.texts.values()] == [f"{marker}\ngone\n"]
    assert [each.partition(" ")[0] for each in forge.asked] == [
        *("GET", "GET", "POST", "GET", "PATCH", "GET", "PATCH")
    ]
    fields = (forge.folder / "fields").read_text().splitlines()
    assert fields == ["title=Drift: acme", "state=closed"]


@pytest.mark.parametrize(("job", "good"), [("plan", (0, 4)), ("drift", (0, 2))])
@pytest.mark.parametrize("ending", [0, 1, 2, 3, 4, 5, 64, 130])
def test_a_job_goes_on_with_what_is_no_trouble(acme, variables, job, good, ending):
    folder = acme.parent
    program = folder / "bin" / "recamera-gitops"
    program.write_text(f"#!/bin/sh\nexit {ending}\n")
    program.chmod(0o755)
    jobs = said(*written(acme, GITHUB[1 if job == "plan" else 2]))["jobs"]
    (text,) = (e["run"] for e in jobs[job]["steps"] if SECRET in e.get("env", {}))
    assert (run(text, folder, variables).code == 0) is (ending in good)
