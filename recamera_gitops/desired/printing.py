"""Entries, comments and blank lines as text: two spaces, `{a: 1}`, quotes where they are needed."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final

from recamera_gitops.desired.document import BLOCKS
from recamera_gitops.desired.writing import may_be_plain, scalar
from recamera_gitops.desired.written import (
    Collection,
    Comment,
    Document,
    Entry,
    Leaf,
    Part,
)

WIDTH: Final = 120
_STEP: Final = 2


def printed(documents: Iterable[Document]) -> str:
    """The documents as the text of a file."""
    return "".join(f"{line}\n" for line in _lines(documents))


def _lines(documents: Iterable[Document]) -> Iterator[str]:
    for number, document in enumerate(documents):
        if number or (document.root is None and document.is_explicit):
            yield "---"
        yield from _comments(document.header, "")
        if document.root is not None:
            yield from _root(document, document.root)
        joins = document.root is None or _ends_open(document.root)
        yield from _comments(document.tail, "", is_first=joins)


def _root(document: Document, root: Part) -> Iterator[str]:
    if document.header and document.is_apart:
        yield ""
    line = _on_one_line(root, "")
    if line is not None:
        yield f"{line}{document.beside}"
    elif isinstance(root, Leaf):
        yield from _scalar("", root, document.beside, 0)
    else:
        yield from filter(None, [document.beside.strip()])
        yield from _entries(root, 0)


def _comments(comments: Iterable[Comment], pad: str, *, is_first: bool = True) -> Iterator[str]:
    """Comments on lines of their own; the first thing in a block has no blank line before it."""
    for comment in comments:
        if comment.is_apart and not is_first:
            yield ""
        yield f"{pad}{comment.text}"
        is_first = False


def _entries(collection: Collection, indent: int) -> Iterator[str]:
    joins = True  # whether what comes next must not have a blank line before it
    for entry in collection.entries:
        yield from _comments(entry.above, " " * indent, is_first=joins)
        if entry.is_apart and (entry.above or not joins):
            yield ""
        yield from _entry(entry, indent)
        joins = _ends_open(entry.value)
    yield from _comments(collection.tail, " " * indent, is_first=joins)


def _ends_open(part: Part) -> bool:
    """Whether a blank line behind it would be part of it."""
    if isinstance(part, Leaf):
        return part.style in BLOCKS and "+" in part.text.partition("\n")[0].partition("#")[0]
    return bool(part.entries) and not part.tail and _ends_open(part.entries[-1].value)


def _entry(entry: Entry, indent: int) -> Iterator[str]:
    pad = " " * indent
    head = f"{pad}-" if entry.key is None else f"{pad}{_key(entry.key)}:"
    line = _on_one_line(entry.value, head)
    if line is not None:
        yield f"{head} {line}{entry.beside}"
    elif isinstance(entry.value, Leaf):
        yield from _scalar(f"{head} ", entry.value, entry.beside, indent + _STEP)
    elif entry.key is None:
        yield from filter(None, [pad + entry.beside.strip()] if entry.beside else [])
        yield from _item(list(_entries(entry.value, indent + _STEP)), indent)
    else:
        yield f"{head}{entry.beside}"
        yield from _entries(entry.value, indent + _STEP)


def _item(lines: list[str], indent: int) -> Iterator[str]:
    """A collection behind a dash; comments before its first entry go above the dash."""
    pad = " " * indent
    above = list(takewhile(lambda line: not line or line.lstrip().startswith("#"), lines))
    yield from (f"{pad}{line.strip()}".rstrip() for line in above)
    first, *rest = lines[len(above) :]
    yield f"{pad}- {first[indent + _STEP :]}"
    yield from rest


def _key(key: Leaf) -> str:
    return scalar(key.value) if "\n" in key.text else _plain_or_quoted(key)


def _plain_or_quoted(leaf: Leaf) -> str:
    """A scalar on one line: as it is written, but without quotes that it does not need."""
    if not leaf.style:
        return leaf.text
    if "\\" in leaf.text or (leaf.style == "'" and '"' in leaf.value):
        return leaf.text  # any other spelling would take more escapes, or another one
    return leaf.value if may_be_plain(leaf.value) else scalar(leaf.value)


def _on_one_line(part: Part, head: str) -> str | None:
    """The value on the line that `head` begins, None where it does not go there."""
    if isinstance(part, Leaf):
        return None if "\n" in part.text or part.style in BLOCKS else _plain_or_quoted(part)
    line = None if _has_comments(part) else _flow(part)
    fits = line is not None and (len(head) + 1 + len(line) <= WIDTH or not part.entries)
    return line if fits else None


def _has_comments(part: Part) -> bool:
    if isinstance(part, Leaf):
        return False
    own = any(entry.above or entry.beside or _has_comments(entry.value) for entry in part.entries)
    return own or bool(part.tail)


def _flow(part: Part) -> str | None:
    """The value in brackets, None where some of it is in block style."""
    if isinstance(part, Leaf):
        return scalar(part.value) if "\n" in part.text else _plain_or_quoted(part)
    if not part.is_flow:
        return None
    heads = ("" if entry.key is None else f"{_key(entry.key)}: " for entry in part.entries)
    inner = ", ".join(
        f"{head}{_flow(e.value)}" for head, e in zip(heads, part.entries, strict=True)
    )
    return f"{{{inner}}}" if part.is_mapping else f"[{inner}]"


def _scalar(head: str, leaf: Leaf, beside: str, indent: int) -> Iterator[str]:
    """A scalar over several lines."""
    if leaf.style in BLOCKS:
        yield from _block(head, leaf, beside, indent)
        return
    first, *rest = leaf.text.split("\n")
    lines = [head + _stripped(first), *(" " * indent + _stripped(line.lstrip()) for line in rest)]
    lines[-1] += beside
    yield from (line if line.strip() else "" for line in lines)


def _stripped(line: str) -> str:
    """The line without trailing space, unless the last of it is escaped."""
    bare = line.rstrip()
    return line if bare.endswith("\\") else bare


def _block(head: str, leaf: Leaf, beside: str, indent: int) -> Iterator[str]:
    """The lines of `|` or `>`, indented anew."""
    header, *lines = leaf.text.removesuffix("\n").split("\n")
    signs = header.partition("#")[0].strip()
    explicit = re.sub(r"\D", "", signs)
    filled = [line for line in lines if line.strip()]
    column = max(leaf.indent, 0) + int(explicit) if explicit else _indentation(filled)
    content = [line[column:] for line in lines]
    while "+" not in signs and content and not content[-1]:
        content.pop()
    begins_deeper = bool(filled) and filled[0][column:].startswith(" ")
    mark = re.sub(r"\d", "", signs) + (str(_STEP) if begins_deeper else "")
    yield f"{head}{mark}{beside}"
    yield from (" " * indent + line if line else "" for line in content)


def _indentation(lines: list[str]) -> int:
    return len(lines[0]) - len(lines[0].lstrip(" ")) if lines else 0
