"""`${keyring:service/user}`: the library behind its door, with a keyring in memory."""

import sys

import pytest

from recamera_gitops.desired.notation import Kind, Reference
from recamera_gitops.desired.origins import Lacking
from recamera_gitops.fleet.keychain import password_of
from recamera_gitops.secret import foreign
from tests.conftest import lookup


def test_a_password_is_found_by_service_and_user(keyring, canary, tmp_path):
    password = canary("kept")
    keyring.set_password("https://cams/hq", "gate", password)
    found = lookup(tmp_path, {}, keyring=password_of)
    assert found.text(Reference(Kind.KEYRING, "https://cams/hq/gate")) == password
    assert foreign(password) == "•••"


def test_each_entry_is_asked_for_once(canary, tmp_path):
    asked = []
    found = lookup(tmp_path, {}, keyring=lambda *entry: asked.append(entry) or "secret")
    for _ in range(3):
        assert found.text(Reference(Kind.KEYRING, "cams/gate")) == "secret"
    assert asked == [("cams", "gate")]


def test_an_entry_that_is_not_there_is_told(keyring):
    assert password_of("cams", "gate") == Lacking(
        "keyring-failed",
        "the keyring has no password of 'gate' for 'cams'",
        "store it with: keyring set SERVICE USER",
    )


def test_an_empty_password_is_no_secret(keyring, tmp_path):
    keyring.set_password("cams", "gate", "")
    found = lookup(tmp_path, {}, keyring=password_of)
    message = "the password of 'gate' for 'cams' in the keyring is empty"
    assert found.text(Reference(Kind.KEYRING, "cams/gate")).message == message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("NoKeyringError", "there is no keyring on this machine"),
        ("KeyringLocked", "the keyring cannot be read: KeyringLocked"),
    ],
)
def test_a_keyring_that_cannot_be_read_is_told_without_its_words(
    keyring, monkeypatch, canary, error, message
):
    def refuse(*_entry):
        raise getattr(keyring.errors, error)(canary("in-the-error"))

    monkeypatch.setattr(keyring, "get_password", refuse)
    found = password_of("cams", "gate")
    assert (found.rule, found.message) == ("keyring-failed", message)


def test_without_the_library_it_is_told_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert password_of("cams", "gate") == Lacking(
        "keyring-failed",
        "the keyring library is not installed",
        "pip install 'recamera-gitops[keyring]'",
    )
