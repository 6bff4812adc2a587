"""Where recordings go: which slot is in use, and how much of it they may take."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import (
    Complaint,
    FlowShape,
    Impact,
    Resource,
    Section,
    Stage,
    Values,
    View,
    nested,
    wire,
)
from recamera_gitops.resources.codecs import TRUE_FALSE, Around, Codec
from recamera_gitops.resources.keyed import WordOrMapping
from recamera_gitops.resources.values import MISSING, Unknown, integer, like
from recamera_gitops.secret import foreign
from recamera_gitops.slots import STATUS, busy, flag, in_use, named, slots_of

CONFIG: Final = "/record/storage/config"
CONTROL: Final = "/record/storage/control"
_UNLIMITED: Final = -1


@dataclass(frozen=True)
class Slot(Codec):
    """A slot by its path or by its UUID, whichever the camera was told; `none` is no slot.

    The keys are the slots as the status lists them, and the selection, which is what is written.
    """

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The slot in use by both its names."""
        del around
        if not isinstance(raw[0], list):
            return Unknown(raw)
        slot = in_use(slots_of({"lSlots": raw[0]}))
        if slot is None:
            return "none"
        return {"device": slot.get("sDevPath"), "uuid": slot.get("sUUID")}

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The selection: an internal slot by its path, a removable one by its UUID [ref, sdk]."""
        del around
        if value == "none":
            return (MISSING, None)
        slot = named(slots_of({"lSlots": raw[0]}), **_stated(value)) or {}
        uuid = slot.get("sUUID") or value.get("uuid") or ""
        path = slot.get("sDevPath") or value.get("device") or ""
        if uuid and not flag(slot, "bInternal"):
            return (MISSING, {"sByDevPath": "", "sByUUID": uuid})
        return (MISSING, {"sByDevPath": path, "sByUUID": ""})

    def before(self, live: Any, target: Any) -> Any:
        """The live slot by the name that the target uses, if it has such a name."""
        if not isinstance(live, dict) or not isinstance(target, dict):
            return _named(live)
        kept = {key: live[key] for key in target if live.get(key)}
        return kept or _named(live)

    def stated(self, live: Any) -> Any:
        """The slot by one name."""
        return _named(live)

    def equal(self, one: Any, other: Any) -> bool:
        """Whether a name that both have is the same; UUIDs in any case."""
        if not isinstance(one, dict) or not isinstance(other, dict):
            return bool(one == other)
        if one.get("device") and other.get("device"):
            return bool(one["device"] == other["device"])
        return bool(one.get("uuid")) and _folded(one.get("uuid")) == _folded(other.get("uuid"))

    def canonical(self, value: Any) -> Json:
        """UUIDs in lower case."""
        if not isinstance(value, dict):
            return value
        return {key: _folded(each) if key == "uuid" else each for key, each in value.items()}


def _named(live: Any) -> Any:
    """A slot by one name: its path, which every slot has."""
    return {"device": live["device"]} if isinstance(live, dict) and live.get("device") else live


def _stated(slot: Json) -> dict[str, str]:
    """The names of a slot that are there."""
    return {key: slot[key] for key in ("device", "uuid") if slot.get(key)}


def _folded(uuid: Any) -> str:
    return str(uuid).casefold()


@dataclass(frozen=True)
class OfSlot(Codec):
    """A setting `key` of the slot in use, read from the status and written into an object of its own."""

    key: str = ""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The value; MISSING while no slot is in use."""
        slot = in_use(slots_of({"lSlots": raw[0]}))
        return MISSING if slot is None or self.key not in slot else self.value(slot, around)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The value in the type in which the slot shows it."""
        slot = in_use(slots_of({"lSlots": raw[0]})) or {}
        return (MISSING, self.written(value, slot.get(self.key, MISSING), around))

    def value(self, slot: Json, around: Around) -> Any:
        """What the slot shows."""
        return TRUE_FALSE.decode((slot[self.key],), around)

    def written(self, value: Any, shown: Json, around: Around) -> Json:
        """What is sent."""
        return TRUE_FALSE.encode(value, (shown,), around)[0]


@dataclass(frozen=True)
class Limit(OfSlot):
    """A number of bytes; -1 is `unlimited` [ref]."""

    def value(self, slot: Json, around: Around) -> Any:
        """The number, or the word."""
        del around
        number = integer(slot[self.key])
        if number is None or number < _UNLIMITED:
            return Unknown((slot[self.key],))
        return "unlimited" if number == _UNLIMITED else number

    def written(self, value: Any, shown: Json, around: Around) -> Json:
        """The number, or -1."""
        del around
        return like(_UNLIMITED if value == "unlimited" else value, shown)


class SlotName(Section):
    """A slot by one of its names."""

    device: str | None = Field(
        default=None,
        pattern=r"^/dev/[A-Za-z0-9._/-]+$",
        description="Path of its device; it may change where media are plugged in and out.",
        examples=["/dev/mmcblk0p8"],
    )
    uuid: str | None = Field(
        default=None,
        min_length=1,
        description="UUID of its file system.",
        examples=["6A1B-2C3D"],
    )

    @model_validator(mode="after")
    def _one_name(self) -> "SlotName":
        if (self.device is None) is (self.uuid is None):
            raise ValueError(
                "a slot is named by its device or by its uuid\nstate one of them, or `slot: none`"
            )
        return self


class Quota(Section):
    """How much of the slot recordings may take."""

    limit_bytes: Annotated[int, Field(ge=0)] | Literal["unlimited"] | None = wire(
        ("status.lSlots", "quota.iQuotaLimitBytes"),
        "Most bytes that recordings take together, or `unlimited`.",
        codec=Limit("iQuotaLimitBytes"),
        examples=[8589934592, "unlimited"],
        source="ref",
    )
    rotate: bool | None = wire(
        ("status.lSlots", "quota.bQuotaRotate"),
        "Whether the oldest recordings make room for new ones.",
        codec=OfSlot("bQuotaRotate"),
        source="ref",
    )


def _quota_needs_a_slot(view: View) -> Iterator[Complaint]:
    """A quota belongs to a slot, so there must be one."""
    for path in ("quota.limit_bytes", "quota.rotate"):
        if view("slot") == "none" and view(path) is not None:
            message = "a quota belongs to a slot, and no slot is to be in use"
            yield Complaint("quota-without-slot", (path,), message, "state record.storage.slot")


class Storage(Section):
    """Where recordings go."""

    rules = (_quota_needs_a_slot,)

    slot: WordOrMapping[SlotName, Literal["none"]] | None = wire(
        ("status.lSlots", "config.dSelectSlotToEnable"),
        "The slot in use; `none` stops recording. Switching one on may overwrite what was recorded there.",
        codec=Slot(),
        impact=(Impact.RECORDING_GAP, Impact.IRREVERSIBLE),
        examples=[{"device": "/dev/mmcblk0p8"}, "none"],
        source="ref",
    )
    quota: Quota | None = nested("", "How much of the slot recordings may take.")


def _documents() -> Generator[str, Json, Json]:
    """The selection, and what came of it."""
    config = yield CONFIG
    if not isinstance(config, dict) or "dSelectSlotToEnable" not in config:
        raise NotUnderstood("the selection of a slot has an unknown form", request=f"GET {CONFIG}")
    status = yield STATUS
    return {"config": config, "status": status}


def _pending(raw: Json) -> str | None:
    return busy(slots_of(raw["status"]))


def _switches_on(path: str, after: Json, raw: Json) -> bool:
    del raw
    return path == "slot" and after != "none"


def _overwrites(moved: Values, raw: Json) -> Iterator[str]:
    """Enabling a slot may overwrite the directory that recordings go to [ref]."""
    slot = moved.get("slot", "none")
    if slot != "none":
        name = foreign(slot.get("device") or slot["uuid"])
        directory = raw["status"].get("sDataDirName")
        where = foreign(directory) if isinstance(directory, str) else "of its recordings"
        yield f"record.storage: enabling {name} may overwrite the directory {where} on it"


def slot_exists(view: View, around: Around) -> Iterator[Complaint]:
    """A declared slot is one of those that the camera lists."""
    choice, slots = view("record.storage.slot"), around.get("slots")
    if slots is None or not isinstance(choice, dict) or named(slots, **_stated(choice)):
        return
    known = ", ".join(foreign(str(each.get("sDevPath"))) for each in slots) or "none"
    message = f"the camera has no slot {foreign(str(_stated(choice)))}"
    yield Complaint("unknown-slot", ("record.storage.slot",), message, f"it has: {known}")


def slots() -> Generator[str, Json, dict[str, Any]]:
    """`slots`: what the camera lists."""
    status = yield STATUS
    return {"slots": slots_of(status)}


def _arguments(targets: Values, differing: set[str], live: Values) -> dict[str, Any]:
    del targets, live
    return {"select": "slot" in differing}


def _bodies(raw: Json, patched: Json) -> dict[str, Any]:
    """The selection as it is sent, and the quota."""
    del raw
    return {"config": patched["config"], "quota": patched.get("quota", {})}


def _preview(arguments: Values) -> Iterator[tuple[str, str, str, Json]]:
    """The writes of the conversation; the quota is completed from what the slot shows by then."""
    if arguments["select"]:
        choice = arguments["config"].get("dSelectSlotToEnable")
        word = "no slot" if choice is None else choice["sByDevPath"] or choice["sByUUID"]
        yield "POST", CONFIG, f"record.storage: enable {word}", arguments["config"]
    if arguments["quota"]:
        body = {"sAction": "CONFIG", "sTask": "SYNC", "dSlotConfig": arguments["quota"]}
        yield "POST", CONTROL, "record.storage: quota", body


FLOWS: Final = {"storage": FlowShape(_arguments, _preview, _bodies)}

RESOURCES: Final = (
    Resource(
        "record.storage",
        Storage,
        stage=Stage.STORAGE,
        reads=_documents,
        flow="storage",
        pending=_pending,
        confirm=True,
        confirm_why="what was recorded on that slot before may be overwritten",
        confirm_when=_switches_on,
        warns=_overwrites,
    ),
)
