"""What a radio sees and is told; nothing is believed that a scan does not show."""

import pytest

from recamera_gitops.device.flows import connect_wifi
from recamera_gitops.emulator import AccessPoint
from recamera_gitops.errors import NotSettled, NotUnderstood, Rejected, Unreachable, Unsettled
from recamera_gitops.operations.links import RADIO
from recamera_gitops.operations.wifi import (
    Network,
    Way,
    forgetting,
    forgotten,
    networks,
    proved,
    scan,
    settled,
    switched,
    switching,
    way,
)
from recamera_gitops.secret import Secret

PLANT = Secret("plant-wifi-pass")


def cell(**more):
    return {"sBssid": "5c:e9:31:00:00:09", "sSsid": "x", "iRssi": -50, **more}


@pytest.mark.parametrize("flavours", [(), ("wifi-strings",)])
def test_a_scan_shows_the_strongest_first_and_what_the_camera_knows(visit, flavours):
    at = visit(*flavours)
    at.camera.radio.at = next(each for each in at.camera.radio.air if each.ssid == "guest")
    found = at.converse(scan())
    assert [(each.ssid, each.signal_dbm) for each in found.networks] == [
        ("plant", -48),
        ("guest", -60),
        ("cafe", -66),
        ("plant", -71),
    ]
    assert found.joined == Network(
        "guest", "5c:e9:31:00:00:03", -60, 2437, secured=True, connected=True, remembered=True
    )
    assert [each.secured for each in found.named("cafe")] == [False]
    assert [each.bssid[-1] for each in found.named("plant", "5C:E9:31:00:00:02")] == ["2"]


def test_a_radio_that_is_off_is_not_asked_to_look_around(visit):
    at = visit()
    at.camera.documents[RADIO]["iPower"] = 0
    found = at.converse(scan())
    assert (found.radio, found.networks) == (False, ())
    assert not any(each.path.endswith("wifi-list") for each in at.transport.requests)


@pytest.mark.parametrize("name", ["", "\0\0\0", " "])
def test_a_network_may_hide_its_name(name):
    (found,) = networks([cell(sSsid=name)])
    assert found.ssid is None


def test_a_name_from_the_air_cannot_steer_a_terminal(visit):
    (found,) = networks([cell(sSsid="\x1b[2Jplant")])
    assert found.ssid == "\\u001b[2Jplant"


@pytest.mark.parametrize(
    "body", [{}, [7], [cell(iRssi="strong")], [cell(sSsid=None)], [cell(sConnected=7)]]
)
def test_a_scan_in_another_form_is_not_understood(body):
    with pytest.raises(NotUnderstood):
        networks(body)


def test_an_empty_answer_is_an_empty_air():
    assert networks(None) == ()


@pytest.mark.parametrize("flavours", [(), ("wifi-slow",), ("wifi-async",)])
def test_a_network_is_joined_when_a_scan_shows_it(visit, flavours):
    at = visit(*flavours)
    at.converse(connect_wifi("plant", password=PLANT))
    network = at.converse(settled("plant"))
    assert (network.bssid, network.connected) == ("5c:e9:31:00:00:01", True)
    assert at.camera.violations == []


def test_one_that_is_not_joined_in_time_is_not_believed(visit):
    at = visit()
    before = at.clock()
    with pytest.raises(NotSettled, match="40 s later it is not seen in plant"):
        at.converse(settled("plant"))
    assert at.clock() - before <= 40
    assert [each.percent for each in at.told] == list(range(10, 100, 10))


def test_an_error_while_it_joins_is_only_a_pause(visit):
    at = visit()
    at.converse(connect_wifi("cafe"))
    at.camera.faults.add("html", "/network/wifi-list")
    assert at.converse(settled("cafe")).ssid == "cafe"


def test_what_failed_after_a_lost_answer_leaves_everything_open(visit):
    at = visit()
    lost = Unreachable("the connection broke", sent=True)
    with pytest.raises(Unsettled, match="whether the camera was told is not known: the connection"):
        at.converse(proved(switched(on=False), lost))
    with pytest.raises(NotSettled):
        at.converse(proved(switched(on=False), None))
    assert at.converse(proved(switched(on=True), lost)) is None


def test_a_network_is_forgotten_when_a_scan_shows_it(visit):
    at = visit()
    with pytest.raises(NotSettled, match="guest is still remembered"):
        at.converse(forgotten("guest"))
    at.converse(forgetting("guest"))
    assert at.converse(forgotten("guest")) is True
    assert at.converse(forgotten("out of sight")) is False


def test_what_is_not_remembered_cannot_be_forgotten(visit):
    with pytest.raises(Rejected, match="cafe was not forgotten"):
        visit().converse(forgetting("cafe"))


def test_a_name_may_hold_whatever_a_name_holds(visit):
    at = visit()
    name = "a b&Ignore=c/ü"
    at.camera.radio.air = (AccessPoint(name, "5c:e9:31:00:00:07", -40),)
    at.camera.radio.saved = {name}
    at.converse(forgetting(name))
    assert at.camera.radio.saved == set()


def test_the_radio_is_switched(visit):
    at = visit()
    at.converse(switching(on=False))
    at.converse(switched(on=False))
    with pytest.raises(NotSettled, match="its radio is still off"):
        at.converse(switched(on=True))


@pytest.mark.parametrize(
    ("peer", "found"),
    [
        ("", Way(over_wifi=False, wired="")),
        ("192.168.10.21", Way(over_wifi=False, wired="")),
        ("192.168.10.22", Way(over_wifi=True, wired="192.168.10.21")),
    ],
)
def test_the_way_to_a_camera_is_told_by_the_address_that_was_reached(visit, peer, found):
    at = visit()
    at.camera.radio.at = at.camera.radio.air[0]
    assert at.converse(way(peer)) == found


def test_a_firmware_that_does_not_tell_its_addresses_leaves_nothing_to_be_told(visit):
    at = visit()
    at.camera.routes = {
        path: each for path, each in at.camera.routes.items() if path != "/network/wifi"
    }
    assert at.converse(way("192.168.10.22")) == Way(over_wifi=False, wired="")
