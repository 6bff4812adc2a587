"""Versions of the camera's firmware, as far as they can be put in an order."""

import re
from typing import Final

_RELEASE: Final = re.compile(r"[Vv]?([0-9]{1,6}(?:\.[0-9]{1,6}){1,3})")


def release(text: object) -> tuple[int, ...] | None:
    """The numbers of `V1.0.10`, without zeros at the end; None for anything else."""
    found = _RELEASE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    numbers = [int(part) for part in found.group(1).split(".")]
    while numbers and numbers[-1] == 0:
        del numbers[-1]
    return tuple(numbers)


def is_same(one: object, other: object) -> bool:
    """Whether two versions are one, however they are written."""
    known = release(one)
    return one == other if known is None else known == release(other)
