"""What a built package holds and declares; building one is for `.ci/run`."""

import importlib
import tomllib
from pathlib import Path

import pytest

import recamera_gitops
from recamera_gitops.cli.demonstration import example
from recamera_gitops.desired.fleet import load

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "recamera_gitops"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
SDIST = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]


def test_the_wheel_holds_the_package_and_its_type_marker():
    assert WHEEL["packages"] == [PACKAGE.name]
    assert (PACKAGE / "py.typed").is_file()
    assert "Typing :: Typed" in PROJECT["project"]["classifiers"]


def test_the_example_fleet_is_where_the_demo_looks_for_it():
    (source,) = (
        name for name, goal in WHEEL["force-include"].items() if goal.endswith("/_example")
    )
    assert WHEEL["force-include"][source] == "recamera_gitops/_example"
    assert (ROOT / source) == example()
    assert load(ROOT / source).devices


def test_nothing_keeps_the_files_of_init_out_of_the_wheel():
    assert (PACKAGE / "starter" / "fleet.yaml").is_file()
    assert not WHEEL.keys() & {"include", "exclude", "only-include"}


def test_the_page_finds_its_parts_where_the_wheel_has_them():
    parts = {each.name for each in (PACKAGE / "report" / "html" / "templates").iterdir()}
    assert parts == {"page.html", "style.css", "script.js"}
    assert any(each.startswith("jinja2") for each in PROJECT["project"]["dependencies"])


def test_a_checkout_has_no_second_example():
    assert not (PACKAGE / "_example").exists()


@pytest.mark.parametrize("name", ["recamera-gitops", "rcg"])
def test_the_program_is_declared(name):
    module, _, function = PROJECT["project"]["scripts"][name].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_the_version_stands_in_one_way():
    assert PROJECT["project"]["version"] == recamera_gitops.__version__


def test_the_version_is_in_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{recamera_gitops.__version__}]" in changelog


def test_the_source_archive_holds_what_it_needs():
    needed = {"recamera_gitops", "examples", "README.md", "LICENSE"}
    assert needed <= set(SDIST["include"])
    assert [each for each in SDIST["include"] if not (ROOT / each).exists()] == []


def test_nothing_that_the_program_needs_is_an_extra():
    extras = PROJECT["project"]["optional-dependencies"]
    assert {"emulator", "dev", "bench"} <= set(extras)
    assert any("emulator" in each for each in extras["dev"])


def test_make_and_the_gate_are_runnable():
    gate = ROOT / ".ci" / "run"
    assert gate.stat().st_mode & 0o111
    last = gate.read_text(encoding="utf-8").rstrip().splitlines()[-1]
    assert last.endswith(" test")
    assert last.startswith("make ")
