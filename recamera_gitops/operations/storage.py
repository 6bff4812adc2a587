"""The slots that recordings can go to: what they are, which one is in use, and the quota of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, is_in_doubt, may_be_done
from recamera_gitops.device.storing import CONFIG, limited, storage
from recamera_gitops.errors import CameraError, NotSettled, NotUnderstood, Rejected, Unsettled
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer
from recamera_gitops.secret import foreign
from recamera_gitops.slots import (
    CONTROL,
    ERROR,
    FORMATTING,
    NOT_MOUNTED,
    STATUS,
    UNFORMATTED,
    busy,
    flag,
    in_use,
    is_configured,
    is_usable,
    named,
    slots_of,
    state_of,
)

NONE: Final = "none"
UNLIMITED: Final = -1
_READ: Final = f"GET {STATUS}"
_NO_DEVICE, _BUSY, _INVALID = 30019, 30016, 30022  # 30000 + ENODEV, EBUSY, EINVAL
# Why a slot in this state cannot be taken into use, and what helps.
_NOT_SELECTABLE: Final = {
    ERROR: "it reports an error",
    UNFORMATTED: "it has no file system that the camera can use; format it first",
    FORMATTING: "it is being formatted",
    NOT_MOUNTED: "it is not mounted; if it was ejected, take it out and put it in again",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A medium. `state` is the camera's word for it, `quota_limit_bytes` None where there is no limit.

    `selected` tells that recordings are to go there, `enabled` that they do, `usable` that they can.
    """

    device_path: str
    mount_path: str | None
    label: str | None
    uuid: str | None
    file_system: str | None
    state: str
    internal: bool
    selected: bool
    enabled: bool
    usable: bool
    syncing: bool
    writing: bool
    rotating: bool
    size_bytes: int | None
    free_bytes: int | None
    quota_used_bytes: int | None
    quota_limit_bytes: int | None
    quota_rotate: bool

    @property
    def in_use(self) -> bool:
        """Whether recordings go there, or are about to."""
        return self.selected and (self.syncing or self.enabled)

    @property
    def used_percent(self) -> float | None:
        """How full it is; None where that cannot be told."""
        if not self.size_bytes or self.free_bytes is None:
            return None
        return 100.0 * (1 - self.free_bytes / self.size_bytes)


@dataclass(frozen=True, slots=True)
class StorageStatus:
    """Every slot; recordings are in the directory of this name on them."""

    data_directory: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where recordings go; `changed` tells that they went elsewhere before. No slot: nowhere."""

    changed: bool
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class Limited:
    """The slot with its quota; `changed` tells that it had another one before."""

    changed: bool
    slot: Slot


def storage_status() -> Flow[StorageStatus]:
    """Read every slot."""
    return understood((yield Ask("GET", STATUS)))


def understood(status: Json) -> StorageStatus:
    """What a status says of every slot."""
    found = Answer(status, _READ)
    return StorageStatus(found.text("sDataDirName"), tuple(map(decoded, _listed(status))))


def enabled(wanted: str) -> Flow[Chosen]:
    """Let recordings go to the slot with this path or UUID, or to none, and wait until they do.

    Nothing is written where they do already.
    """
    slots = yield from raw_slots()
    slot = selectable(slots, wanted)
    if _is_settled(slots, slot):
        return Chosen(changed=False, slot=None if slot is None else decoded(slot))
    config = yield Ask("GET", CONFIG)
    choice = {**Answer(config, f"GET {CONFIG}").body, "dSelectSlotToEnable": _choice(slot)}
    try:
        yield from storage(select=True, config=choice, quota={})
    except CameraError as error:
        if not may_be_done(error):
            raise
        raise Unsettled(f"{_where((yield from raw_slots()))}: {error}") from error
    now = in_use((yield from raw_slots()))
    return Chosen(changed=True, slot=None if now is None else decoded(now))


def quota(device_path: str, *, limit: int | None, rotate: bool | None) -> Flow[Limited]:
    """Limit what recordings take on a slot, UNLIMITED for no limit; None leaves a part as it is.

    It is read back: NotSettled where the camera keeps another quota.
    """
    slot = found((yield from raw_slots()), device_path)
    require_configured(slot)
    wanted = {
        **({} if limit is None else {"iQuotaLimitBytes": limit}),
        **({} if rotate is None else {"bQuotaRotate": rotate}),
    }
    _require_room(slot, limit)
    changed, lost = yield from _written(slot, wanted)
    now = found((yield from raw_slots()), device_path)
    if any(now.get(key) != value for key, value in wanted.items()):
        if lost is not None and not may_be_done(lost):
            raise lost
        if lost is not None:
            message = "the answer was lost, and it has another quota; it was not told again"
            raise Unsettled(f"{message}: {lost.message}", request=f"POST {CONTROL}") from lost
        raise NotSettled("it keeps another quota than it was told", request=f"POST {CONTROL}")
    return Limited(changed, decoded(now))


def raw_slots() -> Flow[list[Json]]:
    """Every slot as the camera shows it."""
    return _listed((yield Ask("GET", STATUS)))


def found(slots: Sequence[Json], wanted: str) -> Json:
    """The slot with this path or UUID; Rejected where the camera has none."""
    slot = named(list(slots), device=wanted) or named(list(slots), uuid=wanted)
    if slot is None:
        there = ", ".join(foreign(str(each.get("sDevPath"))) for each in slots) or "none"
        raise Rejected(f"it has no slot {foreign(wanted)}; it has: {there}", code=_NO_DEVICE)
    return slot


def require_configured(slot: Json) -> None:
    """Rejected where the slot is in no state to be worked with [ref]."""
    if not is_configured(slot):
        state = foreign(state_of(slot))
        message = f"{path_of(slot)} is {state}; for that it has to be in use (storage enable)"
        raise Rejected(message, code=_BUSY)


def selectable(slots: Sequence[Json], wanted: str) -> Json | None:
    """The slot that can be taken into use, None where none is wanted; Rejected where it cannot."""
    if wanted == NONE:
        return None
    slot = found(slots, wanted)
    why = _NOT_SELECTABLE.get(state_of(slot))
    if why is None and not flag(slot, "bInternal") and not slot.get("sUUID"):
        why = "it has no UUID to be known by; format it first"
    if why is not None:
        raise Rejected(f"{path_of(slot)} cannot be taken into use: {why}", code=_BUSY)
    return slot


def path_of(slot: Json) -> str:
    """The path of a slot, for messages."""
    return foreign(str(slot.get("sDevPath")))


def decoded(slot: Json) -> Slot:
    """What the camera shows of a slot; what it says no word of is None."""
    answer = Answer(slot, _READ, "lSlots")
    limit = answer.maybe_whole("iQuotaLimitBytes")
    return Slot(
        device_path=answer.text("sDevPath"),
        mount_path=answer.maybe_text("sMountPath") or None,
        label=answer.maybe_text("sLabel"),
        uuid=answer.maybe_text("sUUID"),
        file_system=answer.maybe_text("sType"),
        state=answer.text("sState").lower(),
        internal=flag(slot, "bInternal"),
        selected=flag(slot, "bSelected"),
        enabled=flag(slot, "bEnabled"),
        usable=is_usable(slot),
        syncing=flag(slot, "bSyncing"),
        writing=flag(slot, "bWriting"),
        rotating=flag(slot, "bRotating"),
        size_bytes=answer.maybe_whole("iStatsSizeBytes"),
        free_bytes=answer.maybe_whole("iStatsFreeBytes"),
        quota_used_bytes=answer.maybe_whole("iQuotaUsedBytes"),
        quota_limit_bytes=None if limit == UNLIMITED else limit,
        quota_rotate=flag(slot, "bQuotaRotate"),
    )


def _listed(status: Json) -> list[Json]:
    if not isinstance(status, dict) or not isinstance(status.get("lSlots"), list):
        raise NotUnderstood("the status lists no slots", request=_READ)
    return slots_of(status)


def _choice(slot: Json | None) -> Json:
    """An internal slot is known by its path, a removable one by its UUID [ref]."""
    if slot is None:
        return None
    if flag(slot, "bInternal"):
        return {"sByDevPath": slot["sDevPath"], "sByUUID": ""}
    return {"sByDevPath": "", "sByUUID": slot["sUUID"]}


def _is_settled(slots: list[Json], slot: Json | None) -> bool:
    """Whether recordings go there already, and nothing is under way."""
    if busy(slots):
        return False
    selected = [each for each in slots if flag(each, "bSelected") or flag(each, "bEnabled")]
    return selected == ([] if slot is None else [slot]) and (slot is None or is_usable(slot))


def _where(slots: list[Json]) -> str:
    """What was seen where the answer was lost."""
    slot = in_use(slots)
    now = "nowhere" if slot is None else f"to {path_of(slot)}"
    return f"the answer was lost; recordings go {now} now, and it was not told again"


def _require_room(slot: Json, limit: int | None) -> None:
    size = slot.get("iStatsSizeBytes")
    if limit is not None and isinstance(size, int) and limit > size:
        message = f"{path_of(slot)} has {size} bytes; its quota cannot be {limit}"
        raise Rejected(message, code=_INVALID)


def _written(slot: Json, wanted: Mapping[str, Json]) -> Flow[tuple[bool, CameraError | None]]:
    """Whether anything was to be written, and the error that leaves in doubt whether it was."""
    try:
        return (yield from limited(slot, wanted)), None
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        return True, error
