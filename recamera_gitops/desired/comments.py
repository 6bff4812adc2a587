"""What comments say to this program: `# rcg: ignore[rule]`, and `# rcg: ignore-file[rule]`.

An ignore stands on the line of what it is about, or alone above it; one for a whole file stands
before everything else in it. Behind the bracket there is room for a reason.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, TypeAlias

from recamera_gitops.desired.document import LINE_END, quoted
from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.rules import IGNORABLE, RULES, UNUSED_IGNORE

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#[ \t]*rcg:[ \t]*(?=(?P<says>[^\r\n]*))")
_IGNORE: Final = re.compile(r"(?P<verb>ignore(?:-file)?)\[(?P<rules>[^\[\]]*)\](?=\s|$)")
_NAME: Final = re.compile(r"[^\s,]+(?:\s+[^\s,]+)*")
_ONLY_COMMENT: Final = re.compile(r"\s*#")
_BEFORE_ALL: Final = re.compile(r"\s*(?:#.*)?|---\s*(?:#.*)?")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One rule that one comment ignores, on one line, or where `line` is None in the whole file.

    `place` is where the comment names the rule.
    """

    rule: str
    place: Place
    line: int | None

    @property
    def covers(self) -> "_Spot":
        """What it ignores."""
        return self.rule, self.place.file, self.line


_Spot: TypeAlias = tuple[str, str, int | None]


def ignores(content: bytes, file: str) -> tuple[tuple[Ignore, ...], tuple[Diagnostic, ...]]:
    """What the comments of a file ignore, and what is wrong with them; its YAML is right."""
    reading = _Reading(content.decode("utf-8"), file)
    found = tuple(reading.ignores())
    return found, tuple(reading.diagnostics)


def heeded(found: Iterable[Diagnostic], ignored: Sequence[Ignore]) -> Iterator[Diagnostic]:
    """What is left of the complaints, and one about every ignore that there was no need of."""
    covered = {each.covers for each in ignored}
    needed: set[_Spot] = set()
    for each in found:
        spots = covered & _spots(each)
        needed |= spots
        if not spots:
            yield each
    rule = RULES[UNUSED_IGNORE]
    for ignore in ignored:
        if ignore.covers not in needed:
            message = f"there is no {ignore.rule} here to be ignored"
            yield Diagnostic(rule.id, message, "", ignore.place, rule.hint, rule.severity)


def _spots(found: Diagnostic) -> set[_Spot]:
    """Where an ignore of a complaint may be."""
    place = found.place
    if place is None:
        return set()
    return {(found.rule, place.file, place.line), (found.rule, place.file, None)}


class _Reading:
    """One file, and what is wrong with its comments."""

    def __init__(self, text: str, file: str) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._text = text
        self._file = file
        self._starts = [0, *(match.end() for match in LINE_END.finditer(text))]
        self._quoted = list(quoted(text))
        lines = LINE_END.split(text)
        self._meant = _meant(lines)
        self._head = sum(1 for _ in takewhile(_BEFORE_ALL.fullmatch, lines))

    def ignores(self) -> Iterator[Ignore]:
        """Every ignore in the order of the text."""
        for comment in _COMMENT.finditer(self._text):
            if not self._is_quoted(comment.start()):
                yield from self._said(comment)

    def _is_quoted(self, offset: int) -> bool:
        before = bisect_right(self._quoted, (offset, len(self._text))) - 1
        return before >= 0 and offset < self._quoted[before][1]

    def _said(self, comment: re.Match[str]) -> Iterator[Ignore]:
        says = _IGNORE.match(comment["says"])
        place = self._place(comment.start())
        names = list(_NAME.finditer(says["rules"])) if says else []
        if says is None or not names:
            self._report("bad-ignore", "this is nothing that a comment can say", place)
            return
        is_whole = says["verb"] == "ignore-file"
        if is_whole and place.line > self._head:
            hint = "write it in the first lines of the file, or write ignore for one line"
            self._report("bad-ignore", "ignore-file stands behind something else", place, hint)
            return
        line = None if is_whole else self._meant[place.line - 1]
        for name in names:
            at = self._place(comment.start("says") + says.start("rules") + name.start())
            if self._may_be_ignored(name.group(), at):
                yield Ignore(name.group(), at, line)

    def _may_be_ignored(self, name: str, place: Place) -> bool:
        if name in IGNORABLE:
            return True
        if name in RULES:
            message = f"{name} cannot be ignored: it has to be put right"
            self._report("not-ignorable", message, place)
        else:
            hint = did_you_mean(name, IGNORABLE)
            self._report("unknown-rule", f"there is no rule {echo(name)}", place, hint)
        return False

    def _report(self, rule: str, message: str, place: Place, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(rule, message, "", place, hint or RULES[rule].hint))

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        return Place(self._file, line, offset - self._starts[line - 1] + 1)


def _meant(lines: Sequence[str]) -> list[int]:
    """For each line the one, from 1, that a comment on it is about: itself, or the next with more."""
    meant = list(range(1, len(lines) + 1))
    for index in range(len(lines) - 2, -1, -1):
        if _ONLY_COMMENT.match(lines[index]):
            meant[index] = meant[index + 1]
    return meant
