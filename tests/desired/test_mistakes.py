"""Every kind of mistake: which rule names it, and where; § marks the place in the text."""

import os

import pytest

from recamera_gitops.errors import Place
from recamera_gitops.rules import Severity

FLEET = 'fleet: acme\ndefaults:\n  connection: {username: admin, password: "${env:PW}"}\n'
DEVICE = "device: gate\nhost: 10.0.0.1\n"
FINGERPRINT = "ab" * 32
MARK = "§"


def mistake(rule, files, message=None, hint=None):
    return pytest.param(files, rule, message, hint, id=rule)


def device(text):
    return {"devices/gate.yaml": f"{DEVICE}{text}\n"}


def fleet(text):
    return {"fleet.yaml": f"{FLEET}{text}\n"}


MISTAKES = [
    mistake(
        "unknown-key",
        device("config:\n  video: {main: {§gopp: 50}}"),
        message="unknown key 'gopp'",
        hint="did you mean 'gop'?",
    ),
    mistake("unknown-key", device("§lables: {}"), hint="did you mean 'labels'?"),
    mistake("unknown-key", device("config:\n  §zzz: 1"), message="unknown key 'zzz'"),
    mistake("unknown-key", device("connection: {§passwort: x}")),
    mistake("unknown-key", fleet("§rolout: {}"), hint="did you mean 'rollout'?"),
    mistake("missing-key", {"devices/gate.yaml": "§device: gate\n"}, message="'host' is missing"),
    mistake(
        "missing-key", {"devices/gate.yaml": "§host: 10.0.0.1\n"}, message="'device' is missing"
    ),
    mistake(
        "missing-key",
        device("config:\n  osd: {privacy_masks: {regions: [§{x: 0, y: 0, width: 0.1}]}}"),
        message="'height' is missing",
    ),
    mistake(
        "not-one-of",
        device("config:\n  image: {scenes: {night: {exposure: {mode: §manuel}}}}"),
        message="'manuel' is not one of auto, manual",
        hint="did you mean 'manual'?",
    ),
    mistake(
        "not-one-of",
        device("config:\n  image: {rotation: §45}"),
        message="45 is not one of 0, 90, 180, 270",
    ),
    mistake(
        "out-of-range",
        device("config:\n  video: {main: {gop: §300}}"),
        message="300 is not between 1 and 120",
    ),
    mistake(
        "out-of-range",
        device("config:\n  osd: {channel_name: {enabled: true, text: x, position: [§2, 0]}}"),
        message="2 is not between 0 and 1",
    ),
    mistake("out-of-range", device("connection: {timeout: §0}"), message="0 is not greater than 0"),
    mistake(
        "wrong-type",
        device("config:\n  video: {main: {gop: §many}}"),
        message="'many' is not a whole number",
    ),
    mistake(
        "wrong-type", device('config:\n  video: {main: {gop: §"50"}}'), hint="remove the quotes"
    ),
    mistake(
        "wrong-type",
        device("config:\n  video: {main: {gop: §1.5}}"),
        message="1.5 is not a whole number",
    ),
    mistake(
        "wrong-type",
        device("config:\n  osd: {font: {color: §000000}}"),
        message="000000 is not text",
        hint='put it in quotes: "000000"',
    ),
    mistake("wrong-type", device("config:\n  record: {enabled: §yes}"), hint="write true"),
    mistake(
        "wrong-type", device("config:\n  video: §fast"), message="expected a mapping, found text"
    ),
    mistake("wrong-type", device("config:\n  osd: {privacy_masks: {regions: §{x: 1}}}")),
    mistake("wrong-type", device("config: §null"), message="expected a mapping, found null"),
    mistake("wrong-type", {"devices/gate.yaml": "§- gate\n"}, message="expected a mapping"),
    mistake(
        "bad-form",
        device("config:\n  video: {main: {resolution: §4k}}"),
        hint="for example 3840x2160",
    ),
    mistake("bad-length", device('config:\n  network: {wifi: {ssid: §""}}')),
    mistake("bad-form", {"devices/gate.yaml": "device: gate\nhost: §bad host\n"}),
    mistake("bad-form", {"devices/gate.yaml": "device: gate\nhost: §10.0.0.1:80\n"}),
    mistake("bad-value", {"devices/gate.yaml": "device: gate\nhost: §10.0.0.999\n"}),
    mistake("bad-form", {"devices/gate.yaml": "device: §a b\nhost: x\n"}),
    mistake(
        "bad-name", device('labels: {§"a b": x}'), message="'a b' cannot be used as a name here"
    ),
    mistake("bad-form", device('labels: {site: §"a b"}')),
    mistake("wrong-type", device("labels: {floor: §3}"), hint='put it in quotes: "3"'),
    mistake(
        "bad-value",
        device("connection: {tls: {fingerprint: §abc}}"),
        message="a fingerprint is `sha256:` and 64 hexadecimal digits",
    ),
    mistake(
        "bad-value",
        device(f"connection: {{tls: §{{fingerprint: {FINGERPRINT}, ca_file: ca.pem}}}}"),
        message="tls takes a fingerprint or a ca_file, not both",
    ),
    mistake("outside", device("connection: {tls: {ca_file: §../ca.pem}}")),
    mistake("empty-value", device("config:\n  video:\n    §main:")),
    mistake("literal-secret", device("connection: {password: §hunter2}")),
    mistake("literal-secret", device('connection: {token: §"x${device}"}')),
    mistake("literal-secret", device("config:\n  notify: {mqtt: {password: §hunter2}}")),
    mistake("misplaced-secret", device('config:\n  osd: {channel_name: {text: §"${env:AWS}"}}')),
    mistake("misplaced-secret", device('variables: {x: §"${file:secret}"}')),
    mistake("misplaced-secret", device('config:\n  osd: {channel_name: {text: §"${cmd:pass}"}}')),
    mistake("misplaced-secret", device('labels: {}\nvariables: {x: §"${sops:f#k}"}')),
    mistake("misplaced-secret", device('connection: {username: §"${keyring:s/u}"}')),
    mistake(
        "bad-reference",
        device('connection: {password: §"${cmd:}"}'),
        message="${cmd:…} needs a command",
    ),
    mistake("bad-reference", device('connection: {password: §"${cmd:echo \'x}"}')),
    mistake(
        "bad-reference",
        device('connection: {password: §"${sops:f}"}'),
        hint="write ${sops:secrets.yaml#gate.password}",
    ),
    mistake("bad-reference", device('connection: {password: §"${sops:../f#k}"}')),
    mistake(
        "bad-reference",
        device('connection: {password: §"${keyring:service}"}'),
        hint="write ${keyring:service/user}",
    ),
    mistake("bad-reference", device('connection: {password: §"${env:A"}')),
    mistake(
        "bad-reference", device('connection: {password: §"${evn:A}"}'), hint="did you mean 'env'?"
    ),
    mistake("bad-reference", device('connection: {password: §"${PASSWORD}"}')),
    mistake("bad-reference", device('connection: {password: §"${file:../x}"}')),
    mistake("bad-reference", device('connection: {password: §"${file:/etc/passwd}"}')),
    mistake("bad-reference", device('connection: {password: §"${file:.git/config}"}')),
    mistake("bad-reference", device('labels: {site: §"${device}"}')),
    mistake("bad-reference", device('variables: {x: "a", y: §"${var:x}"}')),
    mistake(
        "unknown-variable",
        device('variables: {gain: 1}\nconfig: {osd: {channel_name: {text: §"${var:gian}"}}}'),
        message="there is no variable 'gian'",
        hint="did you mean 'gain'?",
    ),
    mistake(
        "unknown-label",
        device('config:\n  osd: {channel_name: {text: §"${label:site}"}}'),
        message="this device has no label 'site'",
    ),
    mistake(
        "unknown-profile", device("profiles: [§outdoor]"), message="there is no profile 'outdoor'"
    ),
    mistake(
        "unknown-path",
        device("unmanaged: [§osd.chanel_name.text]"),
        hint="did you mean 'osd.channel_name.text'?",
    ),
    mistake("unknown-path", fleet("drift: {ignore: [§osd.fnt]}"), hint="did you mean 'osd.font'?"),
    mistake("unknown-path", fleet("policy: {forbid: [§recrd.enabled=true]}")),
    mistake("bad-value", fleet('rollout: {waves: [{select: §"a=="}]}')),
    mistake("bad-form", fleet("rollout: {soak: §soon}")),
    mistake("bad-form", fleet('policy: {max_changed_devices: §"150%"}')),
    mistake("not-one-of", fleet("rollout: {gates: [§verfy]}"), hint="did you mean 'verify'?"),
    mistake(
        "not-one-of",
        fleet("rollout: {gates: [verify, §rstp]}"),
        message="'rstp' is not one of verify, inference, recording, rtsp, picture",
        hint="did you mean 'rtsp'?",
    ),
    mistake("bad-form", fleet('rollout: {gates: [{command: §" "}]}')),
    mistake(
        "bad-value",
        fleet("rollout: {gates: [{command: §./check.sh 'x}]}"),
        message="a quote is not closed in this command",
    ),
    mistake("bad-value", fleet("rollout: {gates: [{command: §\"''\"}]}")),
    mistake("bad-reference", fleet('rollout: {gates: [{command: §"./check.sh ${device}"}]}')),
    mistake(
        "bad-value",
        fleet('rollout: {window: {start: "01:00", duration: 1h, timezone: §Europe/Berln}}'),
        message="there is no time zone 'Europe/Berln'",
        hint="did you mean 'Europe/Berlin'?",
    ),
    mistake(
        "bad-value",
        fleet('rollout: {window: {start: "01:00", duration: 1h, timezone: §Europe}}'),
    ),
    mistake(
        "bad-value",
        fleet('rollout: {window: {start: "01:00", duration: 1h, timezone: §localtime}}'),
    ),
    mistake(
        "not-one-of", fleet('rollout: {window: {days: [§Tues], start: "01:00", duration: 3h}}')
    ),
    mistake("empty-file", {"fleet.yaml": "§# nothing\n"}),
    mistake("several-documents", {"profiles/a.yaml": "profile: a\n---\n§profile: b\n"}),
    mistake("duplicate-device", device("---\ndevice: §gate\nhost: b")),
    mistake("duplicate-address", device("---\ndevice: §b\nhost: 10.0.0.1")),
    mistake(
        "duplicate-profile", {"profiles/a.yaml": "profile: a\n", "profiles/b.yml": "profile: §a\n"}
    ),
    mistake(
        "profile-cycle",
        {
            "profiles/a.yaml": "profile: a\nextends: [b]\n",
            "profiles/b.yaml": "profile: b\nextends: [§a]\n",
        },
        message="profiles extend each other in a circle: a → b → a",
    ),
    mistake("profile-cycle", {"profiles/a.yaml": "profile: a\nextends: [§a]\n"}),
    mistake("unknown-profile", {"profiles/a.yaml": "profile: a\nextends: [§bas]\n"}),
    mistake(
        "out-of-range", {"profiles/a.yaml": "profile: a\nconfig: {video: {main: {gop: §300}}}\n"}
    ),
    mistake("bad-value", {"known_cameras.yaml": "gate: {serial: x, fingerprint: §nope}\n"}),
    mistake(
        "serial-conflict",
        {
            "known_cameras.yaml": "gate: {serial: A}\n",
            "devices/gate.yaml": "device: gate\nhost: 10.0.0.1\nserial: §B\n",
        },
    ),
    mistake(
        "mask-outside-frame",
        device(
            "config:\n  osd: {privacy_masks: {regions: [§{x: 0.5, y: 0, width: 0.6, height: 1}]}}"
        ),
    ),
]


def marked(files):
    """The files without the mark, and where it stood."""
    (name,) = [name for name, text in files.items() if MARK in text]
    before = files[name].partition(MARK)[0]
    place = Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return {name: text.replace(MARK, "") for name, text in files.items()}, place


@pytest.mark.parametrize(("files", "rule", "message", "hint"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(repository, files, rule, message, hint):
    texts, place = marked(files)
    for name, text in texts.items():
        repository.write(name, text)
    problem = repository.only_problem()
    assert (problem.rule, problem.place) == (rule, place)
    assert message in (None, problem.message)
    assert hint in (None, problem.hint)


def test_a_directory_without_a_fleet_file_is_no_repository(repository):
    (repository.root / "fleet.yaml").unlink()
    assert repository.only_problem().rule == "no-fleet"


def test_fifty_mistakes_in_one_repository_are_fifty_diagnostics(repository):
    for number in range(10):
        repository.write(
            f"devices/cam-{number}.yaml",
            f"""\
            device: cam-{number}
            host: 10.0.0.{number}
            profiles: [nowhere]
            labels: {{site: {number}}}
            config:
              video: {{main: {{gop: 300, gopp: 1}}}}
              image: {{flip: sideways}}
            """,
        )
    problems = repository.problems()
    assert len(problems) == 50
    assert len({problem.place for problem in problems}) == 50
    assert list(problems) == sorted(problems, key=lambda problem: problem.place)


def test_a_mistake_in_a_profile_is_said_once_whoever_uses_it(repository):
    repository.write("profiles/base.yaml", "profile: base\nconfig: {video: {main: {gop: 300}}}\n")
    repository.write("profiles/unused.yaml", "profile: unused\nconfig: {image: {flip: up}}\n")
    for number in range(3):
        repository.write(
            f"devices/{number}.yaml",
            f"device: d{number}\nhost: 10.0.0.{number}\nprofiles: [base]\n",
        )
    assert [str(p.place) for p in repository.problems()] == [
        "profiles/base.yaml:2:30",
        "profiles/unused.yaml:2:24",
    ]


def test_a_profile_is_told_on_which_devices_its_settings_do_not_fit(repository):
    repository.write(
        "profiles/base.yaml",
        'profile: base\nconfig: {image: {scenes: {night: {exposure: {gain: "${var:g}"}}}}}\n',
    )
    for number in range(3):
        repository.write(
            f"devices/{number}.yaml",
            f"device: d{number}\nhost: 10.0.0.{number}\nprofiles: [base]\nvariables: {{g: 500}}\n",
        )
    problem = repository.only_problem()
    assert problem.place == Place("profiles/base.yaml", 2, 52)
    assert problem.message == "500 is not between 1 and 128"
    assert problem.hint == "on d0 and 2 more"


def test_rules_across_settings_are_asked_of_the_merged_state(repository):
    repository.write(
        "profiles/base.yaml", "profile: base\nconfig: {video: {main: {quality: high}}}\n"
    )
    repository.write(
        "devices/gate.yaml",
        f"{DEVICE}profiles: [base]\nconfig: {{video: {{main: {{rate_control: CBR}}}}}}\n",
    )
    problem = repository.only_problem()
    assert problem.rule == "quality-needs-vbr"
    assert problem.place == Place("profiles/base.yaml", 2, 34)
    assert "on gate" in (problem.hint or "")


def test_one_mistake_does_not_hide_a_rule_across_settings(repository):
    repository.write(
        "devices/gate.yaml",
        f"{DEVICE}config: {{video: {{main: {{gop: 0, quality: high, rate_control: CBR}}}}}}\n",
    )
    assert {p.rule for p in repository.problems()} == {"out-of-range", "quality-needs-vbr"}


def test_files_that_lead_out_of_the_repository_are_not_read(repository, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.yaml"
    outside.write_text("canary: 1\n", encoding="utf-8")
    (repository.root / "devices").mkdir()
    (repository.root / "devices/x.yaml").symlink_to(outside)
    problem = repository.only_problem()
    assert problem.rule == "outside"


def test_warnings_are_carried_and_do_not_stop_anything(repository):
    repository.write("fleet.yaml", "fleet: acme\ndefaults: {connection: {scheme: http}}\n")
    repository.write("devices/gate.yaml", DEVICE)
    warnings = repository.load().warnings
    assert [w.rule for w in warnings] == ["no-credentials", "plain-http"]
    assert {w.severity for w in warnings} == {Severity.WARNING}


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo])
def test_what_is_no_file_is_not_read(repository, make):
    (repository.root / "devices").mkdir()
    make(repository.root / "devices/x.yaml")
    problem = repository.only_problem()
    assert (problem.rule, problem.place) == ("unreadable", Place("devices/x.yaml", 1, 1))


def test_a_variable_may_not_hide_a_mistake(repository):
    repository.write(
        "devices/gate.yaml",
        f'{DEVICE}variables: {{a: "${{label:x}}", b: "${{", c: [1]}}\n'
        'config: {osd: {channel_name: {text: "${var:a} ${var:b} ${var:c}"}}}\n',
    )
    assert sorted(p.rule for p in repository.problems()) == [
        "bad-reference",
        "unknown-label",
        "wrong-type",
    ]
