"""What the looks for drift have found, a line each. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from recamera_gitops.report.paint import Paint, plain

_HEADS: Final = {
    "at": "at",
    "cameras": "cameras",
    "differing": "differ",
    "unreachable": "unreachable",
    "failed": "failed",
    "changes": "changes",
    "new": "new",
    "gone": "gone",
}


def log_text(rows: Sequence[Mapping[str, Any]], paint: Paint = plain) -> str:
    """A table with a line per look."""
    if not rows:
        return "No look for drift was remembered yet; `drift --history` does.\n"
    width = max(len(str(each["at"])) for each in rows)
    lines = [paint("heading", _line(_HEADS, width))]
    lines += (paint(_role(each), _line(each, width)) for each in rows)
    return "".join(f"{line}\n" for line in lines)


def _line(row: Mapping[str, Any], width: int) -> str:
    counts = (f"  {row[key]:>{len(head)}}" for key, head in _HEADS.items() if key != "at")
    return f"{row['at']:<{width}}" + "".join(counts)


def _role(row: Mapping[str, Any]) -> str:
    if row["differing"] or row["failed"]:
        return "trouble"
    return "change" if row["unreachable"] else "good"
