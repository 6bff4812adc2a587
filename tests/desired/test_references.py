import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.references import BadReference, Kind, Reference, parse
from recamera_gitops.desired.resolve import resolve
from recamera_gitops.errors import InvalidInput
from recamera_gitops.secret import Secret

DEVICE = "device: gate\nhost: h\n"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ("plain",)),
        ("", ()),
        ("$5 {x} $", ("$5 {x} $",)),
        ("$${env:A}", ("${env:A}",)),
        ("a$${b", ("a${b",)),
        ("${env:A}", (Reference(Kind.ENV, "A"),)),
        ("${env:A:-b:c}", (Reference(Kind.ENV, "A", "b:c"),)),
        ("${env:A:-}", (Reference(Kind.ENV, "A", ""),)),
        ("x${var:a-b.c}y", ("x", Reference(Kind.VAR, "a-b.c"), "y")),
        ("${device}/${label:site}", (Reference(Kind.DEVICE), "/", Reference(Kind.LABEL, "site"))),
        ("${file:secrets/a.txt}", (Reference(Kind.FILE, "secrets/a.txt"),)),
        ("${sops:a.yaml#b.c}", (Reference(Kind.SOPS, "a.yaml#b.c"),)),
    ],
)
def test_references_are_recognised(text, parts):
    assert parse(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "${env:A",
        "${}",
        "${env:}",
        "${env:1A}",
        "${env:A-B}",
        "${var:}",
        "${var}",
        "${device:x}",
        "${label:a b}",
        "${file:}",
        "${file:/a}",
        "${file:a/../b}",
        "${file:.recamera/x}",
        "${secret:x}",
        "${env:${var:x}}",
    ],
)
def test_what_only_looks_like_a_reference_is_refused(text):
    with pytest.raises(BadReference):
        parse(text)


@given(st.text())
def test_text_without_a_reference_stands_for_itself(text):
    escaped = text.replace("${", "$${")
    assert "".join(map(str, parse(escaped))) == text or "$${" in text


def test_variables_labels_and_the_name_are_filled_in(repository, values):
    repository.write(
        "devices/gate.yaml",
        """\
        device: gate
        host: ${device}.${label:site}.example
        labels: {site: hq}
        variables: {gain: 32, on: true, text: "Gate N", who: "${device} at ${label:site}"}
        connection: {username: "u-${device}"}
        config:
          osd:
            channel_name: {enabled: "${var:on}", text: "${var:text} ${var:gain} ${var:who} $${x}"}
          image: {scenes: {night: {exposure: {gain: "${var:gain}"}}}}
        """,
    )
    assert values() == {
        "osd.channel_name.enabled": True,
        "osd.channel_name.text": "Gate N 32 gate at hq ${x}",
        "image.scenes.night.exposure.gain": 32,
    }
    (device,) = repository.load().devices
    assert device.host == "gate.hq.example"
    assert device.connection.username == "u-gate"


def test_a_number_in_text_is_written_as_it_stands_in_the_file(repository, values):
    repository.device(
        'osd: {channel_name: {text: "${var:a}-${var:b}"}}',
        header=f"{DEVICE}variables: {{a: 007, b: 1.50}}\n",
    )
    assert values() == {"osd.channel_name.text": "007-1.50"}


def test_an_escaped_reference_in_a_variable_is_not_looked_at_again(repository, values):
    repository.device(
        'osd: {channel_name: {text: "${var:a}"}}',
        header=f"{DEVICE}variables: {{a: '$${{env:AWS}}'}}\n",
    )
    assert values() == {"osd.channel_name.text": "${env:AWS}"}


def test_text_cannot_grow_without_end(repository):
    regions = ", ".join(['"${var:big}${var:big}${var:big}"'] * 200)
    repository.write(
        "devices/gate.yaml",
        f"{DEVICE}variables: {{big: {'x' * 10_000}}}\n"
        f"config: {{network: {{wifi: {{forget: [{regions}]}}}}}}\n",
    )
    assert {problem.rule for problem in repository.problems()} == {"too-large"}


SECRETS = """\
notify: {mqtt: {password: "${env:MQTT}"}}
network: {wifi: {ssid: plant, password: "${file:secrets/wifi}"}}
"""


@pytest.fixture
def with_secrets(repository):
    repository.device(SECRETS)
    repository.write("secrets/wifi", "plant-wifi-pass\n")
    return repository


def resolved(repository, environment):
    (device,) = repository.load().devices
    return resolve(device, environment, repository.root)


def test_secrets_are_resolved_at_the_last_moment(with_secrets):
    declared, login = resolved(with_secrets, {"MQTT": "mq", "PW": "pass"})
    assert declared["notify.mqtt.password"].value == Secret("mq")
    assert declared["network.wifi.password"].value == Secret("plant-wifi-pass")
    assert declared["network.wifi.ssid"].value == "plant"
    assert login.password == Secret("pass")
    assert login.token is None


def test_every_secret_that_is_lacking_is_told_at_once(with_secrets):
    (with_secrets.root / "secrets/wifi").unlink()
    with pytest.raises(InvalidInput) as caught:
        resolved(with_secrets, {"MQTT": ""})
    assert [d.message for d in caught.value.diagnostics] == [
        "the environment variable PW is not set",
        "the environment variable MQTT is empty",
        "'secrets/wifi' cannot be read: No such file or directory",
    ]
    assert [d.path for d in caught.value.diagnostics] == [
        "connection.password",
        "config.notify.mqtt.password",
        "config.network.wifi.password",
    ]


def test_a_secret_file_outside_the_repository_is_not_read(with_secrets, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "canary"
    outside.write_text("canary-value", encoding="utf-8")
    (with_secrets.root / "secrets/wifi").unlink()
    (with_secrets.root / "secrets/wifi").symlink_to(outside)
    with pytest.raises(InvalidInput) as caught:
        resolved(with_secrets, {"MQTT": "mq", "PW": "pass"})
    assert [d.rule for d in caught.value.diagnostics] == ["outside"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 70_000])
def test_a_secret_file_is_a_short_text(with_secrets, content):
    with_secrets.write("secrets/wifi", content)
    with pytest.raises(InvalidInput) as caught:
        resolved(with_secrets, {"MQTT": "mq", "PW": "pass"})
    assert [d.rule for d in caught.value.diagnostics] == ["unreadable"]


def test_only_one_trailing_newline_is_stripped(with_secrets):
    with_secrets.write("secrets/wifi", b" a\n\r\n")
    declared, _ = resolved(with_secrets, {"MQTT": "mq", "PW": "pass"})
    assert declared["network.wifi.password"].value == Secret(" a\n")


def test_a_secret_that_is_not_text_is_refused_without_showing_it(with_secrets):
    with pytest.raises(InvalidInput) as caught:
        resolved(with_secrets, {"MQTT": "canary\udcff", "PW": "pass"})
    assert [d.rule for d in caught.value.diagnostics] == ["encoding"]
    assert "canary" not in repr(caught.value.diagnostics)


def test_literal_secrets_are_possible_where_the_fleet_says_so(repository):
    repository.write(
        "fleet.yaml",
        "fleet: acme\npolicy: {literal_secrets: true}\n"
        'defaults: {connection: {password: "${env:PW:-recamera}"}}\n',
    )
    repository.device("notify: {mqtt: {password: hunter2}}")
    declared, login = resolved(repository, {})
    assert declared["notify.mqtt.password"].value == Secret("hunter2")
    assert login.password == Secret("recamera")


def test_a_template_does_not_show_what_it_is_made_of(repository):
    repository.write("fleet.yaml", "fleet: acme\npolicy: {literal_secrets: true}\n")
    repository.device("notify: {mqtt: {password: hunter2}}")
    assert "hunter2" not in repr(repository.load())


@pytest.mark.parametrize(
    "line", ['x: "${var:a}"', 'conection: "${device}"', "connection: {x: '${env:A}'}"]
)
def test_an_unknown_key_is_told_whatever_reference_stands_at_it(repository, line):
    repository.write("devices/gate.yaml", f"device: gate\nhost: h\n{line}\n")
    assert "unknown-key" in {problem.rule for problem in repository.problems()}


@pytest.mark.parametrize("key", ["connection", "config", "variables"])
def test_no_reference_stands_for_what_is_laid_over_something(repository, key):
    repository.write("devices/gate.yaml", f'device: gate\nhost: h\n{key}: "${{device}}"\n')
    assert repository.only_problem().rule == "bad-reference"
