"""What about a camera somebody should look at, and why. Pure.

What is off is well, and what is not known is no finding: it is told as unknown.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from recamera_gitops.operations.health import (
    Battery,
    CameraStatus,
    Clock,
    Load,
    Push,
    Recorder,
)
from recamera_gitops.operations.inference import Inference
from recamera_gitops.operations.storage import Slot, StorageStatus
from recamera_gitops.slots import ERROR

MOST_OFFSET: Final = 5.0  # seconds
MOST_USED: Final = 90.0  # per cent
LEAST_BATTERY: Final = 20
_UNDER_WAY: Final = ("pending", "writing")  # the camera takes no other event then, and is well
_RUNS: Final = ("running", "starting")
_NOT_SENT: Final = ("error", "failed", "stopped")


def attention(status: CameraStatus) -> tuple[str, ...]:
    """Every reason to look at a camera, the most pressing first."""
    records = status.recording is not None and status.recording.enabled
    found = (
        _recorder(status.recorder) if records else (),
        _storage(status.storage, records=records),
        _inference(status.inference),
        _push(status.push),
        _clock(status.clock),
        _load(status.load),
        _battery(status.battery),
    )
    return tuple(chain.from_iterable(found))


def _recorder(recorder: Recorder | None) -> Iterator[str]:
    if recorder is None:
        return
    if recorder.paused:
        yield "recording is on, and the media process is paused"
    elif not recorder.ready and recorder.last_event not in _UNDER_WAY:
        yield "recording is on, and it takes no new event"


def _storage(storage: StorageStatus | None, *, records: bool) -> Iterator[str]:
    if storage is None:
        return
    for slot in storage.slots:
        if slot.state == ERROR:
            yield f"slot {slot.device_path} is in error"
    used = next((each for each in storage.slots if each.in_use), None)
    if used is None:
        if records:
            yield "recording is on, and goes to no slot"
        return
    if records and not used.usable and used.state != ERROR:
        yield f"recording is on, and slot {used.device_path} is {used.state}"
    yield from _full(used)


def _full(slot: Slot) -> Iterator[str]:
    """One that replaces its oldest recordings is full most of the time."""
    percent = slot.used_percent
    if percent is not None and percent > MOST_USED and not slot.quota_rotate:
        yield f"slot {slot.device_path} is {percent:.0f} % full, and does not rotate"


def _inference(inference: Inference | None) -> Iterator[str]:
    if inference is not None and inference.enabled:
        state = (inference.status or "silent about its state").lower()
        if state not in _RUNS:
            yield f"inference is on, and the pipeline is {state}"


def _push(push: Push | None) -> Iterator[str]:
    if push is not None and push.mode != "off" and push.state in _NOT_SENT:
        yield f"results go to {push.mode}, and the sender is {push.state}"


def _clock(clock: Clock | None) -> Iterator[str]:
    if clock is None:
        return
    if abs(clock.offset_seconds) > MOST_OFFSET:
        way = "ahead" if clock.offset_seconds > 0 else "behind"
        yield f"the clock is {abs(clock.offset_seconds):.0f} s {way}"
    if clock.synchronised is False:
        yield "the clock is not in step with its time server"


def _load(load: Load | None) -> Iterator[str]:
    if load is not None and load.storage_percent is not None and load.storage_percent > MOST_USED:
        yield f"its own storage is {load.storage_percent:.0f} % full"


def _battery(battery: Battery | None) -> Iterator[str]:
    if battery is None or battery.percent is None or battery.charging is not False:
        return
    if battery.percent <= LEAST_BATTERY:
        yield f"the battery is at {battery.percent} %, and is not charging"
