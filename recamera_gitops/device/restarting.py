"""Waiting for a camera that restarts: whether it went away, and whether the same one came back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Now, Pause, Restart, Told
from recamera_gitops.errors import (
    AuthenticationFailed,
    FirstUse,
    NotUnderstood,
    Rejected,
    Unreachable,
    WrongCamera,
)
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign

IDENTITY: Final = "/system/device-info"
LONGEST: Final = 600.0  # seconds, as long as the console waits [web]
BETWEEN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a camera showed: the version it runs, or why it told none.

    `was_away`: since the wait began it could not be connected to, or gave no answer twice in a row; one
    answer may be lost on the way. `waited` are seconds since then, `missed` answers since the last one.
    """

    firmware: str | None
    trouble: str = ""
    was_away: bool = False
    waited: float = 0.0
    missed: int = 0

    @property
    def shown(self) -> str:
        """The version, or the trouble, for a message."""
        return self.trouble if self.firmware is None else foreign(self.firmware)


def awaited(
    serial: str, is_back: Callable[[Seen], bool], tell: str, longest: float = LONGEST
) -> Flow[Seen]:
    """Look at a camera until it is back; what the last look showed, also where it never came back.

    WrongCamera where another one answers. A rejected login ends the wait: it is not tried again. `tell`
    is what people who wait are told of it.
    """
    started = yield Now()
    seen = Seen(None)
    while True:
        yield Told(*waiting(tell, seen.waited, longest))
        yield Restart()
        seen = yield from _look(serial, seen)
        seen = replace(seen, waited=(yield Now()) - started)
        if is_back(seen) or seen.waited >= longest:
            return seen
        yield Pause(BETWEEN)


def waiting(what: str, waited: float, longest: float) -> tuple[str, int]:
    """How people are told of a wait, and how much of the longest one is over."""
    return f"{what}, {waited:.0f} of {longest:.0f} s", min(99, int(waited * 100 / longest))


def _look(serial: str, before: Seen) -> Flow[Seen]:
    """Ask who it is. A web server that is up before what stands behind it answers with pages, or errors."""
    try:
        identity = yield Ask("GET", IDENTITY, patient=False)
        found, firmware = text(identity, "sSerialNumber"), text(identity, "sFirmwareVersion")
    except Unreachable as error:
        was_away = before.was_away or not error.sent or before.missed > 0
        return Seen(None, str(error), was_away, missed=before.missed + 1)
    except NotUnderstood as error:
        return Seen(None, str(error), before.was_away)
    except Rejected as error:
        if error.is_definite and not error.is_not_known:
            raise
        return Seen(None, str(error), before.was_away)
    except AuthenticationFailed as error:
        if error.rejected or isinstance(error, FirstUse) or error.wait is not None:
            raise
        return Seen(None, str(error), before.was_away)
    if found != serial:
        raise WrongCamera(f"{foreign(found)} answers where {foreign(serial)} was")
    return Seen(firmware, was_away=before.was_away)


def text(answer: Json, key: str, request: str = f"GET {IDENTITY}") -> str:
    """A text that has to stand in an answer."""
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, str):
        raise NotUnderstood(f"the answer names no {key}", request=request)
    return value
