"""Amounts of bytes, and moments, as people write them on the command line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from recamera_gitops.fleet.durations import seconds

_WRITTEN: Final = re.compile(r"(\d{1,18})(?:\s*(B|KiB|MiB|GiB|TiB))?")
_UNITS: Final = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_MOST: Final = 1 << 62
_SPAN: Final = re.compile(r"(?:\d{1,6}[smhd])+")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def amount(text: str) -> int:
    """`10GiB`, `512 MiB` or a number of bytes; wrong usage for anything else."""
    matched = _WRITTEN.fullmatch(text.strip())
    count = 0 if matched is None else int(matched[1]) * _UNITS[matched[2] or "B"]
    if not 0 < count <= _MOST:
        message = f"{text!r} is no amount: say bytes, or KiB, MiB, GiB or TiB, as in 10GiB"
        raise click.BadParameter(message)
    return count


def moment(text: str, now: datetime, *, is_end: bool = False) -> int:
    """`2d` before now, a day, or a time such as 2026-11-20T08:00:00Z, in Unix seconds.

    It is UTC unless it says otherwise. A day means its first second, or its last one where it `is_end`.
    Wrong usage for anything else.
    """
    if _SPAN.fullmatch(text):
        return int((now - timedelta(seconds=seconds(text))).timestamp())
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = (
            f"{text!r} is no time: say 2d or 12h, a day like 2026-11-20, or 2026-11-20T08:00:00Z"
        )
        raise click.BadParameter(message) from None
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    if is_end and _DAY.fullmatch(text):
        found += timedelta(days=1, seconds=-1)
    return int(found.timestamp())
