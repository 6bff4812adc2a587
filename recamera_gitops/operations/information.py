"""What a camera is, and which doors of it are open."""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow
from recamera_gitops.device.restarting import IDENTITY
from recamera_gitops.errors import FirstUse, NotUnderstood, Rejected
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign

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
    first_use = _truth((yield from _asked(CHECK)), "bFirst")
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
        https=_truth((yield from _asked(_HTTPS)), "sEnable"),
        ssh=_truth((yield from _asked(_SSH)), "bRunning"),
        api_key=_truth((yield from _asked(_API)), "sEnable"),
        free_disk=_number((yield from _asked(_SPACE)), "availableDisk"),
    )


def _asked(path: str) -> Flow[Json]:
    """The answer, or None where there is none that can be understood."""
    try:
        answer = yield Ask("GET", path)
    except (Rejected, NotUnderstood):
        return None
    return answer


def _value(answer: Json, key: str) -> Json:
    return answer.get(key) if isinstance(answer, dict) else None


def _text(answer: Json, key: str) -> str | None:
    value = _value(answer, key)
    if not isinstance(value, str) or value in ("", _NOT_KNOWN):
        return None
    return foreign(value)


def _truth(answer: Json, key: str) -> bool | None:
    """A switch: a boolean, the number, or the text of one [ref][draft]."""
    return {"true": True, "1": True, "false": False, "0": False}.get(
        str(_value(answer, key)).lower()
    )


def _number(answer: Json, key: str) -> float | None:
    value = _value(answer, key)
    try:
        found = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found is not None and found >= 0 and found != float("inf") else None
