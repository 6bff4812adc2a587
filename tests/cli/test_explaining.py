"""explain: each value with the line that says it, and what that overrides, within 80 columns."""

import json

import pytest

FLEET = """\
fleet: acme
defaults:
  connection: {scheme: http, port: 8180, password: "${env:PW}"}
  profiles: [base]
variables: {gain: 24}
drift: {ignore: [osd.font]}
"""
BASE = """\
profile: base
config:
  osd:
    font: {size: 32}
    channel_name: {text: "${device} at ${label:site}", position: [0.05, 0.05]}
  image: {scenes: {night: {exposure: {gain: "${var:gain}"}}}}
  notify:
    mode: mqtt
    mqtt: {host: broker, port: 1883, username: cam, password: "mqtt-${env:MQTT:-fallback}"}
  record:
    storage: {slot: {device: /dev/mmcblk0p8}}
    schedule:
      windows:
        - {start: "Mon 18:00:00", end: "Tue 06:00:00"}
        - {start: "Sat 00:00:00", end: "Sun 24:00:00"}
"""
GATE = """\
device: gate
host: 192.0.2.1
labels: {site: hq}
connection: {token: "${env:TOKEN}", timeout: 20}
variables: {gain: 40}
unmanaged: [osd.channel_name.position]
protected: true
config:
  osd:
    font: {size: 48}
  image: {rotation: null}
  notify: {mode: "off", mqtt: null}
  record: {storage: {slot: none}}
"""
WHOLE = """\
gate at 192.0.2.1  devices/gate.yaml:1
profiles: base
protected: it is planned, and never written

connection
  host         192.0.2.1     devices/gate.yaml:2
  serial       RC1           known_cameras.yaml:1
  scheme       http          fleet.yaml:3
  port         8180          fleet.yaml:3
  username     admin         (default)
  token        ${env:TOKEN}  devices/gate.yaml:4
      over password: "${env:PW}"  fleet.yaml:3
  timeout      20            devices/gate.yaml:4
  concurrency  4             (default)

osd.font
  size  48  devices/gate.yaml:10
      over 32  profiles/base.yaml:4
      drift passes over it  fleet.yaml:6

osd.channel_name
  text      gate at hq   profiles/base.yaml:5
      written "${device} at ${label:site}"
      ${device} is gate
      ${label:site} is hq  devices/gate.yaml:3
  position  (unmanaged)  profiles/base.yaml:5
      unmanaged  devices/gate.yaml:6

image
  rotation  (not managed)  devices/gate.yaml:11

image.scenes.night.exposure
  gain  40  profiles/base.yaml:6
      ${var:gain} is 40  devices/gate.yaml:5
          over 24  fleet.yaml:5

record.schedule
  windows  2 entries  profiles/base.yaml:14
      - {"start": "Mon 18:00:00", "end": "Tue 06:00:00"}
      - {"start": "Sat 00:00:00", "end": "Sun 24:00:00"}

record.storage
  slot  none  devices/gate.yaml:13
      over device: "/dev/mmcblk0p8"  profiles/base.yaml:11

notify
  mode  "off"          devices/gate.yaml:12
      over mqtt  profiles/base.yaml:8
  mqtt  (not managed)  devices/gate.yaml:12
      over 4 settings below it  profiles/base.yaml:9

6 settings managed, 1 unmanaged.
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name, text in {
        "fleet.yaml": FLEET,
        "profiles/base.yaml": BASE,
        "devices/gate.yaml": GATE,
        "known_cameras.yaml": "gate: {serial: RC1}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    return tmp_path


def test_everything_is_told_with_its_line(rcg, repository):
    ended = rcg("explain", "gate")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == WHOLE
    assert max(map(len, WHOLE.splitlines())) <= 80


def test_a_path_narrows_it(rcg, repository):
    assert (
        rcg("explain", "gate", "osd.font").out
        == """\
gate at 192.0.2.1  devices/gate.yaml:1
profiles: base
protected: it is planned, and never written

osd.font
  size  48  devices/gate.yaml:10
      over 32  profiles/base.yaml:4
      drift passes over it  fleet.yaml:6

1 setting managed.
"""
    )
    assert rcg("explain", "gate", "connection").out == WHOLE.partition("\nosd.font")[0]


def test_what_nobody_states_is_said_so(rcg, repository):
    ended = rcg("explain", "gate", "video.main")
    assert ended.code == 0
    assert ended.out.endswith(
        "No file states anything below video.main: the camera keeps what it has.\n"
    )


def test_json_tells_all_of_it(rcg, repository):
    document = json.loads(rcg("explain", "gate", "--format", "json").out)
    settings = {each["path"]: each for each in document["settings"]}
    assert settings["osd.font.size"] == {
        "path": "osd.font.size",
        "value": 48,
        "sensitive": False,
        "standing": "managed",
        "written": 48,
        "by": None,
        "layer": "device gate",
        "source": {"file": "devices/gate.yaml", "line": 10, "column": 18},
        "overrides": [
            {
                "written": 32,
                "layer": "profile base",
                "source": {"file": "profiles/base.yaml", "line": 4, "column": 18},
            }
        ],
        "references": [],
        "unmanaged": None,
        "drift_ignore": {"file": "fleet.yaml", "line": 6, "column": 18},
    }
    password = settings["notify.mqtt.password"]
    assert (password["standing"], password["by"]) == ("null", "notify.mqtt")
    assert password["overrides"][0]["written"] == "•••${env:MQTT:-•••}"
    gain = settings["image.scenes.night.exposure.gain"]
    assert [each["source"]["file"] for each in gain["references"][0]["statements"]] == [
        "devices/gate.yaml",
        "fleet.yaml",
    ]
    assert settings["record.storage.slot.device"]["standing"] == "replaced"
    assert {each["path"] for each in document["connection"]} >= {"host", "token", "password"}


def test_a_secret_that_is_written_out_is_not_told(rcg, repository, canary):
    secret = canary("literal")
    (repository / "fleet.yaml").write_text(FLEET + "policy: {literal_secrets: true}\n")
    text = BASE.replace("mqtt-${env:MQTT:-fallback}", secret)
    (repository / "profiles" / "base.yaml").write_text(text)
    (repository / "devices" / "gate.yaml").write_text(
        "device: gate\nhost: 192.0.2.1\nlabels: {site: hq}\n"
    )
    try:
        for form in ("text", "json"):
            ended = rcg("explain", "gate", "--format", form)
            assert ended.code == 0
            assert secret not in ended.out
        assert "password  •••" in rcg("explain", "gate", "notify").out
    finally:
        (repository / "profiles" / "base.yaml").unlink()  # the only place where it may stand


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gat",), "there is no device 'gat'\n    hint: did you mean 'gate'?"),
        (("gate", "osd.fnt"), "osd.fnt: there is no setting 'osd.fnt'"),
    ],
)
def test_what_is_not_there_is_an_error(rcg, repository, arguments, message):
    ended = rcg("explain", *arguments)
    assert ended.code == 1
    assert message in ended.err
