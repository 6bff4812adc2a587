"""Joining a network: what the camera says of it is believed, and nothing is said twice."""

import pytest

from recamera_gitops.emulator.answers import data
from recamera_gitops.emulator.network import LAN, WLAN
from recamera_gitops.emulator.wifi import AIR
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.policy import unconfirmed
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import Status, plan_from_json, plan_json
from recamera_gitops.report.text import plan_text

JOIN = "/network/wifi"


@pytest.fixture
def seen(street):
    """The camera, and a network in its reach that it has not joined."""

    def make(wish, flavours=()):
        camera = street.camera({"network": {"wifi": wish}}, flavours=flavours)
        with street.run() as run:
            scan = run._cameras._client(run._devices[0]).get("/network/wifi-list")
        street.sent.clear()
        joined = [each["sSsid"] for each in scan if str(each["sConnected"]).lower() == "true"]
        return camera, next(each["sSsid"] for each in scan if each["sSsid"] not in ["", *joined])

    return make


def joins(street):
    return [body for method, _, body in street.writes(JOIN) if method == "POST"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(-1, "in time"), (-2, "password is wrong"), ("-2", "password is wrong"), (7, "status 7")],
)
def test_a_refusal_is_the_truth(street, seen, status, words):
    street.variables["WIFI"] = "wireless-1"
    camera, name = seen({"enabled": True})
    wish = {"enabled": True, "ssid": name, "password": "${env:WIFI}"}
    street.declare("gate1", camera.host, {"network": {"wifi": wish}})
    told = {"POST": lambda _camera, _call: data({"code": 0, "status": status})}
    camera.routes = {**camera.routes, JOIN: {**camera.routes[JOIN], **told}}
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.FAILED
    assert words in outcome.error
    assert len(joins(street)) == 1


def test_a_lost_answer_is_never_repeated(street, seen):
    street.variables["WIFI"] = "wireless-1"
    camera, name = seen({"enabled": True})
    wish = {"enabled": True, "ssid": name, "password": "${env:WIFI}"}
    street.declare("gate1", camera.host, {"network": {"wifi": wish}})
    camera.faults.add("drop-before", JOIN, method="POST")
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is Verdict.FAILED
    assert len(joins(street)) == 1


OVER = "192.168.10.22"
WIRED = "192.168.10.21"
PLANT = {"ssid": "plant", "password": "${env:WIFI}"}


def over_wifi(street, wish, *flavours, name=None):
    """A camera in the network `guest`, reached over it."""
    street.variables["WIFI"] = "plant-wifi-pass"
    camera = street.camera({"network": {"wifi": wish}}, flavours=flavours, name=name)
    number = len(street.cameras)
    camera.interface = WLAN
    camera.radio.at = next(each for each in AIR if each.ssid == "guest")
    host = f"192.168.20.{10 + number}"
    camera.patch(WLAN, {"dIpv4": {"sV4Address": host}})
    camera.patch(LAN, {"dIpv4": {"sV4Address": f"192.168.10.{10 + number}"}})
    street.declare(name or f"gate{number}", host, {"network": {"wifi": wish}})
    return camera


def asked(plan):
    return {
        change.path: change.confirm
        for each in plan.devices
        for change in each.changes
        if change.confirm
    }


@pytest.mark.parametrize(
    ("wish", "paths"),
    [
        ({"ssid": "plant"}, ["ssid"]),
        ({"bssid": "5c:e9:31:00:00:01"}, ["bssid"]),
        ({"enabled": False}, ["enabled"]),
        ({"forget": ["cafe"]}, []),
        ({"enabled": True, "ssid": "guest"}, []),
    ],
)
def test_leaving_the_network_that_the_camera_is_reached_over_has_to_be_confirmed(
    street, wish, paths
):
    over_wifi(street, wish)
    plan = street.plan()
    assert asked(plan) == {f"network.wifi.{each}": "network" for each in paths}
    assert len(unconfirmed(plan.devices, ())) == bool(paths)
    assert unconfirmed(plan.devices, ("network",)) == ()
    assert plan_from_json(plan_json(plan)) == plan
    assert ("needs: --confirm network" in plan_text(plan)) is bool(paths)


@pytest.mark.parametrize("wish", [{"ssid": "plant"}, {"enabled": False}])
def test_over_a_cable_it_has_not(street, wish):
    street.camera({"network": {"wifi": wish}})
    assert asked(street.plan()) == {}


@pytest.mark.parametrize("flavours", [(), ("wifi-reply-lost",), ("wifi-slow",), ("wifi-strings",)])
def test_a_camera_that_keeps_its_address_is_found_there(street, flavours):
    camera = over_wifi(street, PLANT, *flavours)
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.radio.at.ssid == "plant"
    assert len(joins(street)) == 1
    assert outcome.warnings == ()
    assert camera.violations == []
    assert street.plan().devices[0].status is Status.UNCHANGED


def test_one_that_joins_later_is_waited_for(street):
    camera = over_wifi(street, PLANT, "wifi-async")
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.radio.at.ssid == "plant"
    assert len(joins(street)) == 1


@pytest.mark.parametrize("wish", [PLANT, {"enabled": False}])
def test_out_of_the_air_it_is_found_at_its_wired_address(street, wish):
    camera = over_wifi(street, wish, "wifi-cable", "wifi-reply-lost")
    camera.on_request = lambda _index, request: _unplugged_from_air(camera, request)
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert len(street.writes()) == 1
    (advice,) = outcome.warnings
    assert "set host: 192.168.10.11 at devices/gate1.yaml" in advice


def _unplugged_from_air(camera, request):
    """After it has joined, the new network does not reach to where the tool runs."""
    if camera.radio.at is not None and camera.radio.at.ssid == "plant":
        camera.interface = LAN


def test_another_address_that_nobody_can_know_is_said_with_the_way_out(street):
    fleet = street.root / "fleet.yaml"
    fleet.write_text(fleet.read_text() + "rollout: {concurrency: 1}\n")
    camera = over_wifi(street, PLANT, "wifi-other-address")
    second = over_wifi(street, PLANT)
    _, outcomes = street.apply()
    lost, refused = outcomes
    assert lost.outcomes[0].verdict is Verdict.UNKNOWN
    assert lost.exit_code is ExitCode.FAILED
    assert "not found again" in lost.error
    assert "192.168.42.1" in lost.error
    assert "trust gate1" in lost.error
    assert refused.exit_code is ExitCode.REFUSED
    assert "is not proved" in refused.error
    assert second.radio.at.ssid == "guest"
    assert len(joins(street)) == 1
    assert camera.violations == []


@pytest.mark.parametrize(
    ("flavours", "verdict"),
    [
        ((), Verdict.FAILED),
        (("wifi-leaves-first", "wifi-cable"), Verdict.UNVERIFIED),
        (("wifi-leaves-first",), Verdict.UNKNOWN),
    ],
)
def test_a_wrong_password_is_the_truth_and_the_next_step(street, flavours, verdict):
    over_wifi(street, PLANT, *flavours)
    street.variables["WIFI"] = "wrong-password"
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is verdict
    assert "correct network.wifi.password" in outcome.error
    assert len(joins(street)) == 1
    if verdict is Verdict.UNKNOWN:
        assert "192.168.42.1" in outcome.error


def test_a_network_out_of_sight_is_told_in_the_plan_and_nothing_is_written(street):
    over_wifi(street, {"ssid": "plnat"})
    plan, (outcome,) = street.apply()
    (warning,) = plan.devices[0].warnings
    assert warning == "network.wifi: plnat is not in sight; the camera sees: cafe, guest, plant"
    assert outcome.outcomes[0].verdict is Verdict.FAILED
    assert street.writes() == []


def test_a_stranger_at_the_wired_address_is_not_taken_for_the_camera(street):
    camera = over_wifi(street, {"enabled": False})
    stranger = street.camera({}, name="stranger", host="192.168.10.11")
    stranger.public_key = "another key"
    _, (outcome, _) = street.apply()
    assert outcome.outcomes[0].verdict is Verdict.UNKNOWN
    assert camera.documents["/network/wifi-status"]["iPower"] == 0
