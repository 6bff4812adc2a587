"""What sets off recordings, and a recording that was set off. Pure."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.operations.recording import Event, RecordInfo, Triggered
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, YES_OR_NO, facts
from recamera_gitops.report.paint import Paint


def _told(event: Event | None) -> str:
    if event is None:
        return "none"
    at = "" if event.at is None else f" {event.at}"
    by = "" if event.rule is None else f" ({event.rule})"
    return f"{event.status}{at}{by}"


def _info_details(info: RecordInfo, paint: Paint) -> Iterator[str]:
    clip = UNKNOWN if info.clip_seconds is None else f"{info.clip_seconds} s"
    pins = [
        f"{pin.name} (number {UNKNOWN if pin.number is None else pin.number},"
        f" {pin.state or UNKNOWN}, {pin.level or UNKNOWN})"
        for pin in info.gpios
    ]
    pairs = [
        ("rules", "on" if info.enabled else "off"),
        ("trigger", info.trigger),
        ("ready", YES_OR_NO[info.ready]),
        ("media paused", YES_OR_NO[info.media_paused]),
        ("clip length", clip),
        ("last event", _told(info.last_event)),
        ("gpios", ", ".join(pins) or "none"),
        ("ttys", ", ".join(port.name for port in info.ttys) or "none"),
    ]
    return facts(pairs, paint)


INFO: Final = View[RecordInfo](
    ("rules", "trigger", "ready", "last event"),
    lambda info: (
        "on" if info.enabled else "off",
        info.trigger,
        YES_OR_NO[info.ready],
        _told(info.last_event),
    ),
    _info_details,
)
TRIGGERED: Final = View[Triggered](
    ("recording", "since"),
    lambda found: (found.event.status, found.event.at or UNKNOWN),
)
