"""Conversations, driven by a list of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device.client import Client
from recamera_gitops.device.flows import Ask, connect_wifi, wifi
from recamera_gitops.errors import NotUnderstood, Rejected
from recamera_gitops.secret import Secret

SCAN = [
    {"sSsid": "plant", "sBssid": "AA:00:00:00:00:02", "iRssi": -60, "sConnected": "false"},
    {"sSsid": "plant", "sBssid": "AA:00:00:00:00:01", "iRssi": "-60", "sConnected": False},
    {"sSsid": "guest", "sBssid": "AA:00:00:00:00:03", "iRssi": -20},
    {"sSsid": "plant", "sBssid": "AA:00:00:00:00:04", "iRssi": -80},
    {"sSsid": "", "sBssid": "AA:00:00:00:00:05", "iRssi": None},
]


def drive(flow, answers):
    asked = [next(flow)]
    for answer in answers:
        try:
            asked.append(flow.send(answer))
        except StopIteration:
            return asked
    raise AssertionError("it goes on")


def test_the_strongest_then_the_lowest_is_joined():
    asked = drive(connect_wifi("plant", password=Secret("sesame123")), [SCAN, {"code": 0}])
    assert asked == [
        Ask("GET", "/network/wifi-list"),
        Ask("POST", "/network/wifi", {"sSsid": "AA:00:00:00:00:01", "sPassword": "sesame123"}),
    ]


def test_a_stated_access_point_is_found_in_any_case_and_spelled_like_the_camera():
    asked = drive(connect_wifi("plant", bssid="aa:00:00:00:00:04"), [SCAN, None])
    assert asked[-1].body == {"sSsid": "AA:00:00:00:00:04"}


@pytest.mark.parametrize(
    ("status", "text"), [(-1, "did not answer in time"), (-2, "password is wrong"), (9, "status 9")]
)
def test_a_network_that_was_not_joined(status, text):
    with pytest.raises(Rejected, match=text) as caught:
        drive(connect_wifi("plant", password=Secret("sesame123")), [SCAN, {"status": status}])
    assert caught.value.code == status
    assert "sesame123" not in str(caught.value)


@pytest.mark.parametrize("options", [{"ssid": "nowhere"}, {"ssid": "guest", "bssid": "AA"}])
def test_a_network_out_of_sight_tells_what_is_in_sight(options):
    with pytest.raises(Rejected, match="the camera sees: guest, plant"):
        drive(connect_wifi(**options), [SCAN])
    with pytest.raises(Rejected, match="the camera sees: none"):
        drive(connect_wifi(**options), [None])


@pytest.mark.parametrize("scan", [{}, "x", [1], [{"sSsid": 1, "sBssid": "x"}], [{"sSsid": "x"}]])
def test_a_scan_of_another_form_is_not_understood(scan):
    with pytest.raises(NotUnderstood):
        drive(connect_wifi("plant"), [scan])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-100, 0)), min_size=1))
def test_the_order_of_the_scan_does_not_matter(networks):
    scan = [{"sSsid": "x", "sBssid": bssid, "iRssi": strength} for bssid, strength in networks]
    first = drive(connect_wifi("x"), [scan, None])
    assert first == drive(connect_wifi("x"), [scan[::-1], None])


def test_a_client_holds_a_conversation(make_camera, connection_to, clock, answer):
    camera = make_camera(
        {"/network/wifi-list": answer(SCAN), "/network/wifi": {"code": 0, "status": 0}}
    )
    client = Client(connection_to(80), camera, clock=clock)
    assert client.converse(connect_wifi("plant")) is None
    assert camera.seen[-2:] == [("GET", "/network/wifi-list"), ("POST", "/network/wifi")]


def test_an_error_is_thrown_into_the_conversation_and_it_is_closed(
    make_camera, connection_to, clock
):
    closed = []

    def flow():
        try:
            try:
                yield Ask("GET", "/missing")
            except Rejected:
                return (yield Ask("POST", "/there"))
        finally:
            closed.append(True)

    client = Client(connection_to(80), make_camera({"/there": {"a": 1}}), clock=clock)
    assert client.converse(flow()) == {"a": 1}
    with pytest.raises(Rejected):
        Client(connection_to(80), make_camera(), clock=clock).converse(flow())
    assert closed == [True, True]


def test_wifi_switches_joins_and_forgets_in_this_order():
    flow = wifi(power=True, ssid="guest", forget=["old one", "b"])
    asked = drive(flow, [None, SCAN, None, None, None])
    assert [(ask.method, ask.path) for ask in asked] == [
        ("POST", "/network/wifi-status?power=on"),
        ("GET", "/network/wifi-list"),
        ("POST", "/network/wifi"),
        ("DELETE", "/network/wifi?Ignore=old%20one"),
        ("DELETE", "/network/wifi?Ignore=b"),
    ]
    assert drive(wifi(power=False), [None])[0].path == "/network/wifi-status?power=off"
