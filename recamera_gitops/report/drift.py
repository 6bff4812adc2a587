"""What is drift beside a plan: words for one difference, what was passed over, and the JSON of it all. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.drift import Direction, Drift, Ignore, Ignored, bare
from recamera_gitops.reconcile.plan import Change, plan_json
from recamera_gitops.report.paint import Paint
from recamera_gitops.report.values import bounded, counted
from recamera_gitops.resources.grave import Level
from recamera_gitops.secret import printable

_WIDEST_REASON: Final = 120
_GRAVE: Final = (Level.HIGH, Level.CRITICAL)
_DOING: Final = {
    Direction.CAMERA: "changed on the camera",
    Direction.FILES: "the files are newer than the last apply",
}


def doing(change: Change) -> str:
    """How grave a difference is, unless it is as usual, and whose doing, where that is known."""
    grave = [] if change.severity in ("", Level.NORMAL) else [change.severity]
    whose = [text for each, text in _DOING.items() if each == change.direction]
    return ", ".join((*grave, *whose))


def drift_words(change: Change, paint: Paint) -> str:
    """The same as it stands at the end of a line; nothing in a plan."""
    told = doing(change)
    role = "trouble" if change.severity in _GRAVE else "dim"
    return "   " + paint(role, told) if told else ""


def ignored_lines(ignored: Sequence[Ignored], paint: Paint) -> Iterator[str]:
    """How many differences are no drift, and by which entries with which reasons."""
    if not ignored:
        return
    told = counted(len(ignored), "difference") + " on paths that drift ignores"
    by: dict[Ignore, int] = {}
    for each in ignored:
        by[each.by] = by.get(each.by, 0) + 1
    yield paint("dim", f"{told}:")
    yield from (paint("dim", f"  {_entry(entry, count)}") for entry, count in by.items())


def _entry(entry: Ignore, count: int) -> str:
    until = "" if entry.until is None else f", until {entry.until}"
    reason = "" if entry.reason is None else f": {_reason(entry.reason)}"
    return f"{count} below {printable(entry.path)}{until}{reason}"


def _reason(text: str) -> str:
    return bounded(printable(text), _WIDEST_REASON)


def drift_json(drift: Drift) -> dict[str, Json]:
    """The promised form, see `schemas/drift.schema.json`: a plan, and what was passed over."""
    return {
        **plan_json(drift.plan),
        "checksum": bare(drift.plan).checksum,
        "ignored": [_ignored_json(each) for each in drift.ignored],
    }


def _ignored_json(each: Ignored) -> dict[str, Json]:
    return {
        "device": each.device,
        "path": each.change.path,
        "ignored_path": each.by.path,
        "reason": each.by.reason,
        "until": each.by.until,
    }
