"""What each rule finds, and what looks like it and is fine; § marks the place in the text."""

import textwrap
from datetime import date

import pytest

from recamera_gitops.desired.lint.checks import CHECKS
from recamera_gitops.desired.lint.examine import examine
from recamera_gitops.errors import Place
from recamera_gitops.rules import Severity

MARK = "§"
PIN = f'tls: {{fingerprint: "{"ab" * 32}"}}'
FLEET = f'fleet: acme\ndefaults:\n  connection: {{password: "${{env:PW}}", {PIN}}}\n'
ROTATION = "image: {rotation: 0}"


def device(config=ROTATION, *, name="gate", number=1, more=""):
    """A device about which there is nothing to be said."""
    body = textwrap.indent(textwrap.dedent(config).strip(), "  ")
    bound = f"serial: S{number}\n"
    return f"device: {name}\nhost: 10.0.0.{number}\n{bound}{more}config:\n{body}\n"


def gate(config=ROTATION, **more):
    return {"devices/gate.yaml": device(config, **more)}


def dock(config=ROTATION, **more):
    return {"devices/dock.yaml": device(config, name="dock", number=2, **more)}


def fleet(more):
    return {"fleet.yaml": f"{FLEET}{more}\n"}


def profile(text, name="a"):
    return {f"profiles/{name}.yaml": f"profile: {name}\n{textwrap.dedent(text)}"}


HAS_A = "profiles: [a]\n"
LAN = "network: {{lan: {{method: static, address: {}10.0.0.{}, netmask: 255.255.255.0}}}}"
LABELLED = "labels: {{site: {}}}\n"
GAIN = 'image: {scenes: {night: {exposure: {gain: "${var:gain}"}}}}'
TRIGGER = "record: {trigger: {type: %s, gpio: {name: %sGPIO_01, pull: FLOATING}}}"
STREAM = "stream: {%s: {%s: {enabled: %s, auth: %s}}}"
MASKS = "osd: {privacy_masks: {enabled: %s, regions: %s}}"
SCHEDULE = "record: {schedule: {enabled: %s, windows: %s}}"
MULTICAST = "stream: {{sub: {{multicast: {{enabled: {}, address: {}224.1.1.1, port: 9000}}}}}}"
MQTT = "notify: {mode: mqtt, mqtt: {host: %s, client_id: %s}}"

FINDS = [
    ("dead-schedule", gate(SCHEDULE % ("true", "§[]"))),
    ("dead-schedule", gate(SCHEDULE % ("true", '§[{start: "Mon 09:00:00", end: "Mon 09:00:00"}]'))),
    ("dead-schedule", gate(SCHEDULE % ("true", '§[{start: "Tue 00:00:00", end: "Mon 24:00:00"}]'))),
    (
        "dead-schedule",
        gate() | fleet('rollout: {window: {days: §[], start: "01:00", duration: 1h}}'),
    ),
    ("dead-schedule", gate() | fleet('rollout: {window: {start: "01:00", duration: §0h0m}}')),
    ("declares-nothing", {"devices/gate.yaml": "device: §gate\nhost: h\nserial: S\n"}),
    (
        "declares-nothing",
        {"devices/gate.yaml": "device: §gate\nhost: h\nserial: S\nconfig: {osd: {font: {}}}\n"},
    ),
    (
        "declares-nothing",
        gate(more=HAS_A)
        | {"profiles/a.yaml": "profile: §a\nextends: []\nconfig: {osd: {font: {}}}\n"},
    ),
    (
        "forbidden-setting",
        gate("image: {rotation: §90}") | fleet("policy: {forbid: [image.rotation=90]}"),
    ),
    ("forbidden-setting", gate("image: {rotation: §90}") | fleet("policy: {forbid: [image]}")),
    *(
        (
            "ending-ignore",
            gate() | fleet(f"drift: {{ignore: [image, {{path: §image.rotation, until: {day}}}]}}"),
        )
        for day in ("2026-11-30", "2026-12-01", "2026-12-14")
    ),
    ("idle-path", gate() | fleet("drift: {ignore: [image.rotation, §osd.font]}")),
    ("idle-path", gate() | fleet("drift: {ignore: [{reason: x, path: §osd.font}]}")),
    ("idle-path", gate() | fleet("drift: {repair: [image, §osd.font]}")),
    ("idle-path", gate(more="unmanaged: [§osd.font]\n")),
    ("inactive-setting", gate(TRIGGER % ("timer", "§"))),
    ("inactive-setting", gate("record: {trigger: {type: http, inference: §[{id: a}]}}")),
    ("inactive-setting", gate('notify: {mode: "off", uart: {port: §ttyS4}}')),
    ("inactive-setting", gate("system: {time: {method: manual, ntp: {server: §a.example}}}")),
    ("inactive-setting", gate("image: {scenes: {day: {exposure: {mode: auto, time: §1/25}}}}")),
    ("inactive-setting", gate("network: {wifi: {enabled: false, ssid: §plant}}")),
    (
        "inactive-setting",
        profile("config: {notify: {mqtt: {topic: §t, client_id: '${device}'}}}\n")
        | gate('notify: {mode: "off"}', more=HAS_A)
        | dock("notify: {mode: http}", more=HAS_A),
    ),
    ("masks-without-regions", gate(MASKS % ("true", "§[]"))),
    ("must-differ", dock(LAN.format("", 21)) | gate(LAN.format("§", 21))),
    ("must-differ", dock(MULTICAST.format("true", "")) | gate(MULTICAST.format("true", "§"))),
    (
        "must-differ",
        profile("config:\n  " + MQTT % ("broker", "§cam") + "\n")
        | gate(more=HAS_A)
        | dock(more=HAS_A),
    ),
    ("needless-null", gate("image: {rotation: 0, §flip: null}")),
    ("needless-null", profile("config: {image: {§flip: null}}\n") | gate(more=HAS_A)),
    (
        "no-pin",
        {
            "fleet.yaml": FLEET.replace(f", {PIN}", ""),
            "devices/gate.yaml": device().replace("gate", "§gate", 1),
        },
    ),
    ("no-serial", {"devices/gate.yaml": f"device: §gate\nhost: 10.0.0.1\nconfig:\n  {ROTATION}\n"}),
    ("open-stream", gate(STREAM % ("main", "rtsp", "true", "§none"))),
    ("open-stream", gate(STREAM % ("sub", "onvif", "true", "§none"))),
    ("plain-ftp", gate("system: {ftp: {enabled: §true}}")),
    (
        "redundant-override",
        profile(f"config: {{{ROTATION}}}\n") | gate("image: {§rotation: 0}", more=HAS_A),
    ),
    (
        "redundant-override",
        gate()
        | {"devices/gate.yaml": device(more="connection: {§username: admin}\n")}
        | {"fleet.yaml": FLEET.replace("{password", "{username: admin, password")},
    ),
    (
        "redundant-override",
        profile("variables: {gain: 3}\n") | gate(GAIN, more=f"{HAS_A}variables: {{§gain: 3}}\n"),
    ),
    (
        "redundant-override",
        profile(f"config: {{{ROTATION}}}\n")
        | profile("extends: [a]\nconfig: {image: {§rotation: 0}}\n", "b")
        | gate("image: {flip: none}", more="profiles: [b]\n")
        | dock("image: {flip: none}", more="profiles: [a, b]\n"),
    ),
    (
        "redundant-override",
        profile('config: {notify: {mqtt: {password: "${env:MQTT}"}}}\n')
        | gate('notify: {mqtt: {§password: "${env:MQTT}"}}', more=HAS_A),
    ),
    (
        "repeated-literal",
        dock("system: {time: {ntp: {server: §ntp.example}}}")
        | gate("system: {time: {ntp: {server: NTP.example}}}"),
    ),
    (
        "repeated-literal",
        gate("network: {lan: {gateway: §10.0.0.254, dns: [9.9.9.9, 10.0.0.254]}}"),
    ),
    (
        "repeated-literal",
        {
            "devices/a.yaml": device(number=7, more="").replace("host: ", "host: §")
            + "---\n"
            + device(name="b", number=7, more="connection: {port: 8443}\n").replace("S7", "S8")
        },
    ),
    (
        "repeated-profile",
        profile(f"config: {{{ROTATION}}}\n") | gate("osd: {}", more="profiles: [a, §a]\n"),
    ),
    (
        "repeated-profile",
        profile(f"config: {{{ROTATION}}}\n")
        | profile("extends: [a]\n", "b")
        | gate("osd: {}", more="profiles: [b, §a]\n"),
    ),
    (
        "repeated-profile",
        profile(f"config: {{{ROTATION}}}\n")
        | gate("osd: {}", more="profiles: [§a]\n")
        | {"fleet.yaml": f"{FLEET}  profiles: [a]\n"},
    ),
    (
        "repeated-profile",
        profile(f"config: {{{ROTATION}}}\n")
        | profile("extends: [a]\n", "b")
        | profile("extends: [b, §a]\n", "c")
        | gate("osd: {}", more="profiles: [c]\n"),
    ),
    ("stale-known", gate() | {"known_cameras.yaml": "gate: {serial: S1}\n§gone: {serial: S2}\n"}),
    (
        "unmatched-selector",
        gate(more=LABELLED.format("hq"))
        | fleet('rollout: {waves: [{select: §"site=hk"}, {select: all}]}'),
    ),
    ("unread-file", gate() | {"devices/hq/dock.yaml": "§device: dock\n"}),
    ("unread-file", gate() | {"profiles/A.YAML": "§profile: a\n"}),
    (
        "unused-profile",
        gate() | {"profiles/a.yaml": "profile: §a\nconfig: {image: {flip: none}}\n"},
    ),
    ("unused-variable", gate() | fleet("variables: {§gain: 3}")),
    ("unused-variable", gate(GAIN, more="variables: {gain: 3, §gian: 4}\n")),
    (
        "unused-variable",
        profile("variables: {§gain: 3}\nconfig: {image: {rotation: 0}}\n")
        | gate("osd: {}", more=HAS_A)
        | dock(GAIN, more="variables: {gain: 3}\n"),
    ),
]

FINE = [
    ("dead-schedule", gate(SCHEDULE % ("false", "[]"))),
    ("dead-schedule", gate(SCHEDULE % ("true", '[{start: "Mon 00:00:00", end: "Sun 24:00:00"}]'))),
    ("dead-schedule", gate() | fleet('rollout: {window: {start: "01:00", duration: 1h0m}}')),
    ("declares-nothing", profile(f"config: {{{ROTATION}}}\n") | gate("osd: {}", more=HAS_A)),
    (
        "declares-nothing",
        profile("config: {osd: {privacy_masks: {regions: []}}}\n") | gate(more=HAS_A),
    ),
    (
        "declares-nothing",
        profile("config: {image: {flip: null}}\n")
        | profile("extends: [a]\n", "b")
        | profile("config: {image: {flip: none}}\n", "c")
        | gate(more="profiles: [c, b]\n"),
    ),
    (
        "ending-ignore",
        gate() | fleet("drift: {ignore: [image, {path: image.rotation, until: 2026-12-15}]}"),
    ),
    ("forbidden-setting", gate() | fleet("policy: {forbid: [image.rotation=90, osd]}")),
    (
        "idle-path",
        gate(f"{ROTATION}\nosd: {{font: {{size: 32}}}}", more="unmanaged: [image]\n")
        | dock()
        | fleet("drift: {ignore: [image, image.rotation]}"),
    ),
    ("inactive-setting", gate(TRIGGER % ("gpio", ""))),
    ("inactive-setting", gate("record: {trigger: {gpio: {name: GPIO_01}}}")),
    (
        "inactive-setting",
        profile("config:\n  " + TRIGGER % ("gpio", "") + "\n")
        | gate("record: {trigger: {type: timer}}", more=HAS_A)
        | dock(more=HAS_A),
    ),
    ("masks-without-regions", gate(MASKS % ("false", "[]"))),
    ("masks-without-regions", gate("osd: {privacy_masks: {enabled: true}}")),
    ("must-differ", dock(LAN.format("", 21)) | gate(LAN.format("", 22))),
    (
        "must-differ",
        dock(LAN.format("", 21), more=LABELLED.format("hq"))
        | gate(LAN.format("", 21), more=LABELLED.format("far")),
    ),
    ("must-differ", dock(MULTICAST.format("true", "")) | gate(MULTICAST.format("false", ""))),
    ("must-differ", dock(MQTT % ("a.example", "cam")) | gate(MQTT % ("b.example", "cam"))),
    (
        "must-differ",
        profile("config:\n  " + MQTT % ("broker", '"${device}"') + "\n")
        | gate(more=HAS_A)
        | dock(more=HAS_A),
    ),
    (
        "needless-null",
        profile("config: {image: {flip: none}}\n")
        | gate("image: {rotation: 0, flip: null}", more=HAS_A),
    ),
    (
        "needless-null",
        profile("config: {notify: {mode: mqtt}}\n")
        | gate("image: {rotation: 0}\nnotify: null", more=HAS_A),
    ),
    (
        "needless-null",
        profile("config: {image: {flip: null}}\n")
        | profile("config: {image: {flip: none}}\n", "b")
        | gate(more="profiles: [b, a]\n")
        | dock(more=HAS_A),
    ),
    ("no-pin", gate(more="connection: {tls: {fingerprint: null, ca_file: ca.pem}}\n")),
    (
        "no-pin",
        gate()
        | {
            "fleet.yaml": FLEET.replace(f", {PIN}", ""),
            "known_cameras.yaml": f"gate: {{serial: S1, fingerprint: {'ab' * 32}}}\n",
        },
    ),
    (
        "no-serial",
        {
            "devices/gate.yaml": f"device: gate\nhost: 10.0.0.1\nconfig:\n  {ROTATION}\n",
            "known_cameras.yaml": "gate: {serial: S1}\n",
        },
    ),
    *(
        (
            "no-serial",
            {"devices/gate.yaml": f"device: gate\nhost: '{host}'\nconfig:\n  {ROTATION}\n"},
        )
        for host in ("127.11.0.1", "[::1]", "localhost")
    ),
    ("open-stream", gate(STREAM % ("main", "rtsp", "false", "none"))),
    ("open-stream", gate(STREAM % ("main", "rtsp", "true", "password"))),
    ("open-stream", gate("stream: {main: {rtsp: {auth: none}}}")),
    ("plain-ftp", gate("system: {ftp: {enabled: false}}")),
    (
        "redundant-override",
        profile(f"config: {{{ROTATION}}}\n") | gate("image: {rotation: 90}", more=HAS_A),
    ),
    (
        "redundant-override",
        profile(f"config: {{{ROTATION}}}\n")
        | profile("config: {image: {rotation: 90}}\n", "b")
        | profile("extends: [a]\nconfig: {image: {rotation: 0}}\n", "c")
        | gate("osd: {}", more="profiles: [a, b, c]\n")
        | dock("osd: {}", more="profiles: [c]\n"),
    ),
    (
        "redundant-override",
        profile("config: {image: {flip: none}}\n")
        | profile("config: {image: {flip: null}}\n", "b")
        | gate("image: {flip: none}", more="profiles: [a, b]\n"),
    ),
    (
        "redundant-override",
        profile("config: {video: {main: {frame_rate: 25}}}\nvariables: {rate: 25}\n")
        | gate('video: {main: {frame_rate: "${var:rate}"}}', more=HAS_A),
    ),
    ("redundant-override", gate(more='connection: {password: "${env:PW}"}\n')),
    (
        "repeated-literal",
        profile("config: {system: {time: {ntp: {server: ntp.example}}}}\n")
        | gate(more=HAS_A)
        | dock(more=HAS_A),
    ),
    (
        "repeated-literal",
        gate('system: {time: {ntp: {server: "${var:ntp}"}}}')
        | dock('system: {time: {ntp: {server: "${var:ntp}"}}}')
        | fleet("variables: {ntp: ntp.example}"),
    ),
    (
        "repeated-literal",
        gate("notify: {mqtt: {host: 127.0.0.1}}") | dock("notify: {mqtt: {host: 127.0.0.1}}"),
    ),
    (
        "repeated-profile",
        profile(f"config: {{{ROTATION}}}\n")
        | profile("extends: [a]\nconfig: {image: {flip: none}}\n", "b")
        | gate("osd: {}", more="profiles: [a, b]\n"),
    ),
    ("stale-known", gate() | {"known_cameras.yaml": "gate: {serial: S1}\n"}),
    (
        "unmatched-selector",
        gate(more=LABELLED.format("hq"))
        | fleet("rollout: {waves: [{select: site!=far}, {select: all}]}"),
    ),
    (
        "unread-file",
        gate() | {"devices/.old/dock.yaml": "x", "devices/notes.txt": "x", "other/x.yaml": "x"},
    ),
    (
        "unused-profile",
        gate()
        | profile("config: {image: {flip: none}}\n")
        | {"fleet.yaml": f"{FLEET}  profiles: [a]\n"},
    ),
    (
        "unused-profile",
        profile("config: {image: {flip: none}}\n")
        | profile("extends: [a]\n", "b")
        | gate(more="profiles: [b]\n"),
    ),
    (
        "unused-profile",
        profile("config: {image: {flip: none}}\n") | {"fleet.yaml": f"{FLEET}  profiles: [a]\n"},
    ),
    (
        "unused-variable",
        profile(f"config: {{{GAIN}}}\n") | gate(more=f"{HAS_A}variables: {{gain: 3}}\n"),
    ),
    ("unused-variable", profile("variables: {gain: 3}\n") | gate(GAIN, more=HAS_A)),
    (
        "unused-variable",
        gate()
        | {
            "fleet.yaml": FLEET.replace("{password", '{username: "${var:name}", password')
            + "variables: {name: x}\n"
        },
    ),
]


def marked(files):
    """The files without the mark, and where it stood."""
    (name,) = [name for name, text in files.items() if MARK in text]
    before = files[name].partition(MARK)[0]
    place = Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return {name: text.replace(MARK, "") for name, text in files.items()}, place


@pytest.fixture
def findings(repository):
    """What is said of files."""

    def found(files):
        for name, text in {"fleet.yaml": FLEET, **files}.items():
            repository.write(name, text)
        examined = examine(repository.root, date(2026, 12, 1))
        assert examined.fleet is not None, examined.diagnostics
        return list(examined.diagnostics)

    return found


@pytest.mark.parametrize(("rule", "files"), FINDS, ids=[rule for rule, _ in FINDS])
def test_a_rule_finds_one_thing_where_it_stands(findings, rule, files):
    texts, place = marked(files)
    (found,) = findings(texts)
    assert (found.rule, found.place) == (rule, place)
    assert found.severity is Severity.WARNING
    assert found.hint


@pytest.mark.parametrize("files", [files for _, files in FINE], ids=[rule for rule, _ in FINE])
def test_nothing_is_found_in_what_only_looks_like_it(findings, files):
    assert findings(files) == []


def test_every_rule_has_a_case_that_fires_and_one_that_does_not():
    assert {rule for rule, _ in FINDS} == {rule for rule, _ in FINE} == CHECKS.keys()


def test_no_secret_is_quoted(findings):
    secret = "notify: {mqtt: {host: broker.example, password: hunter2-sesame}}"
    url = 'http: {url: "https://hunter2.example/x"}'
    found = findings(
        profile(f"config: {{{secret}}}\n")
        | gate(secret.replace("mqtt:", f"mode: mqtt, {url}, mqtt:"), more=HAS_A)
        | dock(f"notify: {{{url}}}")
        | fleet("policy: {literal_secrets: true, forbid: [notify.mqtt.password]}")
    )
    assert {each.rule for each in found} >= {"redundant-override", "forbidden-setting"}
    assert "hunter2" not in "".join(f"{each.message}{each.hint}{each.path}" for each in found)


def test_what_every_device_inherits_is_told_once(findings):
    opened = profile("config:\n  " + STREAM % ("main", "rtsp", "true", "none") + "\n")
    devices = [
        {f"devices/{n}.yaml": device(name=f"cam-{n}", number=n, more=HAS_A)} for n in range(1, 6)
    ]
    (found,) = findings(
        {name: text for files in (opened, *devices) for name, text in files.items()}
    )
    assert (
        found.hint == "write auth: password, with a username and a password (on cam-1 and 4 more)"
    )


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        (
            gate(GAIN, more="variables: {gian: 4}\n") | fleet("variables: {gain: 3}"),
            "did you mean 'gain'?",
        ),
        (
            gate(more=LABELLED.format("hq")) | fleet("rollout: {waves: [{select: sit=hq}]}"),
            "did you mean 'site'?",
        ),
        (
            gate(more=LABELLED.format("hall"))
            | fleet('rollout: {waves: [{select: "site in (hal)"}]}'),
            "did you mean 'hall'?",
        ),
        (
            gate("network: {lan: {gateway: 10.0.0.9, dns: [10.0.0.9]}}")
            | fleet("variables: {router: 10.0.0.9}"),
            "write ${var:router}",
        ),
    ],
)
def test_a_hint_guesses_at_what_was_meant(findings, files, hint):
    assert hint in [each.hint for each in findings(files)]
