"""The hooks that pre-commit offers to the repository of a fleet, run as it would run them."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from recamera_gitops.cli.main import program
from recamera_gitops.cli.verbs import VERBS
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FILE = ".pre-commit-hooks.yaml"
KEYS = {"id", "name", "description", "entry", "language", "files", "pass_filenames"}
READ = ["fleet.yaml", "profiles/base.yaml", "devices/gate.yml", "fleets/acme/devices/gate.yaml"]
NOT_READ = [
    "README.md",
    "my-fleet.yaml",
    "devices/notes.txt",
    "old-devices/x.yaml",
    "ci/fleet.yaml.j2",
]


def hooks():
    (document,), wrong = parse((ROOT / FILE).read_bytes(), FILE)
    assert wrong == ()
    return {each["id"]: each for each in value_of(document, lambda _: False)}


HOOKS = hooks()
OFFERED = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            shlex.split(hook["entry"])[1] not in {verb.name for verb in VERBS},
            reason="this version has no such command",
        ),
    )
    for name, hook in HOOKS.items()
]


def run(hook, directory):
    """Run a hook on every file of a directory that it is about."""
    script, *words = shlex.split(hook["entry"])
    assert script in PROJECT["scripts"]
    names = [path.relative_to(directory).as_posix() for path in directory.rglob("*")]
    about = sorted(name for name in names if re.search(hook["files"], name))
    assert about
    return subprocess.run(  # noqa: S603 - this very program
        [
            *(sys.executable, "-m", "recamera_gitops.cli"),
            *(*words, *(about if hook.get("pass_filenames", True) else ())),
        ],
        cwd=directory,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def example(tmp_path):
    return shutil.copytree(ROOT / "examples" / "fleet", tmp_path / "acme")


def test_the_hooks_are_these():
    assert set(HOOKS) == {"recamera-gitops-validate", "recamera-gitops-fmt"}
    for hook in HOOKS.values():
        assert hook.keys() <= KEYS
        assert hook["language"] == "python"


@pytest.mark.parametrize("name", OFFERED)
def test_an_entry_is_a_command_line_that_the_program_takes(name):
    _, verb, *words = shlex.split(HOOKS[name]["entry"])
    command = program.get_command(click.Context(program), verb)
    known = {option for each in command.params for option in each.opts}
    assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_is_about_the_files_of_a_fleet_and_no_others(hook):
    assert [each for each in READ if not re.search(hook["files"], each)] == []
    assert [each for each in NOT_READ if re.search(hook["files"], each)] == []


def test_known_cameras_are_looked_at_and_left_as_trust_wrote_them():
    about = {name: re.search(hook["files"], "known_cameras.yaml") for name, hook in HOOKS.items()}
    assert about["recamera-gitops-validate"]
    assert not about["recamera-gitops-fmt"]


@pytest.mark.parametrize("name", OFFERED)
def test_a_hook_has_nothing_against_the_example(name, example):
    before = {path: path.read_bytes() for path in example.rglob("*.yaml")}
    done = run(HOOKS[name], example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path: path.read_bytes() for path in example.rglob("*.yaml")} == before


def test_the_check_fails_where_a_file_is_wrong(example):
    (example / "devices" / "lobby.yaml").write_text("device: lobby\nhst: x\n", encoding="utf-8")
    done = run(HOOKS["recamera-gitops-validate"], example)
    assert done.returncode == 1
    assert "devices/lobby.yaml:2:1 hst: unknown key 'hst'" in done.stdout
