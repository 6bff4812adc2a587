"""What the camera says of its storage slots; told by name, because numbers and case differ [ref, sdk]."""

from typing import Final

from recamera_gitops.exchange import Json

STATUS: Final = "/record/storage/status"
CONTROL: Final = "/record/storage/control"
ERROR: Final = "error"
UNFORMATTED: Final = "not_formatted_or_format_unsupported"
FORMATTING: Final = "formatting"
NOT_MOUNTED: Final = "not_mounted"
_CONFIGURED, _READY = 6, 8
_USABLE: Final = ("ready", "idle", "writing")
# The other states [ref]; the number counts only for names that nobody knows.
_NOT_CONFIGURED: Final = (ERROR, UNFORMATTED, FORMATTING, NOT_MOUNTED, "mounted")
_NOT_READY: Final = ("configured", "indexing")
_NOT_USABLE: Final = (*_NOT_CONFIGURED, *_NOT_READY)


def slots_of(status: Json) -> list[Json]:
    """The slots that a status lists; none where it has an unknown form."""
    listed = status.get("lSlots") if isinstance(status, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def flag(slot: Json, key: str) -> bool:
    """Whether the camera says so of a slot."""
    return slot.get(key) in (True, "true", "True")


def state_of(slot: Json) -> str:
    """The name of its state in small letters; empty where it has none."""
    return str(slot.get("sState") or "").lower()


def is_usable(slot: Json) -> bool:
    """Whether recordings can go there."""
    name = state_of(slot)
    ready = name not in _NOT_USABLE and _has_reached(slot, _READY)
    return flag(slot, "bEnabled") and (name in _USABLE or ready)


def is_configured(slot: Json) -> bool:
    """Whether there is a data directory on it to work with: a quota, a relay, files to remove."""
    name = state_of(slot)
    if name in (*_USABLE, *_NOT_READY):
        return True
    return name not in _NOT_CONFIGURED and _has_reached(slot, _CONFIGURED)


def _has_reached(slot: Json, number: int) -> bool:
    found = slot.get("eState")
    return isinstance(found, int) and found >= number


def in_use(slots: list[Json]) -> Json | None:
    """The slot that is enabled, or is being enabled; None where recordings go nowhere."""
    selected = [each for each in slots if flag(each, "bSelected")]
    return next((e for e in selected if flag(e, "bSyncing") or flag(e, "bEnabled")), None)


def named(slots: list[Json], *, device: str = "", uuid: str = "") -> Json | None:
    """The slot at a path, or with a UUID in any case; None where it is not there."""
    for slot in slots:
        same_uuid = str(slot.get("sUUID") or "").casefold() == uuid.casefold()
        if (device and slot.get("sDevPath") == device) or (uuid and same_uuid):
            return slot
    return None


def busy(slots: list[Json]) -> str | None:
    """What the camera is still doing to its slots, None when it is done."""
    for slot in slots:
        changing = flag(slot, "bSyncing")
        if changing or (flag(slot, "bEnabled") and not is_usable(slot)):
            return f"slot {slot.get('sDevPath')} is {state_of(slot)}"
    return None
