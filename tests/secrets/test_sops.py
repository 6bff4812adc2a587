"""`${sops:file#key}`: a file that is opened once, and looked into by key."""

import shutil
import threading
from functools import partial

import pytest

from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.notation import Kind, Reference
from recamera_gitops.desired.origins import Ended, Lacking, Origins, Trouble
from recamera_gitops.fleet.programs import run_program
from recamera_gitops.secret import foreign
from tests.conftest import lookup
from tests.secrets.conftest import RealSops

FILE = "secrets/site.yaml"


def reference(key, file=FILE):
    return Reference(Kind.SOPS, f"{file}#{key}")


@pytest.fixture
def looked_up(tmp_path, sops):
    """A Lookup with sops, over a file with this content."""

    def make(content, variables=None, name=FILE):
        sops.encrypt(tmp_path / name, content)
        run = partial(run_program, stop=threading.Event())
        return lookup(tmp_path, sops.variables | (variables or {}), run=run)

    return make


def test_texts_are_found_by_key_and_the_file_is_opened_once(looked_up, canary, started, tmp_path):
    gate, dock, line = canary("gate"), canary("dock"), canary("line")
    content = {"cams": {"gate": {"pw": gate}, "list": ["x", dock]}, "10.0.0.1": f"{line}\ny\n"}
    found = looked_up(content)
    assert found.text(reference("cams.gate.pw")) == gate
    assert found.text(reference("cams.list.1")) == dock
    assert found.text(reference("10.0.0.1")) == f"{line}\ny"
    assert found.text(reference("cams.gate.pw")) == gate
    ((_, words, directory, _),) = started
    path = str(tmp_path / FILE)
    assert list(words) == ["sops", "--decrypt", "--output-type", "json", path]
    assert str(directory) == str(tmp_path)


def test_what_was_found_is_masked_line_by_line(looked_up, canary):
    text = f"{canary('one')}\n{canary('two')}"
    found = looked_up({"key": text}).text(reference("key"))
    assert found == text
    for line in text.splitlines():
        assert foreign(f"it was {line}!") == "it was •••!"


def test_a_key_that_is_not_there_is_told_with_the_nearest_one(looked_up, canary):
    found = looked_up({"gate": {"password": canary("gate")}, "dock": {}})
    assert found.text(reference("gate.pasword")) == Lacking(
        "no-such-key",
        "there is no 'gate.pasword' in 'secrets/site.yaml'",
        "did you mean 'gate.password'?",
    )
    assert found.text(reference("gate.password.x")).rule == "no-such-key"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (12345678, "put it in quotes in the file"),
        (True, "put it in quotes in the file"),
        ({"a": "b"}, None),
        (["a"], None),
    ],
)
def test_what_is_not_text_is_no_secret(looked_up, value, hint):
    # 0123 in YAML is 83 by the time that sops has read it: nobody could tell what was meant.
    message = "'pin' in 'secrets/site.yaml' is not text"
    found = looked_up({"pin": value})
    assert found.text(reference("pin")) == Lacking("wrong-type", message, hint)


def test_a_key_that_may_be_read_in_two_ways_is_not_guessed(looked_up, canary):
    found = looked_up({"a.b": canary("one"), "a": {"b": canary("two")}})
    message = "there is more than one 'a.b' in 'secrets/site.yaml'"
    assert found.text(reference("a.b")).message == message


def test_an_empty_text_is_no_secret(looked_up):
    message = "'key' in 'secrets/site.yaml' is empty"
    assert looked_up({"key": "", "x": "y"}).text(reference("key")).message == message


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.yml"])
def test_the_form_of_the_file_does_not_matter(looked_up, canary, name):
    text = canary("any")
    assert looked_up({"key": text}, name=name).text(reference("key", name)) == text


def test_without_a_key_that_opens_it_nothing_is_shown(looked_up, canary, capfd):
    found = looked_up({"gate": canary("gate")}, {"SOPS_AGE_KEY": ""})
    assert found.text(reference("gate")) == found.text(reference("dock"))
    assert found.text(reference("gate")) == Lacking(
        "sops-failed",
        "sops has no key that opens 'secrets/site.yaml'",
        "give it one, for instance in the file that SOPS_AGE_KEY_FILE names",
    )
    assert capfd.readouterr() == ("", "")


def test_a_file_that_was_changed_is_not_used(looked_up, sops, tmp_path, canary):
    found = looked_up({"gate": canary("gate")})
    sops.spoil(tmp_path / FILE)
    message = "'secrets/site.yaml' is not as sops has written it"
    assert found.text(reference("gate")).message == message


def test_a_file_that_sops_never_saw_is_told(looked_up, tmp_path, canary):
    found = looked_up({"gate": "x"})
    (tmp_path / FILE).write_text(f"gate: {canary('in-clear')[::-1]}\n")
    assert found.text(reference("gate")) == Lacking(
        "sops-failed",
        "sops cannot read 'secrets/site.yaml' (exit code 1)",
        "has sops encrypted it?",
    )


def test_a_file_stands_inside_the_repository(looked_up, tmp_path, tmp_path_factory, started):
    found = looked_up({"gate": "x"})
    outside = tmp_path_factory.mktemp("outside") / "x.yaml"
    outside.write_text("{}")
    (tmp_path / "link.yaml").symlink_to(outside)
    assert found.text(reference("gate", "link.yaml")).rule == "outside"
    missing = found.text(reference("gate", "none.yaml"))
    assert missing.message == "'none.yaml' cannot be read: there is no such file"
    assert started == []


def test_only_what_sops_needs_is_handed_on(looked_up, canary, started):
    kept = {"AWS_PROFILE": "a", "VAULT_ADDR": "v", "HOME": "/nowhere", "LC_ALL": "C.UTF-8"}
    variables = {**kept, "RECAMERA_PASSWORD": canary("camera"), "GITHUB_TOKEN": canary("job")}
    looked_up({"gate": "x"}, variables).text(reference("gate"))
    ((*_, given),) = started
    assert given.items() >= kept.items()
    assert given.keys() == {*kept, "PATH", "SOPS_AGE_KEY"}


def test_a_sops_in_the_repository_is_never_run(looked_up, sops, tmp_path, started):
    (tmp_path / "sops").write_text("#!/bin/sh\ntouch was-run\n")
    (tmp_path / "sops").chmod(0o755)
    found = looked_up({"gate": "x"}, {"PATH": f".::{sops.variables['PATH']}"})
    assert found.text(reference("gate")) == "x"
    assert not (tmp_path / "was-run").exists()
    without = looked_up({"gate": "x"}, {"PATH": ".:"})
    assert without.text(reference("gate")).rule == "sops-failed"
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    ("ended", "message", "hint"),
    [
        (
            Ended(trouble=Trouble.NOT_FOUND),
            "'a.yaml' cannot be decrypted: sops is not installed",
            "install it and put it on PATH: https://getsops.io",
        ),
        (
            Ended(trouble=Trouble.TOO_SLOW),
            "'a.yaml' cannot be decrypted: sops did not end in time",
            None,
        ),
        (Ended(b"c4nary {"), "what sops says of 'a.yaml' cannot be understood", None),
        (Ended(b'["c4nary"]'), "what sops says of 'a.yaml' cannot be understood", None),
        (Ended(b"[" * 100_000), "what sops says of 'a.yaml' cannot be understood", None),
        (Ended(b"\xff"), "what sops says of 'a.yaml' cannot be understood", None),
    ],
    ids=lambda each: "" if isinstance(each, Ended) else None,
)
def test_what_goes_wrong_with_sops_is_told(tmp_path, ended, message, hint):
    (tmp_path / "a.yaml").write_text("")
    origins = Origins({}, run=lambda _: ended, keyring=lambda *_: "")
    found = Lookup(tmp_path, origins).text(reference("k", "a.yaml"))
    assert found == Lacking("sops-failed", message, hint)


@pytest.mark.skipif(shutil.which("sops") is None, reason="sops is not installed")
@pytest.mark.parametrize(
    ("name", "form", "key"),
    [
        ("a.env", "key={}\n", "key"),
        ("a.ini", "[part]\nkey = {}\n", "part.key"),
        ("a.bin", "{}\n", "data"),
        ("a.yaml", "part:\n  key: |\n    {}\n", "part.key"),
    ],
)
def test_sops_reads_every_form_that_it_knows(tmp_path, tmp_path_factory, canary, name, form, key):
    made, text = RealSops(tmp_path_factory.mktemp("bin")), canary("form")
    made.encrypt(tmp_path / name, form.format(text))
    run = partial(run_program, stop=threading.Event())
    assert lookup(tmp_path, made.variables, run=run).text(reference(key, name)) == text
