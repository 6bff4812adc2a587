"""Listening to many cameras at once: a thread for each, one queue, and one who reads it.

A connection that is lost is made again, after pauses that grow. What was said in between nobody knows,
and so every gap is an event like what was heard. Where nobody reads fast enough the cameras wait.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from secrets import SystemRandom
from typing import Final, TypeAlias

from recamera_gitops.desired.state import Device
from recamera_gitops.device.asking import Flow, Restart
from recamera_gitops.device.clock import Clock
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.streams import Closed, Stream, open_stream
from recamera_gitops.errors import CameraError, ExitCode, Unavailable, Unreachable
from recamera_gitops.fleet.operating import Operation, Reached, performed
from recamera_gitops.sockets import make_room

_WAITING: Final = 1000  # messages that nobody has read yet
_SLICE: Final = 0.25
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_STEADY: Final = 10.0  # seconds after which a connection is no longer one that comes and goes
_LONG: Final = 3600.0  # after so long the end of a session surprises nobody
_LEAVE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a camera."""

    device: str
    at: datetime
    message: str | bytes
    first: bool  # on its connection


@dataclass(frozen=True, slots=True)
class Lost:
    """A connection that is gone; it is made again in `pause` seconds."""

    device: str
    at: datetime
    why: str
    pause: float


@dataclass(frozen=True, slots=True)
class Back:
    """It stands again. What the camera said in the `seconds` between was not heard."""

    device: str
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Left:
    """A camera that is not listened to any more; `error` is why, None where everything was heard."""

    device: str
    at: datetime
    error: str | None
    exit_code: ExitCode


Event: TypeAlias = Heard | Lost | Back | Left


@dataclass(frozen=True, slots=True)
class Ear:
    """What is listened to. `most` messages of a camera are enough; 0 never are.

    `patience` is for how many seconds a lost connection is tried again, None for ever and 0 never;
    `silence` how long a camera may say nothing at all, None for ever.
    """

    name: str
    path: str
    most: int = 0
    patience: float | None = None
    silence: float | None = None


@dataclass(slots=True)
class Listening:
    """One listening, to be read once; `reach` is asked for a camera in that one's thread."""

    ear: Ear
    reach: Callable[[Device], Reached]
    clock: Clock
    stopped: Callable[[], bool]
    now: Callable[[], datetime]
    chance: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)
    _events: "queue.Queue[Event]" = field(default_factory=lambda: queue.Queue(_WAITING))
    _over: threading.Event = field(default_factory=threading.Event)

    def events(self, devices: Sequence[Device], seconds: float | None = None) -> Generator[Event]:
        """Everything that happens, as it comes, until all cameras are left or the time is over."""
        make_room(2 * len(devices))
        until = None if seconds is None else self.clock.monotonic() + seconds
        threads = [
            threading.Thread(target=self._attended, args=(each,), name=each.name, daemon=True)
            for each in devices
        ]
        for thread in threads:
            thread.start()
        try:
            left = len(threads)
            while left and (until is None or self.clock.monotonic() < until):
                try:
                    event = self._events.get(timeout=_SLICE)
                except queue.Empty:
                    continue
                left -= isinstance(event, Left)
                yield event
            self._over.set()
            while not self._events.empty():
                yield self._events.get()
        finally:
            self._over.set()
            for thread in threads:
                thread.join(_LEAVE)

    def _attended(self, device: Device) -> None:
        """One camera, from the first attempt to reach it to the end, in its thread."""
        work = Operation(self.ear.name, self._attend)
        done = performed(device, lambda: self.reach(device), work)
        self._tell(Left(device.name, self.now(), done.error, done.exit_code))

    def _attend(self, reached: Reached) -> bool:
        """Listen until it is enough; what goes wrong before anything was heard is not tried again."""
        stream: Stream | None = self._opened(reached)
        pauses = self._pauses()
        while stream is not None:
            began = self.clock.monotonic()
            error = self._heard_out(reached.device.name, stream)
            if error is None:
                break
            lasted = self.clock.monotonic() - began
            pauses = self._pauses() if lasted >= _STEADY else pauses
            if lasted >= _LONG:
                reached.converse(_expected_end())
            stream = self._again(reached, error, pauses)
        return True

    def _heard_out(self, name: str, stream: Stream) -> Closed | None:
        """Listen until it is enough; the end of the stream where that comes first."""
        try:
            with closing(stream):
                self._hear(name, stream)
        except Closed as error:
            return None if self._ended else error
        return None

    def _again(
        self, reached: Reached, error: CameraError, pauses: Iterator[float]
    ) -> Stream | None:
        """The connection made anew; None where somebody asked to end, the error where it takes too long."""
        name, lost, patience = reached.device.name, self.clock.monotonic(), self.ear.patience
        for pause in pauses:
            if patience is not None and self.clock.monotonic() + pause > lost + patience:
                raise error
            self._tell(Lost(name, self.now(), error.message, pause))
            if not self._paused(pause):
                return None
            try:
                stream = self._opened(reached)
            except (Unreachable, Unavailable) as met:
                error = met
                continue
            self._tell(Back(name, self.now(), self.clock.monotonic() - lost))
            return stream
        return None

    def _opened(self, reached: Reached) -> Stream:
        """The stream of the camera that is expected there, and of no other."""
        reached.identify()

        def door(connection: Connection, headers: Mapping[str, str]) -> Stream:
            return open_stream(connection, headers, self.ear.path, monotonic=self.clock.monotonic)

        stream = reached.client.opened(door)
        reached.client.close()  # it has few connections, and this one is enough
        return stream

    def _hear(self, name: str, stream: Stream) -> None:
        heard, last = 0, self.clock.monotonic()
        while not self._ended and not (self.ear.most and heard >= self.ear.most):
            message = stream.receive(_SLICE)
            if message is not None:
                self._tell(Heard(name, self.now(), message, first=not heard))
                heard, last = heard + 1, self.clock.monotonic()
            elif self.ear.silence is not None and self.clock.monotonic() - last > self.ear.silence:
                raise Unreachable(f"nothing came in {self.ear.silence:.0f} s", sent=True)

    @property
    def _ended(self) -> bool:
        return self._over.is_set() or self.stopped()

    def _tell(self, event: Event) -> None:
        """Leave an event for the reader, who may be slow, or gone."""
        while not self._over.is_set():
            try:
                self._events.put(event, timeout=_SLICE)
            except queue.Full:
                continue
            return

    def _pauses(self) -> Iterator[float]:
        """Ever longer, and not the same at all cameras that were lost at once."""
        pause = _FIRST_PAUSE
        while True:
            yield pause * (0.75 + self.chance() / 2)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _paused(self, seconds: float) -> bool:
        until = self.clock.monotonic() + seconds
        while (left := until - self.clock.monotonic()) > 0:
            if self._ended or not self.clock.sleep(min(left, _SLICE)):
                return False
        return not self._ended


def _expected_end() -> Flow[None]:
    yield Restart()
