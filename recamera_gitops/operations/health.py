"""The parts of a camera's state, and how each is read off an answer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from recamera_gitops.errors import NotUnderstood
from recamera_gitops.operations.answers import Answer
from recamera_gitops.operations.inference import Inference
from recamera_gitops.operations.links import Link
from recamera_gitops.operations.parts import Unknown
from recamera_gitops.operations.storage import StorageStatus

_STAMPS: Final = (
    "iTimestamp",
    "iTimstamp",
    "iTimstemp",
)  # two of them are slips of drafts [draft, mock]
_PUSH: Final = {0: "off", 1: "mqtt", 2: "http", 3: "uart"}
_SYNCHRONISED: Final = 0  # [wiki, sdk]
_HALF_A_SECOND: Final = 0.5  # a camera tells whole seconds


@dataclass(frozen=True, slots=True)
class Identity:
    """Which camera this is, and what it runs."""

    serial: str
    firmware: str
    sensor: str | None
    base_plate: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """How much of it is used, in per cent; sizes in the camera's GB, where it tells them."""

    cpu_percent: float | None
    npu_percent: float | None
    memory_percent: float | None
    memory_used_gb: float | None
    memory_total_gb: float | None
    storage_percent: float | None
    storage_used_gb: float | None
    storage_total_gb: float | None


@dataclass(frozen=True, slots=True)
class Battery:
    """The battery, if one is attached; `percent` in the few steps that the camera knows."""

    attached: bool
    charging: bool | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The camera's clock beside that of this machine.

    `offset_seconds` is how far it is ahead, give or take `uncertainty_seconds`: half the round trip, and
    half of the second that it does not tell. `synchronised` is what it says of its time server.
    """

    time: str
    offset_seconds: float
    uncertainty_seconds: float
    method: str | None
    server: str | None
    synchronised: bool | None
    timezone: str | None
    utc_offset: str | None


@dataclass(frozen=True, slots=True)
class Recording:
    """Whether recordings are on."""

    enabled: bool
    format: str | None


@dataclass(frozen=True, slots=True)
class Recorder:
    """Whether the next recording may begin, and what came of the last one."""

    ready: bool
    paused: bool | None
    last_event: str | None
    last_event_at: str | None


@dataclass(frozen=True, slots=True)
class Push:
    """Where results are sent to, and what the sender says of itself where the firmware tells."""

    mode: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """How a camera is at this moment; None is what nobody knows, and `unknown` tells why.

    `wifi` is its place in a wireless network, without an address while it is in none. `attention` are
    the reasons for which somebody should look at it.
    """

    identity: Identity | None
    load: Load | None
    battery: Battery | None
    clock: Clock | None
    recording: Recording | None
    recorder: Recorder | None
    storage: StorageStatus | None
    inference: Inference | None
    push: Push | None
    lan: Link | None
    radio: bool | None
    wifi: Link | None
    unknown: tuple[Unknown, ...] = ()
    attention: tuple[str, ...] = ()


def identity(answer: Answer) -> Identity:
    """Of `/system/device-info`."""
    return Identity(
        answer.text("sSerialNumber"),
        answer.text("sFirmwareVersion"),
        answer.maybe_text("sSensorModel"),
        answer.maybe_text("sBasePlateModel"),
    )


def load(answer: Answer) -> Load:
    """Of `/system/resource-info`, flat or nested, in numbers or in strings of them [wiki, sdk-local, ref]."""
    memory, storage = answer.part("sMem") or answer, answer.part("sStorage") or answer
    return Load(
        cpu_percent=answer.maybe_real("iCpuUsage"),
        npu_percent=answer.maybe_real("iNpuUsage"),
        memory_percent=memory.maybe_real("iMemUsage"),
        memory_used_gb=memory.maybe_real("iMemUsed"),
        memory_total_gb=memory.maybe_real("iMemTotal"),
        storage_percent=storage.maybe_real("iStorageUsage"),
        storage_used_gb=storage.maybe_real("iStorageUsed"),
        storage_total_gb=storage.maybe_real("iStorageTotal"),
    )


def battery(answer: Answer) -> Battery:
    """Of `/system/battery`."""
    if not answer.truth("isAttached"):
        return Battery(attached=False, charging=None, percent=None)
    shown, total = answer.maybe_whole("displaySteps"), answer.maybe_whole("totalSteps")
    known = shown is not None and total is not None and 0 <= shown <= total and total > 0
    percent = round(100 * shown / total) if known and shown is not None and total else None
    return Battery(attached=True, charging=answer.maybe_truth("isCharging"), percent=percent)


def clock(answer: Answer, asked: float, took: float) -> Clock:
    """Of `/system/time`, asked at a Unix time, with the answer there so many seconds later."""
    stamp = next((key for key in _STAMPS if key in answer.body), _STAMPS[0])
    told = answer.whole(stamp)
    try:
        time = datetime.fromtimestamp(told, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise NotUnderstood(f"{stamp} is not a time", request=answer.request) from None
    server = answer.part("dNtpConfig")
    method = answer.maybe_text("sMethod")
    state = None if server is None or method != "ntp" else server.maybe_whole("status")
    return Clock(
        time=time,
        offset_seconds=round(told + _HALF_A_SECOND - (asked + took / 2), 3),
        uncertainty_seconds=round(took / 2 + _HALF_A_SECOND, 3),
        method=method,
        server=None if server is None else server.maybe_text("sAddress"),
        synchronised=None if state is None else state == _SYNCHRONISED,
        timezone=answer.maybe_text("sTimezone"),
        utc_offset=answer.maybe_text("sTz"),
    )


def recording(answer: Answer) -> Recording:
    """Of `/record/rule/config`."""
    writer = answer.part("dWriterConfig")
    kind = None if writer is None else writer.maybe_text("sFormat")
    return Recording(answer.switch("bRuleEnabled"), None if kind is None else kind.upper())


def recorder(answer: Answer) -> Recorder:
    """Of `/record/rule/info`."""
    event = answer.part("dLastRuleEvent")
    state = None if event is None else event.maybe_text("sStatus")
    known = event is not None and event.body.get("iTimestamp") is not None
    return Recorder(
        ready=answer.truth("bReadyForNewEvent"),
        paused=answer.maybe_truth("bMediaPaused"),
        last_event=None if state is None else state.lower(),
        last_event_at=event.moment("iTimestamp") if event is not None and known else None,
    )


def push(answer: Answer) -> Push:
    """Of `/notify/cfg`, without anything else that stands there."""
    mode = answer.whole("iMode")
    return Push(_PUSH.get(mode, f"mode {mode}"))


def push_state(answer: Answer) -> str | None:
    """Of `/notify/status`, whose key may be misspelled [ext]."""
    return answer.maybe_text("status") or answer.maybe_text("staus")
