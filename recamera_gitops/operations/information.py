"""What a camera is, and which doors of it are open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from recamera_gitops.device.asking import Ask, Flow
from recamera_gitops.device.restarting import IDENTITY
from recamera_gitops.errors import FirstUse, NotUnderstood, Rejected
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer

T = TypeVar("T")
CHECK: Final = "/system/check"
_HTTPS: Final = "/system/secure"
_SSH: Final = "/system/ssh"
_API: Final = "/web/setting"
_SPACE: Final = "/system/remain-space"
_NOT_KNOWN: Final = "unknown"  # what the camera writes of hardware that it does not know [wiki]


@dataclass(frozen=True, slots=True)
class Information:
    """A camera as it describes itself; None is what it does not tell, or does not let us ask.

    On its first use it tells nothing else. `free_disk` is a number in the camera's own unit, which no
    source names. `api_key` tells whether an API key opens it, and never which.
    """

    first_use: bool | None
    serial: str | None = None
    firmware: str | None = None
    sensor: str | None = None
    base_plate: str | None = None
    https: bool | None = None
    ssh: bool | None = None
    api_key: bool | None = None
    free_disk: float | None = None


def information() -> Flow[Information]:
    """Read all of it; what this firmware does not know stays unknown."""
    first_use = _told((yield from _asked(CHECK)), Answer.switch, "bFirst")
    try:
        identity = yield Ask("GET", IDENTITY)
    except FirstUse:
        return Information(first_use=True)
    return Information(
        first_use=first_use,
        serial=_text(identity, "sSerialNumber"),
        firmware=_text(identity, "sFirmwareVersion"),
        sensor=_text(identity, "sSensorModel"),
        base_plate=_text(identity, "sBasePlateModel"),
        https=_told((yield from _asked(_HTTPS)), Answer.switch, "sEnable"),
        ssh=_told((yield from _asked(_SSH)), Answer.switch, "bRunning"),
        api_key=_told((yield from _asked(_API)), Answer.switch, "sEnable"),
        free_disk=_amount((yield from _asked(_SPACE)), "availableDisk"),
    )


def _asked(path: str) -> Flow[Json]:
    """The answer, or None where there is none that can be understood."""
    try:
        answer = yield Ask("GET", path)
    except (Rejected, NotUnderstood):
        return None
    return answer


def _told(answer: Json, read: Callable[[Answer, str], T], key: str) -> T | None:
    """A field, or None where it cannot be understood: one odd field hides no other."""
    try:
        return read(Answer(answer, ""), key)
    except NotUnderstood:
        return None


def _text(answer: Json, key: str) -> str | None:
    value = _told(answer, Answer.text, key)
    return None if value in ("", _NOT_KNOWN) else value


def _amount(answer: Json, key: str) -> float | None:
    value = _told(answer, Answer.real, key)
    return None if value is None or value < 0 else value
