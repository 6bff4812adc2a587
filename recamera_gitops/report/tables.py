"""Text in columns. Pure."""

from collections.abc import Iterator, Sequence

from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.secret import printable


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], paint: Paint = plain
) -> Iterator[str]:
    """A line of headings and a line per row, in columns as wide as what stands in them."""
    cells = [tuple(headings), *(tuple(map(printable, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        padded = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        line = "  ".join(padded).rstrip()
        yield line if number else paint("heading", line)
