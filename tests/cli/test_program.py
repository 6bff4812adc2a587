"""The program around the commands: help, options, usage, pipes, imports."""

import json
import os
import subprocess
import sys

import click
import pytest

from recamera_gitops.cli.lazy import Noun, behind_the_verb
from recamera_gitops.cli.main import program
from recamera_gitops.cli.verbs import VERBS

HEAVY = ("requests", "deepdiff", "cryptography", "aiohttp", "pydantic", "ruamel", "rich")
COMMANDS = [words for words, _ in program.every_command()]
NOUNS = [(verb.name,) for verb in VERBS if isinstance(verb, Noun)]


def python(*arguments, **settings):
    return subprocess.run(  # noqa: S603 - this very program
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", check=False, **settings
    )


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], *([*words, "--help"] for words in (*NOUNS, *COMMANDS))],
    ids=" ".join,
)
def test_help_imports_no_library_but_click(arguments):
    code = (
        "import sys; from recamera_gitops.cli.main import main;"
        f"code = main({arguments!r});"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), code, file=sys.stderr)"
    )
    assert python("-c", code).stderr == "[] 0\n"


@pytest.mark.parametrize("words", [*NOUNS, *COMMANDS], ids=" ".join)
def test_every_help_has_an_example(rcg, words):
    ended = rcg(*words, "--help")
    assert f"Example:\n  recamera-gitops {' '.join(words)}" in ended.out.replace(
        "  Example:\n    ", "Example:\n  "
    )


@pytest.mark.parametrize(
    ("given", "sorted_"),
    [
        (["plan", "-C", "d"], ["plan", "-C", "d"]),
        (["-C", "d", "--format", "json", "plan", "gate-*"], None),
        (["--format=json", "--steps", "plan", "a"], ["plan", "--format=json", "--steps", "a"]),
        (["-Cd", "plan"], ["plan", "-Cd"]),
        (["-C", "plan", "plan"], ["plan", "-C", "plan"]),
        (["--steps"], ["--steps"]),
        (["-C", "d"], ["-C", "d"]),
        (["--", "plan"], ["--", "plan"]),
    ],
)
def test_options_may_stand_before_the_verb(given, sorted_):
    sorted_ = sorted_ or ["plan", "-C", "d", "--format", "json", "gate-*"]
    assert behind_the_verb(given, frozenset({"-C", "--format"})) == sorted_


def test_an_option_takes_a_value_everywhere_or_nowhere():
    valued = program.valued_options()
    for _, command in program.every_command():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.is_flag:
                assert valued.isdisjoint(parameter.opts)


def test_leading_options_reach_the_command(rcg, fleet, script, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert rcg("-C", fleet, "--format", "json", "plan", "gate").code == 0
    assert script.asked == [("plan", ("gate",), ())]


@pytest.mark.parametrize(
    "arguments",
    [
        ["secrets", "check", "-C", "{}", "--format", "json", "gate"],
        ["secrets", "-C", "{}", "--format", "json", "check", "gate"],
        ["-C", "{}", "--format", "json", "secrets", "check", "gate"],
        ["-C", "{}", "secrets", "--format", "json", "check", "gate"],
    ],
)
def test_options_may_stand_before_and_after_a_noun(rcg, fleet, monkeypatch, arguments):
    monkeypatch.chdir("/")
    ended = rcg(*(each.format(fleet) for each in arguments))
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["references"][0]["cameras"] == ["gate"]


def test_a_noun_names_its_verbs(rcg):
    ended = rcg("secrets")
    assert (ended.code, ended.out) == (64, "")
    assert "check  Look up every reference" in ended.err
    unknown = rcg("secrets", "show")
    assert (unknown.code, unknown.err) == (
        64,
        "error: No such command 'show'.\n    hint: recamera-gitops secrets --help shows what it takes\n",
    )


def test_the_fleet_may_come_from_the_environment(rcg, fleet, script, monkeypatch):
    monkeypatch.chdir("/")
    assert rcg("plan").code == 1
    monkeypatch.setenv("RECAMERA_GITOPS_FLEET", str(fleet))
    assert rcg("plan").code == 0


def test_the_nearest_fleet_upward_is_found(rcg, fleet, script, monkeypatch):
    monkeypatch.chdir(fleet / "devices")
    assert rcg("plan").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["plan", "--nonsense"],
        ["--https", "plan"],
        ["plan", "--format", "xml"],
        ["show"],
        ["schema", "--check"],
        ["emulator", "--count", "none"],
    ],
)
def test_wrong_usage_ends_with_64(rcg, arguments):
    ended = rcg(*arguments)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err


def test_names_of_cameras_that_do_not_exist_are_told(rcg, fleet, script):
    ended = rcg("plan", "gaet")
    assert ended.code == 1
    assert "did you mean 'gate'?" in ended.err


def test_hostile_arguments_stay_text(rcg, fleet, script):
    ended = rcg("plan", "\x1b[2J\n::error::x")
    assert ended.code == 1
    assert "\x1b" not in ended.err
    assert not any(line.startswith("::") for line in ended.err.splitlines())


def test_a_reader_that_goes_away_is_an_error_without_a_traceback(fleet):
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "recamera_gitops.cli", "schema"],
        stdout=write,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(write)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_output_is_utf_8_whatever_the_locale_says(fleet):
    hostile = {
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PATH": os.environ["PATH"],
    }
    (fleet / "devices" / "gate.yaml").write_text("device: gate\nhost: ü\n", encoding="utf-8")
    ended = python("-m", "recamera_gitops.cli", "validate", env=hostile, cwd=fleet)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "ü" in ended.stdout
