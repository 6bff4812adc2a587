"""YAML as nearly everybody writes it, read line by line: many times faster than by a whole parser.

A fleet is a thousand short files of mappings, lists and values that end on their line. What has
anything else in it (a value over several lines, an escape, an anchor, a mistake) is left alone: the
parser behind `document` reads it, and alone says what is wrong with it. What is read here are the
nodes that it would have given, to the column.
"""

import math
import re
from typing import Final

from recamera_gitops.desired.core_schema import resolved
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, Sequence
from recamera_gitops.errors import Place

_DEEPEST: Final = 16
# Tabs and rare line ends: what they mean depends on where they stand.
_RARE: Final = re.compile("[\t\r\x85\u2028\u2029]")
_BEGINS: Final = re.compile(r"---(?: +#.*| *)")
_KEY: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]{0,127}):(?: +|$)")
_ITEM: Final = re.compile(r"- +")
# Plain text: a colon in it has no space behind it, a number sign none before it.
_FIRST: Final = r"(?:[\w./$~+(^\\]|-(?=[\w.]))"
_WORD: Final = r"[^\s:#]*(?:(?::(?=\S)|(?<=\S)#)[^\s:#]*)*"
_PLAIN: Final = rf"(?P<plain>{_FIRST}{_WORD}(?: +(?=[^\s:#]){_WORD})*)"
_QUOTED: Final = r""" "([^"\\]*)" | '([^']*)' """.replace(" ", "")
_VALUE: Final = re.compile(rf"(?:{_PLAIN}|{_QUOTED})(?: +#.*| *)")
_REST: Final = re.compile(r" +#.*| *")
# Inside brackets commas and brackets end plain text too; a colon in it stands before a letter or digit.
_FLOW_WORD: Final = r"[^\s:#,\[\]{}]*(?::(?=\w)[^\s:#,\[\]{}]*)*"
_FLOW_PLAIN: Final = rf"(?P<plain>{_FIRST}{_FLOW_WORD}(?: +(?=[^\s:#,\[\]{{}}]){_FLOW_WORD})*)"
_FLOW_VALUE: Final = re.compile(rf"(?:{_FLOW_PLAIN}|{_QUOTED})(?= *[,\]}}])")
_SPACES: Final = re.compile(r" *")
_NEXT: Final = re.compile(r" *(?:, *(?![\]}])|(?=[\]}]))")


class _Unusual(Exception):
    """Something that is not read here."""


def read(text: str, file: str) -> tuple[Node, ...] | None:
    """The documents of a text, None where there may be more to it than can be seen here."""
    if _RARE.search(text):
        return None
    try:
        return tuple(_Document(file, lines).whole() for lines in _documents(text))
    except _Unusual:
        return None


_Line = tuple[int, int, str]  # number from 1, column from 0, what stands there


def _documents(text: str) -> list[list[_Line]]:
    """The lines of each document that say something."""
    documents: list[list[_Line]] = [[]]
    for number, line in enumerate(text.split("\n"), 1):
        content = line.lstrip(" ")
        if not content or content[0] == "#":
            continue
        if line.startswith("---") and _BEGINS.fullmatch(line):
            documents.append([])
        else:
            documents[-1].append((number, len(line) - len(content), content))
    if len(documents) > 1 and not documents[0]:
        del documents[0]
    return documents


class _Document:
    """The lines of one document, and how far they have been read."""

    def __init__(self, file: str, lines: list[_Line]) -> None:
        self._file = file
        self._lines = [*lines, (0, -1, "")]  # the last one is to the left of everything
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        """The node that the document is."""
        _, column, content = self._lines[0]
        if column < 0:
            raise _Unusual
        node = self._sequence(column) if _ITEM.match(content) else self._mapping(column)
        if self._lines[self._at][1] >= 0:
            raise _Unusual
        return node

    def _mapping(self, column: int) -> Mapping:
        """The mapping whose first key stands in the current line."""
        self._deeper()
        items: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        first = number = self._lines[self._at][0]
        while True:
            number, where, content = self._lines[self._at]
            if where != column:
                break
            found = _KEY.match(content)
            if found is None or (key := found[1]) in items or not isinstance(resolved(key), str):
                raise _Unusual
            keys[key] = Place(self._file, number, column + 1)
            items[key] = self._value(number, column, content, found.end())
        self._shallower(where, column)
        return Mapping(Place(self._file, first, column + 1), items, keys)

    def _value(self, number: int, column: int, content: str, start: int) -> Node:
        """What stands behind a key, or below it."""
        self._at += 1
        if start < len(content) and content[start] != "#":
            return self._inline(number, column, content, start)
        _, below, content = self._lines[self._at]
        if below >= column and _ITEM.match(content):
            return self._sequence(below)
        if below <= column:
            raise _Unusual
        return self._mapping(below)

    def _sequence(self, column: int) -> Sequence:
        """The list whose first item stands in the current line."""
        self._deeper()
        items: list[Node] = []
        first = self._lines[self._at][0]
        while True:
            number, where, content = self._lines[self._at]
            found = _ITEM.match(content) if where == column else None
            if found is None:
                break
            start = found.end()
            if _KEY.match(content, start):
                self._lines[self._at] = (number, column + start, content[start:])
                items.append(self._mapping(column + start))
            else:
                self._at += 1
                items.append(self._inline(number, column, content, start))
        self._shallower(where, column)
        return Sequence(Place(self._file, first, column + 1), tuple(items))

    def _inline(self, number: int, column: int, content: str, start: int) -> Node:
        """A value that ends on its line."""
        found = _VALUE.fullmatch(content, start)
        if found is not None:
            return self._scalar(found, number, column)
        node, end = self._flow(number, column, content, start)
        if isinstance(node, Scalar) or not _REST.fullmatch(content, end):
            raise _Unusual
        return node

    def _scalar(self, found: re.Match[str], number: int, column: int) -> Scalar:
        place = Place(self._file, number, column + found.start() + 1)
        text = found[found.lastindex or 0]
        if found.lastgroup is None:
            return Scalar(place, text, text, plain=False)
        value = resolved(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise _Unusual
        return Scalar(place, value, text)

    def _flow(self, number: int, column: int, content: str, start: int) -> tuple[Node, int]:
        """A node in brackets, or a value inside them, and where it ends."""
        opening = content[start : start + 1]
        place = Place(self._file, number, column + start + 1)
        if opening == "[":
            items, end = self._flow_items(number, column, content, start + 1)
            return Sequence(place, tuple(items)), end
        if opening == "{":
            keyed, keys, end = self._flow_pairs(number, column, content, start + 1)
            return Mapping(place, keyed, keys), end
        found = _FLOW_VALUE.match(content, start)
        if found is None:
            raise _Unusual
        return self._scalar(found, number, column), found.end()

    def _flow_items(
        self, number: int, column: int, content: str, at: int
    ) -> tuple[list[Node], int]:
        self._deeper()
        items: list[Node] = []
        at = _past(_SPACES, content, at)
        while content[at : at + 1] != "]":
            item, at = self._flow(number, column, content, at)
            items.append(item)
            at = _past(_NEXT, content, at)
        self._depth -= 1
        return items, at + 1

    def _flow_pairs(
        self, number: int, column: int, content: str, at: int
    ) -> tuple[dict[str, Node], dict[str, Place], int]:
        self._deeper()
        items: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        at = _past(_SPACES, content, at)
        while content[at : at + 1] != "}":
            found = _KEY.match(content, at)
            if found is None or (key := found[1]) in items or not isinstance(resolved(key), str):
                raise _Unusual
            keys[key] = Place(self._file, number, column + at + 1)
            items[key], at = self._flow(number, column, content, found.end())
            at = _past(_NEXT, content, at)
        self._depth -= 1
        return items, keys, at + 1

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unusual

    def _shallower(self, where: int, column: int) -> None:
        """A collection ends; a line that stands deeper would go on with its last value."""
        self._depth -= 1
        if where > column:
            raise _Unusual


def _past(pattern: re.Pattern[str], content: str, at: int) -> int:
    found = pattern.match(content, at)
    if found is None:
        raise _Unusual
    return found.end()
