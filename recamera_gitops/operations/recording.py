"""What sets off recordings at a camera, what came of the last one, and setting one off by hand.

A recording is set off once. Where the answer is lost, the last event that the camera shows tells whether
it began.
"""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, Told, is_in_doubt
from recamera_gitops.errors import CameraError, Interrupted, NotSettled, Rejected, Unsettled
from recamera_gitops.operations.answers import Answer
from recamera_gitops.slots import STATUS, in_use, slots_of

_INFO: Final = "/record/rule/info"
_RULES: Final = "/record/rule/config"
_TRIGGER: Final = "/record/rule/record-rule-config"
_ACTIVATE: Final = "/record/rule/http-rule-activate"
_REQUEST: Final = f"POST {_ACTIVATE}"
# The kinds as they are written in files; the names are those of two firmwares [sdk, web].
_KINDS: Final = {
    "inference_set": "inference",
    "inferenceset": "inference",
    **{each: each for each in ("timer", "gpio", "tty", "http", "always_on")},
}
_OVER_HTTP: Final = "http"
_NOT_PERMITTED, _BUSY = 30001, 30016  # 30000 + EPERM, EBUSY
_WORDS: Final = {
    _NOT_PERMITTED: "its rules are off, its schedule is inactive, or its trigger is of another kind",
    _BUSY: "its storage is not ready, or a recording is still under way",
}
_RUNNING: Final = ("PENDING", "WRITING")
_PAUSE: Final = 0.5
_MOST_LOOKS: Final = 6  # until an event that was set off shows
_GRACE: Final = 60.0  # seconds that an event may take beyond the length of a clip
_LENGTH: Final = 60  # seconds of a clip where the camera does not tell [wiki]


@dataclass(frozen=True, slots=True)
class Event:
    """A recording that some rule set off: PENDING, WRITING, COMPLETED, FAILED, INTERRUPTED … and since when."""

    status: str
    at: str | None
    rule: str | None = None
    rule_id: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """An input or output that a trigger may name."""

    name: str
    number: int | None
    state: str | None
    level: str | None


@dataclass(frozen=True, slots=True)
class Port:
    """A serial line that a trigger may name."""

    name: str


@dataclass(frozen=True, slots=True)
class RecordInfo:
    """What sets off recordings, and what came of the last one.

    `ready` tells that another one may begin, `trigger` which kind of rule is selected, in the words of
    the files.
    """

    enabled: bool
    trigger: str
    ready: bool
    media_paused: bool | None
    clip_seconds: int | None
    last_event: Event | None
    gpios: tuple[Pin, ...]
    ttys: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Triggered:
    """A recording that was set off: how far it was when it was last looked at."""

    event: Event
    seconds: float


def record_info() -> Flow[RecordInfo]:
    """Read the rules, the selected trigger and what the record process shows."""
    rules = Answer((yield Ask("GET", _RULES)), f"GET {_RULES}")
    trigger = Answer((yield Ask("GET", _TRIGGER)), f"GET {_TRIGGER}")
    info = Answer((yield Ask("GET", _INFO)), f"GET {_INFO}")
    pins = (
        Pin(name, each.maybe_whole("iNum"), each.maybe_text("sState"), each.maybe_text("sLevel"))
        for name, each in info.parts("dAvailableGPIOs")
    )
    return RecordInfo(
        enabled=rules.truth("bRuleEnabled"),
        trigger=_kind(trigger.text("sCurrentSelected")),
        ready=info.truth("bReadyForNewEvent"),
        media_paused=None if info.body.get("bMediaPaused") is None else info.truth("bMediaPaused"),
        clip_seconds=info.maybe_whole("bVideoClipLengthSeconds"),
        last_event=_event(info),
        gpios=tuple(pins),
        ttys=tuple(Port(name) for name, _ in info.parts("dAvailableTTYs")),
    )


def triggered(*, wait: bool) -> Flow[Triggered]:
    """Set off a recording, once, where the camera can take it; `wait` until it has come to its end.

    Rejected where it cannot, or where the recording did not complete; Unsettled where nobody knows
    whether one was set off.
    """
    before = yield from record_info()
    yield from _possible(before)
    lost = yield from _activated()
    event = yield from _begun(before.last_event, lost)
    if not wait:
        return Triggered(event, 0.0)
    try:
        return (yield from _ended(event, (before.clip_seconds or _LENGTH) + _GRACE))
    except Interrupted as error:
        raise Interrupted(f"{error}; the recording that was set off goes on") from error


def _kind(name: str) -> str:
    return _KINDS.get(name.casefold(), name)


def _event(info: Answer) -> Event | None:
    found, owner = info.part("dLastRuleEvent"), info.part("dLastRuleEventOwner")
    if found is None:
        return None
    rule = None if owner is None else owner.maybe_text("sRuleType")
    number = None if owner is None else owner.maybe_text("sRuleID")
    return Event(
        found.text("sStatus").upper(),
        found.moment("iTimestamp"),
        None if rule is None else _kind(rule),
        number,
    )


def _possible(info: RecordInfo) -> Flow[None]:
    """Rejected with the reason why it would be in vain."""
    if info.trigger != _OVER_HTTP:
        message = f"its trigger is {info.trigger}; only a camera with record.trigger.type http can be told"
        raise Rejected(message, code=_NOT_PERMITTED)
    if not info.enabled:
        raise Rejected("its recording rules are off (record.enabled)", code=_NOT_PERMITTED)
    if not info.ready:
        why = yield from _hindrance(info)
        raise Rejected(f"it is not ready: {why}", code=_BUSY)


def _hindrance(info: RecordInfo) -> Flow[str]:
    if info.last_event is not None and info.last_event.status in _RUNNING:
        return f"a recording is under way ({info.last_event.status})"
    if info.media_paused:
        return "its media are paused"
    if in_use(slots_of((yield Ask("GET", STATUS)))) is None:
        return "no storage slot is in use"
    return "it does not tell why"


def _activated() -> Flow[CameraError | None]:
    """Set it off; an error that leaves in doubt whether it was is given back."""
    try:
        yield Ask("POST", _ACTIVATE)
    except Rejected as error:
        if is_in_doubt(error):
            return error
        words = _WORDS.get(error.code)
        if words is None:
            raise
        message = f"it refuses ({error.code}): {words}"
        raise Rejected(message, request=_REQUEST, code=error.code) from error
    except CameraError as error:
        return error
    return None


def _begun(before: Event | None, lost: CameraError | None) -> Flow[Event]:
    """The event that was set off, as soon as the camera shows another one than before."""
    for _ in range(_MOST_LOOKS):
        event = _event(Answer((yield Ask("GET", _INFO)), f"GET {_INFO}"))
        if event is not None and (before is None or event.at != before.at):
            return event
        yield Pause(_PAUSE)
    if lost is not None:
        message = (
            "the answer was lost, and the camera shows no new recording; it was not told again"
        )
        raise Unsettled(f"{message}: {lost}", request=_REQUEST)
    raise NotSettled(
        f"it took the order, and shows no recording after {_MOST_LOOKS * _PAUSE:g} s",
        request=_REQUEST,
    )


def _ended(event: Event, longest: float) -> Flow[Triggered]:
    waited = 0.0
    while event.status in _RUNNING:
        if waited >= longest:
            message = f"the recording is still {event.status} after {waited:g} s; it may go on"
            raise Unsettled(message, request=_REQUEST)
        yield Told(f"recording {event.status.lower()}", min(99, int(waited * 100 / longest)))
        yield Pause(_PAUSE)
        waited += _PAUSE
        found = _event(Answer((yield Ask("GET", _INFO)), f"GET {_INFO}"))
        if found is None or found.at != event.at:
            raise Unsettled("another recording has begun before this one was seen to end")
        event = found
    if event.status != "COMPLETED":
        message = f"the recording ended {event.status}"
        raise Rejected(message, request=_REQUEST, code=_BUSY)
    return Triggered(event, waited)
