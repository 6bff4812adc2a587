"""What has to be cut out of a YAML text and put into it, so that a value becomes another one.

Every member that stays the same keeps its characters. A member that goes, goes with its line and the
comment on it; one that comes, comes behind its neighbours and in their layout.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from recamera_gitops.desired.layout import Entry, Part
from recamera_gitops.desired.members import Members, New, alike, members_of
from recamera_gitops.desired.respelling import block_scalar, respelled
from recamera_gitops.desired.writing import WIDTH, block, flow
from recamera_gitops.exchange import Json

Steps: TypeAlias = tuple[str | int, ...]
# The keys that a mapping may have, in the order of their declaration.
Order: TypeAlias = Callable[[Steps], Sequence[str]]
_INDENT: Final = 2
_END_OF_LINE: Final = re.compile(r"[ \t]*(?:(?<=\s)#[^\n]*)?(?=\r?\n)")
_END_OF_ITEM: Final = re.compile(r"(?P<comma>\s*,)?[ \t]*(?:(?<=\s)#[^\n\r]*)?(?=\r?\n)")


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Characters from `start` to `end` that give way to a text."""

    start: int
    end: int
    text: str


class Splicing:
    """One document of a text on its way to another value; `splices` are in the order of the text."""

    def __init__(self, text: str, newline: str, order: Order) -> None:
        self._text = text
        self._newline = newline
        self._order = order
        self._splices: list[Splice] = []

    @property
    def splices(self) -> list[Splice]:
        """What was found so far; where two begin together, what comes in comes before what goes."""
        return sorted(self._splices, key=lambda each: (each.start, each.end))

    def change(self, root: Part, value: Json) -> None:
        """Find what makes the value of a document another one."""
        self._change(Entry(None, root.start, root.start, root), value, (), in_flow=False)

    def _change(self, entry: Entry, value: Json, steps: Steps, *, in_flow: bool) -> None:
        part = entry.part
        if alike(part.value(), value):
            return
        members = members_of(part, value, self._order(steps))
        if members is None or not members.kept or part.odd:
            self._anew(entry, value, in_flow=in_flow)
            return
        inside = in_flow or part.is_flow
        for index, (kept, wanted) in enumerate(members.kept):
            step = kept.key if kept.key is not None else index
            self._change(kept, wanted, (*steps, step), in_flow=inside)
        if part.is_flow:
            self._flow(part, members)
        else:
            self._block(part, members)

    def _put(self, start: int, end: int, text: str) -> None:
        self._splices.append(Splice(start, end, text))

    # A value in the place of another one.

    def _anew(self, entry: Entry, value: Json, *, in_flow: bool) -> None:
        part = entry.part
        lines = None if in_flow else self._lines_for(entry, value)
        if part.kind != "scalar" and not part.is_flow:
            self._instead_of_block(entry, value, lines)
        elif lines is not None and self._ends_line(part.end):
            self._put(entry.head, part.end, self._newline + lines)
        else:
            gap = " " if part.start == entry.head and entry.key is not None else ""
            self._put(part.start, part.end, gap + self._inline(part, value))

    def _inline(self, part: Part, value: Json) -> str:
        if isinstance(value, Mapping | list):
            return flow(value)
        written = self._text[part.start : part.end]
        lines = None
        if part.style in ("|", ">") and isinstance(value, str):
            lines = block_scalar(written + self._newline, value, self._newline)
        return respelled(part, value) if lines is None else lines

    def _lines_for(self, entry: Entry, value: Json) -> str | None:
        """The value as lines below its key, None where it stands beside it."""
        part = entry.part
        is_block = part.kind != "scalar" and not part.is_flow
        if not isinstance(value, Mapping | list) or not value:
            return None
        column = self._column(entry.start)
        beside = part.is_flow and bool(part.entries)
        head = f"{entry.key}: " if entry.key is not None else "- "
        short = (
            "\n" not in block({"": value}).rstrip()
            and len(flow(value)) + column + len(head) <= WIDTH
        )
        if entry.key is None or beside or (short and not is_block):
            return None
        inner = column + _INDENT
        if is_block and (isinstance(value, list) or self._column(part.start) > column):
            inner = self._column(part.start)
        return self._indented(value, inner).removesuffix(self._newline)

    def _instead_of_block(self, entry: Entry, value: Json, lines: str | None) -> None:
        part = entry.part
        own_lines = self._line_of(part.start) > entry.head
        if not own_lines:
            self._put(part.start, part.end, self._inline(part, value))
            return
        if lines is None:
            self._put(entry.head, entry.head, " " + self._inline(part, value))
            lines = ""
        else:
            lines = self._newline + lines
        before = self._text.index("\n", entry.head)
        before -= self._text[before - 1] == "\r"
        self._put(before, self._line_end(part.end) - len(self._newline), lines)

    # Members that come and go in a block.

    def _block(self, part: Part, members: Members) -> None:
        column = self._column(part.start)
        first = members.kept[0][0]
        for entry in members.gone:
            if self._is_first_of_line(entry.start):
                self._put(self._line_of(entry.start), self._line_end(entry.part.end), "")
        head = part.entries[0]
        if head in members.gone and not self._is_first_of_line(head.start):
            # It shares the line of a dash: what comes next moves up to it.
            self._splices = [e for e in self._splices if not head.start <= e.start < first.start]
            self._put(head.start, first.start, "")
        spaced = self._newline if self._is_spaced(part.entries) else ""
        for new in members.new:
            text = self._member(new, column)
            if new.behind is not None:
                at = self._line_end(new.behind.part.end)
                self._put(at, at, spaced + text)
            elif self._is_first_of_line(first.start):
                at = self._above_comments(first.start, column)
                self._put(at, at, text + spaced)
            else:
                self._put(first.start, first.start, text[column:] + " " * column)

    def _member(self, new: New, column: int) -> str:
        return self._indented([new.value] if new.key is None else {new.key: new.value}, column)

    def _indented(self, value: Json, column: int) -> str:
        depth = column // _INDENT
        lines = block(value, depth).splitlines()
        return "".join(f"{' ' * column}{each[depth * _INDENT :]}{self._newline}" for each in lines)

    def _is_spaced(self, entries: list[Entry]) -> bool:
        """Whether an empty line stands between all neighbours."""
        pairs = list(pairwise(entries))
        between = (self._text[one.part.end : other.start] for one, other in pairs)
        return bool(pairs) and all(re.search(r"\n[ \t]*\r?\n", each) for each in between)

    def _above_comments(self, position: int, column: int) -> int:
        """The beginning of the comment that stands right above a line, or of the line."""
        line = self._line_of(position)
        comment = re.compile(rf" {{{column}}}#")
        while line and comment.match(self._text, above := self._line_of(line - 1)):
            line = above
        return line

    # Members that come and go between brackets.

    def _flow(self, part: Part, members: Members) -> None:
        last = members.kept[-1][0]
        tail = [each for each in members.gone if each.start > last.start]
        for entry, following in pairwise(part.entries):
            if entry in members.gone and entry not in tail:
                self._put(*self._without(entry, following.start), "")
        self._without_tail(last, tail)
        for new in members.new:
            item = flow(new.value) if new.key is None else flow({new.key: new.value})[1:-1]
            if new.behind is None:
                first = members.kept[0][0]
                self._put(first.start, first.start, f"{item}, ")
            else:
                self._behind(new.behind, item)

    def _without(self, entry: Entry, following: int) -> tuple[int, int]:
        """The whole line of an entry that has one, else everything up to the next entry."""
        end = _END_OF_ITEM.match(self._text, entry.part.end)
        if end is not None and self._is_first_of_line(entry.start):
            return self._line_of(entry.start), self._line_end(end.end())
        return entry.start, following

    def _without_tail(self, last: Entry, tail: list[Entry]) -> None:
        if not tail:
            return
        between = self._text[last.part.end : tail[0].start]
        if "\n" not in between:
            self._put(last.part.end, tail[-1].part.end, "")
            return
        for entry in tail:  # the comma before them may stay
            self._put(*self._without(entry, entry.part.end), "")

    def _behind(self, entry: Entry, item: str) -> None:
        end = _END_OF_ITEM.match(self._text, entry.part.end)
        if not self._is_first_of_line(entry.start):
            self._put(entry.part.end, entry.part.end, f", {item}")
            return
        indented = f"{self._newline}{' ' * self._column(entry.start)}{item}"
        if end is None:
            self._put(entry.part.end, entry.part.end, f",{indented}")
        elif end["comma"]:
            self._put(end.end(), end.end(), f"{indented},")
        else:
            self._put(entry.part.end, entry.part.end, ",")
            self._put(end.end(), end.end(), indented)

    # Where lines begin and end.

    def _line_of(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def _line_end(self, position: int) -> int:
        return self._text.index("\n", position) + 1

    def _column(self, position: int) -> int:
        return position - self._line_of(position)

    def _is_first_of_line(self, position: int) -> bool:
        return not self._text[self._line_of(position) : position].strip()

    def _ends_line(self, position: int) -> bool:
        end = _END_OF_LINE.match(self._text, position)
        return end is not None and "#" not in end.group()
