"""`status` and `network show`: read only, one login for a whole watch, and an exit code that is true."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.cli import schemas
from recamera_gitops.emulator.wifi import AIR
from tests.cli.drifting import Site
from tests.conftest import canary

MIDNIGHT = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
SECRETS = "{osd: {font: {size: 32}}, notify: {mqtt: {password: '${env:NOWHERE}'}}}"


class Seen(Site):
    """The site, with cameras whose clocks go as that of this machine."""

    def __init__(self, root, environment, rcg):
        super().__init__(root, environment, rcg)
        for camera in self.cameras.values():
            camera.wall = lambda: self.now.timestamp() + self.clock()
        object.__setattr__(
            self.environment, "now", lambda: self.now + timedelta(seconds=self.clock())
        )
        for name in self.cameras:
            self.declare(name.removesuffix(".test"), SECRETS)

    def logins(self, name):
        return sum(each.path.endswith("/system/login") for each in self.camera(name).log)

    def writes(self):
        return sum(camera.writes for camera in self.cameras.values())


@pytest.fixture
def site(tmp_path, environment, rcg, within):
    made = within(Seen(tmp_path, environment, rcg))
    yield made
    assert made.writes() == 0


def test_a_fleet_is_a_table_and_no_secret_of_its_settings_is_needed(site, rcg):
    site.camera("gate").documents["/system/resource-info"]["sStorage"]["iStorageUsage"] = 95
    ended = rcg("status")
    assert ended.code == 0
    assert ended.out == (
        "camera  firmware  cpu/npu/mem/disk  clock    recording  storage   inference       push  link\n"
        "dock    V1.0.10   23/41/50/31       in step  off        ready 0%  running 15 fps  off   cable\n"
        "gate    V1.0.10   23/41/50/95       in step  off        ready 0%  running 15 fps  off   cable\n"
        "\n"
        "gate: its own storage is 95 % full\n"
        "\n"
        "Status: 2 cameras: 1 well, 1 to be looked at.\n"
    )


def test_a_camera_out_of_reach_is_a_row_and_ends_it_with_4(site, rcg):
    site.out_of_reach("dock")
    ended = rcg("status")
    assert ended.code == 4
    assert "\ndock    unreachable: dropped\ngate    V1.0.10" in ended.out
    assert ended.out.endswith("Status: 2 cameras: 1 well, 1 not read.\n")


def test_a_password_that_is_rejected_ends_it_with_1(site, rcg):
    site.environment.variables["PW"] = canary("wrong")
    ended = rcg("status", "gate")
    assert ended.code == 1
    assert ended.out.startswith("gate  failed: ")
    assert site.logins("gate") == 1


def test_another_camera_under_its_name_is_no_state_of_it(site, rcg):
    file = site.root / "devices" / "gate.yaml"
    file.write_text(file.read_text() + "serial: SN-other\n")
    ended = rcg("status", "gate")
    assert (ended.code, ended.out) == (
        3,
        "gate  failed: SN-gate answers, SN-other is expected\n",
    )


def test_programs_read_everything_of_a_camera(site, rcg):
    camera = site.camera("gate")
    camera.routes = {path: e for path, e in camera.routes.items() if path != "/system/battery"}
    ended = rcg("status", "gate", "--format", "json")
    told = json.loads(ended.out)
    promised = Draft202012Validator(schemas.every()["operation.schema.json"])
    assert [each.message for each in promised.iter_errors(told)] == []
    (device,) = told.pop("devices")
    result = device.pop("result")
    assert ended.code == 0
    assert told["operation"] == "status"
    assert told["at"].startswith("2026-11-22T01:")
    assert device == {"device": "gate", "host": "gate.test", "error": None, "exit_code": 0}
    assert list(result) == [
        *("identity", "load", "battery", "clock", "recording", "recorder", "storage"),
        *("inference", "push", "lan", "radio", "wifi", "unknown", "attention"),
    ]
    assert result["identity"] == {
        "serial": "SN-gate",
        "firmware": "V1.0.10",
        "sensor": "SC850SL",
        "base_plate": "Base Board-V1.0,Expand Board-V1.0",
    }
    assert result["clock"]["offset_seconds"] == 0.5
    assert result["battery"] is None
    assert result["unknown"] == [{"part": "battery", "reason": "this firmware does not know it"}]
    assert result["attention"] == []


class Looks:
    """A clock with which a watch ends after some looks."""

    def __init__(self, site, looks):
        self._clock, self._stop, self._left = site.clock, site.environment.stop, looks
        self.slept = []

    def monotonic(self):
        return self._clock()

    def sleep(self, seconds):
        if seconds < 5:  # of a client, between two tries
            return self._clock.sleep(seconds)
        self.slept.append(seconds)
        self._left -= 1
        if self._left <= 0:
            self._stop.request()
            return False
        return self._clock.sleep(seconds)


@pytest.fixture
def looks(site):
    def after(number):
        clock = Looks(site, number)
        object.__setattr__(site.environment, "clock", clock)
        return clock

    return after


def test_a_watch_is_one_look_a_line_with_one_login(site, rcg, looks):
    clock = looks(3)
    ended = rcg("status", "--watch", "--every", "7", "--format", "json")
    assert ended.code == 0
    told = [json.loads(line) for line in ended.out.splitlines()]
    assert [len(each["devices"]) for each in told] == [2, 2, 2]
    assert len({each["at"] for each in told}) == 3
    assert clock.slept == [7.0, 7.0, 7.0]
    assert [site.logins(name) for name in ("gate", "dock")] == [1, 1]


def test_a_watch_that_nobody_sees_in_one_place_is_appended_with_the_time(site, rcg, looks):
    looks(2)
    ended = rcg("status", "--watch")
    first, second, rest = re.split(r"^2026-11-22T01:\d\d:\d\dZ\n", ended.out, flags=re.MULTILINE)
    assert first == ""
    assert second == rest
    assert second.startswith("camera  firmware")
    assert second.endswith("Status: 2 cameras: 2 well.\n\n")
    assert ended.code == 0


def test_a_camera_that_goes_away_and_comes_back_is_seen_to(site, rcg, looks):
    looks(3)
    site.clock.sleep = _switching(site, site.clock.sleep)
    ended = rcg("status", "--watch", "--format", "json")
    told = [json.loads(line)["devices"][1]["exit_code"] for line in ended.out.splitlines()]
    assert (ended.code, told) == (0, [0, 4, 0])
    assert site.logins("gate") <= 2


def _switching(site, sleep):
    def asleep(seconds):
        if seconds == 5.0:
            site.camera("gate").power = not site.camera("gate").power
        return sleep(seconds)

    return asleep


def test_a_pause_without_a_watch_is_wrong_usage(site, rcg):
    ended = rcg("status", "--every", "3")
    assert (ended.code, ended.out) == (64, "")
    assert "--every goes with --watch" in ended.err
    assert rcg("status", "--watch", "--every", "0").code == 64


def test_how_cameras_are_connected_is_a_line_each_or_everything_of_one(site, rcg):
    site.camera("gate").radio.at = AIR[0]
    assert rcg("network", "show").out == (
        "camera  cable          radio  wifi           in     reached over\n"
        "dock    192.168.10.21  on     -              -      ?\n"
        "gate    192.168.10.21  on     192.168.10.22  plant  ?\n"
    )
    ended = rcg("network", "show", "gate")
    assert ended.code == 0
    assert ended.out == (
        "reached at      ?\n"
        "cable           192.168.10.21, dhcp, netmask 255.255.255.0, gateway 192.168.10.254,"
        " DNS 192.168.10.254, MAC 2c:f7:f1:00:00:01\n"
        "radio           on\n"
        "wifi            192.168.10.22, dhcp, netmask 255.255.255.0, gateway 192.168.10.254,"
        " DNS 192.168.10.254, MAC 2c:f7:f1:00:00:02\n"
        "in              plant, -48 dBm\n"
        "wifi is set to  dhcp\n"
        "multicast main  off (224.1.1.1:8868)\n"
        "multicast sub   off (224.1.1.1:8869)\n"
    )


def test_what_nobody_knows_of_a_connection_is_said(site, rcg):
    camera = site.camera("gate")
    camera.routes = {path: e for path, e in camera.routes.items() if path != "/network/wifi"}
    ended = rcg("network", "show", "gate")
    assert "wifi            ?\n" in ended.out
    assert ended.out.endswith("wifi is not known: this firmware does not know it\n")
    told = json.loads(rcg("network", "show", "gate", "--format", "json").out)
    result = told["devices"][0]["result"]
    assert (result["wifi"], result["joined"]) == (None, None)
    assert result["unknown"] == [{"part": "wifi", "reason": "this firmware does not know it"}]
