"""Versions of firmware: which there are, and which run. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from recamera_gitops.operations.firmware import Check, Upgrade
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, YES_OR_NO
from recamera_gitops.secret import printable

CHECK: Final = View[Check](
    ("runs", "latest", "newer", "under way"),
    lambda found: (
        found.current or UNKNOWN,
        found.latest or UNKNOWN,
        YES_OR_NO[found.available],
        YES_OR_NO[found.under_way],
    ),
)


def _became(found: Upgrade) -> str:
    if not found.verified:
        return "not proved: it runs what it ran"
    if found.before == found.after:
        return "as before"
    return "followed to its end" if found.followed else "upgraded"


UPGRADE: Final = View[Upgrade](
    ("before", "runs", "result"), lambda found: (found.before, found.after, _became(found))
)


Move: TypeAlias = tuple[str, str | None, str | None]


def move_lines(moves: Iterable[Move]) -> Iterator[str]:
    """Which camera would go from which version to what."""
    for device, before, after in moves:
        told = (printable(each or UNKNOWN) for each in (before, after))
        yield f"{printable(device)}  {' → '.join(told)}"
