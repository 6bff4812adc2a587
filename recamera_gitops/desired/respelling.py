"""A new value in the style in which the old one was written, where that style can carry it."""

import re
from typing import Final

from recamera_gitops.desired.core_schema import Value, resolved
from recamera_gitops.desired.layout import Part
from recamera_gitops.desired.writing import quoted, scalar

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufe00-\ufeff\ufff0-\uffff]"
)
_PLAIN: Final = re.compile(
    r"""
    ( [^\s?:,\[\]{}\#&*!|>'"%@`-] | [?:-](?=[^\s,\[\]{}]) )
    ( [^\s,\[\]{}:\#] | :(?=[^\s,\[\]{}]) | (?<=\S)\# | [ ]+(?=[^\s\#:]) )*
    """,
    re.VERBOSE,
)
_HEADER: Final = re.compile(r"[|>](?P<chomping>-?)[ \t]*\r?\n(?P<indent> +)")


def respelled(old: Part, value: Value) -> str:
    """The text of a value that takes the place of an old one."""
    if not isinstance(value, str) or old.kind != "scalar":
        return scalar(value)
    if old.style == '"':
        return quoted(value)
    if old.style == "'" and not _UNSEEN.search(value):
        return "'" + value.replace("'", "''") + "'"
    return scalar(value) if old.style else _plain(old, value)


def _plain(old: Part, value: str) -> str:
    """Plain where it is unmistakable, or where mistakable text stood plain before."""
    mistakable = isinstance(resolved(old.text), str) and scalar(old.text) != old.text
    return value if mistakable and _may_be_plain(value) else scalar(value)


def _may_be_plain(value: str) -> bool:
    seen = not _UNSEEN.search(value) and not value.startswith(("---", "..."))
    return seen and bool(_PLAIN.fullmatch(value)) and isinstance(resolved(value), str)


def block_scalar(written: str, value: str, newline: str) -> str | None:
    """A `|` or `>` text with other lines in it; None where it would not be read back as meant."""
    found = _HEADER.match(written)
    if found is None or not _fits(written[0], found["chomping"], value):
        return None
    lines = value.removesuffix("\n").split("\n")
    indented = (found["indent"] + line if line else "" for line in lines)
    return f"{written[0]}{found['chomping']}{newline}{newline.join(indented)}"


def _fits(style: str, chomping: str, value: str) -> bool:
    """Whether the lines say themselves: seen, begun without a space, ended as the header says."""
    lines = value.removesuffix("\n").split("\n")
    ended = value.endswith("\n") is not bool(chomping) and bool(lines[-1].strip())
    seen = not any(_UNSEEN.search(line) for line in lines)
    begun = bool(lines[0]) and not lines[0].startswith(" ")
    return ended and seen and begun and (style == "|" or len(lines) == 1)
