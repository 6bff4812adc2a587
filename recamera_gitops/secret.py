"""A value that must never be shown, and the text of strangers made safe to show.

Two jobs that belong together: `Secret` keeps a value out of every repr, log and traceback, and
`foreign` cleans what a camera said before it enters a message, masking every secret known by then.
"""

import re
from typing import Final, NoReturn

MASK: Final = "•••"
_SHORTEST_MASKED: Final = 4
_LONGEST_FOREIGN: Final = 400
# C0 and C1 controls, DEL, zero-width and bidirectional marks, line separators, lone surrogates.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# A login as HTTP and addresses write it. Every repetition is bounded: the text is a stranger's.
_LOGIN: Final = re.compile(
    r"""(?ix)
    (?P<before> \b (?:proxy-)? authorization \\? ["']? \s{0,4} [=:]{1,2} \s{0,4} (?: \\? ["'] )?
                (?: (?: bearer | basic | token ) \s{1,4} )?
              | \b bearer \s{1,4} (?= [\w.~+/=-]{8} ) )
    (?P<said> (?: digest \s [^\r\n]{1,1000} ) | [^\s"',;\\]{1,4000} )
  | (?P<address> \b [a-z][a-z0-9+.-]{0,20} :// [^\s:/@"'<>]{0,100} : )
    (?P<password> [^\s"'<>]{1,300} ) (?=@)
    """
)
_known: set[str] = set()


class Secret:
    """A resolved secret: compares by content, prints as a mask, gives itself away only by `reveal`.

    From then on it is masked in what strangers say, and so is each of its lines. It never leaves the
    process: it cannot be pickled.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        parts = (value, *value.splitlines())
        _known.update(part for part in parts if len(part) >= _SHORTEST_MASKED)

    def reveal(self) -> str:
        """The value itself, for the wire and for nothing else."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret does not leave the process")

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__


def printable(text: str) -> str:
    """The text with every character that could move a cursor or reorder a line shown escaped."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def masked(text: str) -> str:
    """The text with every secret that is known by now masked."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def without_logins(text: str) -> str:
    """The text with the password of each address in it masked, and what follows `Authorization`."""
    return _LOGIN.sub(lambda found: f"{found['before'] or found['address']}{MASK}", text)


def foreign(text: str) -> str:
    """What a stranger said, fit for a message: escaped, without known secrets, at most 400 characters."""
    text = printable(masked(text))
    return text if len(text) <= _LONGEST_FOREIGN else text[:_LONGEST_FOREIGN] + "…"
