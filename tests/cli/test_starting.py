"""init: a repository to begin with, in which every command works."""

import json
import re
from pathlib import Path

import pytest

import recamera_gitops
from recamera_gitops.cli.main import VERBS, program
from recamera_gitops.desired import schema
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of
from tests.cli.importing import Hall

JOBS = {"github": ".github/workflows/recamera.yml", "gitlab": ".gitlab-ci.yml"}
SCHEMAS = [f"schemas/{name}" for name in schema.schemas()]
FILES = [".gitignore", "README.md", "devices/.gitkeep", "fleet.yaml", "profiles/base.yaml"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    return tmp_path


def names(root):
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def said(path):
    (document,), found = parse(path.read_bytes(), path.name)
    assert {each.rule for each in found} <= {"empty-value"}  # `pull_request:` of GitHub
    return value_of(document, lambda _scalar: False)


@pytest.mark.parametrize("forge", ["github", "gitlab", "none"])
def test_everything_is_there_and_valid(place, rcg, forge):
    ended = rcg("init", "acme", "--ci", forge)
    jobs = [JOBS[forge]] if forge in JOBS else []
    assert ended.code == 0
    assert names(place / "acme") == sorted([*FILES, *SCHEMAS, *jobs])
    assert rcg("-C", "acme", "validate").out == "ok: 0 cameras, 0 profiles\n"
    assert rcg("schema", "--check", "--output", "acme/schemas").code == 0


def test_what_is_said(place, rcg):
    assert rcg("init", "acme").out == (
        "acme/fleet.yaml\n"
        "acme/profiles/base.yaml\n"
        "acme/.gitignore\n"
        "acme/README.md\n"
        "acme/.github/workflows/recamera.yml\n"
        "acme/devices/.gitkeep\n"
        "acme/schemas/fleet.schema.json\n"
        "acme/schemas/profile.schema.json\n"
        "acme/schemas/device.schema.json\n"
        "acme/schemas/plan.schema.json\n"
        "acme/schemas/event.schema.json\n"
        "acme/schemas/drift.schema.json\n"
        "acme/schemas/webhook.schema.json\n"
        "\n"
        "Next:\n"
        "  cd acme && read -rs RECAMERA_PASSWORD && export RECAMERA_PASSWORD\n"
        "  recamera-gitops import 192.168.10.21 --name gate-north\n"
        "  recamera-gitops plan\n"
    )


def test_modelines_lead_to_schemas_that_are_there(place, rcg):
    rcg("init")
    for file in place.rglob("*.yaml"):
        line = file.read_text(encoding="utf-8").partition("\n")[0]
        path = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)[1]
        assert json.loads((file.parent / path).read_text(encoding="utf-8"))["$id"]


@pytest.mark.parametrize(
    ("folder", "name"),
    [("acme house", "acme-house"), ("Lager.2", "Lager.2"), ("42", "cameras"), ("ü", "cameras")],
)
def test_the_fleet_is_called_after_its_folder(place, rcg, folder, name):
    rcg("init", folder)
    assert said(place / folder / "fleet.yaml")["fleet"] == name


def test_a_folder_with_something_in_it_is_left_alone(place, rcg):
    (place / "fleet.yaml").write_text("mine")
    ended = rcg("init")
    assert ended.code == 1
    assert ended.err == (
        "error: . is not empty\n"
        "    hint: --force adds what is missing, and leaves every file that is there as it is\n"
    )
    assert names(place) == ["fleet.yaml"]


def test_a_fresh_clone_counts_as_empty(place, rcg):
    (place / ".git").mkdir()
    assert rcg("init").code == 0


def test_with_force_what_is_there_is_kept_and_named(place, rcg):
    (place / "profiles").mkdir()
    (place / "README.md").write_text("mine")
    (place / "profiles/base.yaml").symlink_to("nowhere")
    ended = rcg("init", "--force")
    assert ended.code == 0
    assert "README.md: was there, kept\n" in ended.out
    assert "profiles/base.yaml: was there, kept\n" in ended.out
    assert (place / "README.md").read_text() == "mine"
    assert (place / "profiles/base.yaml").is_symlink()
    assert "fleet: " in (place / "fleet.yaml").read_text()


def test_nothing_is_written_outside_of_the_folder(place, rcg, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (place / "acme").mkdir()
    (place / "acme/schemas").symlink_to(elsewhere)
    ended = rcg("init", "acme", "--force")
    assert ended.code == 1
    assert "this leads out of the folder" in ended.err
    assert list(elsewhere.iterdir()) == []
    assert names(place / "acme") == []


def test_a_file_is_no_folder(place, rcg):
    (place / "acme").write_text("")
    assert rcg("init", "acme").err == "error: acme is no folder\n"


def test_a_camera_can_be_imported_at_once_and_its_settings_become_the_base(place, rcg, monkeypatch):
    rcg("init")
    fleet = (place / "fleet.yaml").read_text().replace("RECAMERA_PASSWORD", "PW")
    hall = Hall(place, rcg)
    hall.connected(monkeypatch)
    (place / "fleet.yaml").write_text(fleet.replace("username: admin", "scheme: http"))
    hall.add()
    ended = hall.take("gate", "--common", "base")
    assert ended.code == 0, ended.out + ended.err
    base = hall.read("profiles/base.yaml")
    assert "# What all cameras have in common." in base
    assert "\nconfig:\n" in base
    assert "config" not in hall.read("devices/gate.yaml")
    assert hall.plans_no_changes()


# --- the jobs ------------------------------------------------------------------------------------


@pytest.fixture
def jobs(place, rcg):
    def of(forge):
        rcg("init", forge, "--ci", forge)
        return said(place / forge / JOBS[forge])

    return of


def commands(lines):
    found = [re.fullmatch(r"(?:exec )?recamera-gitops (\S+)(.*)", line) for line in lines]
    return {each[1]: each[2].split() for each in found if each}


def test_the_jobs_of_github_are_careful(jobs):
    workflow = jobs("github")
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow["on"]) == {"pull_request", "push", "schedule", "workflow_dispatch"}
    assert set(workflow["jobs"]) == {"validate", "cameras"}
    cameras = workflow["jobs"]["cameras"]
    assert cameras["concurrency"] == {"group": "cameras", "cancel-in-progress": False}
    assert cameras["environment"] == "cameras"
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))
    for step in cameras["steps"]:
        if "exec" in step.get("run", ""):
            assert step["if"].startswith("env.RECAMERA_PASSWORD != '' && ")
    assert workflow["env"]["RECAMERA_GITOPS"] == f"recamera-gitops=={recamera_gitops.__version__}"


def test_the_jobs_of_gitlab_are_careful(jobs):
    pipeline = jobs("gitlab")
    assert pipeline["plan"]["rules"][0]["when"] == "manual"
    assert pipeline[".cameras"]["resource_group"] == "cameras"
    for name in ("plan", "drift"):
        assert all("$RECAMERA_PASSWORD &&" in rule["if"] for rule in pipeline[name]["rules"])


@pytest.mark.parametrize("forge", JOBS)
def test_jobs_only_read_and_call_what_there_is(jobs, forge):
    made = jobs(forge)
    if forge == "github":
        lines = [s.get("run", "") for job in made["jobs"].values() for s in job["steps"]]
    else:
        lines = [line for job in made.values() if "script" in job for line in job["script"]]
    called = commands(lines)
    assert set(called) == {"validate", "schema", "plan", "drift"}
    for verb, arguments in called.items():
        command = program.get_command(None, verb)
        known = {name for each in command.params for name in each.opts}
        assert {each for each in arguments if each.startswith("--")} <= known


def test_the_page_for_the_team_names_only_commands_that_there_are(place, rcg):
    rcg("init")
    page = (place / "README.md").read_text(encoding="utf-8")
    assert len([line for line in page.splitlines() if line]) <= 10
    verbs = {verb.name for verb in VERBS}
    assert set(re.findall(r"`recamera-gitops (\w+)", page)) <= verbs


def test_the_files_to_begin_with_come_with_the_package():
    folder = Path(recamera_gitops.__file__).parent / "starter"
    assert {each.name for each in folder.iterdir()} == {
        *("fleet.yaml", "profile.yaml", "gitignore", "README.md", "github.yml", "gitlab-ci.yml")
    }
