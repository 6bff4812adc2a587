"""Colour, where somebody looks: views name a role, and a paint says what it looks like."""

from collections.abc import Callable
from typing import Final, TypeAlias

# (role, text) → text. Roles: heading, change, trouble, good, dim.
Paint: TypeAlias = Callable[[str, str], str]

_CODES: Final = {"heading": "1", "change": "33", "trouble": "31", "good": "32", "dim": "2"}


def plain(_role: str, text: str) -> str:
    """No colour."""
    return text


def coloured(role: str, text: str) -> str:
    """The colours of a terminal."""
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m"
