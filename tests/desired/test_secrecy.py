"""No diagnostic shows a secret, whatever is wrong around it."""

import pytest

from recamera_gitops.desired.catalogue import is_secret, may_be_literal
from recamera_gitops.resources.catalog import LEAVES

CANARY = "c4n4ry-5ecret"
SECRET_PATHS = ["connection.password", "connection.token"] + [
    f"config.{path}" for path, leaf in LEAVES.items() if leaf.wire.codec.sensitive
]


def nested(path, value):
    for key in reversed(path.split(".")):
        value = f"{{{key}: {value}}}"
    return value[1:-1]


def around(path, text):
    parent, _, _ = path.rpartition(".")
    return nested(parent, text)


def spoilt(path):
    last = path.rpartition(".")[2]
    return {
        "literal": nested(path, CANARY),
        "misspelt key": around(path, f"{{{last}x: {CANARY}}}"),
        "extra key": around(path, f"{{{last}: {CANARY}, extra: {CANARY}}}"),
        "a list": nested(path, f"[{CANARY}]"),
        "a mapping": nested(path, f"{{a: {CANARY}}}"),
        "a number": nested(path, "98765432123"),
        "text for a mapping": around(path, CANARY),
        "a list for a mapping": around(path, f"[{CANARY}]"),
        "an alias": nested(path, f"*{CANARY}"),
        "a tag": nested(path, f"!{CANARY} x"),
        "a bad reference": nested(path, f'"${{{CANARY}"'),
        "an unknown reference": nested(path, f'"${{x:{CANARY}}}"'),
        "a broken command": nested(path, f'"${{cmd:echo \'{CANARY}}}"'),
        "no key of a file": nested(path, f'"${{sops:{CANARY}}}"'),
        "no user of a service": nested(path, f'"${{keyring:{CANARY}}}"'),
        "twice": around(path, f"{{{last}: {CANARY}, {last}: {CANARY}}}"),
        "broken": nested(path, f'"{CANARY}'),
        "several lines": nested(path, f'"{CANARY}\\n{CANARY}"'),
    }


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_no_mistake_around_a_secret_shows_it(repository, path):
    for name, text in spoilt(path).items():
        repository.write("devices/gate.yaml", f"device: gate\nhost: h\n{text}\n")
        problems = repository.problems()
        assert problems, name
        assert CANARY not in repr(problems), name
        assert "98765432123" not in repr(problems), name


def test_every_secret_of_the_catalogue_is_known_as_one():
    assert SECRET_PATHS[2:]
    assert all(is_secret(path) for path in SECRET_PATHS)
    assert is_secret("config.notify.mqtt.password.inner")
    assert not is_secret("config.notify.mqtt.username")


def test_hostile_characters_are_shown_escaped(repository):
    repository.device('image: {flip: "\\e[31mred\\u202e"}')
    message = repository.only_problem().message
    assert "\x1b" not in message
    assert "\u202e" not in message


@pytest.mark.parametrize("path", [path for path in SECRET_PATHS if not may_be_literal(path)])
def test_a_secret_as_the_default_of_a_reference_is_warned_about_and_not_shown(repository, path):
    text = nested(path, f'"${{env:A:-{CANARY}}}"')
    repository.write("devices/gate.yaml", f"device: gate\nhost: h\n{text}\n")
    warnings = repository.load().warnings
    assert "written-default" in {warning.rule for warning in warnings}
    assert CANARY not in repr(warnings)
