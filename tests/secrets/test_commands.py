"""`${cmd:…}`: programs that the files name, run only where that is allowed."""

import shlex
import sys
import threading
from functools import partial

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.notation import Kind, Reference
from recamera_gitops.desired.origins import Ended, Lacking, Origins, Trouble
from recamera_gitops.fleet.programs import run_program
from recamera_gitops.secret import foreign
from tests.conftest import lookup

SHELL = "it runs in the root of the repository, without a shell: pipes belong into a script"


def reference(*words):
    return Reference(Kind.CMD, shlex.join(words))


def telling(root, ended, **options):
    """A Lookup whose programs all end like that, and a list of them."""
    asked = []
    run = lambda program: asked.append(program) or ended  # noqa: E731 - it is handed in
    return lookup(root, {}, run=run, allow_cmd=True, **options), asked


def test_without_the_option_nothing_is_run(tmp_path, canary):
    found = lookup(tmp_path, {}).text(reference("echo", canary("argument")))
    assert found == Lacking(
        "needs-allow-cmd",
        "${cmd:…} is not run without --allow-cmd",
        "allow it where you trust everybody who may change the files",
    )


def test_what_a_command_writes_is_the_secret(tmp_path, canary, started):
    text = canary("said")
    (tmp_path / "kept").mkdir()
    (tmp_path / "tell.py").write_text("import sys; print(sys.argv[1][::-1])")
    words = (sys.executable, "tell.py", text[::-1])
    run = partial(run_program, stop=threading.Event())
    found = lookup(tmp_path, {}, run=run, allow_cmd=True)
    assert [found.text(reference(*words)) for _ in range(3)] == [text] * 3
    ((_, given, directory, _),) = started
    assert tuple(given) == words
    assert str(directory) == str(tmp_path)
    assert foreign(text) == "•••"


@pytest.mark.parametrize(
    ("output", "text"),
    [(b"a\n", "a"), (b"a\r\n", "a"), (b" a\n\n", " a\n"), (b"a\nb", "a\nb"), ("ü".encode(), "ü")],
)
def test_only_one_trailing_newline_is_stripped(tmp_path, output, text):
    found, _ = telling(tmp_path, Ended(output))
    assert found.text(reference("pass")) == text


def test_the_bounds_are_those_of_a_secret(tmp_path):
    found, asked = telling(tmp_path, Ended(b"x"))
    found.text(reference("pass", "show", "a b"))
    (program,) = asked
    assert program.words == ("pass", "show", "a b")
    assert (program.most, program.seconds) == (1 << 16, 60.0)


@pytest.mark.parametrize(
    ("ended", "message"),
    [
        (Ended(trouble=Trouble.NOT_FOUND), "the command 'pass' is not installed"),
        (Ended(trouble=Trouble.TOO_SLOW), "the command 'pass' did not end in time"),
        (Ended(trouble=Trouble.TOO_MUCH), "the command 'pass' wrote too much"),
        (Ended(b"half a c4nary", 3), "the command 'pass' ended with exit code 3"),
        (Ended(b"half a c4nary", -15), "the command 'pass' was ended by signal 15"),
        (Ended(b"\xff"), "the command 'pass' wrote something that is no text"),
    ],
)
def test_what_goes_wrong_with_a_command_is_told(tmp_path, ended, message):
    found, _ = telling(tmp_path, ended)
    assert found.text(reference("pass", "c4nary")) == Lacking("command-failed", message, SHELL)


def test_a_command_that_writes_nothing_tells_no_secret(tmp_path):
    found, asked = telling(tmp_path, Ended(b"\n"))
    assert found.text(reference("pass", "x")) == Lacking(
        "empty-secret", "the command 'pass' wrote nothing"
    )
    found.text(reference("pass", "x"))
    assert len(asked) == 1  # what failed is not tried again either


def test_a_run_that_takes_other_files_does_not_ask_again(tmp_path):
    asked = []
    run = lambda program: asked.append(program) or Ended(b"x")  # noqa: E731 - it is handed in
    found = lookup(tmp_path, {"A": "one"}, run=run, allow_cmd=True)
    variable = Reference(Kind.ENV, "A")
    assert (found.text(variable), found.text(reference("pass"))) == ("one", "x")
    other = found.redeclared((), {"A": "two"})
    assert (other.text(variable), other.text(reference("pass"))) == ("two", "x")
    assert len(asked) == 1


def test_a_command_is_not_handed_the_secrets_of_the_fleet(tmp_path, canary):
    (tmp_path / "devices").mkdir()
    (tmp_path / "fleet.yaml").write_text(
        'fleet: acme\ndefaults: {connection: {password: "${env:CAMERA}"}}\n'
    )
    (tmp_path / "devices" / "gate.yaml").write_text(
        'device: gate\nhost: h\nconfig: {notify: {mqtt: {password: "x${env:MQTT:-y}"}}}\n'
    )
    variables = {"CAMERA": canary("a"), "MQTT": canary("b"), "VAULT_TOKEN": "t", "PATH": "/bin"}
    asked = []
    origins = Origins(
        variables,
        run=lambda program: asked.append(program) or Ended(b"x"),
        keyring=lambda *_: "",
        allow_cmd=True,
    )
    Lookup(tmp_path, origins, load(tmp_path).devices).text(reference("pass"))
    assert asked[0].variables == {"VAULT_TOKEN": "t", "PATH": "/bin"}
