"""`lock list` and `unlock`: what stands in the way of the next run, and out of the way with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.device.rejections import Rejection
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet.claims import Lock, State
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.ledger import LoginLedger
from recamera_gitops.fleet.locks import Locks
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.report.locks import LockRow, LoginRow, locks_json, locks_text
from recamera_gitops.report.values import document
from recamera_gitops.secret import printable

_NAMED: Final = 12
_BEFORE: Final = {
    State.HELD: "{} holds it, and begins nothing more there",
    State.STALE: "{} had left it locked",
    State.EXPIRED: "{} had left it locked",
    State.ELSEWHERE: "{} may still have held it",
}


def tell(directory: Path | None, form: str) -> ExitCode:
    """List everything."""
    locks, ledger = _opened(directory)
    rows = [_lock_row(each) for each in locks.listed()]
    logins = [_login_row(each) for each in ledger.listed()]
    console.result(_VIEWS[form](rows, logins))
    return ExitCode.DONE


def unlock(directory: Path | None, names: Sequence[str], *, force: bool) -> ExitCode:
    """Unlock what is named, all of it or, where one is unknown, nothing."""
    locks, ledger = _opened(directory)
    _all_known(names, locks, ledger)
    taken = locks.unlock(names, force=force)
    logins = [each for name in dict.fromkeys(names) for each in ledger.unlock(name)]
    for line in (*map(_unlocked, taken), *map(_readmitted, logins)):
        console.result(f"{printable(line)}\n")
    return ExitCode.DONE


def known(directory: Path | None) -> list[tuple[str, str]]:
    """Every ID, and the camera that it is about."""
    locks, ledger = _opened(directory, lambda _: None)
    held, logins = locks.listed(), ledger.listed()
    return [*((e.id, e.device) for e in held), *((e.id, e.camera) for e in logins)]


def _opened(
    directory: Path | None, warn: Callable[[str], None] = console.warn
) -> tuple[Locks, LoginLedger]:
    root, now = root_of(directory), Environment.real().now
    return Locks(root, now), LoginLedger(root, now, warn)


def _all_known(names: Sequence[str], locks: Locks, ledger: LoginLedger) -> None:
    """InvalidInput with every name that means nothing, and with what there is."""
    held, logins = locks.listed(), [each.id for each in ledger.listed()]
    known = [*(each.id for each in held), *logins]
    runs = {each.claim.run for each in held}
    unknown = [each for each in dict.fromkeys(names) if each not in runs and each not in known]
    if unknown:
        raise InvalidInput(_unknown(unknown, known))


def _unknown(names: Sequence[str], known: Sequence[str]) -> Iterator[Diagnostic]:
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    there = ", ".join(known[:_NAMED]) + more
    hint = f"there are {there}" if known else "nothing is locked, and no login refused"
    for name in names:
        yield Diagnostic("unknown-lock", "no lock, run or login is called so", name, hint=hint)


def _unlocked(lock: Lock) -> str:
    what = lock.device or "whatever it held"
    return f"{lock.id}: {what} is unlocked; {_BEFORE[lock.state].format(lock.claim.holder)}"


def _readmitted(login: Rejection) -> str:
    what = "with that user name and password" if login.until is None else "before its time is over"
    return f"{login.id}: {login.camera} may be asked again {what}"


def _lock_row(lock: Lock) -> LockRow:
    claim = lock.claim
    return LockRow(
        id=lock.id,
        device=lock.device,
        run=claim.run,
        fleet=claim.fleet,
        owner=claim.owner,
        host=claim.host,
        pid=claim.pid,
        start=stamp(claim.start),
        expires=stamp(claim.expires),
        state=str(lock.state),
        holder=claim.holder,
    )


def _login_row(login: Rejection) -> LoginRow:
    until = None if login.until is None else _moment(login.until)
    state = "rejected" if until is None else "locked out"
    return LoginRow(login.id, login.camera, login.address, _moment(login.at), until, state)


def _moment(seconds: float) -> str:
    return stamp(datetime.fromtimestamp(seconds, UTC))


def _text(locks: Sequence[LockRow], logins: Sequence[LoginRow]) -> str:
    return locks_text(locks, logins, console.paint())


def _json(locks: Sequence[LockRow], logins: Sequence[LoginRow]) -> str:
    return document(locks_json(locks, logins)) + "\n"


_VIEWS: Final[Mapping[str, Callable[[Sequence[LockRow], Sequence[LoginRow]], str]]] = {
    "text": _text,
    "json": _json,
}
