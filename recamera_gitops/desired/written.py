"""A file as it is written: entries with the comments and blank lines around them.

A comment on a line of its own belongs to the entry below it, or to the end of the block that it is
indented like; one behind something belongs to that. The text is one that `document.parse` has nothing
against; line breaks are line feeds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from recamera_gitops.desired.document import BLOCKS, Extent, extents

_BLANK: Final = re.compile(r"\n[ \t]*\n")
_COMMENT: Final = re.compile(r"#[^\n]*")
_NOWHERE: Final = -1  # the column of what holds a whole document
_DISTANCE: Final = (
    3  # from the end of a line to the comment behind it, unless it is written otherwise
)


@dataclass(slots=True)
class Comment:
    """A comment on a line of its own; `is_apart` says that a blank line stands before it."""

    text: str
    is_apart: bool


@dataclass(slots=True)
class Leaf:
    """A scalar: its text in the file, its style, and what it means."""

    text: str
    style: str
    value: str
    indent: int  # of the lines of a block


@dataclass(slots=True)
class Collection:
    """A mapping or a list, in brackets or in block style; `tail` stands behind its last entry."""

    is_mapping: bool
    is_flow: bool
    entries: list["Entry"] = field(default_factory=list)
    tail: list[Comment] = field(default_factory=list)


Part: TypeAlias = Leaf | Collection


@dataclass(slots=True)
class Entry:
    """A key and its value, or an item of a list, which has no key.

    `above` are comments on lines of their own, `beside` is one behind it, with the space before it.
    `is_apart` says that a blank line stands between it and what is above.
    """

    key: Leaf | None
    value: Part
    above: list[Comment]
    is_apart: bool
    beside: str = ""

    @property
    def begins_apart(self) -> bool:
        """Whether a blank line stands before it and its comments."""
        return self.above[0].is_apart if self.above else self.is_apart

    def begin(self, *, apart: bool) -> None:
        """Put a blank line before it and its comments, or take it away."""
        if self.above:
            self.above[0].is_apart = apart
        else:
            self.is_apart = apart


@dataclass(slots=True)
class Document:
    """One document: `root` is None where nothing stands in it, `entry` has its comments.

    `is_explicit` says that it begins with `---`.
    """

    header: list[Comment]
    is_explicit: bool
    is_apart: bool = False
    root: Part | None = None
    beside: str = ""
    tail: list[Comment] = field(default_factory=list)


def documents(text: str) -> list[Document]:
    """Every document of a text; a text of comments alone is one document without a root."""
    return list(_Reader(text).documents())


class _Reader:
    """Reads the parts of a text in their order, and takes the comments between them with it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._extents = [*extents(text), Extent("document", len(text), len(text))]
        self._next = 0
        self._comments = _comments(text, self._extents)
        self._comment = next(self._comments, None)
        self._at = 0

    def documents(self) -> Iterator[Document]:
        while self._next < len(self._extents) - 1:
            yield self._document(self._take())
        if self._next == 0:
            yield Document(self._before(len(self._text)), is_explicit=False)

    def _document(self, start: Extent) -> Document:
        first = self._peek()
        found = Document(self._before(first.start), is_explicit=start.end > start.start)
        found.is_apart = self._is_apart(first.start)
        if first.kind == "scalar" and not first.style and first.start == first.end:
            self._take()
        elif first.kind != "document":
            found.root = self._part(_NOWHERE)
            found.header += _emptied(found.root)
            found.beside = self._beside(self._peek().start)
        found.tail += self._tail(_NOWHERE)
        return found

    def _peek(self) -> Extent:
        return self._extents[self._next]

    def _take(self) -> Extent:
        self._next += 1
        return self._extents[self._next - 1]

    def _column(self, offset: int) -> int:
        return offset - (self._text.rfind("\n", 0, offset) + 1)

    def _is_apart(self, offset: int) -> bool:
        return _BLANK.search(self._text, self._at, offset) is not None

    def _before(self, offset: int) -> list[Comment]:
        """The comments between here and an offset."""
        found = []
        while self._comment is not None and self._comment.start() < offset:
            found.append(self._taken())
        return found

    def _taken(self) -> Comment:
        match, self._comment = self._comment, next(self._comments, None)
        if match is None:
            raise LookupError("there is no comment here")
        found = Comment(match.group().rstrip(), self._is_apart(match.start()))
        self._at = match.end()
        return found

    def _beside(self, end: int) -> str:
        """The comment on the line that has been read, if it stands before an offset."""
        match = self._comment
        if match is None or match.start() >= end:
            return ""
        gap = self._text[self._at : match.start()]
        if "\n" in gap or self._stands_alone(match):
            return ""
        space = re.search(r" *$", gap)
        width = len(space.group()) if space else 0
        return " " * (width if width > 1 else _DISTANCE) + self._taken().text

    def _tail(self, column: int) -> list[Comment]:
        """The comments at the end of a block: those that stand deeper than what holds it."""
        found = []
        end = self._peek().start
        while (match := self._comment) is not None and match.start() < end:
            if self._column(match.start()) <= column or not self._stands_alone(match):
                break
            found.append(self._taken())
        return found

    def _stands_alone(self, match: re.Match[str]) -> bool:
        begin = match.start() - self._column(match.start())
        return not self._text[begin : match.start()].strip()

    def _part(self, column: int) -> Part:
        """A value; `column` is that of the key or the dash before it."""
        extent = self._take()
        if extent.kind == "scalar":
            return self._leaf(extent, column)
        found = Collection(extent.kind == "mapping", _is_flow(extent))
        if _is_flow(extent):
            self._flow(found)
        else:
            self._block(found, self._column(extent.start), column)
        return found

    def _leaf(self, extent: Extent, column: int) -> Leaf:
        text = self._text[extent.start : extent.end]
        clipped = extent.style in BLOCKS and "+" not in text.partition("\n")[0].partition("#")[0]
        self._at = extent.start + len(text.rstrip()) if clipped else extent.end
        return Leaf(text, extent.style, extent.text, column)

    def _block(self, found: Collection, column: int, outer: int) -> None:
        while self._peek().kind != "end":
            found.entries.append(self._entry(is_mapping=found.is_mapping, column=column))
        self._take()
        found.tail = self._tail(outer)

    def _flow(self, found: Collection) -> None:
        while self._peek().kind != "end":
            found.entries.append(self._entry(is_mapping=found.is_mapping, column=_NOWHERE))
        end = self._take()
        found.tail = self._before(end.start)
        self._at = end.end

    def _entry(self, *, is_mapping: bool, column: int) -> Entry:
        above = self._before(self._peek().start)
        is_apart = self._is_apart(self._peek().start)
        key = self._leaf(self._take(), column) if is_mapping else None
        value, beside = self._peek(), ""
        if value.style in BLOCKS:
            self._at = value.start
            beside = self._beside(self._text.find("\n", value.start))
        elif key is not None and value.kind != "scalar" and not _is_flow(value):
            beside = self._beside(value.start)
        else:
            above += self._before(value.start)
        part = self._part(column)
        above += _emptied(part)
        return Entry(key, part, above, is_apart, beside or self._beside(self._peek().start))


def _is_flow(extent: Extent) -> bool:
    return extent.style in ("{", "[")


def _emptied(part: Part) -> list[Comment]:
    """The comments inside brackets with nothing else in them, which have no place there any more."""
    if isinstance(part, Leaf) or part.entries:
        return []
    found, part.tail = part.tail, []
    return found


def _comments(text: str, parts: Sequence[Extent]) -> Iterator[re.Match[str]]:
    """Every comment: what a number sign begins outside of scalars."""
    at = 0
    for extent in parts:
        if extent.kind == "scalar":
            is_block = extent.style in BLOCKS
            start = text.find("\n", extent.start, extent.end) if is_block else extent.start
            yield from _COMMENT.finditer(text, at, start if start >= 0 else extent.end)
            at = extent.end
    yield from _COMMENT.finditer(text, at)
