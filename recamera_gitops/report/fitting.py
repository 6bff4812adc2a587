"""A text of parts within a budget: what does not fit is left out row by row, and said. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recamera_gitops.report.values import counted

_RESERVE: Final = 600  # bytes for what is said of the parts that were left out
_BARE: Final = "> **Left out, because more does not fit here.**\n"
_MOST_KINDS: Final = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Rows between an opening and a closing; with no row left it is not there at all.

    `one` and `many` are what its rows are called where some are left out.
    """

    opening: str
    rows: tuple[str, ...]
    closing: str
    one: str
    many: str

    def within(self, room: int) -> tuple[str, int]:
        """As much of it as fits, and how many rows that leaves out."""
        whole = self.opening + "".join(self.rows) + self.closing
        if size(whole) <= room:
            return whole, 0
        room -= size(self.opening) + size(self.closing)
        kept: list[str] = []
        for row in self.rows:
            room -= size(row)
            if room < 0:
                break
            kept.append(row)
        text = self.opening + "".join(kept) + self.closing if kept else ""
        return text, len(self.rows) - len(kept)


def size(text: str) -> int:
    """In bytes; a text never has more characters than that, however they are counted."""
    return len(text.encode("utf-8", "surrogatepass"))


def fitted(head: str, parts: Iterable[Part], budget: int) -> str:
    """The head and as much of the parts as the budget allows; nothing where it does not hold the head."""
    whole = tuple(parts)
    everything = head + "".join(part.within(budget)[0] for part in whole)
    if size(everything) <= budget and not any(part.within(budget)[1] for part in whole):
        return everything
    room = budget - _RESERVE - size(head)
    if room < 0:
        return next((each for each in (head + _BARE, head) if size(each) <= budget), "")
    texts, left = [head], dict[tuple[str, str], int]()
    for part in whole:
        text, missing = part.within(room)
        room -= size(text)
        texts.append(text)
        if missing:
            left[part.one, part.many] = left.get((part.one, part.many), 0) + missing
    return "".join(texts) + _left_out(left)


def _left_out(left: dict[tuple[str, str], int]) -> str:
    told = [counted(count, one, many) for (one, many), count in left.items()]
    return f"> **Left out, because more does not fit here:** {', '.join(told[:_MOST_KINDS])}.\n"
