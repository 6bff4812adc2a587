"""What plain text means by the core schema of YAML 1.2."""

import math
import re
from typing import Final, TypeAlias

Value: TypeAlias = str | int | float | bool | None

_LONGEST_NUMBER: Final = 18
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolved(text: str) -> Value:
    """The value of plain text; numbers out of bounds are infinite."""
    first = text[:1]
    if first in "nNtTfF~" and text in _WORDS:
        return _WORDS[text]
    if first not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return math.inf if _NOT_FINITE.fullmatch(text) else text


def _integer(text: str) -> int | float:
    if len(text) > _LONGEST_NUMBER:
        return math.inf
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
