"""Waiting for a camera that restarts: whether it went away, and whether the same one came back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, Restart, Told
from recamera_gitops.errors import (
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
    WrongCamera,
)
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign

IDENTITY: Final = "/system/device-info"
BETWEEN_LOOKS: Final = 5.0  # as the console [web]
MOST_LOOKS: Final = 120  # ten minutes [web]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a camera showed: the version it runs, or why it told none.

    `was_away`: it gave no answer since the wait began, at least once.
    """

    firmware: str | None
    trouble: str = ""
    was_away: bool = False

    @property
    def shown(self) -> str:
        """The version, or the trouble, for a message."""
        return self.trouble if self.firmware is None else foreign(self.firmware)


def awaited(
    serial: str,
    is_back: Callable[[Seen], bool],
    *,
    between: float = BETWEEN_LOOKS,
    looks: int = MOST_LOOKS,
    tell: str = "",
) -> Flow[Seen]:
    """Look at a camera until it is back; what the last look showed, also where it never came back.

    WrongCamera where another one answers. A rejected login ends the wait: it is not tried again. `tell`
    is what people who wait are told of it.
    """
    seen = Seen(None, "no answer")
    for number in range(looks):
        if number:
            yield Pause(between)
        if tell:
            text = f"{tell}, {number * between:.0f} of {looks * between:.0f} s"
            yield Told(text, number * 100 // looks)
        yield Restart()
        seen = yield from _look(serial, was_away=seen.was_away)
        if is_back(seen):
            break
    return seen


def _look(serial: str, *, was_away: bool) -> Flow[Seen]:
    """Ask who it is. A web server that is up before what stands behind it answers with pages, or errors."""
    try:
        identity = yield Ask("GET", IDENTITY)
        found, firmware = text(identity, "sSerialNumber"), text(identity, "sFirmwareVersion")
    except Unreachable as error:
        return Seen(None, str(error), was_away=True)
    except (Unavailable, NotUnderstood) as error:
        return Seen(None, str(error), was_away=was_away)
    except Rejected as error:
        if not error.is_not_known:
            raise
        return Seen(None, str(error), was_away=was_away)
    if found != serial:
        raise WrongCamera(f"{foreign(found)} answers where {foreign(serial)} was")
    return Seen(firmware, was_away=was_away)


def text(answer: Json, key: str, request: str = f"GET {IDENTITY}") -> str:
    """A text that has to stand in an answer."""
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, str):
        raise NotUnderstood(f"the answer names no {key}", request=request)
    return value
