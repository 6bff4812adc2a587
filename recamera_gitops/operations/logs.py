"""The log of a camera, line by line: what it says, without what it should not have said.

The camera writes down the password of a network that it is told to join [cgi]. So a log is read like a
letter of a stranger: what follows the name of a secret is masked, and so is every secret known here.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.parse import parse
from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import moment
from recamera_gitops.secret import MASK, masked, printable, without_logins

PATH: Final = "/ws/system/logs"
LEVELS: Final = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
_SPELLINGS: Final = {
    "emerg": "emergency",
    "panic": "emergency",
    "fatal": "critical",
    "crit": "critical",
    "err": "error",
    "warn": "warning",
    "information": "info",
    "trace": "debug",
    "verbose": "debug",
}
_LONGEST: Final = 4000
_LONGEST_LOGIN: Final = 500  # which may stand across the end of what is shown
_REMEMBERED: Final = 100
_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_COLOUR: Final = re.compile("\x1b\\[[0-9;]*m")
# A name such as sPassword, wpa_passphrase or psk, and what is said of it: in quotes, or unto the next name.
# Every repetition is bounded: a line is a stranger's.
_NAMED: Final = re.compile(
    r"""(?ix)
    (?P<name> (?: (?: passw(?:or)?d | passphrase | psk ) \w{0,20} ["']? \s{0,4}
                  (?: [=:]{1,2} | \s (?: is \b)? )
              |   (?: pwd | secret | token | key | \b s? pass ) ["']? \s{0,4} [=:]{1,2} ) \s{0,4} )
    (?P<said> " (?: [^"\\] | \\. )* "? | ' (?: [^'\\] | \\. )* '?
              | .+? (?= [\s,;&]{1,4} [\w-]{1,40} ["']? \s{0,4} [=:] | $ ) )
    """
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log; `at`, in UTC, and `level` are None where the camera does not tell."""

    at: str | None
    level: str | None
    text: str

    def is_as_grave_as(self, level: str) -> bool:
        """Whether it is at least that grave; a line of an unknown level is."""
        return self.level not in LEVELS or LEVELS.index(self.level) <= LEVELS.index(level)


def lines(message: str | bytes) -> tuple[Line, ...]:
    """The lines of one message: an array of them, or a single one [seed]. What is neither is a line too."""
    content = message.encode() if isinstance(message, str) else message
    try:
        told = parse(content)
    except NotUnderstood:
        return (_unknown(content.decode(errors="replace")),)
    return tuple(_line(each) for each in (told if isinstance(told, list) else [told]))


class Tail:
    """What of a log has been seen, to know what is new in the history that a new connection begins with."""

    def __init__(self) -> None:
        self._seen: deque[Line] = deque(maxlen=_REMEMBERED)

    def add(self, new: Sequence[Line]) -> None:
        """These have been seen."""
        self._seen.extend(new)

    def unseen(self, history: Sequence[Line]) -> tuple[tuple[Line, ...], bool]:
        """The lines that came after the last one seen, and whether nothing can be missing before them."""
        for end in range(len(history) if self._seen else 0, 0, -1):
            count = min(len(self._seen), end)
            if list(self._seen)[-count:] == list(history[end - count : end]):
                return tuple(history[end:]), True
        return tuple(history), False


def _line(told: Json) -> Line:
    if not isinstance(told, dict) or not isinstance(told.get("sData"), str):
        return _unknown(str(told))
    level = told.get("sLevel")
    return Line(
        _moment(told.get("sTimestamp")),
        _level(level) if isinstance(level, str) else None,
        without_secrets(told["sData"]),
    )


def _unknown(text: str) -> Line:
    return Line(None, None, without_secrets(text))


def _level(said: str) -> str:
    name = said.strip().lower()
    return _SPELLINGS.get(name, printable(masked(name))[:20])


def _moment(said: Json) -> str | None:
    """A string of seconds [seed]; a number is taken for one."""
    if isinstance(said, str) and _NUMBER.fullmatch(said):
        return moment(float(said))
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return moment(said) if is_number else None


def without_secrets(text: str) -> str:
    """The text on one line, without colours, what could steer a terminal, and secrets."""
    whole = masked(_COLOUR.sub("", text.rstrip()))
    bare = without_logins(whole[: _LONGEST + _LONGEST_LOGIN])[:_LONGEST]
    bare = _NAMED.sub(lambda found: f"{found['name']}{MASK}", bare)
    return printable(bare) + ("…" if len(whole) > _LONGEST else "")
