"""A YAML text as it is laid out: every value with the characters that it takes up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recamera_gitops.desired.core_schema import resolved
from recamera_gitops.desired.document import BLOCKS, Extent, extents
from recamera_gitops.exchange import Json


@dataclass(slots=True, eq=False)
class Entry:
    """One member of a collection.

    `key` is None in a list. It begins at `start`, with its key or its dash; from `head`, behind the
    colon or the dash, its value is on its own.
    """

    key: str | None
    start: int
    head: int
    part: "Part"


@dataclass(slots=True, eq=False)
class Part:
    """One value, from `start` to `end`; both ends of a block collection are those of its entries.

    `odd` tells a layout in which nothing can be put in or taken out, only the whole be written anew.
    """

    kind: str
    start: int
    end: int
    style: str = ""
    text: str = ""
    odd: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_flow(self) -> bool:
        """Whether it stands in brackets."""
        return self.style in ("{", "[")

    def value(self) -> Json:
        """What it says."""
        if self.kind == "mapping":
            return {str(entry.key): entry.part.value() for entry in self.entries}
        if self.kind == "sequence":
            return [entry.part.value() for entry in self.entries]
        return self.text if self.style else resolved(self.text)


def documents(text: str) -> list[Part]:
    """The values of the documents of a text that the reader has nothing to say against."""
    return list(_Reading(text).documents())


class _Reading:
    """One pass over the extents of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._extents = (each for each in extents(text) if each.kind != "document")

    def documents(self) -> Iterator[Part]:
        """Every value that stands in no collection."""
        for extent in self._extents:
            yield self._part(extent)

    def _part(self, extent: Extent) -> Part:
        if extent.kind == "scalar":
            end = extent.end
            if extent.style in BLOCKS:
                end = extent.start + len(self._text[extent.start : end].rstrip())
            return Part("scalar", extent.start, end, extent.style, extent.text)
        part = Part(extent.kind, extent.start, extent.end, extent.style)
        closing = self._fill(part)
        if part.is_flow:
            part.end = closing.end
            part.odd = self._text[part.start] != part.style
        elif part.entries:
            part.end = part.entries[-1].part.end
        return part

    def _fill(self, part: Part) -> Extent:
        """Read the entries of a collection; the answer is its end."""
        while (extent := next(self._extents)).kind != "end":
            if part.kind == "mapping":
                self._pair(part, extent)
            else:
                self._item(part, extent)
        return extent

    def _pair(self, part: Part, key: Extent) -> None:
        """A key and its value. Behind a `?` a key may stand on other lines than its value."""
        value = self._part(next(self._extents))
        colon = re.compile(r"\s*:").match(self._text, key.end)
        part.odd = part.odd or colon is None or self._before(key.start).endswith("?")
        head = key.end if colon is None else colon.end()
        part.entries.append(Entry(key.text, key.start, head, value))

    def _item(self, part: Part, extent: Extent) -> None:
        value = self._part(extent)
        if part.is_flow:
            part.entries.append(Entry(None, value.start, value.start, value))
            return
        dash = self._dash(part.start - self._line(part.start), value.start)
        part.entries.append(Entry(None, dash, dash + 1, value))

    def _dash(self, column: int, position: int) -> int:
        """Where the dash of an item stands: in the column of the list, on the item's line or above."""
        dash = self._line(position) + column
        while dash >= position or self._text[dash] != "-":
            position = self._line(position) - 1
            dash = self._line(position) + column
        return dash

    def _line(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def _before(self, position: int) -> str:
        return self._text[self._line(position) : position].rstrip()
