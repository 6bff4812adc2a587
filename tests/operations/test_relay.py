"""A relay to the recordings: opened, kept open, closed on every way out, and a secret all the time."""

import re

import pytest

from recamera_gitops.errors import (
    Interrupted,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
)
from recamera_gitops.operations.listing import listed
from recamera_gitops.operations.relay import Relay, relayed
from tests.operations.footage import CARD, INTERNAL, Post, drive

CONTROL = "/record/storage/control"
NAME = "4dfb6f24-4c3c-4f4e-9b43-0c5f2a5d8c11"
STATUS = {
    "lSlots": [{"sDevPath": INTERNAL, "sState": "READY", "bSelected": True, "bEnabled": True}]
}


def status(name=NAME, remain=300):
    return {"dRelayStatus": {"sRelayDirectory": name, "iRelayTimeoutRemain": remain}}


NONE = status("", 0)


def relay_of(post, slot=None):
    return Relay(slot, post.clock.monotonic)


def orders(post):
    return {
        name: post.actions(f"storage-{name}")
        for name in ("relay_status", "relay", "unrelay")
        if post.actions(f"storage-{name}")
    }


def look(post, relay, before=lambda: None):
    before()
    return [each.path for each in post.converse(listed(relay, ())).entries]


@pytest.mark.parametrize(
    "flavours", [(), ("relay-late",), ("storage-no-tasks",), ("storage-idle",)]
)
def test_it_is_open_inside_and_closed_afterwards(flavours):
    post = Post(*flavours)
    with relayed(post, relay_of(post)) as relay:
        assert relay.slot == INTERNAL
        assert look(post, relay) == ["2026-08-20"]
        assert post.camera.storage.relays
    assert post.camera.storage.relays == {}
    assert post.camera.violations == []


def test_one_that_somebody_else_has_open_is_used_and_left_open():
    post = Post()
    other = relay_of(post)
    post.converse(other.opened())
    with relayed(post, relay_of(post)) as relay:
        assert look(post, relay) == ["2026-08-20"]
    assert list(post.camera.storage.relays) == [INTERNAL]
    assert "unrelay" not in orders(post)


@pytest.mark.parametrize("error", [Interrupted("now"), OSError("disk"), KeyboardInterrupt()])
def test_it_is_closed_whatever_happens_inside(error):
    post = Post()
    with pytest.raises(type(error)), relayed(post, relay_of(post)):
        raise error
    assert post.camera.storage.relays == {}


def test_it_is_closed_where_somebody_interrupts_a_conversation():
    post = Post()
    with pytest.raises(Interrupted), relayed(post, relay_of(post)) as relay:
        look(post, relay, post.clock.stop.request)
    assert post.camera.storage.relays == {}


def test_it_is_closed_where_it_was_opened_without_telling_its_name():
    post = Post("relay-late")
    post.camera.on_request = lambda _n, request: (
        post.clock.stop.request() if b'"RELAY"' in request.body else None
    )
    with pytest.raises(Interrupted), relayed(post, relay_of(post)):
        pass
    assert post.camera.storage.relays == {}


def test_a_camera_that_no_longer_answers_closes_it_by_itself():
    post = Post()
    with pytest.raises(Unreachable), relayed(post, relay_of(post)) as relay:
        look(post, relay, lambda: setattr(post.camera, "power", False))
    assert post.camera.storage.relays


def test_it_is_refreshed_before_it_lapses():
    post = Post()
    with relayed(post, relay_of(post)) as relay:
        for _ in range(20):
            post.clock.now += 59
            look(post, relay)
    assert post.camera.violations == []
    assert orders(post) == {"relay_status": 1, "relay": 11, "unrelay": 1}


def test_one_that_lapses_sooner_is_refreshed_sooner():
    clock = [0.0]
    relay = Relay(None, lambda: clock[0])
    drive(relay.opened(), [STATUS, NONE, status(remain=30)])
    clock[0] = 9.0
    assert len(drive(relay.listing(()), [[]])[0]) == 1
    clock[0] = 10.0
    assert len(drive(relay.listing(()), [status(remain=30), []])[0]) == 2


def test_one_whose_time_is_over_is_not_open_any_more():
    relay = Relay(None, float)
    drive(relay.opened(), [STATUS, status(remain=0), status()])
    asked, _ = drive(relay.closed(), [None])
    assert [each.body["sAction"] for each in asked] == ["UNRELAY"]


def test_one_that_somebody_closes_in_the_middle_is_opened_again():
    post = Post()
    with relayed(post, relay_of(post)) as relay:
        post.camera.storage.relays.clear()
        assert look(post, relay) == ["2026-08-20"]
    assert post.camera.storage.relays == {}


def test_a_new_one_in_place_of_somebody_elses_is_ours_to_close():
    post = Post()
    post.converse(relay_of(post).opened())
    with relayed(post, relay_of(post)) as relay:
        post.camera.storage.relays.clear()
        look(post, relay)
    assert post.camera.storage.relays == {}


@pytest.mark.parametrize("kind", ["drop-after", "garbage", "unavailable"])
@pytest.mark.parametrize("number", [1, 2])
def test_an_order_about_it_may_be_given_twice(kind, number):
    post = Post()
    post.camera.faults.add(kind, CONTROL, nth=number)
    with relayed(post, relay_of(post)) as relay:
        assert look(post, relay) == ["2026-08-20"]
    assert post.camera.violations == []


@pytest.mark.parametrize("seconds", [1, 61])
def test_a_session_that_ends_in_the_middle_is_no_matter(seconds):
    post = Post()
    with relayed(post, relay_of(post)) as relay:
        post.camera.sessions.expire_all()
        post.clock.now += seconds
        assert look(post, relay) == ["2026-08-20"]
    assert post.camera.storage.relays == {}


@pytest.mark.parametrize(
    "name",
    ["../../etc", "x", NAME + "/", NAME.replace("-", "/"), 7, "%2e%2e", NAME[:-1], NAME + "\n"],
)
def test_a_name_that_is_none_gets_into_no_address(name):
    with pytest.raises(NotUnderstood, match="of an unknown form") as error:
        drive(Relay(None, float).opened(), [STATUS, NONE, status(name)])
    assert str(name) not in str(error.value)


@pytest.mark.parametrize("name", [NAME, NAME.upper(), NAME.replace("-", "")])
def test_a_name_is_a_uuid_however_it_is_spelled(name):
    relay = Relay(None, float)
    asked, _ = drive(relay.opened(), [STATUS, NONE, status(name)])
    asked, _ = drive(relay.listing(("a b", "ü#")), [[]])
    assert asked[0].path == f"/storage/relay/{name}/a%20b/%C3%BC%23/"


def test_a_camera_that_never_tells_a_name_is_not_asked_for_ever():
    with pytest.raises(NotUnderstood, match="opens no relay"):
        drive(Relay(None, float).opened(), [STATUS, NONE, *[NONE] * 5])


@pytest.mark.parametrize(
    ("slot", "why"),
    [
        (CARD, r"is mounted; for that it has to be in use \(storage enable\)"),
        ("/dev/none", "it has no slot /dev/none"),
    ],
)
def test_a_slot_that_is_in_no_state_for_it_is_told(slot, why):
    post = Post()
    with pytest.raises(Rejected, match=why), relayed(post, relay_of(post, slot)):
        pass
    assert orders(post) == {}


def test_without_a_slot_in_use_one_has_to_be_named():
    post = Post()
    post.camera.storage.wanted = post.camera.storage.enabled = None
    with pytest.raises(Rejected, match="no slot is in use; name one with --slot"):
        post.converse(relay_of(post).opened())


@pytest.mark.parametrize("error", [Unavailable("down", code=502), Unreachable("gone", sent=True)])
def test_what_is_no_missing_file_is_told_as_it_is(error):
    relay = Relay(None, float)
    drive(relay.opened(), [STATUS, NONE, status()])
    with pytest.raises(type(error)):
        drive(relay.listing(()), [error])


def test_its_name_is_in_no_error_and_no_repr():
    post = Post()
    post.camera.faults.add("garbage", "/storage/relay/*")
    names = []

    def note():
        names.extend(each.name for each in post.camera.storage.relays.values())

    with pytest.raises(NotUnderstood) as error, relayed(post, relay_of(post)) as relay:
        look(post, relay, note)
    (name,) = names
    told = f"{error.value} {error.value.args} {error.value.request} {relay!r} {vars(relay)!r}"
    assert name not in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", told)
    assert error.value.request == "GET /storage/relay/•••/"


@pytest.mark.parametrize("code", [400, 404, 30001, 30022])
def test_a_camera_that_refuses_to_tell_of_a_relay_has_none_open(code):
    post = Post()
    relay = relay_of(post)
    answers = [STATUS, Rejected("no relay", code=code), status()]
    asked, _ = drive(relay.opened(), answers)
    assert [each.body["sAction"] for each in asked if each.method == "POST"] == [
        "RELAY_STATUS",
        "RELAY",
    ]
    closing, _ = drive(relay.closed(), [{"code": 0}])
    assert closing[0].body["sAction"] == "UNRELAY"


def test_an_answer_to_its_end_that_is_lost_is_asked_for_once_more_and_then_told():
    post = Post()
    relay = relay_of(post)
    post.camera.faults.add("drop-after", CONTROL, method="POST", nth=3)
    with relayed(post, relay):
        pass
    assert relay.left_open is None
    assert orders(post)["unrelay"] == 2

    post = Post()
    relay = relay_of(post)
    with relayed(post, relay):
        post.camera.faults.add("status-500", CONTROL, method="POST", every=True)
    assert relay.left_open is not None
    assert post.camera.storage.relays
