"""Bytes of a stranger into JSON: strict, and bounded before and while they are read.

The standard parser takes NaN, the last of two equal keys, and any depth until the stack ends. A
camera that says such things is not understood; guessing would write the guess back.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 32
MAX_NODES: Final = 200_000
_LONG_NUMBER: Final = re.compile(r"\d{19}")
_LONGEST_INTEGER: Final = 19  # 64 bits
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class _Unacceptable(ValueError):
    """Valid to the standard parser, not to us."""


def parse(body: bytes, content_type: str = "", *, limit: int = MAX_BYTES) -> Json:
    """The JSON value in a response body, or NotUnderstood.

    The camera labels JSON `application/json;charset-utf8` [cgi], so of the content type only an open
    claim to be HTML counts: a web server's page instead of an answer.
    """
    if "html" in content_type.lower():
        raise NotUnderstood("a web page came back instead of JSON")
    if len(body) > limit:
        raise NotUnderstood(f"the answer is longer than {limit} bytes")
    try:
        return _strictly(body.decode("utf-8"))
    except _Unacceptable as error:
        raise NotUnderstood(f"the answer is not acceptable JSON: {error}") from None
    except (ValueError, RecursionError):
        raise NotUnderstood("the answer is not JSON") from None


def _strictly(text: str) -> Json:
    decoder = _CAREFUL if _LONG_NUMBER.search(text) else _PLAIN
    value = decoder.decode(text)
    if text.count("[") + text.count("{") > MAX_DEPTH or text.count(",") >= MAX_NODES // 2:
        _measure(value)
    if _SURROGATE.search(text):
        _require_text(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Unacceptable("a key stands twice in one object")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Unacceptable("a number is out of range")
    return value


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_INTEGER:
        raise _Unacceptable("a number is out of range")
    return int(text)


def _constant(name: str) -> NoReturn:
    raise _Unacceptable(f"{name} is not JSON")


_PLAIN: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_finite, parse_constant=_constant
)
_CAREFUL: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_finite, parse_int=_integer, parse_constant=_constant
)


def _measure(value: Json) -> None:
    """Go through it level by level; too deep or too many values are refused."""
    level: list[Any] = [value]
    nodes = 1
    for _ in range(MAX_DEPTH):
        inside = [child for container in level for child in _children(container)]
        nodes += len(inside)
        if nodes > MAX_NODES:
            raise _Unacceptable(f"it has more than {MAX_NODES} values")
        level = [child for child in inside if isinstance(child, (dict, list))]
        if not level:
            return
    raise _Unacceptable(f"it is nested more than {MAX_DEPTH} deep")


def _children(container: Json) -> Iterable[Json]:
    if isinstance(container, dict):
        return container.values()
    return container if isinstance(container, list) else ()


def _require_text(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _Unacceptable("a string holds half a character") from None
