"""What is locked and which logins are refused: one table for people, two lists for programs. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import bounded, counted

_HEADS: Final = ("ID", "WHAT", "STATE", "SINCE", "UNTIL", "WHO")
_WIDEST: Final = 60


@dataclass(frozen=True, slots=True)
class LockRow:
    """A camera that a run has to itself; no `device` where that cannot be known."""

    id: str
    device: str
    run: str
    fleet: str
    owner: str
    host: str
    pid: int
    start: str
    expires: str
    state: str
    holder: str


@dataclass(frozen=True, slots=True)
class LoginRow:
    """A login that is not tried again, `until` something or until the credential changes."""

    id: str
    device: str
    address: str
    since: str
    until: str | None
    state: str


def locks_text(locks: Sequence[LockRow], logins: Sequence[LoginRow], paint: Paint = plain) -> str:
    """A line for each, and how many there are."""
    rows = [*map(_lock_cells, locks), *map(_login_cells, logins)]
    told = f"{counted(len(locks), 'lock')}, {counted(len(logins), 'refused login')}\n"
    if not rows:
        return told
    return "\n".join([*table(_HEADS, rows, paint), "", told])


def _lock_cells(row: LockRow) -> tuple[str, ...]:
    what = bounded(row.device, _WIDEST) or "(unknown)"
    until = row.expires if row.owner else "-"
    since = row.start if row.owner else "-"
    return row.id, what, row.state, since, until, row.holder


def _login_cells(row: LoginRow) -> tuple[str, ...]:
    what = bounded(f"login at {row.device} ({row.address})", _WIDEST)
    return row.id, what, row.state, row.since, row.until or "it changes", "-"


def locks_json(locks: Sequence[LockRow], logins: Sequence[LoginRow]) -> dict[str, Json]:
    """The same for programs."""
    return {"locks": [_lock_json(each) for each in locks], "logins": [*map(asdict, logins)]}


def _lock_json(row: LockRow) -> dict[str, Json]:
    told = asdict(row)
    del told["holder"]
    return told
