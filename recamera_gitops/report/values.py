"""One value, one name or one list of names as people read it, whatever stands in it. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.secret import printable

WIDEST: Final = 72
NOT_SET: Final = "(not set)"
SENSITIVE: Final = "(sensitive)"
_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[\w ./:@%+-]*[\w./@%+-])?", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_NAMED: Final = 3
_COMMAND: Final = re.compile(r"^(\s*)(::|##\[)", re.MULTILINE)


def shown(value: Json, *, sensitive: bool = False) -> str:
    """A value as YAML would say it on one line, bounded; text that could mislead stands in quotes."""
    if sensitive:
        return SENSITIVE
    return NOT_SET if value is None else bounded(whole(value))


def whole(value: Json) -> str:
    """A value on one line, as long as it is."""
    if isinstance(value, str) and _is_plain(value):
        return value
    return printable(json.dumps(value, ensure_ascii=False, default=str))


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or _NUMBER.fullmatch(text):
        return False
    return text.lower() not in _WORDS and ": " not in text


def bounded(text: str, widest: int = WIDEST) -> str:
    """The text, cut off with a mark where it is too wide."""
    return text if len(text) <= widest else text[: widest - 1] + "…"


def is_long(value: Json) -> bool:
    """Whether a value is a collection that does not fit into its bounds."""
    return isinstance(value, list | dict) and len(whole(value)) > WIDEST


def names(devices: Sequence[str]) -> str:
    """`gate-north, dock-east and 14 more`."""
    safe = [printable(device) for device in devices]
    if len(safe) <= _NAMED:
        return ", ".join(safe)
    return f"{safe[0]}, {safe[1]} and {len(safe) - 2} more"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 camera`, `2 cameras`."""
    return f"{count} {one}" if count == 1 else f"{count} {many or one + 's'}"


def elapsed(seconds: float) -> str:
    """`0:07`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def harmless(text: str) -> str:
    """Whole output in which no line can be taken for a command to the machine that runs a job."""
    return _COMMAND.sub(lambda found: f"{found[1]}\\u{ord(found[2][0]):04x}{found[2][1:]}", text)


def document(value: Json) -> str:
    """JSON for programs, in ASCII, so that nothing in it can steer a terminal."""
    return _ascii(json.dumps(value, indent=2))


def one_line(value: Json) -> str:
    """The same in one line, for values that follow each other."""
    return _ascii(json.dumps(value))


def _ascii(text: str) -> str:
    return text.replace("\x7f", "\\u007f")
