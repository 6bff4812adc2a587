"""`wifi`: what is asked before a camera may be lost, what is written, and what is said of it afterwards."""

import json
from types import SimpleNamespace

import pytest

from recamera_gitops.cli import console
from recamera_gitops.emulator.network import LAN, WLAN
from recamera_gitops.emulator.wifi import AIR
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.environment import Environment
from tests.conftest import canary
from tests.moves.conftest import Line, Street

HTTP = "warning: connections over http"
CAFE, GUEST, PLANT = "5c:e9:31:00:00:04", "5c:e9:31:00:00:03", "5c:e9:31:00:00:01"
JOIN, POWER = "/network/wifi", "/network/wifi-status"


@pytest.fixture
def street(tmp_path, within, monkeypatch):
    (tmp_path / "fleet.yaml").write_text(
        'fleet: acme\ndefaults: {connection: {scheme: http, password: "${env:CAMERA}"}}\n',
        encoding="utf-8",
    )
    made = Street(tmp_path)
    environment = Environment(
        made.variables, made.clock, transport=lambda connection: Line(made, connection)
    )
    within(SimpleNamespace(environment=environment))
    yield made
    assert [each for camera in made.cameras for each in camera.violations] == []


@pytest.fixture
def wifi(rcg):
    """`rcg wifi …` without what is said of plain http, and of progress."""

    def call(*arguments, answer=None):
        ended = rcg("wifi", *arguments, answer=answer)
        said = [
            line
            for line in ended.err.splitlines()
            if HTTP not in line and not line.startswith(("    hint: on ", "gate1: ", "gate2: "))
        ]
        return SimpleNamespace(code=ended.code, out=ended.out, said=said)

    return call


def over_wifi(street, *flavours, wired="192.168.10.21"):
    """A camera in the network `guest`, reached over it."""
    camera = street.camera({}, flavours=flavours)
    camera.interface = WLAN
    camera.radio.at = next(each for each in AIR if each.ssid == "guest")
    camera.patch(WLAN, {"dIpv4": {"sV4Address": "192.168.20.11"}})
    camera.patch(LAN, {"dIpv4": {"sV4Address": wired}})
    street.declare("gate1", "192.168.20.11", {})
    return camera


def result(ended):
    (device,) = json.loads(ended.out)["devices"]
    return device


def test_a_network_is_joined_and_the_camera_is_seen_in_it(street, wifi):
    street.camera({})
    ended = wifi("connect", "cafe", "gate1", "--yes", "--format", "json")
    assert ended.code == 0
    assert json.loads(ended.out) == {
        "format_version": "1.0",
        "operation": "wifi connect",
        "devices": [
            {
                "device": "gate1",
                "host": "192.168.10.21",
                "error": None,
                "exit_code": 0,
                "result": {
                    "network": {
                        "ssid": "cafe",
                        "bssid": CAFE,
                        "signal_dbm": -66,
                        "frequency_mhz": 2437,
                        "secured": False,
                        "connected": True,
                        "remembered": True,
                    },
                    "changed": True,
                    "notes": [],
                },
            }
        ],
    }
    assert street.writes() == [("POST", JOIN, {"sSsid": CAFE})]
    (past,) = runs.past(street.root)
    assert past.kind == "wifi connect"


def test_a_camera_that_is_there_already_is_told_nothing_and_nobody_is_asked(street, wifi):
    camera = street.camera({})
    camera.radio.at = AIR[0]
    ended = wifi("connect", "plant", "gate1")
    assert (ended.code, ended.said) == (0, [])
    assert ended.out == (
        "camera  network  access point       signal   result\n"
        f"gate1   plant    {PLANT}  -48 dBm  was there\n"
    )
    assert street.writes() == []


def test_nobody_is_asked_for_what_would_be_in_vain(street, wifi):
    street.camera({})
    dark = street.camera({})
    dark.documents[POWER]["iPower"] = 0
    ended = wifi("connect", "nowhere", "*")
    assert (ended.code, ended.said) == (3, [])
    assert ended.out == (
        "gate1  failed: nowhere is not in sight; it sees: cafe, guest, plant\n"
        "gate2  failed: its radio is off: `wifi power on` first\n"
    )
    assert street.writes() == []


def test_without_a_yes_nothing_is_written(street, wifi):
    street.camera({})
    assert wifi("connect", "cafe", "gate1").code == 5
    ended = wifi("connect", "cafe", "gate1", answer="no")
    assert ended.code == 5
    assert "Join cafe with 1 camera? Only 'yes' is accepted:" in "\n".join(ended.said)
    assert street.writes() == []
    assert wifi("connect", "cafe", "gate1", answer="yes").code == 0
    assert len(street.writes()) == 1


def test_a_password_that_is_needed_is_asked_for_or_comes_from_the_environment(
    street, wifi, monkeypatch
):
    street.camera({})
    ended = wifi("connect", "plant", "gate1", "--yes")
    assert (ended.code, ended.said) == (
        5,
        [
            "error: plant wants a password",
            "    hint: name the variable that holds it: --password-env NAME",
            "error: nothing was written",
        ],
    )
    monkeypatch.setenv("WIFI", "")
    assert wifi("connect", "plant", "gate1", "--yes", "--password-env", "WIFI").code == 1
    monkeypatch.delenv("WIFI")
    assert wifi("connect", "plant", "gate1", "--yes", "--password-env", "WIFI").code == 1
    assert street.writes() == []
    questions = []
    monkeypatch.setattr(console, "hidden", lambda text: questions.append(text) or "plant-wifi-pass")
    assert wifi("connect", "plant", "gate1", answer="yes").code == 0
    assert questions == ["Password of plant:"]
    assert street.writes() == [("POST", JOIN, {"sSsid": PLANT, "sPassword": "plant-wifi-pass"})]


def test_nobody_types_an_empty_password(street, wifi, monkeypatch):
    street.camera({})
    monkeypatch.setattr(console, "hidden", lambda _: "")
    ended = wifi("connect", "plant", "gate1", answer="yes")
    assert (ended.code, ended.said) == (5, ["error: no password was typed; nothing was written"])
    assert street.writes() == []


def test_a_remembered_network_wants_none(street, wifi):
    street.camera({})
    assert wifi("connect", "guest", "gate1", "--yes").code == 0
    assert street.writes() == [("POST", JOIN, {"sSsid": GUEST})]


def test_a_wrong_password_is_said_once_and_never_shown(street, wifi, monkeypatch):
    street.camera({})
    monkeypatch.setenv("WIFI", canary("wifi"))
    ended = wifi("connect", "plant", "gate1", "--yes", "--password-env", "WIFI")
    assert ended.code == 3
    assert ended.out == (
        "gate1  failed: POST /network/wifi: Wi-Fi plant was not joined: the password is wrong\n"
    )
    assert len(street.writes()) == 1


@pytest.mark.parametrize("flavours", [("wifi-reply-lost",), ("wifi-slow",), ("wifi-async",)])
@pytest.mark.parametrize("over", [False, True])
def test_whatever_the_answer_was_the_scan_tells_what_became_of_it(street, wifi, flavours, over):
    if over:
        over_wifi(street, *flavours)
    else:
        street.camera({}, flavours=flavours)
    ended = wifi("connect", "cafe", "gate1", "--yes", "--format", "json")
    assert ended.code == 0, ended.out
    assert result(ended)["result"]["network"]["ssid"] == "cafe"
    assert len(street.writes(JOIN)) == 1


def test_a_camera_that_leaves_the_network_it_is_reached_over_is_warned_of_and_found(street, wifi):
    camera = over_wifi(street, "wifi-other-address", "wifi-cable", "wifi-reply-lost")
    ended = wifi("connect", "cafe", "gate1", answer="no")
    warning = (
        "warning: gate1: it is reached over the network guest, which it leaves; it is looked for"
        " where it is, also at 192.168.10.21"
    )
    assert ended.said[0] == warning
    assert (ended.code, camera.radio.at.ssid) == (5, "guest")
    ended = wifi("connect", "cafe", "gate1", answer="yes")
    assert ended.code == 3
    assert "not found again within 60 s at http://192.168.10.21:80" in ended.out
    assert "http://192.168.20.11:80" in ended.out
    assert camera.host == "192.168.20.111"


def test_one_that_is_lost_on_the_way_is_said_to_be_lost(street, wifi):
    over_wifi(street, "wifi-other-address", wired="")
    ended = wifi("connect", "cafe", "gate1", "--yes")
    assert ended.code == 3
    assert "not found again within 60 s at http://192.168.20.11:80" in ended.out
    assert "connect it over USB" in ended.out
    assert len(street.writes(JOIN)) == 1


@pytest.mark.parametrize(
    ("arguments", "route"), [(("forget", "guest"), JOIN), (("power", "off"), POWER)]
)
def test_nobody_is_cut_off_without_another_way_to_the_camera(street, wifi, arguments, route):
    over_wifi(street, wired="")
    ended = wifi(*arguments, "gate1", "--yes")
    assert ended.code == 5
    assert "it is reached over this network and has no other address" in ended.out
    assert street.writes() == []


@pytest.mark.parametrize("arguments", [("forget", "guest"), ("power", "off")])
def test_a_camera_with_a_cable_is_found_at_its_wired_address(street, wifi, arguments):
    camera = over_wifi(street, "wifi-cable")
    ended = wifi(*arguments, "gate1", "--yes", "--format", "json")
    assert ended.code == 0, ended.out
    found = result(ended)["result"]
    assert found["changed"] is True
    (note,) = found["notes"]
    assert "it now answers at http://192.168.10.21:80" in note
    assert camera.host == "192.168.10.21"
    assert len(street.writes()) == 1


def test_a_network_that_is_not_remembered_needs_no_word(street, wifi):
    street.camera({})
    ended = wifi("forget", "cafe", "gate1")
    assert (ended.code, ended.out) == (
        0,
        "camera  network  result\ngate1   cafe     was not remembered\n",
    )
    assert street.writes() == []


def test_one_that_is_out_of_sight_is_forgotten_on_the_cameras_word(street, wifi):
    camera = street.camera({})
    camera.radio.saved.add("home")
    ended = wifi("forget", "home", "gate1", "--yes")
    assert ended.code == 0
    assert ended.out.endswith(
        "gate1   home     forgotten  it is out of sight, so only the camera's word tells\n"
    )
    camera.radio.saved.add("away")
    camera.faults.add("drop-after", "/network/wifi", method="DELETE")
    ended = wifi("forget", "away", "gate1", "--yes")
    assert ended.code == 3
    assert "it is out of sight, and the answer was lost" in ended.out


def test_the_radio_is_switched_only_where_it_is_not_so_already(street, wifi):
    street.camera({})
    assert wifi("power", "on", "gate1").out == "camera  radio\ngate1   was on\n"
    assert wifi("power", "off", "gate1", "--yes").out == "camera  radio\ngate1   switched off\n"
    assert wifi("power", "off", "gate1").code == 0
    assert wifi("power", "on", "gate1", "--yes").code == 0
    assert [path for _, path, _ in street.writes()] == [f"{POWER}?power=off", f"{POWER}?power=on"]


def test_a_lost_answer_to_the_switch_is_looked_at(street, wifi):
    camera = street.camera({})
    camera.faults.add("drop-after", POWER, method="POST")
    assert wifi("power", "off", "gate1", "--yes").code == 0
    camera.faults.add("drop-before", POWER, method="POST")
    ended = wifi("power", "on", "gate1", "--yes")
    assert ended.code == 3
    assert "its radio is still off; whether the camera was told is not known" in ended.out


def test_a_protected_camera_is_left_alone_and_so_is_whoever_would_be_asked(street, wifi):
    street.camera({})
    file = street.root / "devices" / "gate1.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "protected: true\n", encoding="utf-8")
    ended = wifi("connect", "cafe", "gate1")
    assert (ended.code, ended.said) == (5, [])
    assert "it is protected" in ended.out
    assert street.writes() == []


def test_policy_may_deny_what_people_would_notice(street, wifi):
    street.camera({})
    file = street.root / "fleet.yaml"
    window = "rollout: {window: {days: [Tue], start: '01:00', duration: 1h}}\n"
    denied = "policy: {deny_impact: [connectivity]}\n"
    file.write_text(file.read_text(encoding="utf-8") + window + denied, encoding="utf-8")
    ended = wifi("power", "off", "gate1", "--yes")
    assert ended.code == 5
    assert "wifi power" in "\n".join(ended.said)
    assert street.writes() == []
    assert wifi("power", "off", "gate1", "--yes", "--outside-window").code == 0


@pytest.mark.parametrize(
    "arguments", [["connect", "cafe"], ["forget", "cafe"], ["power", "off"], ["power", "dim", "x"]]
)
def test_cameras_that_are_written_to_have_to_be_named(street, wifi, arguments):
    street.camera({})
    assert wifi(*arguments).code == 64


def test_a_scan_of_several_cameras_is_a_line_each(street, wifi):
    street.camera({}).radio.at = AIR[0]
    street.camera({}).documents[POWER]["iPower"] = 0
    ended = wifi("scan")
    assert ended.code == 0
    assert ended.out == (
        "camera  radio  networks  connected to  remembered  strongest\n"
        "gate1   on     4         plant         guest       plant -48 dBm\n"
        "gate2   off    -         -             -           -\n"
    )
    assert street.writes() == []


def test_a_scan_of_one_camera_shows_every_access_point(street, wifi):
    camera = street.camera({})
    camera.radio.at = AIR[0]
    camera.radio.air = (*AIR[:1], AIR[3], AIR[2].__class__("", "5c:e9:31:00:00:09", -80, "x"))
    ended = wifi("scan", "gate1")
    assert ended.out == (
        "network   signal   frequency  security  access point\n"
        f"plant     -48 dBm  5180 MHz   password  {PLANT}  connected\n"
        f"cafe      -66 dBm  2437 MHz   open      {CAFE}\n"
        "(hidden)  -80 dBm  2437 MHz   password  5c:e9:31:00:00:09\n"
    )
    camera.radio.air = ()
    assert wifi("scan", "gate1").out == "No network is in sight.\n"
    camera.documents[POWER]["iPower"] = 0
    assert wifi("scan", "gate1").out == "The radio is off.\n"
