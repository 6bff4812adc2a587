"""Single operations on storage slots: what they warn of, what has to be confirmed, and how they are shown."""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.foreseeing import Foreseen
from recamera_gitops.cli.operating import agreed, chosen, confirmed, succeeded, told
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.device.asking import Flow
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.operations.storage import (
    UNLIMITED,
    Chosen,
    Limited,
    Slot,
    StorageStatus,
    decoded,
    enabled,
    found,
    quota,
    raw_slots,
    selectable,
    storage_status,
)
from recamera_gitops.operations.tasks import EJECT, FORMAT, FREE_UP, Treatment, treatable, treated
from recamera_gitops.report.operations.facts import size
from recamera_gitops.report.operations.storage import CHOSEN, LIMITED, TREATED, foretold

_GAP: Final = "recording-gap"
TREATMENTS: Final[Mapping[str, tuple[Treatment, tuple[str, ...]]]] = {
    "format": (FORMAT, ("irreversible", _GAP)),
    "free-up": (FREE_UP, ("irreversible",)),
    "eject": (EJECT, (_GAP,)),
}


def treat(selection: Selection, verb: str, slot: str, consent: Consent, form: str) -> ExitCode:
    """Format, free up or eject the slot at this path, where that is confirmed."""
    treatment, impact = TREATMENTS[verb]
    operation = Operation(
        f"storage {verb}",
        lambda reached: reached.converse(treated(treatment, slot)),
        writes=True,
        impact=impact,
    )

    before: dict[str, Slot] = {}

    def ask(working: Working, seen: Mapping[str, Slot]) -> None:
        before.update(seen)
        words = dict.fromkeys(seen, slot)
        confirmed(
            working,
            words,
            consent.confirmed,
            lambda name: f"{name}: {foretold(treatment, seen[name])}",
        )

    foreseen = Foreseen(
        operation, lambda reached: reached.converse(treatable(treatment, slot)), ask
    )
    with opened(chosen(selection, operation)) as working:
        done = foreseen.carried_out(working, outside_window=consent.outside_window)
        for name, each in succeeded(done).items():
            if before[name].enabled and not (each.slot is not None and each.slot.enabled):
                console.warn(f"{name}: recordings went to {slot} and no longer do: storage enable")
        return told(working, operation, done, TREATED, form)


def enable(selection: Selection, slot: str, consent: Consent, form: str) -> ExitCode:
    """Let recordings go to a slot, or to none."""
    operation = Operation(
        "storage enable",
        lambda reached: reached.converse(enabled(slot)),
        writes=True,
        impact=(_GAP,),
    )
    foreseen: Foreseen[tuple[StorageStatus, Slot | None], Chosen] = Foreseen(
        operation,
        lambda reached: reached.converse(_to_be_used(slot)),
        lambda working, seen: _agree_to_use(working, seen, yes=consent.yes),
    )
    return foreseen.shown(selection, CHOSEN, form, outside_window=consent.outside_window)


def _to_be_used(slot: str) -> Flow[tuple[StorageStatus, Slot | None]]:
    status = yield from storage_status()
    meant = selectable((yield from raw_slots()), slot)
    return status, None if meant is None else decoded(meant)


def _agree_to_use(
    working: Working, seen: Mapping[str, tuple[StorageStatus, Slot | None]], *, yes: bool
) -> None:
    for name, (status, slot) in seen.items():
        if slot is None:
            console.warn(f"{name}: nothing is recorded any more until a slot is enabled")
        elif not slot.enabled:
            directory = f"a directory {status.data_directory} that is there"
            console.warn(
                f"{name}: recordings go to {slot.device_path} from now on;"
                f" {directory} may be overwritten"
            )
    if any(slot is None or not slot.enabled for _, slot in seen.values()):
        agreed(working, "Change where recordings go?", yes=yes)


def limit(
    selection: Selection,
    slot: str,
    wanted: tuple[int | None, bool | None],
    consent: Consent,
    form: str,
) -> ExitCode:
    """Limit what recordings take on a slot; `wanted` are the bytes and whether the oldest are deleted."""
    most, rotate = wanted
    operation = Operation(
        "storage quota",
        lambda reached: reached.converse(quota(slot, limit=most, rotate=rotate)),
        writes=True,
    )

    def look(reached: Reached) -> Slot:
        return reached.converse(_to_be_limited(slot))

    def ask(working: Working, seen: Mapping[str, Slot]) -> None:
        tight = {name: each for name, each in seen.items() if _would_delete(each, wanted)}
        for name, each in tight.items():
            used = each.quota_used_bytes
            held = "nobody tells how many bytes" if used is None else size(used)
            console.warn(f"{name}: {held} are recorded there; what is beyond the limit is deleted")
        if tight:
            agreed(working, "Set the quota?", yes=consent.yes)

    foreseen: Foreseen[Slot, Limited] = Foreseen(operation, look, ask)
    return foreseen.shown(selection, LIMITED, form, outside_window=consent.outside_window)


def _to_be_limited(slot: str) -> Flow[Slot]:
    return decoded(found((yield from raw_slots()), slot))


def _would_delete(slot: Slot, wanted: tuple[int | None, bool | None]) -> bool:
    """Whether the oldest recordings would have to go for it."""
    limit = slot.quota_limit_bytes if wanted[0] is None else wanted[0]
    rotates = slot.quota_rotate if wanted[1] is None else wanted[1]
    if not rotates or limit in (None, UNLIMITED):
        return False
    return slot.quota_used_bytes is None or slot.quota_used_bytes > limit  # not told is not nothing
