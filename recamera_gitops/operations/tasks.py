"""Formatting a slot, freeing it up, and ejecting it: begun once, and followed to the end.

The camera takes such an order as a task [sdk]. What it answers when it is asked about one is not
published, so the state of the slot decides, and what the answer says only helps. A camera that does not
know tasks would take the question for another order: it is asked only where the first answer told of a
task.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, Told, is_in_doubt
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    NotUnderstood,
    Rejected,
    Unreachable,
    Unsettled,
)
from recamera_gitops.exchange import Json
from recamera_gitops.operations.storage import (
    Slot,
    decoded,
    found,
    path_of,
    raw_slots,
    require_configured,
)
from recamera_gitops.secret import foreign
from recamera_gitops.slots import (
    CONTROL,
    ERROR,
    FORMATTING,
    NOT_MOUNTED,
    UNFORMATTED,
    flag,
    named,
    state_of,
)

_REQUEST: Final = f"POST {CONTROL}"
_BUSY, _NOT_PERMITTED = 30016, 30001  # 30000 + EBUSY, EPERM
_PAUSE, _LATER_PAUSE, _SOON = (
    1.0,
    3.0,
    10,
)  # seconds between looks: at first, and after so many looks
_GRACE: Final = 15  # looks in a row that may show nothing of what was ordered
_AWAY: Final = 20  # looks without an answer, each of which is patient itself
_WHOLE: Final = 100  # percent
_DEEPEST: Final = 3
_RUNNING: Final = ("RUNNING", "PENDING", "SUBMITTED", "QUEUED", "STARTED", "PROCESSING", "BUSY")
_DONE: Final = ("DONE", "COMPLETED", "COMPLETE", "SUCCESS", "SUCCEEDED", "FINISHED")
_FAILED: Final = ("FAILED", "ERROR", "CANCELED", "CANCELLED", "INTERRUPTED", "TIMEOUT")


@dataclass(frozen=True, slots=True)
class Treated:
    """A slot after something was done to it, None where it is gone, and how long that took."""

    slot: Slot | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something that is done to a slot; `doing` is what it is called while it goes on.

    `erases` tells what is lost by it. `has_begun` sees in the slot before and now that the order has
    arrived, `is_over` that its aim is reached.
    """

    action: str
    doing: str
    erases: str
    longest: int
    has_begun: Callable[[Json, Json | None], bool]
    is_over: Callable[[Json, Json | None], bool]


def _used(slot: Json | None) -> int | None:
    used = None if slot is None else slot.get("iQuotaUsedBytes")
    return used if isinstance(used, int) else None


def _is_formatting(before: Json, now: Json | None) -> bool:
    if now is None:
        return False
    emptied = bool(_used(before)) and _used(now) == 0
    return state_of(now) == FORMATTING or emptied or now.get("sUUID") != before.get("sUUID")


def _is_formatted(before: Json, now: Json | None) -> bool:
    """It has a file system; one to which recordings go is taken into use again after that."""
    del before
    if now is None or flag(now, "bSyncing"):
        return False
    return state_of(now) not in (FORMATTING, ERROR, UNFORMATTED)


def _is_emptier(before: Json, now: Json | None) -> bool:
    earlier, later = _used(before), _used(now)
    return earlier is not None and later is not None and later < earlier


def _is_freed(before: Json, now: Json | None) -> bool:
    return now is not None and (_used(now) == 0 or _is_emptier(before, now))


def _is_out(before: Json, now: Json | None) -> bool:
    del before
    return now is None or (state_of(now) == NOT_MOUNTED and not flag(now, "bEnabled"))


FORMAT: Final = Treatment(
    "FORMAT", "formatting", "everything on it is lost", 900, _is_formatting, _is_formatted
)
FREE_UP: Final = Treatment(
    "FREE_UP", "freeing up", "recordings on it are deleted", 900, _is_emptier, _is_freed
)
EJECT: Final = Treatment(
    "EJECT", "ejecting", "nothing is recorded to it until it is put in again", 60, _is_out, _is_out
)


def treatable(treatment: Treatment, device_path: str) -> Flow[Slot]:
    """The slot, if it can be treated so; Rejected with the reason where it cannot."""
    return decoded((yield from _treatable(treatment, device_path)))


def treated(treatment: Treatment, device_path: str) -> Flow[Treated]:
    """Give the order, once, and follow it to its end.

    Unsettled where nobody knows whether it has begun, or whether it has ended. Interrupted tells that the
    camera goes on.
    """
    before = yield from _treatable(treatment, device_path)
    try:
        task = yield from _submitted(treatment, before)
    except Interrupted as error:
        message = f"{error}; whether {_what(treatment, before)} has begun is not known"
        raise Interrupted(message) from error
    try:
        return (yield from _Watch(treatment, before, task).followed())
    except Interrupted as error:
        message = f"{error}; the camera goes on {_what(treatment, before)}: look at storage status"
        raise Interrupted(message) from error


def _what(treatment: Treatment, slot: Json) -> str:
    return f"{treatment.doing} {path_of(slot)}"


def _treatable(treatment: Treatment, device_path: str) -> Flow[Json]:
    slot = found((yield from raw_slots()), device_path)
    if slot.get("sDevPath") != device_path:
        raise Rejected(f"name the slot by its path, {path_of(slot)}", code=_NOT_PERMITTED)
    if treatment is FREE_UP:
        require_configured(slot)
    if treatment is EJECT and flag(slot, "bInternal"):
        raise Rejected(f"{path_of(slot)} is built in and cannot be ejected", code=_NOT_PERMITTED)
    if treatment is EJECT and _is_out(slot, slot):
        raise Rejected(f"{path_of(slot)} is not mounted: it is out already", code=_NOT_PERMITTED)
    if state_of(slot) == FORMATTING:
        raise Rejected(f"{path_of(slot)} is being formatted already", code=_BUSY)
    return slot


@dataclass(slots=True)
class _Task:
    """What the camera calls the task; it may be asked about only where it `is_known` to be one."""

    is_known: bool = False
    uid: str | None = None


def _order(treatment: Treatment, slot: Json, task: str) -> dict[str, Json]:
    return {"sAction": treatment.action, "sTask": task, "sSlotDevPath": slot["sDevPath"]}


def _submitted(treatment: Treatment, before: Json) -> Flow[_Task]:
    """Give the order; where the answer is lost, see whether it has begun."""
    try:
        answer = yield Ask("POST", CONTROL, _order(treatment, before, "ASYNC_SUBMIT"))
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        yield from _begun_all_the_same(treatment, before, error)
        return _Task()
    told = answer if isinstance(answer, dict) else {}
    uid = told.get("sTaskUID")
    return _Task(
        is_known=bool(told.keys() - {"code", "message"}), uid=uid if isinstance(uid, str) else None
    )


def _begun_all_the_same(treatment: Treatment, before: Json, lost: CameraError) -> Flow[None]:
    for _ in range(3):
        now = named((yield from raw_slots()), device=before["sDevPath"])
        if treatment.has_begun(before, now):
            return
        yield Pause(_PAUSE)
    message = (
        f"the answer was lost, and nothing shows that {_what(treatment, before)} has begun;"
        f" it was not ordered again: {lost.message}"
    )
    raise Unsettled(message, request=_REQUEST)


class _Watch:
    """What is seen of a slot while something is done to it."""

    def __init__(self, treatment: Treatment, before: Json, task: _Task) -> None:
        self._treatment = treatment
        self._before = before
        self._task = task
        self._word = ""  # what the task was last said to be
        self._percent: int | None = None
        self._has_begun = False
        self._used: int | None = None  # at the last look
        self._quiet = self._away = 0

    def followed(self) -> Flow[Treated]:
        """Look until it is over."""
        name = _what(self._treatment, self._before)
        waited, looks = 0.0, 0
        while waited < self._treatment.longest:
            yield from self._asked()
            shown, now = yield from self._seen()
            if shown and self._is_over(now):
                return Treated(None if now is None else decoded(now), waited)
            yield Told(f"{name}, {waited:g} s", self._percent or 0)
            pause = _PAUSE if looks < _SOON else _LATER_PAUSE
            yield Pause(pause)
            waited, looks = waited + pause, looks + 1
        message = f"{name} has not ended after {self._treatment.longest} s; the camera may go on"
        raise Unsettled(message, request=_REQUEST)

    def _is_over(self, now: Json | None) -> bool:
        treatment, is_done = self._treatment, self._word in _DONE
        self._has_begun = self._has_begun or treatment.has_begun(self._before, now)
        if self._word in _FAILED or self._has_failed(now):
            raise Rejected(self._failure(now), request=_REQUEST, code=_BUSY)
        is_still = _used(now) == self._used
        self._used = _used(now)
        if treatment is FREE_UP and is_done:
            return True  # what is kept is the camera's to decide
        if treatment.is_over(self._before, now) and (
            is_done or self._shows_the_end(is_still=is_still)
        ):
            return True
        is_at_it = self._word in _RUNNING or (self._has_begun and not is_done)
        self._quiet = 0 if is_at_it else self._quiet + 1
        if self._quiet > _GRACE:
            raise Unsettled(self._doubt(now, is_done=is_done), request=_REQUEST)
        return False

    def _shows_the_end(self, *, is_still: bool) -> bool:
        """Whether the slot alone says enough: no task runs any more, and nothing moves that had begun."""
        if self._treatment is FREE_UP:
            return self._word not in _RUNNING and (is_still or self._used == 0)
        return self._word not in _RUNNING and self._has_begun

    def _failure(self, now: Json | None) -> str:
        state = "gone" if now is None else foreign(state_of(now))
        told = f", the task {self._word}" if self._word else ""
        return f"{_what(self._treatment, self._before)} failed: the slot is {state}{told}"

    def _has_failed(self, now: Json | None) -> bool:
        """A slot that was being formatted and is no better for it."""
        broken = now is None or state_of(now) in (ERROR, UNFORMATTED)
        return self._treatment is FORMAT and self._has_begun and broken

    def _doubt(self, now: Json | None, *, is_done: bool) -> str:
        state = "gone" if now is None else foreign(state_of(now))
        name = _what(self._treatment, self._before)
        if is_done:
            return f"the camera says that {name} is done, but the slot is {state}"
        return f"the camera took the order, and nothing shows that {name} has begun: it is {state}"

    def _asked(self) -> Flow[None]:
        """Ask about the task, where there is one to ask about; no answer is no news."""
        if not self._task.is_known:
            return
        order = _order(self._treatment, self._before, "ASYNC_STATUS")
        if self._task.uid is not None:
            order["sTaskUID"] = self._task.uid
        try:
            answer = yield Ask("POST", CONTROL, order)
        except CameraError as error:
            self._task.is_known = is_in_doubt(error)
            return
        self._word = next(_words(answer), "")
        self._percent = next(_percents(answer), None)

    def _seen(self) -> Flow[tuple[bool, Json | None]]:
        """Whether the camera shows its slots now, and this one."""
        try:
            slots = yield from raw_slots()
        except (Unreachable, Rejected, NotUnderstood) as error:
            if not is_in_doubt(error):
                raise
            self._away += 1
            if self._away > _AWAY:
                name = _what(self._treatment, self._before)
                message = f"the camera no longer answers; it may go on {name}: {error}"
                raise Unsettled(message) from error
            return False, None
        self._away = 0
        return True, named(slots, device=self._before["sDevPath"])


def _words(answer: Json) -> Iterator[str]:
    """What an answer says of the state of a task, in words that are known."""
    for key, value in _pairs(answer):
        word = value.upper() if isinstance(value, str) else ""
        if key.lower().endswith(("status", "state")) and word in (*_RUNNING, *_DONE, *_FAILED):
            yield word


def _percents(answer: Json) -> Iterator[int]:
    for key, value in _pairs(answer):
        is_share = key.lower().endswith(("percent", "progress"))
        if is_share and isinstance(value, int | float) and 0 <= value <= _WHOLE:
            yield int(value)


def _pairs(value: Json, depth: int = _DEEPEST) -> Iterator[tuple[str, Json]]:
    """Every key with its value, also those of objects inside."""
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield key, inner
            yield from _pairs(inner, depth - 1)
