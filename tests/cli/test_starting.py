"""init: a repository to begin with, in which every command works."""

import json
import re
from pathlib import Path

import pytest

import recamera_gitops
from recamera_gitops.cli import schemas, starting
from recamera_gitops.cli.verbs import VERBS
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of
from tests.cli.importing import Hall

JOBS = {
    "github": [
        f".github/workflows/{name}.yml" for name in ("recamera", "recamera-apply", "recamera-drift")
    ],
    "gitlab": [".gitlab-ci.yml"],
    "none": [],
}
SCHEDULES = {
    "systemd": ["schedule/recamera-drift.service", "schedule/recamera-drift.timer"],
    "cron": ["schedule/crontab"],
    "none": [],
}
SCHEMAS = [f"schemas/{name}" for name in schemas.every()]
FILES = [".gitignore", "README.md", "devices/.gitkeep", "fleet.yaml", "profiles/base.yaml"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    return tmp_path


def _marks(file):
    """What is in a file, without the expressions of GitHub."""
    return file.read_bytes().replace(b"${{", b"")


def names(root):
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def said(path):
    (document,), found = parse(path.read_bytes(), path.name)
    assert {each.rule for each in found} <= {"empty-value"}  # `pull_request:` of GitHub
    return value_of(document, lambda _scalar: False)


@pytest.mark.parametrize(
    ("forge", "schedule"), [("github", "systemd"), ("gitlab", "cron"), ("none", "none")]
)
def test_everything_is_there_and_valid(place, rcg, forge, schedule):
    ended = rcg("init", "acme", "--ci", forge, "--schedule", schedule)
    assert ended.code == 0
    expected = [*FILES, *SCHEMAS, *JOBS[forge], *SCHEDULES[schedule]]
    assert names(place / "acme") == sorted(expected)
    assert not [f for f in (place / "acme").rglob("*") if f.is_file() and b"{{" in _marks(f)]
    assert rcg("-C", "acme", "validate").out == "ok: 0 cameras, 0 profiles\n"
    assert rcg("schema", "--check", "--output", "acme/schemas").code == 0


def test_what_is_said(place, rcg):
    assert rcg("init", "acme").out == (
        "acme/fleet.yaml\n"
        "acme/profiles/base.yaml\n"
        "acme/.gitignore\n"
        "acme/README.md\n"
        "acme/.github/workflows/recamera.yml\n"
        "acme/.github/workflows/recamera-apply.yml\n"
        "acme/.github/workflows/recamera-drift.yml\n"
        "acme/devices/.gitkeep\n"
        "acme/schemas/fleet.schema.json\n"
        "acme/schemas/profile.schema.json\n"
        "acme/schemas/device.schema.json\n"
        "acme/schemas/plan.schema.json\n"
        "acme/schemas/event.schema.json\n"
        "acme/schemas/heard.schema.json\n"
        "acme/schemas/drift.schema.json\n"
        "acme/schemas/webhook.schema.json\n"
        "acme/schemas/discover.schema.json\n"
        "acme/schemas/operation.schema.json\n"
        "acme/schemas/cloud.schema.json\n"
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


def test_the_page_for_the_team_names_only_commands_that_there_are(place, rcg):
    rcg("init")
    page = (place / "README.md").read_text(encoding="utf-8")
    assert len([line for line in page.splitlines() if line]) <= 10
    verbs = {verb.name for verb in VERBS}
    assert set(re.findall(r"`recamera-gitops (\w+)", page)) <= verbs


def test_the_files_to_begin_with_come_with_the_package():
    folder = Path(recamera_gitops.__file__).parent / "starter"
    sources = {*starting._FILES.values()}
    for choices in (starting._JOBS, starting._SCHEDULES):
        sources |= {source for choice in choices.values() for source in choice.values()}
    assert {each.name for each in folder.iterdir()} == sources
