"""Switching to another storage slot, and setting its quota.

The camera takes the selection at once and is busy with it for up to half a minute [ref]; the quota is
that of a slot, and can be set only once the slot is in use.
"""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, is_in_doubt
from recamera_gitops.errors import CameraError, NotSettled, Rejected
from recamera_gitops.exchange import Json
from recamera_gitops.slots import (
    CONTROL,
    STATUS,
    busy,
    flag,
    in_use,
    is_usable,
    named,
    slots_of,
    state_of,
)

CONFIG: Final = "/record/storage/config"
_QUOTA: Final = ("iQuotaLimitBytes", "bQuotaRotate")  # in the status as in `dSlotConfig`
_PAUSE: Final = 0.5
_LONGEST: Final = 45.0  # seconds; the reference says 30
_NOT_THERE: Final = 404


def storage(*, select: bool, config: Json, quota: Mapping[str, Json]) -> Flow[None]:
    """Select a slot and wait until it is in use, then set what its quota lacks."""
    if select:
        slot = yield from _selected(config)
    else:
        slot = in_use((yield from _slots()))
    if not quota:
        return
    if slot is None:
        message = "no slot is in use, so none can be given a quota"
        raise Rejected(message, request=f"POST {CONTROL}", code=_NOT_THERE)
    yield from limited(slot, quota)


def limited(slot: Json, quota: Mapping[str, Json]) -> Flow[bool]:
    """Set what the quota of a slot lacks, with all of it as it was shown; whether there was anything."""
    shown = {key: slot.get(key) for key in _QUOTA}
    if all(shown.get(key) == value for key, value in quota.items()):
        return False
    task = {"sAction": "CONFIG", "sTask": "SYNC", "sSlotDevPath": slot.get("sDevPath")}
    yield Ask("POST", CONTROL, {**task, "dSlotConfig": {**shown, **quota}})
    return True


def _slots() -> Flow[list[Json]]:
    status = yield Ask("GET", STATUS)
    return slots_of(status)


def _selected(config: Json) -> Flow[Json | None]:
    """Select, and wait; a lost reply is no matter if the status shows the selection."""
    choice = config["dSelectSlotToEnable"]
    lost: CameraError | None = None
    try:
        yield Ask("POST", CONFIG, config)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        lost = error
    slots = yield from _slots()
    if lost is not None and not _is_wanted(slots, choice):
        raise lost
    waited = 0.0
    while not _is_done(slots, choice):
        if waited >= _LONGEST:
            raise NotSettled(_trouble(slots, choice, waited), request=f"POST {CONFIG}")
        yield Pause(_PAUSE)
        waited += _PAUSE
        slots = yield from _slots()
    return _chosen(slots, choice)


def _chosen(slots: list[Json], choice: Json) -> Json | None:
    if choice is None:
        return None
    return named(slots, device=choice["sByDevPath"], uuid=choice["sByUUID"])


def _is_wanted(slots: list[Json], choice: Json) -> bool:
    """Whether the selection has reached the camera."""
    slot = _chosen(slots, choice)
    selected = [each for each in slots if flag(each, "bSelected")]
    return selected == ([] if slot is None else [slot])


def _is_done(slots: list[Json], choice: Json) -> bool:
    if busy(slots) or not _is_wanted(slots, choice):
        return False
    slot = _chosen(slots, choice)
    if slot is None:
        return choice is None and not any(flag(each, "bEnabled") for each in slots)
    return is_usable(slot)


def _trouble(slots: list[Json], choice: Json, waited: float) -> str:
    slot = _chosen(slots, choice)
    state = "gone" if slot is None else state_of(slot)
    return f"after {waited:g} s {busy(slots) or f'the slot is not in use; it is {state}'}"
