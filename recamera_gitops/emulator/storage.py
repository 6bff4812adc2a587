"""Where recordings go: slots, one of which is enabled, and what may be done to them.

Enabling takes a while and erases a data directory that was on the medium before [ref]. Formatting,
freeing up and ejecting are tasks: submitted, asked about, perhaps cancelled [sdk].
"""

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TEXT, Shape, problems
from recamera_gitops.emulator.clips import Clips, factory
from recamera_gitops.emulator.documents import Document, Routes
from recamera_gitops.emulator.events import is_writing
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera
    from recamera_gitops.emulator.device import Device
    from recamera_gitops.emulator.relay import Relay
    from recamera_gitops.emulator.tasks import Task

CONFIG = "/record/storage/config"
STATUS = "/record/storage/status"
INTERNAL = "/dev/mmcblk0p8"
NO_DEVICE, NOT_READY = 30019, 30016
UNFORMATTED = "NOT_FORMATTED_OR_FORMAT_UNSUPPORTED"
STATES = {
    "ERROR": 1,
    UNFORMATTED: 2,
    "FORMATTING": 3,
    "NOT_MOUNTED": 4,
    "MOUNTED": 5,
    "CONFIGURED": 6,
    "INDEXING": 7,
    "READY": 8,
    "IDLE": 8,  # its number is not known
}
CHOICE: dict[str, Shape] = {"sByDevPath": TEXT, "sByUUID": TEXT}


@dataclass(slots=True, eq=False)
class Slot:
    """A medium; `foreign` is a data directory that this camera did not write."""

    dev_path: str
    uuid: str | None = None
    label: str | None = None
    kind: str | None = "ext4"
    internal: bool = False
    state: str = "MOUNTED"
    size: int = 16 << 30
    quota: int = -1
    rotates: bool = False
    foreign: bool = False
    files: Clips = field(default_factory=factory)

    @property
    def used(self) -> int:
        """How many bytes the recordings take."""
        return sum(map(len, self.files.values()))


def _factory_slots() -> list[Slot]:
    card = Slot("/dev/mmcblk1p1", "6A1B-2C3D", "SDCARD", "exfat", size=64 << 30, foreign=True)
    return [Slot(INTERNAL, internal=True), card]


@dataclass(slots=True)
class Storage:
    """`wanted` becomes `enabled` at `until`; `overwritten` counts the data directories lost.

    `lapsed` are the names of relays whose time is over, and `lies` what a hostile camera lists in
    every directory besides.
    """

    enable_seconds: float
    task_seconds: float = 1.0
    slots: list[Slot] = field(default_factory=_factory_slots)
    wanted: Slot | None = None
    enabled: Slot | None = None
    since: float = 0.0
    until: float | None = None
    overwritten: int = 0
    tasks: dict[str, "Task"] = field(default_factory=dict)
    relays: dict[str, "Relay"] = field(default_factory=dict)
    lapsed: set[str] = field(default_factory=set)
    lies: list[Json] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def slot(self, dev_path: object) -> Slot:
        """The slot at a path; refused without one."""
        for slot in self.slots:
            if slot.dev_path == dev_path:
                return slot
        raise Refusal(NO_DEVICE, "ENODEV: no such slot")


def storage(flavours: Flavours) -> Storage:
    """The storage on the first day: the internal slot is in use."""
    made = Storage(20.0 if "storage-slow" in flavours else 1.0)
    made.wanted = made.enabled = made.slots[0]
    return made


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The selection; the slots themselves are no document."""
    del flavours
    return (Document(CONFIG, {"dSelectSlotToEnable": {"sByDevPath": INTERNAL, "sByUUID": ""}}),)


def routes(flavours: Flavours) -> Routes:
    """The selection's setter and the status."""
    del flavours
    return {CONFIG: {"POST": _select}, STATUS: {"GET": _status}}


def state(camera: "EmulatedCamera", slot: Slot) -> str:
    """The name of the state that the slot is in."""
    store = camera.storage
    if slot.state != "MOUNTED":
        return slot.state
    if store.until is not None and slot is store.wanted:
        half = (store.since + store.until) / 2
        return "CONFIGURED" if camera.clock() < half else "INDEXING"
    if slot is store.enabled:
        return "IDLE" if "storage-idle" in camera.flavours else "READY"
    return slot.state


def settle(camera: "Device", at: float) -> None:
    """Begin to enable what the configuration selects, if it is there."""
    store = camera.storage
    choice = camera.documents[CONFIG]["dSelectSlotToEnable"]
    matching = [slot for slot in store.slots if choice is not None and _is_meant(slot, choice)]
    store.wanted = matching[0] if matching and matching[0].state == "MOUNTED" else None
    store.since, store.until = at, at + store.enable_seconds
    camera.agenda.at(store.until, lambda then: _enabled(camera, then))


def _enabled(camera: "Device", at: float) -> None:
    store = camera.storage
    if store.until != at:
        return
    store.enabled, store.until = store.wanted, None
    if store.enabled is not None and store.enabled.foreign:
        store.enabled.files.clear()
        store.enabled.foreign = False
        store.overwritten += 1


def _is_meant(slot: Slot, choice: Json) -> bool:
    """The internal slot by its path, a removable one by its UUID, and the other one empty [ref]."""
    if slot.internal:
        return bool(choice["sByDevPath"] == slot.dev_path and not choice["sByUUID"])
    return bool(choice["sByUUID"] == slot.uuid and not choice["sByDevPath"])


def _select(camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    if "dSelectSlotToEnable" not in body:
        raise Refusal(400, "Missing parameter: missing required field dSelectSlotToEnable")
    choice = body["dSelectSlotToEnable"]
    if choice is not None:
        _check_choice(camera, choice)
    for key in body.keys() - camera.documents[CONFIG].keys():
        camera.breach(f"invented: {CONFIG} {key} was never shown")
    camera.count("storage-select")
    camera.documents[CONFIG] = {**camera.documents[CONFIG], "dSelectSlotToEnable": choice}
    settle(camera, camera.clock())
    return camera.written(camera.documents[CONFIG])


def _check_choice(camera: "EmulatedCamera", choice: Json) -> None:
    for problem in problems(CHOICE, choice, "dSelectSlotToEnable"):
        raise Refusal(400, problem)
    if not choice["sByDevPath"] and not choice["sByUUID"]:
        raise Refusal(400, "Invalid parameter: dSelectSlotToEnable names no slot")
    matching = [slot for slot in camera.storage.slots if _is_meant(slot, choice)]
    if not matching:
        raise Refusal(NO_DEVICE, "ENODEV: no such slot")
    if matching[0].state != "MOUNTED":
        raise Refusal(NOT_READY, "EBUSY: storage not ready")


def _status(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    name = "DCIM" if "data-dir-dcim" in camera.flavours else "reCamera"
    slots = [_shown(camera, slot) for slot in camera.storage.slots]
    return answers.data({"sDataDirName": name, "lSlots": camera.noted(slots)})


def _shown(camera: "EmulatedCamera", slot: Slot) -> Json:
    store, name = camera.storage, state(camera, slot)
    syncing = store.until is not None and slot in {store.wanted, store.enabled}
    mounted = STATES[name] >= STATES["MOUNTED"]
    return {
        "sDevPath": slot.dev_path,
        "sMountPath": f"/mnt/{slot.dev_path.rpartition('/')[2]}" if mounted else "",
        "sLabel": slot.label,
        "sUUID": slot.uuid,
        "sType": slot.kind,
        "sState": name,
        "eState": STATES[name],
        "bRemovable": not slot.internal,
        "bInternal": slot.internal,
        "bSelected": slot is store.wanted,
        "bEnabled": slot is store.enabled,
        "bSyncing": syncing,
        "bWriting": is_writing(camera, slot),
        "bRotating": False,
        "bQuotaRotate": slot.rotates,
        "iStatsSizeBytes": slot.size if mounted else 0,
        "iStatsFreeBytes": slot.size - slot.used if mounted else 0,
        "iQuotaMinimumRecommendBytes": 1 << 30,
        "iQuotaPreservedBytes": 256 << 20,
        "iQuotaUsedBytes": slot.used if mounted else None,
        "iQuotaLimitBytes": slot.quota,
    }


def plug(camera: "EmulatedCamera", slot: Slot) -> None:
    """Somebody puts a medium in; the camera enables the one that is selected."""
    camera.storage.slots.append(slot)
    choice = camera.documents[CONFIG]["dSelectSlotToEnable"]
    if choice is not None and _is_meant(slot, choice):
        settle(camera, camera.clock())


def unplug(camera: "EmulatedCamera", dev_path: str) -> None:
    """Somebody pulls a medium out, in use or not."""
    store = camera.storage
    gone = store.slot(dev_path)
    store.slots.remove(gone)
    store.relays.pop(dev_path, None)
    if gone in {store.wanted, store.enabled}:
        store.wanted = store.enabled = store.until = None
