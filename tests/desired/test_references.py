import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.notation import BadReference, Kind, Reference, parse
from recamera_gitops.desired.origins import Ended
from recamera_gitops.desired.resolve import resolve, unfit
from recamera_gitops.errors import InvalidInput
from recamera_gitops.secret import Secret
from tests.conftest import lookup

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
        ("${sops:a/b.yaml#c#d}", (Reference(Kind.SOPS, "a/b.yaml#c#d"),)),
        ("${keyring:cams/gate}", (Reference(Kind.KEYRING, "cams/gate"),)),
        ("${cmd:pass show 'a b'}", (Reference(Kind.CMD, "pass show 'a b'"),)),
        ("x${cmd:awk '{print $1}' f}}y", ("x", Reference(Kind.CMD, "awk '{print $1}' f"), "}y")),
        ('${env:A:-{"b": {}}}', (Reference(Kind.ENV, "A", '{"b": {}}'),)),
        ("${env:A:-a:-b}", (Reference(Kind.ENV, "A", "a:-b"),)),
        ("$$${env:A}", ("$${env:A}",)),
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
        "${env:A:-${env:B}}",
        "${env:A:-{}",
        "${env:A:-}}}${",
        "${cmd:}",
        "${cmd: }",
        "${cmd:'' x}",
        "${cmd:echo 'x}",
        "${cmd:a\0b}",
        "${cmd:echo $${x}}",
        "${keyring:a}",
        "${keyring:a/}",
        "${keyring:/a}",
        "${sops:a.yaml}",
        "${sops:a.yaml#}",
        "${sops:a.yaml#b..c}",
        "${sops:#b}",
        "${sops:/a.yaml#b}",
        "${sops:../a.yaml#b}",
        "${sops:.git/a.yaml#b}",
        "${file:a\ud800}",
    ],
)
def test_what_only_looks_like_a_reference_is_refused(text):
    with pytest.raises(BadReference):
        parse(text)


@given(st.text())
def test_no_text_breaks_the_reader(text):
    for shown in (text, "${" + text, "${cmd:" + text + "}", "${sops:" + text + "}"):
        with contextlib.suppress(BadReference):
            for part in parse(shown):
                assert isinstance(part, str) or part.written()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("${env:A:-c4nary}", "${env:A:-•••}"),
        ("${cmd:pass show c4nary}", "${cmd:pass •••}"),
        ("${cmd:pass}", "${cmd:pass}"),
        ("${sops:a.yaml#b}", "${sops:a.yaml#b}"),
        ("${device}", "${device}"),
    ],
)
def test_a_reference_is_shown_without_what_may_be_secret(text, shown):
    assert parse(text)[0].written() == shown


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
    return resolve(device, lookup(repository.root, environment), repository.root)


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


@pytest.mark.parametrize(
    ("default", "variables", "secret"),
    [
        ("", {"A": "set"}, "set"),
        (":-else", {"A": "set"}, "set"),
        (":-else", {"A": ""}, "else"),
        (":-else", {}, "else"),
        (":-{a}", {}, "{a}"),
        (":- a ", {}, " a "),
        (":-", {}, ""),
        (":-", {"A": ""}, ""),
        ("", {"A": " "}, " "),
        ("", {"A": "a\nb"}, "a\nb"),
    ],
)
def test_a_default_stands_in_for_what_is_not_set_or_empty(repository, default, variables, secret):
    repository.device(f'notify: {{mqtt: {{password: "${{env:A{default}}}"}}}}')
    declared, _ = resolved(repository, {"PW": "pass", **variables})
    assert declared["notify.mqtt.password"].value == Secret(secret)


@pytest.mark.parametrize("key", ["password", "token"])
def test_nobody_logs_in_with_an_empty_secret(repository, key):
    repository.write("devices/gate.yaml", f'{DEVICE}connection: {{{key}: "${{env:NONE:-}}"}}\n')
    with pytest.raises(InvalidInput) as caught:
        resolved(repository, {"PW": "pass"})
    (found,) = caught.value.diagnostics
    assert (found.rule, found.path) == ("empty-secret", f"connection.{key}")
    (device,) = repository.load().devices
    assert list(unfit(device, lookup(repository.root, {"PW": "pass"}))) == [found]


def test_what_is_lacking_comes_with_a_place_and_a_hint(with_secrets):
    with pytest.raises(InvalidInput) as caught:
        resolved(with_secrets, {"PW": "pass"})
    (found,) = caught.value.diagnostics
    assert (str(found.place), found.hint) == (
        "devices/gate.yaml:4:29",
        "export it in the shell, or the job, that this runs in",
    )


def test_an_empty_file_is_no_secret(with_secrets):
    with_secrets.write("secrets/wifi", "\n")
    with pytest.raises(InvalidInput) as caught:
        resolved(with_secrets, {"MQTT": "mq", "PW": "pass"})
    assert [d.message for d in caught.value.diagnostics] == ["'secrets/wifi' is empty"]


def test_every_kind_may_stand_in_the_middle_of_a_text(repository):
    url = "rtmp://${keyring:host/name}/${env:APP}/${sops:a.json#k}?${cmd:tell}$${x}${file:f}-${device}"
    repository.device(f'stream: {{main: {{rtmp: {{url: "{url}"}}}}}}')
    repository.write("f", "from-file\n")
    repository.write("a.json", "")
    outputs = {"sops": b'{"k": "from-sops"}', "tell": b"from-cmd\n"}
    found = lookup(
        repository.root,
        {"APP": "from-env", "PW": "pass"},
        run=lambda program: Ended(outputs[program.words[0]]),
        keyring=lambda service, user: f"{service}.{user}",
        allow_cmd=True,
    )
    (device,) = repository.load().devices
    declared, _ = resolve(device, found, repository.root)
    assert declared["stream.main.rtmp.url"].value == Secret(
        "rtmp://host.name/from-env/from-sops?from-cmd${x}from-file-gate"
    )


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
