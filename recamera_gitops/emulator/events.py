"""What follows when a recording is set off: an event that waits, writes a growing file, and ends.

It is shown as the last event of `/record/rule/info`; the camera is not ready for another one until then.
"""

import time
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Json
from recamera_gitops.emulator.clips import THUMBNAIL, Clip, film, thumbnail_of

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera
    from recamera_gitops.emulator.device import Device
    from recamera_gitops.emulator.storage import Slot

INFO = "/record/rule/info"
CONFIG = "/record/rule/config"
EVENT, OWNER = "dLastRuleEvent", "dLastRuleEventOwner"
PENDING, WRITING, COMPLETED = "PENDING", "WRITING", "COMPLETED"
FAILED, INTERRUPTED = "FAILED", "INTERRUPTED"
RUNNING = frozenset({PENDING, WRITING})
NOT_READY = 30016
SIZE = 240_000
STEPS = 4


def begin(camera: "EmulatedCamera", rule: str) -> None:
    """An event of a rule of this kind; refused where there is no place for it, or one runs."""
    slot = camera.storage.enabled
    if slot is None:
        raise Refusal(NOT_READY, "EBUSY: storage not ready")
    if is_running(camera):
        raise Refusal(NOT_READY, "EBUSY: an event is running")
    stamp, now = camera.time(), camera.clock()
    owner = {"sRuleType": rule, "sRuleID": rule.lower(), "iTimestamp": stamp}
    _note(camera, **{EVENT: {"sStatus": PENDING, "iTimestamp": stamp}, OWNER: owner})
    path = _free(slot, stamp, _suffix(camera))
    for step in range(1, STEPS + 1):
        due = now + camera.event_seconds * step / STEPS
        camera.agenda.at(due, partial(_write, camera, slot, path, step))


def is_running(camera: "Device") -> bool:
    """Whether an event has not ended yet."""
    return camera.documents[INFO][EVENT]["sStatus"] in RUNNING


def is_writing(camera: "Device", slot: "Slot") -> bool:
    """Whether a file is being written to the slot."""
    return slot is camera.storage.enabled and camera.documents[INFO][EVENT]["sStatus"] == WRITING


def _note(camera: "Device", **parts: Json) -> None:
    camera.documents[INFO] = {**camera.documents[INFO], **parts}


def _became(camera: "Device", status: str) -> None:
    _note(camera, **{EVENT: {**camera.documents[INFO][EVENT], "sStatus": status}})


def _write(camera: "Device", slot: "Slot", path: str, step: int, _at: float) -> None:
    """One part of the file more; nothing any more once the event has ended."""
    if not is_running(camera):
        return
    if slot is not camera.storage.enabled:
        _became(camera, INTERRUPTED)
    elif "event-fails" in camera.flavours:
        _became(camera, FAILED)
    else:
        slot.files[path] = Clip(film(SIZE)[: SIZE * step // STEPS], camera.time())
        _became(camera, WRITING if step < STEPS else COMPLETED)
        if step == STEPS:
            slot.files[thumbnail_of(path)] = Clip(THUMBNAIL, camera.time())


def _suffix(camera: "EmulatedCamera") -> str:
    form: str = camera.documents[CONFIG]["dWriterConfig"]["sFormat"]
    return form.lower()


def _free(slot: "Slot", stamp: float, suffix: str) -> str:
    """A name after the time, in a directory of the day, that no file has."""
    moment = time.gmtime(stamp)
    stem = time.strftime("%Y-%m-%d/%Y%m%d_%H%M%S", moment)
    names = (f"{stem}{f'_{number}' if number else ''}.{suffix}" for number in count())
    return next(name for name in names if name not in slot.files)
