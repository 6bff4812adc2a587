"""Drift over time as the numbers of a small chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from recamera_gitops.report.history_points import HistoryPoint

WIDTH, HEIGHT = 720, 140
_MOST_POINTS: Final = 365
_FEWEST_POINTS: Final = 2  # of fewer there is no course to be seen


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines as SVG has them; `highest` is the number at the top, `points` what they are made of."""

    differing: str
    area: str
    unreachable: str
    highest: int
    points: tuple[HistoryPoint, ...]
    width: int = WIDTH
    height: int = HEIGHT


def chart(history: Sequence[HistoryPoint]) -> Chart | None:
    """The latest points over their times; None where there are too few."""
    points = tuple(history[-_MOST_POINTS:])
    if len(points) < _FEWEST_POINTS:
        return None
    highest = max(1, *(max(each.cameras_differing, each.unreachable) for each in points))
    across = _across([datetime.fromisoformat(each.at).timestamp() for each in points])
    differing = _line(across, [each.cameras_differing for each in points], highest)
    return Chart(
        differing,
        f"0,{HEIGHT} {differing} {WIDTH},{HEIGHT}",
        _line(across, [each.unreachable for each in points], highest),
        highest,
        points,
    )


def _across(times: Sequence[float]) -> list[float]:
    first, whole = times[0], times[-1] - times[0]
    return [WIDTH * (each - first) / whole if whole > 0 else 0.0 for each in times]


def _line(across: Sequence[float], counts: Sequence[int], highest: int) -> str:
    pairs = zip(across, counts, strict=True)
    return " ".join(f"{x:.1f},{HEIGHT - HEIGHT * count / highest:.1f}" for x, count in pairs)
