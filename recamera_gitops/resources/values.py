"""What stands on either side of a codec: what is missing or unknown, when values are the same, numbers."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final

from recamera_gitops.exchange import Json

FLOAT_NOISE: Final = 1e-4  # positions and confidences come back re-rounded [ref]


_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")


@cache
def spellings(keys: str) -> tuple[tuple[str, ...], ...]:
    """The paths that keys declared as `a.b|a.c` may stand at; the path of the whole object is empty."""
    return tuple(tuple(each.split(".")) if each else () for each in keys.split("|"))


class _Missing(Enum):
    """The camera does not show this key, which is not the same as null."""

    MISSING = "missing"


MISSING: Final = _Missing.MISSING


@dataclass(frozen=True, slots=True)
class Unknown:
    """Raw values outside what the codec knows: reported, preserved, never guessed at."""

    raw: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """Factory values that differ between resources of one section, by the last part of their path."""

    values: Mapping[str, Any]


def copied(document: Json) -> Json:
    """A deep copy of what came as JSON; it has no cycles, so this is several times faster than `deepcopy`."""
    if isinstance(document, dict):
        return {key: copied(value) for key, value in document.items()}
    if isinstance(document, list):
        return [copied(value) for value in document]
    return document


def rounded(value: Any) -> Json:
    """The value with float noise taken off, whole numbers as such."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 4)
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if _is_list(value) else value


def in_one_order(items: Any) -> Json:
    """The items rounded and sorted by their JSON, where their order means nothing."""
    return sorted(
        (rounded(item) for item in items), key=lambda each: json.dumps(each, sort_keys=True)
    )


def same(one: Any, other: Any) -> bool:
    """Equality by type and value, except that numbers may differ by float noise; True is not 1."""
    if type(one) is type(other) and type(one) in _EXACT:
        return bool(one == other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=0, abs_tol=FLOAT_NOISE)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


_EXACT: Final = (str, int, bool, type(None))  # most values: nothing about them is nearly equal


def _is_list(value: object) -> bool:
    return isinstance(value, list) or (isinstance(value, Sequence) and not isinstance(value, str))


def integer(raw: Json) -> int | None:
    """A whole number, also one carried as text or as a float without fraction; None otherwise."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str) and _INTEGER.fullmatch(raw):
        return int(raw)
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    return raw if isinstance(raw, int) else None


def like(number: float, raw: Json, *, text: bool = False) -> Json:
    """The number in the JSON type of `raw`; of text where `raw` is missing and the key carries text."""
    if isinstance(raw, str) or (raw is MISSING and text):
        return str(number)
    if isinstance(raw, float):
        return float(number)
    return number


def real(raw: Json) -> float | None:
    """A number, also one carried as text; None otherwise."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    try:
        number = float(raw)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def like_real(number: float, raw: Json) -> Json:
    """The number as text where `raw` is text; a whole number stays one where `raw` is one."""
    if isinstance(raw, str):
        return str(number)
    if isinstance(raw, int) and not isinstance(raw, bool) and float(number).is_integer():
        return int(number)
    return float(number)
