"""Pictures that were taken, and what is wrong with them. Pure."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.operations.snapshots import Snapshot
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import facts, size
from recamera_gitops.report.paint import Paint

_FINE: Final = "-"


def _measures(taken: Snapshot) -> str:
    return f"{taken.width}x{taken.height}"


def _alarms(taken: Snapshot) -> str:
    told = [word for word, so in (("black", taken.black), ("frozen", taken.frozen)) if so]
    return ", ".join(told) or _FINE


def _details(taken: Snapshot, paint: Paint) -> Iterator[str]:
    pairs = [
        ("file", taken.file),
        ("taken", taken.taken),
        ("picture", f"{_measures(taken)}, {size(taken.bytes)}"),
        ("mean luminance", f"{taken.luminance:.0f} of 255"),
    ]
    yield from facts(pairs, paint)
    if taken.black:
        yield paint("trouble", "warning: the picture is black")
    if taken.frozen:
        yield paint("trouble", "warning: the picture is frozen: nothing in it changes")


SNAPSHOT: Final = View[Snapshot](
    ("picture", "luminance", "alarm", "file"),
    lambda taken: (
        _measures(taken),
        f"{taken.luminance:.0f}",
        _alarms(taken),
        taken.file,
    ),
    _details,
)
