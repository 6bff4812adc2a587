"""What somebody has agreed to on the command line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """What has been said beforehand instead of being asked for."""

    yes: bool = False
    confirmed: tuple[str, ...] = ()
    outside_window: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """What was said beforehand about cameras that will be away: so many `at_once`, be it outside the window."""

    yes: bool = False
    outside_window: bool = False
    at_once: int = 1
