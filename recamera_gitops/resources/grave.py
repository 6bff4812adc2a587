"""How grave it is that a setting is not what it was to be."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from recamera_gitops.resources.declared import is_below


class Level(StrEnum):
    """From what can wait to what somebody gets up for."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Its place in that order, from 0."""
        return _ORDER.index(self)


_ORDER: Final = tuple(Level)
LEVELS: Final = {
    Level.LOW: "It can wait.",
    Level.NORMAL: "What is not stated otherwise.",
    Level.HIGH: "Somebody looks at it today.",
    Level.CRITICAL: "Somebody gets up for it.",
}


def level_of(path: str, levels: Mapping[str, Level]) -> Level:
    """What is said of a path, or of the nearest one above it; NORMAL where nothing is."""
    above = [each for each in levels if is_below(path, each)]
    return levels[max(above, key=len)] if above else Level.NORMAL
