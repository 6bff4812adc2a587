"""How cameras are, as people read it: a table that fits a terminal, or everything about one. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.operations.health import (
    Battery,
    CameraStatus,
    Clock,
    Load,
    Push,
)
from recamera_gitops.operations.inference import Inference
from recamera_gitops.operations.storage import Slot, StorageStatus
from recamera_gitops.report.operated import Operated, View, operated_json, operated_text
from recamera_gitops.report.operations.facts import UNKNOWN, facts, size
from recamera_gitops.report.operations.network import NOBODY_KNOWS, ON_OR_OFF, link_text
from recamera_gitops.report.outcomes import trouble
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.rows import notices
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import bounded, counted, names
from recamera_gitops.secret import printable

_WIDEST_NAME: Final = 26  # with all others at their widest, a row has 120 columns
_WIDEST: Final = {"firmware": 8, "recording": 9, "storage": 12, "inference": 14, "push": 6}
_WIDEST_STATE: Final = 8
_WIDEST_LOAD: Final = 16
_WIDEST_REASON: Final = 200
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_PLAIN_SECONDS: Final = 100  # up to which a tenth is worth a figure
HEADINGS: Final = (
    *("firmware", "cpu/npu/mem/disk", "clock"),
    *("recording", "storage", "inference", "push", "link"),
)


def status_json(found: Sequence[Operated[CameraStatus]], at: str) -> Json:
    """The state of each camera, and when this machine looked."""
    return {**operated_json("status", found), "at": at}


def status_text(found: Sequence[Operated[CameraStatus]], paint: Paint = plain) -> str:
    """One camera in full or a table of several, what to look at, what is not known, and how many are well."""
    if len(found) == 1:
        return operated_text(found, STATUS, paint)
    lines = [f"{line}\n" for line in _rows(found, paint)]
    return "".join([*lines, "\n", _told(found, paint), f"{_closing(found)}\n"])


def _rows(found: Sequence[Operated[CameraStatus]], paint: Paint) -> Iterator[str]:
    """A line for each camera, in their order: its cells, or why there are none."""
    shown = [bounded(printable(each.device), _WIDEST_NAME) for each in found]
    width = max([len("camera"), *map(len, shown)])
    padded = [f"{name:<{width}}" for name in shown]
    rows = [
        (name, *_cells(each.value))
        for name, each in zip(padded, found, strict=True)
        if each.value is not None
    ]
    lines = table((f"{'camera':<{width}}", *HEADINGS), rows, paint)
    yield next(lines)
    for name, each in zip(padded, found, strict=True):
        yield f"{name}  {_lost(each, paint)}" if each.value is None else next(lines)


def _lost(each: Operated[CameraStatus], paint: Paint) -> str:
    reason = bounded(printable(each.error or ""), _WIDEST_REASON)
    return f"{paint('trouble', trouble(each.exit_code))}: {reason}"


def _told(found: Sequence[Operated[CameraStatus]], paint: Paint) -> str:
    seen = [(each.device, each.value) for each in found if each.value is not None]
    reasons = notices((name, reason) for name, value in seen for reason in value.attention)
    unknown = notices(
        (name, f"{each.part} is not known: {each.reason}")
        for name, value in seen
        for each in value.unknown
    )
    rows = [("trouble", each) for each in reasons] + [("dim", each) for each in unknown]
    lines = [
        paint(role, f"{names(each.devices)}: {bounded(printable(each.text), _WIDEST_REASON)}")
        for role, each in rows
    ]
    return "".join(f"{line}\n" for line in lines) + ("\n" if lines else "")


def _closing(found: Sequence[Operated[CameraStatus]]) -> str:
    seen = [each.value for each in found if each.value is not None]
    wanting = sum(bool(each.attention) for each in seen)
    parts = [f"{len(seen) - wanting} well"]
    if wanting:
        parts.append(f"{wanting} to be looked at")
    if len(seen) < len(found):
        parts.append(f"{len(found) - len(seen)} not read")
    return f"Status: {counted(len(found), 'camera')}: {', '.join(parts)}."


def _cells(status: CameraStatus) -> tuple[str, ...]:
    words = {
        "firmware": NOBODY_KNOWS if status.identity is None else status.identity.firmware,
        "recording": recording_word(status),
        "storage": _storage(status.storage),
        "inference": _inference(status.inference),
        "push": _push(status.push),
    }
    short = {key: bounded(printable(word), _WIDEST[key]) for key, word in words.items()}
    return (
        short["firmware"],
        _loads(status.load),
        NOBODY_KNOWS if status.clock is None else clock_word(status.clock),
        *(short[key] for key in ("recording", "storage", "inference", "push")),
        _link(status),
    )


def _loads(load: Load | None) -> str:
    if load is None:
        return NOBODY_KNOWS
    values = (load.cpu_percent, load.npu_percent, load.memory_percent, load.storage_percent)
    return bounded("/".join(map(_number, values)), _WIDEST_LOAD)


def _number(value: float | None) -> str:
    return NOBODY_KNOWS if value is None else f"{value:.0f}"


def clock_word(clock: Clock) -> str:
    """How far it is ahead; `in step` where it cannot be told from no difference."""
    is_lost = abs(clock.offset_seconds) <= clock.uncertainty_seconds
    return "in step" if is_lost else offset(clock.offset_seconds)


def offset(seconds: float) -> str:
    """`+0.3 s`, `-4 min`, `+2 h`, `-20000 d`."""
    for unit, length in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE)):
        if abs(seconds) >= _PLAIN_SECONDS and abs(seconds) >= length:
            return f"{seconds / length:+.0f} {unit}"
    return f"{seconds:+.1f} s"


def recording_word(status: CameraStatus) -> str:
    """`off`, `ready`, `writing`, `paused` or `not ready`."""
    if status.recording is None:
        return NOBODY_KNOWS
    if not status.recording.enabled:
        return "off"
    recorder = status.recorder
    if recorder is None:
        return "on"
    if recorder.paused:
        return "paused"
    if recorder.last_event in ("pending", "writing"):
        return recorder.last_event
    return "ready" if recorder.ready else "not ready"


def _storage(storage: StorageStatus | None) -> str:
    if storage is None:
        return NOBODY_KNOWS
    used = next((each for each in storage.slots if each.in_use), None)
    if used is None:
        return "no slot"
    state = bounded(printable(used.state), _WIDEST_STATE)
    percent = used.used_percent
    return state if percent is None else f"{state} {percent:.0f}%"


def _inference(inference: Inference | None) -> str:
    if inference is None:
        return NOBODY_KNOWS
    if not inference.enabled:
        return "off"
    state = (inference.status or NOBODY_KNOWS).lower()
    return state if inference.actual_fps is None else f"{state} {inference.actual_fps} fps"


def _push(push: Push | None) -> str:
    return NOBODY_KNOWS if push is None else push.mode


def _link(status: CameraStatus) -> str:
    """`cable`, `wifi` or `both`: where it has an address."""
    if status.lan is None or status.wifi is None:
        return NOBODY_KNOWS
    wired, wireless = bool(status.lan.address), bool(status.wifi.address)
    return {(True, True): "both", (True, False): "cable", (False, True): "wifi"}.get(
        (wired, wireless), UNKNOWN
    )


def _details(status: CameraStatus, paint: Paint) -> Iterator[str]:
    pairs = [
        *_identity(status),
        ("clock", NOBODY_KNOWS if status.clock is None else _time(status.clock)),
        *_usage(status.load),
        ("battery", _battery(status.battery)),
        ("recording", _recording(status)),
        *_slots(status.storage),
        ("inference", _model(status.inference)),
        ("results", _results(status.push)),
        ("cable", link_text(status.lan)),
        ("radio", ON_OR_OFF[status.radio]),
        ("wifi", link_text(status.wifi)),
    ]
    yield from facts(pairs, paint)
    for reason in status.attention:
        yield paint("trouble", f"look at it: {printable(reason)}")
    for each in status.unknown:
        yield paint("dim", f"{each.part} is not known: {printable(each.reason)}")


def _identity(status: CameraStatus) -> Iterator[tuple[str, str]]:
    if status.identity is None:
        yield "serial number", NOBODY_KNOWS
        return
    yield "serial number", status.identity.serial
    yield "firmware", status.identity.firmware
    hardware = (status.identity.sensor, status.identity.base_plate)
    yield "hardware", ", ".join(each for each in hardware if each) or UNKNOWN


def _time(clock: Clock) -> str:
    ahead = f"{clock_word(clock)} (give or take {clock.uncertainty_seconds:.1f} s)"
    state = {True: "synchronised", False: "not synchronised", None: None}[clock.synchronised]
    server = clock.server if clock.method == "ntp" else None
    way = " ".join(each for each in (clock.method, server, state) if each)
    zone = " ".join(each for each in (clock.timezone, clock.utc_offset) if each)
    return ", ".join(each for each in (clock.time, ahead, way, zone) if each)


def _usage(load: Load | None) -> Iterator[tuple[str, str]]:
    if load is None:
        yield "load", NOBODY_KNOWS
        return
    yield "load", f"cpu {_number(load.cpu_percent)} %, npu {_number(load.npu_percent)} %"
    yield "memory", _of(load.memory_percent, load.memory_used_gb, load.memory_total_gb)
    yield "own storage", _of(load.storage_percent, load.storage_used_gb, load.storage_total_gb)


def _of(percent: float | None, used: float | None, total: float | None) -> str:
    sizes = "" if used is None or total is None else f", {used:g} of {total:g} GB"
    return f"{_number(percent)} % used{sizes}"


def _battery(battery: Battery | None) -> str:
    if battery is None:
        return NOBODY_KNOWS
    if not battery.attached:
        return "none"
    charging = {True: ", charging", False: "", None: ""}[battery.charging]
    level = NOBODY_KNOWS if battery.percent is None else str(battery.percent)
    return f"{level} %{charging}"


def _recording(status: CameraStatus) -> str:
    form = (
        "" if status.recording is None or not status.recording.format else status.recording.format
    )
    event = status.recorder
    last = None if event is None or not event.last_event else f"the last one {event.last_event}"
    if last is not None and event is not None and event.last_event_at:
        last = f"{last} at {event.last_event_at}"
    return ", ".join(each for each in (recording_word(status), form, last) if each)


def _slots(storage: StorageStatus | None) -> Iterator[tuple[str, str]]:
    if storage is None:
        yield "storage", NOBODY_KNOWS
    elif not storage.slots:
        yield "storage", "no slot"
    else:
        for each in storage.slots:
            yield f"slot {each.device_path}", _slot(each)


def _slot(slot: Slot) -> str:
    marks = {"internal": slot.internal, "in use": slot.in_use, "rotates": slot.quota_rotate}
    words = [slot.state, *(word for word, so in marks.items() if so)]
    if slot.used_percent is not None:
        words.append(f"{slot.used_percent:.0f} % of {size(slot.size_bytes)} used")
    return ", ".join(words)


def _model(inference: Inference | None) -> str:
    if inference is None or not inference.enabled:
        return _inference(inference)
    limit = f"at most {inference.fps} fps"
    return ", ".join(each for each in (_inference(inference), inference.model, limit) if each)


def _results(push: Push | None) -> str:
    if push is None or push.state is None or push.mode == "off":
        return _push(push)
    return f"{push.mode}, {push.state}"


STATUS: Final = View[CameraStatus](HEADINGS, _cells, _details)
