"""What is measured on a picture: points of light from 0, black, to 255, white. Pure."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

_BLACKEST: Final = range(3)  # and lighter, or darker, nothing is told apart any more
_WHITEST: Final = range(253, 256)
_DARK: Final = range(25)
_DARK_SHARE: Final = 0.95  # the rest may be what the camera writes over its picture
_SHADES: Final = 16  # that a point may differ by for noise


@dataclass(frozen=True, slots=True)
class Light:
    """How light a picture is: the mean of its points, and the shares that are clipped or dark."""

    mean: float
    black: float
    white: float
    dark: float

    @property
    def is_black(self) -> bool:
        """Whether nothing is to be seen but what may be written over it."""
        return self.dark >= _DARK_SHARE


def light(points: bytes) -> Light:
    """What some points are like; there is at least one."""
    counts = Counter(points)
    total = len(points)

    def share(shades: range) -> float:
        return sum(counts[shade] for shade in shades) / total

    mean = sum(shade * count for shade, count in counts.items()) / total
    return Light(mean, share(_BLACKEST), share(_WHITEST), share(_DARK))


def differing(before: bytes, after: bytes) -> float:
    """The share of points that are clearly lighter or darker than before; equally many of both."""
    pairs = zip(before, after, strict=True)
    return sum(abs(one - other) > _SHADES for one, other in pairs) / len(before)
