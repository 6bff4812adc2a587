"""Text in columns. Pure."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.secret import printable


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    paint: Paint = plain,
    roles: Sequence[str] = (),
) -> Iterator[str]:
    """A line of headings and a line per row, in columns as wide as what stands in them.

    `roles` are those of the rows for the paint; without them rows have none.
    """
    cells = [tuple(headings), *(tuple(map(printable, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row, role in zip_longest(cells, ("heading", *roles)):
        line = "  ".join(map(str.ljust, row, widths)).rstrip()
        yield line if role is None else paint(role, line)
