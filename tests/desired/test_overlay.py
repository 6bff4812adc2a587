"""The algebra of layers, and the order of profiles."""

import json
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import Mapping, scalars, value_of
from recamera_gitops.desired.overlay import EMPTY, overlay, without_nulls

LEAF = st.none() | st.integers(0, 9) | st.lists(st.integers(0, 3), max_size=2)
KEY = st.sampled_from("abc")
TREE = st.dictionaries(
    KEY, st.recursive(LEAF, lambda inner: st.dictionaries(KEY, inner, max_size=3)), max_size=3
)


def node(value, file="f.yaml"):
    (document,), _ = parse(json.dumps(value).encode(), file)
    assert isinstance(document, Mapping)
    return document


def plain(mapping):
    return value_of(mapping, lambda _: False)


def merged(*layers):
    return plain(without_nulls(reduce(overlay, map(node, layers), EMPTY)))


def reference(*layers):
    """The rules of merging, said again on plain values."""
    result = {}
    for layer in layers:
        result = _over(result, layer)
    return _stripped(result)


def _over(base, over):
    both = isinstance(base, dict) and isinstance(over, dict)
    return {**base, **{k: _over(base.get(k), v) for k, v in over.items()}} if both else over


def _stripped(value):
    if isinstance(value, dict):
        return {k: _stripped(v) for k, v in value.items() if v is not None}
    return value


@given(st.lists(TREE, max_size=4))
def test_layers_merge_as_the_rules_say(layers):
    assert merged(*layers) == reference(*layers)


@given(TREE)
def test_nothing_changes_nothing(tree):
    assert merged({}, tree) == merged(tree, {}) == merged(tree)


@given(TREE, TREE)
def test_the_same_layer_twice_is_one(base, over):
    assert merged(base, over, over) == merged(base, over)


@given(TREE, KEY)
def test_null_takes_away_whatever_was_there(tree, key):
    assert key not in merged(tree, {key: None})


@given(TREE, TREE)
def test_every_winner_keeps_its_place(base, over):
    result = overlay(node(base, "base"), node(over, "over"))
    stated = {path for path, _ in scalars(node(over))}
    for path, scalar in scalars(result):
        assert scalar.place.file == ("over" if path in stated else "base")


def test_a_deep_null_can_be_set_again_by_a_later_layer():
    assert merged({"a": {"b": 1, "c": 2}}, {"a": None}, {"a": {"c": 3}}) == {"a": {"c": 3}}


def profile(repository, name, extends, text):
    repository.write(
        f"profiles/{name}.yaml",
        f"profile: {name}\nextends: [{', '.join(extends)}]\n"
        f"config: {{osd: {{channel_name: {{text: {text}}}}}}}\n",
    )


def test_profiles_come_after_what_they_extend_each_once(repository):
    for name, extends in {"root": [], "a": ["root"], "b": ["root", "a"], "c": []}.items():
        profile(repository, name, extends, name)
    repository.write("fleet.yaml", "fleet: acme\ndefaults: {profiles: [c]}\n")
    repository.write("devices/gate.yaml", "device: gate\nhost: h\nprofiles: [b, a]\n")
    (gate,) = repository.load().devices
    assert gate.profiles == ("c", "root", "a", "b")
    assert gate.declared["osd.channel_name.text"].value == "b"


def test_variables_of_nearer_layers_win(repository):
    repository.write("fleet.yaml", "fleet: acme\nvariables: {a: fleet, b: fleet, c: fleet}\n")
    repository.write(
        "profiles/p.yaml",
        "profile: p\nvariables: {b: profile, c: profile}\nconfig:\n"
        '  osd: {channel_name: {text: "${var:a} ${var:b} ${var:c}"}}\n',
    )
    repository.write(
        "devices/gate.yaml", "device: gate\nhost: h\nprofiles: [p]\nvariables: {c: device}\n"
    )
    (gate,) = repository.load().devices
    assert gate.declared["osd.channel_name.text"].value == "fleet profile device"


def test_unmanaged_paths_take_out_everything_below_them(repository, values):
    repository.device(
        "osd: {channel_name: {text: x, enabled: true}, font: {size: 16}}",
        header="device: gate\nhost: h\nunmanaged: [osd.channel_name]\n",
    )
    assert values() == {"osd.font.size": 16}


def test_null_takes_an_inherited_mapping_out_of_management(repository, values):
    repository.write(
        "profiles/p.yaml",
        "profile: p\nconfig: {osd: {channel_name: {text: x}, font: {size: 16}}, record: {enabled: true}}\n",
    )
    repository.device(
        "osd: {channel_name: null}\nrecord: {enabled: null}\n",
        header="device: gate\nhost: h\nprofiles: [p]\n",
    )
    assert values() == {"osd.font.size": 16}


def test_a_long_chain_of_profiles_is_refused(repository):
    for number in range(40):
        profile(repository, f"p{number:02}", [f"p{number + 1:02}"] if number < 39 else [], "x")
    assert {problem.rule for problem in repository.problems()} == {"too-deep"}


@pytest.mark.parametrize("reverse", [False, True])
def test_a_circle_is_told_once(repository, reverse):
    names = ["a", "b", "c"]
    for name, parent in zip(names, [*names[1:], names[0]], strict=True):
        profile(repository, name, [parent], "x")
    profile(repository, "A" if reverse else "z", ["b"], "x")
    assert repository.only_problem().rule == "profile-cycle"


def test_connections_are_inherited_key_by_key(repository):
    repository.write(
        "fleet.yaml",
        "fleet: acme\ndefaults:\n  connection:\n"
        '    {scheme: http, port: 8180, username: boss, password: "${env:PW}", timeout: 5}\n',
    )
    repository.write(
        "devices/a.yaml", "device: a\nhost: h\nconnection: {port: 81, timeout: null}\n"
    )
    (device,) = repository.load().devices
    settings = device.connection
    assert (settings.scheme, settings.port, settings.username) == ("http", 81, "boss")
    assert settings.timeout == 45.0
    assert settings.password is not None


def test_a_token_of_the_device_takes_the_place_of_the_inherited_password(repository):
    repository.write("devices/a.yaml", 'device: a\nhost: h\nconnection: {token: "${env:TOKEN}"}\n')
    (device,) = repository.load().devices
    assert device.connection.password is None
    assert device.connection.token is not None


def test_both_credentials_stay_where_one_layer_states_both(repository):
    repository.write(
        "devices/a.yaml",
        'device: a\nhost: h\nconnection: {token: "${env:T}", password: "${env:P}"}\n',
    )
    (device,) = repository.load().devices
    assert device.connection.password is not None
    assert device.connection.token is not None


def test_the_pin_is_the_stated_one_or_the_known_one(repository):
    stated, known = "ab" * 32, "cd" * 32
    repository.write(
        "known_cameras.yaml",
        f'a: {{serial: A, fingerprint: "{known}"}}\nb: {{serial: B, fingerprint: "{known}"}}\n',
    )
    repository.write("devices/a.yaml", "device: a\nhost: a\n")
    repository.write(
        "devices/b.yaml", f"device: b\nhost: b\nconnection: {{tls: {{fingerprint: {stated}}}}}\n"
    )
    repository.write("devices/c.yaml", "device: c\nhost: c\nconnection: {tls: {ca_file: ca.pem}}\n")
    assert [d.pin for d in repository.load().devices] == [known, stated, None]
    assert [d.expected_serial for d in repository.load().devices] == ["A", "B", None]
