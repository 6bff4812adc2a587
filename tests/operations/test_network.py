"""How a camera is connected, and what it does not tell of that."""

import pytest

from recamera_gitops.errors import Unreachable
from recamera_gitops.operations.links import Link
from recamera_gitops.operations.network import Multicast, network_state
from recamera_gitops.operations.parts import Unknown

WIRED = Link(
    interface="eth0",
    method="dhcp",
    address="192.168.10.21",
    netmask="255.255.255.0",
    gateway="192.168.10.254",
    dns=("192.168.10.254",),
    mac="2c:f7:f1:00:00:01",
    speed="Auto",
)


@pytest.fixture
def look(rig):
    def at(*flavours, peer="192.168.10.21", change=lambda camera: None):
        made = rig(*flavours)
        change(made.camera)
        visit = made.visit({})
        found = network_state(visit._gather, lambda: peer)
        assert visit.writes == []
        scans = sum(each.path.endswith("wifi-list") for each in visit.transport.requests)
        return found, scans

    return at


def in_plant(camera):
    camera.radio.at = camera.radio.air[0]


def test_a_camera_that_is_in_no_wireless_network_does_not_look_for_one(look):
    found, scans = look()
    assert (found.lan, found.radio, found.wifi.address, found.joined) == (WIRED, True, None, None)
    assert (found.reached_at, found.over_wifi, found.unknown) == ("192.168.10.21", False, ())
    assert found.multicast == (
        Multicast("main", False, "224.1.1.1", 8868),
        Multicast("sub", False, "224.1.1.1", 8869),
    )
    assert scans == 0


def test_the_network_that_it_is_in_has_a_name_and_may_be_the_way_to_it(look):
    found, scans = look(peer="192.168.10.22", change=in_plant)
    assert (found.joined.ssid, found.wifi.address) == ("plant", "192.168.10.22")
    assert (found.over_wifi, scans) == (True, 1)


def test_two_words_for_a_fixed_address_are_one(look):
    assert look("lan-manual")[0].lan.method == "static"


def test_what_cannot_be_read_is_unknown_and_the_rest_is_there(look):
    def change(camera):
        in_plant(camera)
        gone = ("/network/wlan", "/video/1/stream", "/network/wifi-list")
        camera.routes = {path: each for path, each in camera.routes.items() if path not in gone}

    found, _ = look(change=change)
    assert (found.wlan, found.joined) == (None, None)
    assert [each.stream for each in found.multicast] == ["main"]
    assert found.unknown == (
        Unknown("joined", "this firmware does not know it"),
        Unknown("multicast.sub", "this firmware does not know it"),
    )


def test_a_camera_that_is_not_there_is_an_error():
    with pytest.raises(Unreachable):
        network_state(lambda paths: dict.fromkeys(paths, Unreachable("no route")), lambda: "")
