"""References to secrets: where they are written, who uses them, and whether they lead to something. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.exchange import Json
from recamera_gitops.report.diagnostics import diagnostic_json, line, place_json
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.values import bounded, counted
from recamera_gitops.secret import printable

_WIDEST: Final = 60


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One reference; `shown` is how it is written, `message` why it leads to nothing."""

    kind: str
    shown: str
    cameras: tuple[str, ...]
    places: tuple[Place, ...]
    rule: str | None = None
    message: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class References:
    """All references of some cameras, and what speaks against secrets that they make."""

    rows: tuple[ReferenceRow, ...]
    unfit: tuple[Diagnostic, ...] = ()

    @property
    def unresolved(self) -> int:
        """How many lead to nothing."""
        return sum(row.message is not None for row in self.rows)


def references_text(found: References, paint: Paint = plain) -> str:
    """A line for each reference, then secrets that no camera would take, then how many there are."""
    cells = [_cells(row) for row in found.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        each
        for row, own in zip(found.rows, cells, strict=True)
        for each in _lines(row, "  ".join(map(str.ljust, own, widths)), paint)
    ]
    lines += [line(each) for each in found.unfit]
    return "\n".join([*lines, _closing(found)]) + "\n"


def _cells(row: ReferenceRow) -> tuple[str, str, str]:
    first, *others = row.places
    more = f" and {len(others)} more" if others else ""
    shown = bounded(printable(row.shown), _WIDEST)
    return shown, counted(len(row.cameras), "camera"), f"{printable(str(first))}{more}"


def _lines(row: ReferenceRow, head: str, paint: Paint) -> Iterator[str]:
    if row.message is None:
        yield f"{head}  {paint('good', 'ok')}"
        return
    yield f"{head}  {paint('trouble', printable(row.message))}"
    if row.hint is not None:
        yield f"    hint: {printable(row.hint)}"


def _closing(found: References) -> str:
    total = counted(len(found.rows), "reference")
    if found.unresolved:
        return f"{found.unresolved} of {total} cannot be resolved"
    if found.unfit:
        return f"{total}, and {counted(len(found.unfit), 'secret')} that cannot be used"
    return f"ok: {total}"


def references_json(found: References) -> dict[str, Json]:
    """The same for programs."""
    return {
        "references": [_row_json(row) for row in found.rows],
        "unresolved": found.unresolved,
        "diagnostics": [diagnostic_json(each) for each in found.unfit],
    }


def _row_json(row: ReferenceRow) -> dict[str, Json]:
    return {
        "kind": row.kind,
        "reference": row.shown,
        "cameras": list(row.cameras),
        "places": [place_json(each) for each in row.places],
        "resolved": row.message is None,
        "rule": row.rule,
        "message": row.message,
        "hint": row.hint,
    }
