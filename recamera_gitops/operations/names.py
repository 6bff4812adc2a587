"""Names of files that a camera tells, and paths that people name: what may be asked for and written."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import quote

from recamera_gitops.secret import printable

LONGEST: Final = 200  # bytes; what is not complete yet stands beside under a longer name
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_NOT_ON_WINDOWS: Final = re.compile(r'[<>:"|?*]|[ .]$')

# In this order: one that cannot be shown need not have a length.
_TROUBLES: Final[tuple[tuple[Callable[[str], bool], str], ...]] = (
    (lambda name: not name, "the name is empty"),
    (lambda name: name in (".", ".."), "the name leads to another folder"),
    (lambda name: "/" in name or "\\" in name, "the name holds a slash"),
    (lambda name: printable(name) != name, "the name holds characters that cannot be shown"),
    (lambda name: name.startswith("."), "the name begins with a dot"),
    (lambda name: len(name.encode()) > LONGEST, f"the name is longer than {LONGEST} bytes"),
)


def trouble(name: str) -> str | None:
    """Why no file on this machine may be called so; None where one may."""
    return next((why for is_so, why in _TROUBLES if is_so(name)), None)


def remark(name: str) -> str | None:
    """What is odd about a name that may be used."""
    if _RESERVED.fullmatch(name) or _NOT_ON_WINDOWS.search(name):
        return "Windows knows no file of that name"
    return None


def collisions(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of paths that are one where small and capital letters are not told apart."""
    first: dict[str, str] = {}
    pairs = ((path, first.setdefault(path.casefold(), path)) for path in paths)
    return tuple((one, other) for one, other in pairs if one != other)


def parts_of(path: str) -> tuple[str, ...]:
    """The names of a path inside the directory of recordings; ValueError with the reason why it is none."""
    parts = tuple(path.removesuffix("/").split("/"))
    for each in parts:
        why = trouble(each)
        if why is not None:
            raise ValueError(f"{printable(path)!r} is no path inside the recordings: {why}")
    return parts


def quoted(parts: Sequence[str]) -> str:
    """The names as they stand in an address."""
    return "/".join(quote(each, safe="") for each in parts)


def joined(parts: Sequence[str]) -> str:
    """The names as a path."""
    return "/".join(parts)
