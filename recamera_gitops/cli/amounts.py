"""Amounts of bytes as people write them on the command line."""

import re
from typing import Final

import click

_WRITTEN: Final = re.compile(r"(\d{1,18})(?:\s*(B|KiB|MiB|GiB|TiB))?")
_UNITS: Final = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_MOST: Final = 1 << 62


def amount(text: str) -> int:
    """`10GiB`, `512 MiB` or a number of bytes; wrong usage for anything else."""
    matched = _WRITTEN.fullmatch(text.strip())
    count = 0 if matched is None else int(matched[1]) * _UNITS[matched[2] or "B"]
    if not 0 < count <= _MOST:
        message = f"{text!r} is no amount: say bytes, or KiB, MiB, GiB or TiB, as in 10GiB"
        raise click.BadParameter(message)
    return count
