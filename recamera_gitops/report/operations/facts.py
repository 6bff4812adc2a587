"""What is known of one thing: a word and what is so, a line each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from recamera_gitops.report.paint import Paint
from recamera_gitops.secret import printable

_UNITS: Final = ("KiB", "MiB", "GiB", "TiB")
_STEP: Final = 1024
UNKNOWN: Final = "-"
YES_OR_NO: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: UNKNOWN}


def facts(pairs: Sequence[tuple[str, str]], paint: Paint) -> Iterator[str]:
    """Words in one column, what is so in another."""
    width = max((len(word) for word, _ in pairs), default=0)
    for word, so in pairs:
        yield f"{paint('dim', f'{word:<{width}}')}  {printable(so)}".rstrip()


def size(count: int | None) -> str:
    """`17 B`, `1.5 GiB`."""
    if count is None:
        return UNKNOWN
    amount, unit = float(count), "B"
    for larger in _UNITS:
        if amount < _STEP:
            break
        amount, unit = amount / _STEP, larger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
