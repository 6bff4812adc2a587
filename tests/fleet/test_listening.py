"""Listening to cameras, with connections that are made up and a clock that does not wait."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from recamera_gitops.device.asking import Restart
from recamera_gitops.device.streams import Closed
from recamera_gitops.errors import (
    AuthenticationFailed,
    ExitCode,
    NotUnderstood,
    Unavailable,
    Unreachable,
    WrongCamera,
)
from recamera_gitops.fleet import listening
from recamera_gitops.fleet.environment import Stop
from recamera_gitops.fleet.listening import Back, Ear, Heard, Left, Listening, Lost
from tests.conftest import Timeless

NOW = datetime(2026, 11, 26, tzinfo=UTC)
CUT = Closed("cut")


class Fake:
    """A camera whose connections are scripts: what comes, or fails, in turn; each takes so long."""

    def __init__(self, clock, *connections, lasts=0.0, identity=None):
        self.clock = clock
        self.connections = list(connections)
        self.lasts = lasts
        self.identity = identity
        self.opened = self.closed = self.left = 0
        self.expected = []

    def reached(self, device):
        return SimpleNamespace(
            device=device,
            client=SimpleNamespace(
                opened=lambda door: door("connection", {"Cookie": "c"}), close=self._leave
            ),
            identify=self._identify,
            converse=lambda flow: self.expected.append(next(flow)),
        )

    def _leave(self):
        self.left += 1

    def _identify(self):
        if self.identity is not None:
            raise self.identity

    def open(self):
        self.opened += 1
        script = self.connections.pop(0) if self.connections else Unreachable("no connection")
        if isinstance(script, Exception):
            raise script
        return FakeStream(self, list(script))


class FakeStream:
    def __init__(self, camera, script):
        self.camera = camera
        self.script = script

    def receive(self, seconds):
        if not self.script:
            self.camera.clock.sleep(seconds)
            return None
        what = self.script.pop(0)
        if isinstance(what, Exception):
            self.camera.clock.sleep(self.camera.lasts)
            raise what
        return what

    def close(self):
        self.camera.closed += 1


@pytest.fixture
def clock():
    return Timeless(Stop())


@pytest.fixture
def listen(monkeypatch, clock):
    """Everything that happens at cameras by name, each with its connections."""

    def make(cameras, ear=None, seconds=None, *, chance=0.5, ends=True):
        found = dict(cameras)

        def opened(connection, headers, path, *, monotonic):
            assert (connection, headers, path) == ("connection", {"Cookie": "c"}, "/ws/x")
            return found[threading.current_thread().name].open()

        monkeypatch.setattr(listening, "open_stream", opened)
        made = Listening(
            ear or Ear("listen", "/ws/x", patience=100),
            lambda device: found[device.name].reached(device),
            clock,
            lambda: clock.stop.requested,
            lambda: NOW,
            lambda: chance,
        )
        devices = [SimpleNamespace(name=each, host=f"{each}.test") for each in cameras]
        events = made.events(devices, seconds)
        return list(events) if ends else events

    return make


def test_enough_is_enough(listen, clock):
    camera = Fake(clock, ["one", "two", "three"])
    assert listen({"gate": camera}, Ear("listen", "/ws/x", most=2)) == [
        Heard("gate", NOW, "one", first=True),
        Heard("gate", NOW, "two", first=False),
        Left("gate", NOW, None, ExitCode.DONE),
    ]
    assert camera.closed == camera.opened == camera.left == 1


def test_a_connection_that_is_lost_is_made_again_and_both_are_told(listen, clock):
    camera = Fake(clock, ["one", CUT], ["two", "three"])
    ear = Ear("listen", "/ws/x", most=2, patience=100)
    assert listen({"gate": camera}, ear) == [
        Heard("gate", NOW, "one", first=True),
        Lost("gate", NOW, "cut", 1.0),
        Back("gate", NOW, 1.0),
        Heard("gate", NOW, "two", first=True),
        Heard("gate", NOW, "three", first=False),
        Left("gate", NOW, None, ExitCode.DONE),
    ]


def pauses(events):
    return [each.pause for each in events if isinstance(each, Lost)]


def test_pauses_grow_up_to_a_bound_and_end_with_the_patience(listen, clock):
    camera = Fake(clock, ["one", CUT])
    events = listen({"gate": camera})
    assert pauses(events) == [1, 2, 4, 8, 16, 30, 30]
    assert [each.why for each in events[1:3]] == ["cut", "no connection"]
    assert events[-1] == Left("gate", NOW, "no connection", ExitCode.UNREACHABLE)
    assert camera.opened == 8


def test_cameras_that_are_lost_together_do_not_come_back_together(listen, clock):
    spread = [pauses(listen({"a": Fake(clock, [CUT])}, chance=chance)) for chance in (0.0, 0.999)]
    assert spread[0][:3] == [0.75, 1.5, 3.0]
    assert spread[1][0] == pytest.approx(1.25, abs=0.01)


def test_a_camera_that_comes_and_goes_is_asked_ever_more_rarely(listen, clock):
    hasty = Fake(clock, [CUT], [CUT], [CUT], lasts=1)
    assert pauses(listen({"gate": hasty}, Ear("listen", "/ws/x", patience=20)))[:4] == [1, 2, 4, 8]
    steady = Fake(clock, [CUT], [CUT], [CUT], lasts=60)
    assert pauses(listen({"gate": steady}, Ear("listen", "/ws/x", patience=3)))[:3] == [1, 1, 1]


def test_without_patience_a_lost_connection_is_the_end(listen, clock):
    camera = Fake(clock, ["one", CUT], ["two"])
    events = listen({"gate": camera}, Ear("listen", "/ws/x", patience=0))
    assert events[1:] == [Left("gate", NOW, "cut", ExitCode.UNREACHABLE)]
    assert camera.opened == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unreachable("nobody there"), ExitCode.UNREACHABLE),
        (AuthenticationFailed("no"), ExitCode.ERROR),
        (NotUnderstood("what"), ExitCode.FAILED),
        (Unavailable("restarting", code=502), ExitCode.FAILED),
    ],
)
def test_what_fails_at_once_is_not_tried_again_and_the_others_go_on(listen, clock, error, code):
    cameras = {"gate": Fake(clock, error), "dock": Fake(clock, ["one"])}
    events = listen(cameras, Ear("listen", "/ws/x", most=1))
    assert Left("gate", NOW, str(error), code) in events
    assert Heard("dock", NOW, "one", first=True) in events
    assert cameras["gate"].opened == 1


def test_nothing_is_heard_of_another_camera(listen, clock):
    camera = Fake(clock, ["one"], identity=WrongCamera("SN-2 answers, SN-1 is expected"))
    (event,) = listen({"gate": camera})
    assert (event.error, event.exit_code) == ("SN-2 answers, SN-1 is expected", ExitCode.FAILED)
    assert camera.opened == 0


def test_what_is_no_lost_connection_ends_it_later_too(listen, clock):
    camera = Fake(clock, ["one", CUT], AuthenticationFailed("rejected"), ["two"])
    events = listen({"gate": camera})
    assert events[-1] == Left("gate", NOW, "rejected", ExitCode.ERROR)
    refused = Fake(clock, ["one", NotUnderstood("too long")], ["two"])
    assert listen({"gate": refused})[-1] == Left("gate", NOW, "too long", ExitCode.FAILED)


def test_a_service_that_restarts_is_waited_for(listen, clock):
    camera = Fake(clock, ["one", CUT], Unavailable("HTTP 502", code=502), ["two"])
    events = listen({"gate": camera}, Ear("listen", "/ws/x", patience=100), seconds=20)
    assert [type(each).__name__ for each in events] == ["Heard", "Lost", "Lost", "Back", "Heard"]
    assert events[3].seconds == 3.0


def test_a_camera_that_says_nothing_at_all_is_left(listen, clock):
    events = listen(
        {"gate": Fake(clock, [])}, Ear("listen", "/ws/x", most=1, patience=0, silence=30)
    )
    assert events == [Left("gate", NOW, "nothing came in 30 s", ExitCode.UNREACHABLE)]


def test_after_a_long_time_the_end_of_a_session_is_no_surprise(listen, clock):
    long = Fake(clock, [CUT], lasts=4000)
    listen({"gate": long})
    assert [type(each) for each in long.expected] == [Restart]
    short = Fake(clock, [CUT], lasts=3000)
    listen({"gate": short})
    assert short.expected == []


def test_the_time_is_over(listen, clock):
    events = listen({"gate": Fake(clock, ["one"])}, seconds=5)
    assert events == [Heard("gate", NOW, "one", first=True)]


def test_who_asks_to_end_is_heard_while_it_listens_and_while_it_waits(listen, clock):
    events = listen({"gate": Fake(clock, ["one"])}, ends=False)
    assert next(events).message == "one"
    clock.stop.request()
    assert list(events) == [Left("gate", NOW, None, ExitCode.DONE)]


def test_who_asks_to_end_between_two_attempts_waits_for_none(listen, clock):
    camera = Fake(clock, ["one", CUT])
    events = listen({"gate": camera}, Ear("listen", "/ws/x"), ends=False)
    seen = [next(events), next(events)]
    clock.stop.request()
    seen += events
    assert [type(each).__name__ for each in seen if not isinstance(each, Lost)] == ["Heard", "Left"]
    assert seen[-1].error is None


def test_who_reads_no_further_leaves_no_thread_behind(listen, clock):
    camera = Fake(clock, [str(each) for each in range(5000)])
    events = listen({"gate": camera}, ends=False)
    next(events)
    events.close()
    assert camera.closed == 1
    assert "gate" not in {each.name for each in threading.enumerate()}


def test_a_reader_who_is_slow_loses_nothing(listen, clock):
    ear = Ear("listen", "/ws/x", most=3000)
    events = listen({"gate": Fake(clock, [str(each) for each in range(5000)])}, ear, ends=False)
    first = next(events)
    rest = list(events)
    heard = [each.message for each in (first, *rest) if isinstance(each, Heard)]
    assert heard == [str(each) for each in range(3000)]


def test_a_defect_at_one_camera_is_told_of_that_one(listen, clock):
    broken, well = Fake(clock, KeyError("x")), Fake(clock, ["one"])
    events = listen({"gate": broken, "dock": well}, Ear("listen", "/ws/x", most=1))
    (left,) = [each for each in events if isinstance(each, Left) and each.device == "gate"]
    assert left.error.startswith("a defect of recamera-gitops: KeyError")
    assert left.exit_code is ExitCode.FAILED
