"""When changes may be made: a window that comes again and again, by the clock of its zone. Pure.

A start that the clocks leave out is told by the clock before they change, one that they show twice counts
the first time [RFC 5545, 3.3.5]. A window lasts as long as it says, whatever the clocks do meanwhile.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from recamera_gitops.desired.models import MaintenanceWindow
from recamera_gitops.fleet.durations import seconds

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY: Final = timedelta(days=1)
# A window that comes every week and lasts longer than one, with a day for the clocks, never closes.
_WEEK: Final = timedelta(days=8)


def is_open(window: MaintenanceWindow | None, now: datetime) -> bool:
    """Whether a moment lies in the window; never, where there is none."""
    if window is None:
        return False
    length = _length(window)
    return any(start <= now < start + length for start in _starts(window, now - length, now))


def next_opening(window: MaintenanceWindow, now: datetime) -> datetime | None:
    """The first moment after `now` at which it begins, in its zone; None where it never opens."""
    if not _length(window):
        return None
    starts = (each for each in _starts(window, now, now + _WEEK) if each > now)
    first = next(starts, None)
    return None if first is None else first.astimezone(_zone(window))


def closed(window: MaintenanceWindow | None, now: datetime) -> str | None:
    """Why nothing may be changed at a moment, and from when on it may be; None in the window."""
    if window is None:
        return "there is no window"
    if is_open(window, now):
        return None
    opening = next_opening(window, now)
    if opening is None:
        return "the window never opens"
    return f"the window opens on {_told(opening, window.timezone)}"


def _told(moment: datetime, zone: str | None) -> str:
    """`Tue 2026-12-01 at 01:00 Europe/Berlin (2026-12-01 00:00 UTC)`."""
    universal = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    day = _DAYS[moment.weekday()]
    if zone is None:
        return f"{day} {universal}"
    return f"{day} {moment:%Y-%m-%d} at {moment:%H:%M} {zone} ({universal})"


def _zone(window: MaintenanceWindow) -> ZoneInfo:
    return ZoneInfo(window.timezone or "UTC")


def _length(window: MaintenanceWindow) -> timedelta:
    return timedelta(seconds=min(seconds(window.duration), int(_WEEK.total_seconds())))


def _starts(window: MaintenanceWindow, first: datetime, last: datetime) -> Iterator[datetime]:
    """Every moment between two, or within a day of them, at which the window begins, in order."""
    zone, start = _zone(window), time.fromisoformat(window.start)
    day, until = first.astimezone(zone).date() - _DAY, last.astimezone(zone).date() + _DAY
    while day <= until:
        if window.days is None or _DAYS[day.weekday()] in window.days:
            # In UTC: what has a zone of its own is compared and added by its clock, not by time.
            yield datetime.combine(day, start, zone).astimezone(UTC)
        day += _DAY
