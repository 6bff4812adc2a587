"""Colour, where somebody looks: views name a role, and a paint says what it looks like."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

# (role, text) → text. Roles: heading, change, trouble, good, dim.
Paint: TypeAlias = Callable[[str, str], str]

_PAINTED: Final = re.compile("(\x1b\\[[0-9]*m)")
_CODES: Final = {"heading": "1", "change": "33", "trouble": "31", "good": "32", "dim": "2"}


def plain(_role: str, text: str) -> str:
    """No colour."""
    return text


def coloured(role: str, text: str) -> str:
    """The colours of a terminal."""
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m"


def clipped(line: str, widest: int) -> str:
    """A painted line, cut off with a mark where it is too wide; the colours end with it."""
    left, kept = widest, []
    parts = _PAINTED.split(line)
    too_wide = sum(map(len, parts[::2])) > widest
    for number, part in enumerate(parts):
        if number % 2:
            kept.append(part)
        elif not too_wide or len(part) < left:
            kept.append(part)
            left -= len(part)
        elif left > 0:
            kept.append(f"{part[: left - 1]}…")
            left = 0
    return "".join(kept)
