"""What earlier looks at a fleet have found, as far as a chart needs it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One look for drift. `at` is RFC 3339 in UTC, such as 2026-11-22T10:00:00Z."""

    at: str
    cameras_differing: int
    changes: int
    unreachable: int
