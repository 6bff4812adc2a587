"""A relay: the door through which the files of a slot are listed and fetched for five minutes at a time.

It is one for everybody: whoever closes it cuts off the others, so one that was open before is left open.
What it is called is a secret, for whoever knows it and is logged in comes to the files.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

from recamera_gitops.device.asking import Ask, Fetch, Flow, Pause, Piece, is_in_doubt
from recamera_gitops.errors import CameraError, NotUnderstood, Rejected, Unavailable
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer
from recamera_gitops.operations.names import quoted
from recamera_gitops.operations.storage import found, path_of, raw_slots, require_configured
from recamera_gitops.secret import Secret
from recamera_gitops.slots import CONTROL, flag, in_use, named

T = TypeVar("T")
_ROOT: Final = "/storage/relay"
_REQUEST: Final = f"POST {CONTROL}"
_NAME: Final = re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}")
_AGAIN: Final = 0.1  # seconds after which the console asks once more [web]
_MOST_TRIES: Final = 5
_BEAT: Final = 60.0  # seconds between two refreshes, as the console's; it lapses after 300 [web]
_BEATS: Final = 3  # at least so many in the time that the camera tells
_NO_DEVICE, _NOT_THERE = 30019, 404


class Conversing(Protocol):
    """A camera with which conversations can be held."""

    def converse(self, flow: Flow[T]) -> T:
        """Hold one, to its end."""
        ...


class Relay:
    """A relay to a slot, the one in use unless another is named."""

    def __init__(self, slot: str | None, now: Callable[[], float]) -> None:
        self._wanted = slot
        self._now = now
        self._name = Secret("")
        self._is_ours = False
        self._since, self._beat = 0.0, _BEAT
        self.slot = ""
        self.left_open: str | None = None

    def opened(self) -> Flow[None]:
        """Find the slot and open the door to it, or keep one open that is."""
        self.slot = yield from _slot_to_relay(self._wanted)
        self._is_ours = not (yield from self._was_open())
        yield from self._named()

    def _was_open(self) -> Flow[bool]:
        """Whether somebody has it open; where nobody has, a camera may refuse to tell of it."""
        try:
            return (yield from self._directory("RELAY_STATUS")) is not None
        except Rejected as error:
            if is_in_doubt(error):
                raise
            return False

    def closed(self) -> Flow[None]:
        """Close the door, if it was opened here; the camera would do so after five minutes."""
        if self._is_ours:
            self._is_ours = False
            yield from self._ordered("UNRELAY")

    def listing(self, parts: tuple[str, ...]) -> Flow[Json]:
        """What the camera says a directory holds; Rejected where there is none, or none is listed."""
        answer = yield from self._through(lambda door: Ask("GET", f"{door}/{_directory(parts)}"))
        return answer

    def piece(self, parts: tuple[str, ...], first: int, length: int, most: int) -> Flow[Piece]:
        """A piece of a file; `most` bytes are accepted from a camera that sends all of it."""

        def wanted(door: str) -> Fetch:
            return Fetch(f"{door}/{quoted(parts)}", first, length, max(most, length))

        got: Piece = yield from self._through(wanted)
        return got

    def is_writing(self) -> Flow[bool]:
        """Whether a recording is being written to the slot."""
        slot = named((yield from raw_slots()), device=self.slot)
        return slot is not None and flag(slot, "bWriting")

    def _through(self, ask: Callable[[str], Ask | Fetch]) -> Flow[Json]:
        """Ask through the door; once more where that is another one by now."""
        yield Pause(0.0)  # here it can be interrupted
        if self._now() - self._since >= self._beat:
            yield from self._named()
        door = self._door
        try:
            return (yield ask(door))
        except Unavailable:
            raise
        except Rejected as error:
            if error.code != _NOT_THERE:
                raise
            yield from self._named()
            if self._door == door:
                raise
        return (yield ask(self._door))

    @property
    def _door(self) -> str:
        return f"{_ROOT}/{self._name.reveal()}"

    def _named(self) -> Flow[None]:
        """Open or refresh; the first answer may not name it yet [web]."""
        for _ in range(_MOST_TRIES):
            name = yield from self._directory("RELAY")
            if name is not None:
                if self._name.reveal() and self._name != name:
                    self._is_ours = True  # the one that was open is gone, and this one is new
                self._name, self._since = name, self._now()
                return
            yield Pause(_AGAIN)
        raise NotUnderstood("the camera opens no relay to its recordings", request=_REQUEST)

    def _directory(self, action: str) -> Flow[Secret | None]:
        """What the relay is called, None where none is open."""
        status = Answer((yield from self._ordered(action)), _REQUEST).part("dRelayStatus")
        if status is None:
            return None
        name, remain = status.body.get("sRelayDirectory"), status.maybe_whole("iRelayTimeoutRemain")
        if not name or remain == 0:
            return None
        self._beat = _BEAT if remain is None else min(_BEAT, remain / _BEATS)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise NotUnderstood("a relay has a name of an unknown form", request=_REQUEST)
        return Secret(name)

    def _ordered(self, action: str) -> Flow[Json]:
        """Orders about a relay change nothing when they are given twice."""
        order = self._order(action)
        try:
            return (yield Ask("POST", CONTROL, order))
        except CameraError as error:
            if not is_in_doubt(error):
                raise
        return (yield Ask("POST", CONTROL, order))

    def _order(self, action: str) -> dict[str, str]:
        return {"sAction": action, "sTask": "SYNC", "sSlotDevPath": self.slot}


@contextmanager
def relayed(camera: Conversing, relay: Relay) -> Iterator[Relay]:
    """An open relay, closed on every way out, as long as the camera answers.

    One that could not be closed says so in `left_open`; the camera closes it by itself after five minutes.
    """
    try:
        camera.converse(relay.opened())
        yield relay
    finally:
        try:
            camera.converse(relay.closed())
        except CameraError as error:
            relay.left_open = str(error)


def _slot_to_relay(wanted: str | None) -> Flow[str]:
    slots = yield from raw_slots()
    slot = in_use(slots) if wanted is None else found(slots, wanted)
    if slot is None:
        raise Rejected("no slot is in use; name one with --slot", code=_NO_DEVICE)
    require_configured(slot)
    path = slot.get("sDevPath")
    if not isinstance(path, str):
        raise NotUnderstood(f"the slot has an odd path: {path_of(slot)}", request=_REQUEST)
    return path


def _directory(parts: tuple[str, ...]) -> str:
    return f"{quoted(parts)}/" if parts else ""
