"""A camera that is told to restart, or to forget everything: asked once, waited for, and seen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Now, Pause, Restart, Told, may_be_done
from recamera_gitops.device.restarting import (
    BETWEEN,
    IDENTITY,
    LONGEST,
    Seen,
    awaited,
    text,
    waiting,
)
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    NotUnderstood,
    Rejected,
    Unreachable,
    Unsettled,
    Untrusted,
)
from recamera_gitops.exchange import Json
from recamera_gitops.operations.information import CHECK
from recamera_gitops.secret import Secret, foreign

_REBOOT: Final = "/system/reboot"
_RESET: Final = "/system/factory-reset"
_LEAVES: Final = 90.0  # seconds after which a camera that still answers is not believed to go away


class Restarted(StrEnum):
    """How much of a restart was seen."""

    ASKED = "asked"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Reboot:
    """A restart: only asked for, or seen from the camera's going away to its answering again."""

    serial: str
    restart: Restarted
    firmware: str | None = None


def reboot(*, wait: bool = True) -> Flow[Reboot]:
    """Restart it and wait until the same camera answers again. A lost answer is no failure by itself."""
    serial = text((yield Ask("GET", IDENTITY)), "sSerialNumber")
    lost: CameraError | None = None
    try:
        yield Ask("POST", _REBOOT)
    except CameraError as error:
        if not may_be_done(error):
            raise
        lost = error
    if not wait:
        if lost is not None:
            raise Unsettled(f"nobody knows whether it restarts: {lost}") from lost
        return Reboot(foreign(serial), Restarted.ASKED)
    seen = yield from came_back(serial, lost)
    return Reboot(foreign(serial), Restarted.SEEN, seen.shown)


def came_back(serial: str, lost: CameraError | None = None) -> Flow[Seen]:
    """Wait until a camera that was told to restart has gone, and answers again; Unsettled where it does not.

    `lost` is what came in the place of the answer to that, if it is not known to have arrived.
    """

    def settled(seen: Seen) -> bool:
        return seen.firmware is not None if seen.was_away else seen.waited >= _LEAVES

    try:
        seen = yield from awaited(serial, settled, "waits until it answers again")
    except Interrupted as error:
        raise Unsettled(f"{error}; the camera goes on restarting") from error
    if not seen.was_away:
        asked = "it was told to restart" if lost is None else f"the answer was lost ({lost})"
        stayed = f"was not seen to go away in {seen.waited:.0f} s"
        raise Unsettled(f"{asked}, and {stayed}: nobody knows whether it has restarted")
    if seen.firmware is None:
        minutes = f"{seen.waited / 60:.0f} minutes"
        message = f"it went away, and does not answer here again after {minutes}: {seen.trouble}"
        raise Unsettled(f"{message}; it may have another address")
    return seen


class ResetProof(StrEnum):
    """What tells that a camera has forgotten everything."""

    ACCEPTED = "accepted"  # it said so, and nobody has looked further
    FIRST_USE = "first use"  # it answers, and has its factory password
    NEW_CERTIFICATE = "new certificate"  # it answers with a certificate that nobody knows yet


@dataclass(frozen=True, slots=True)
class FactoryReset:
    """A camera that was reset, and how that was seen."""

    serial: str
    proof: ResetProof


def factory_reset(*, wait: bool = True) -> Flow[FactoryReset]:
    """Reset it: asked for the right to, which is used once. Whoever calls this has had it confirmed.

    From then on nobody logs in: the password that the files name is wrong by then. That the camera has
    its factory password again, it tells everybody.
    """
    serial = text((yield Ask("GET", IDENTITY)), "sSerialNumber")
    right = _right((yield Ask("POST", _RESET)))
    lost: CameraError | None = None
    try:
        yield Ask("POST", _RESET, {"sConfirmToken": right.reveal()})
    except CameraError as error:
        if not may_be_done(error):
            raise _nothing_done(error) from error
        lost = error
    yield Restart()
    if wait:
        return FactoryReset(foreign(serial), (yield from _forgotten(lost)))
    if lost is not None:
        raise Unsettled(f"nobody knows whether it is reset; nothing was repeated: {lost}")
    return FactoryReset(foreign(serial), ResetProof.ACCEPTED)


def _right(answer: Json) -> Secret:
    token = answer.get("sConfirmToken") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        message = "no confirm token came back; nothing was reset"
        raise NotUnderstood(message, request=f"POST {_RESET}")
    return Secret(token)


def _nothing_done(error: CameraError) -> CameraError:
    if isinstance(error, Rejected):
        message = f"nothing was reset, the confirmation was refused: {error.message}"
        return Rejected(message, request=error.request, code=error.code)
    return error


def _forgotten(lost: CameraError | None) -> Flow[ResetProof]:
    """Look until it has its factory password; what cannot be seen is said to be unknown."""
    trouble, was_away, waited = "", False, 0.0
    started = yield Now()
    try:
        while waited < (LONGEST if was_away else _LEAVES):
            yield Told(*waiting("waits for its first day", waited, LONGEST))
            found = yield from _first_day()
            if isinstance(found, ResetProof):
                return found
            trouble, was_away = str(found), was_away or isinstance(found, Unreachable)
            yield Pause(BETWEEN)
            waited = (yield Now()) - started
    except Interrupted as error:
        raise Unsettled(f"{error}; {_asked(lost)}") from error
    where = "it may have another address" if was_away else "it was not seen to go away"
    raise Unsettled(f"{_asked(lost)}; what became of it was not seen: {trouble}; {where}")


def _first_day() -> Flow[ResetProof | CameraError | str]:
    """What tells that it is the first day of a camera again, or what it shows instead."""
    try:
        answer = yield Ask("GET", CHECK, patient=False)
    except Untrusted:
        return ResetProof.NEW_CERTIFICATE
    except (Unreachable, Rejected, NotUnderstood) as error:
        return error
    if isinstance(answer, dict) and answer.get("bFirst") is True:
        return ResetProof.FIRST_USE
    return "it answers, and not as on its first day"


def _asked(lost: CameraError | None) -> str:
    if lost is None:
        return "the camera accepted the reset"
    return f"nobody knows whether the camera took the reset, which was not repeated ({lost})"
