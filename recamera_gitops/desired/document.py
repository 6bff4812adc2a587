"""YAML text to nodes with places: strict YAML 1.2, and the only door for ruamel.yaml.

Nodes are built straight from the parser's events, always those of the pure parser, so that the result
does not depend on what else is installed. What YAML offers for cleverness is refused: anchors, aliases,
merge keys and tags. Messages never quote the text they are about: it may be a secret.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from recamera_gitops.desired.core_schema import Value, resolved
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, Sequence, below
from recamera_gitops.desired.syntax import explained
from recamera_gitops.errors import Diagnostic, Place

LARGEST_FILE: Final = 1 << 20
DEEPEST: Final = 32
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
BLOCKS: Final = ("|", ">")
LINE_END: Final = re.compile(r"\r\n?|\n")
# A key like this may have a secret below it, so no path in a message goes deeper.
_SECRETIVE: Final = re.compile(r"pass|token|secret|key|url", re.IGNORECASE)

Taker: TypeAlias = Callable[[Any], None]


def parse(content: bytes, file: str) -> tuple[tuple[Node, ...], tuple[Diagnostic, ...]]:
    """Every document of a file, and everything that is wrong with its YAML."""
    if len(content) > LARGEST_FILE:
        return (), (_whole_file(file, "too-large", "the file is larger than 1 MiB"),)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return (), (_not_utf8(content, file, error.start),)
    found = _unprintable(text, file)
    if found:
        return (), found
    builder = _Builder(file)
    _read_all(text, builder)
    return tuple(builder.documents), tuple(builder.diagnostics)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a node, the end of a collection or the begin of a document takes up of a text: positions from 0.

    `kind` is `scalar`, `mapping`, `sequence`, `end` or `document`; `style` is the opening sign of what does not
    stand plain or in a block: `"`, `'`, `|`, `>`, `{`, `[`. `text` is what a scalar says.
    """

    kind: str
    start: int
    end: int
    style: str = ""
    text: str = ""


def extents(text: str) -> Iterator[Extent]:
    """The nodes of a text that `parse` has nothing to say against, in order; ends close collections."""
    for event in YAML(typ="safe", pure=True).parse(text):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, ScalarEvent):
            yield Extent("scalar", start, end, event.style or "", event.value)
        elif isinstance(event, MappingStartEvent):
            yield Extent("mapping", start, end, "{" if event.flow_style else "")
        elif isinstance(event, SequenceStartEvent):
            yield Extent("sequence", start, end, "[" if event.flow_style else "")
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            yield Extent("end", start, end)
        elif isinstance(event, DocumentStartEvent):
            yield Extent("document", start, end)


def quoted(text: str) -> Iterator[tuple[int, int]]:
    """Where a number sign begins no comment: the spans of quoted text and of blocks, by offset.

    The text is one that `parse` has nothing against. What stands behind the mark of a block, on its
    line, belongs to no span.
    """
    for each in extents(text):
        if each.kind == "scalar" and each.style:
            is_block = each.style in BLOCKS
            header = LINE_END.search(text, each.start, each.end) if is_block else None
            yield (header.start() if header else each.start), each.end


def _whole_file(file: str, rule: str, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(rule, message, place=Place(file, 1, 1), hint=hint)


def _not_utf8(content: bytes, file: str, start: int) -> Diagnostic:
    before = content[:start].decode("utf-8")
    hint = "save the file as UTF-8"
    return Diagnostic("encoding", "this is not UTF-8", "", _place_after(before, file), hint)


def _unprintable(text: str, file: str) -> tuple[Diagnostic, ...]:
    if text.startswith("\ufeff"):
        message = "the file begins with a byte order mark"
        return (_whole_file(file, "encoding", message, "save the file as UTF-8 without it"),)
    return tuple(
        Diagnostic(
            "encoding",
            f"the character U+{ord(match.group()):04X} may not stand in a YAML file",
            place=_place_after(text[: match.start()], file),
            hint='write it as an escape inside double quotes, such as "\\x07"',
        )
        for match in _UNPRINTABLE.finditer(text)
    )


def _place_after(before: str, file: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _read_all(text: str, builder: "_Builder") -> None:
    """Read on at the next document after a syntax error, so that every document is looked at."""
    lines = text.split("\n")
    while True:
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                if not builder.take(event):
                    return
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = builder.syntax(str(error.problem or error.context or ""), mark)
        except (ValueError, OverflowError):
            line = builder.syntax("an escape beyond the last character", builder.last_mark)
        else:
            return
        starts = (i for i in range(line, len(lines)) if lines[i].startswith("---"))
        start = next(starts, None)
        if start is None:
            return
        text = "\n" * start + "\n".join(lines[start:])


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read yet."""

    place: Place
    path: str
    is_mapping: bool
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    values: list[Node] = field(default_factory=list)
    key: str | None = None
    wants_value: bool = False

    def inner_path(self) -> str:
        """The path of the value that comes next."""
        if not self.is_mapping:
            return below(self.path, len(self.values))
        if self.key is None or _SECRETIVE.search(self.path):
            return self.path
        return below(self.path, self.key)

    def closed(self) -> Node:
        """The collection as it turned out."""
        if self.is_mapping:
            return Mapping(self.place, self.items, self.keys)
        return Sequence(self.place, tuple(self.values))


class _Builder:
    """Takes events, gives documents and diagnostics."""

    def __init__(self, file: str) -> None:
        self.documents: list[Node] = []
        self.diagnostics: list[Diagnostic] = []
        self.last_mark: Any = None
        self._file = file
        self._stack: list[_Open] = []
        self._takers: dict[type, Taker] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._opens,
            SequenceStartEvent: self._opens,
            MappingEndEvent: self._closes,
            SequenceEndEvent: self._closes,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }

    def take(self, event: Event) -> bool:
        """Go on by one event; False when the file is not worth reading on."""
        self.last_mark = event.end_mark
        if isinstance(event, DocumentEndEvent):
            self._stack.clear()
            return True
        taker = self._takers.get(type(event))
        if taker is not None:
            taker(event)
        return len(self._stack) <= DEEPEST

    def syntax(self, problem: str, mark: Any) -> int:  # noqa: ANN401 - see _at
        """Report a syntax error; the answer is the line, from 0, after the one it stands in."""
        self._stack.clear()
        rule, message, hint = explained(problem)
        self._report(rule, message, self._at(mark), hint)
        return int(mark.line) + 1

    def _report(self, rule: str, message: str, place: Place, hint: str | None = None) -> None:
        path = self._stack[-1].inner_path() if self._stack else ""
        self.diagnostics.append(Diagnostic(rule, message, path, place, hint))

    def _at(self, mark: Any) -> Place:  # noqa: ANN401 - ruamel's marks have no common type
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _document(self, event: DocumentStartEvent) -> None:
        if event.version not in (None, (1, 2)) or event.tags:
            message = "directives are not supported"
            self._report("syntax", message, self._at(event.start_mark), "remove the % line")

    def _opens(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        place = self._at(event.start_mark)
        self._decorated(event, place)
        path = self._stack[-1].inner_path() if self._stack else ""
        if len(self._stack) == DEEPEST:
            self._report("too-deep", f"nested more than {DEEPEST} levels deep", place)
        self._stack.append(_Open(place, path, isinstance(event, MappingStartEvent)))

    def _closes(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        del event
        self._add(self._stack.pop().closed())

    def _decorated(self, event: Any, place: Place) -> bool:  # noqa: ANN401 - any node event
        if event.anchor is not None:
            self._anchored(place)
        if event.tag is not None:
            hint = "write the value without it; quote text that begins with !"
            self._report("tag", "YAML tags are not supported", place, hint)
        return event.anchor is not None or event.tag is not None

    def _anchored(self, place: Place) -> None:
        hint = "use profiles for shared settings; quote text that begins with & or *"
        self._report("anchor", "YAML anchors and aliases are not supported", place, hint)

    def _alias(self, event: AliasEvent) -> None:
        place = self._at(event.start_mark)
        self._anchored(place)
        self._add(Scalar(place, None, "", reported=True))

    def _scalar(self, event: ScalarEvent) -> None:
        place = self._at(event.start_mark)
        reported = self._decorated(event, place)
        plain = event.style is None
        text = event.value
        value = self._resolved(text, place) if plain else text
        bad = isinstance(value, float) and not math.isfinite(value)
        if not plain and _SURROGATE.search(text):
            self._report("encoding", "half of a surrogate pair is not a character", place)
            bad = True
        if plain and text == "" and not reported and self._stack:
            self._empty(place)
            bad = True
        self._add(Scalar(place, None if bad else value, text, plain, reported or bad))

    def _resolved(self, text: str, place: Place) -> Value:
        value = resolved(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._report("bad-number", "this number is not finite, or too large", place)
        return value

    def _empty(self, place: Place) -> None:
        top = self._stack[-1]
        hint = "write a value, or null to leave the setting alone, or remove the line"
        where = top.keys.get(top.key, place) if top.key is not None else place
        self._report("empty-value", "there is no value here", where, hint)

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.documents.append(node)
        elif not self._stack[-1].is_mapping:
            self._stack[-1].values.append(node)
        elif self._stack[-1].wants_value:
            self._value(self._stack[-1], node)
        else:
            self._key(self._stack[-1], node)

    def _value(self, top: _Open, node: Node) -> None:
        if top.key is not None:
            top.items[top.key] = node
        top.key, top.wants_value = None, False

    def _key(self, top: _Open, node: Node) -> None:
        top.key, top.wants_value = None, True
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            if not (isinstance(node, Scalar) and node.reported):
                self._report("text-key", "a key must be text", node.place, "put it in quotes")
        elif node.value == "<<" and node.plain:
            hint = "use profiles for shared settings"
            self._report("merge-key", "merge keys are not supported", node.place, hint)
        elif node.value in top.keys:
            first = top.keys[node.value]
            self._report("duplicate-key", "this key is given twice", node.place, f"first: {first}")
        else:
            top.key = node.value
            top.keys[node.value] = node.place
