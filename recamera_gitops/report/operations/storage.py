"""Slots, and what was done to one. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from recamera_gitops.operations.storage import Chosen, Limited, Slot, StorageStatus
from recamera_gitops.operations.tasks import Treated, Treatment
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, YES_OR_NO, size
from recamera_gitops.report.paint import Paint
from recamera_gitops.report.tables import table
from recamera_gitops.secret import printable

_HEADINGS: Final = (
    *("slot", "state", "in use", "medium", "uuid"),
    *("size", "free", "recordings", "quota"),
)


def _use(slot: Slot) -> str:
    if slot.syncing:
        return "changing"
    if slot.enabled and slot.writing:
        return "yes, writing"
    if slot.selected and not slot.enabled:
        return "wanted"
    return YES_OR_NO[slot.enabled]


def _medium(slot: Slot) -> str:
    kind = "internal" if slot.internal else slot.label or "removable"
    return ", ".join(filter(None, (kind, slot.file_system)))


def _limit(slot: Slot) -> str:
    if slot.quota_limit_bytes is None:
        return "none, oldest deleted" if slot.quota_rotate else "none"
    then = "oldest deleted" if slot.quota_rotate else "then it stops"
    return f"{size(slot.quota_limit_bytes)}, {then}"


def _row(slot: Slot) -> tuple[str, ...]:
    return (
        slot.device_path,
        slot.state,
        _use(slot),
        _medium(slot),
        slot.uuid or UNKNOWN,
        size(slot.size_bytes or None),
        size(slot.free_bytes if slot.size_bytes else None),
        size(slot.quota_used_bytes),
        _limit(slot),
    )


def _status_details(status: StorageStatus, paint: Paint) -> Iterator[str]:
    yield f"recordings are in {printable(status.data_directory)} on the slot in use"
    yield from table(_HEADINGS, [_row(slot) for slot in status.slots], paint)


def _in_use(slots: Sequence[Slot]) -> Slot | None:
    return next((slot for slot in slots if slot.enabled), None)


def _cells(slot: Slot | None) -> tuple[str, ...]:
    if slot is None:
        return ("none", UNKNOWN, UNKNOWN)
    return (slot.device_path, slot.state, size(slot.free_bytes if slot.size_bytes else None))


STATUS: Final = View[StorageStatus](
    ("slots", "in use", "state", "free", "quota"),
    lambda status: (
        str(len(status.slots)),
        *_cells(_in_use(status.slots)),
        UNKNOWN if (used := _in_use(status.slots)) is None else _limit(used),
    ),
    _status_details,
)
CHOSEN: Final = View[Chosen](
    ("recordings go to", "state", "free", ""),
    lambda chosen: (*_cells(chosen.slot), "" if chosen.changed else "as before"),
)
LIMITED: Final = View[Limited](
    ("slot", "quota", ""),
    lambda limited: (
        limited.slot.device_path,
        _limit(limited.slot),
        "" if limited.changed else "as before",
    ),
)


def _treated(treated: Treated) -> tuple[str, ...]:
    slot, took = treated.slot, f"{treated.seconds:g} s"
    if slot is None:
        return ("gone", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, took)
    free = size(slot.free_bytes if slot.size_bytes else None)
    return (slot.device_path, slot.state, _use(slot), slot.uuid or UNKNOWN, free, took)


TREATED: Final = View[Treated](("slot", "state", "in use", "uuid", "free", "took"), _treated)


def foretold(treatment: Treatment, slot: Slot) -> str:
    """What would happen to a slot, for whoever has to confirm it."""
    what = f"{_medium(slot)}, {size(slot.size_bytes or None)}"
    used = slot.quota_used_bytes
    held = f" with {size(used)} of recordings" if used else ""
    lost = treatment.erases
    return printable(f"{treatment.doing} {slot.device_path} ({what}){held}: {lost}")
