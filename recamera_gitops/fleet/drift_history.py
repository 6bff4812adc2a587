"""What the looks for drift have found, one after the other, in a database below the state folder.

Nothing here decides anything: it is there to be read, by `drift log`, by reports and by people. It holds
no secret, since the differences that it is told hold none.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Final, NamedTuple

from recamera_gitops.errors import Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.files import PRIVATE
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.runstate import FOLDER, made, unwritable
from recamera_gitops.reconcile.drift import Drift

FILE: Final = "history.sqlite"
_VERSION: Final = 1
_PATIENCE: Final = 30.0  # seconds, while another run writes
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS runs (
    run INTEGER PRIMARY KEY, at TEXT NOT NULL, cameras INTEGER NOT NULL, differing INTEGER NOT NULL,
    unreachable INTEGER NOT NULL, failed INTEGER NOT NULL, changes INTEGER NOT NULL,
    ignored INTEGER NOT NULL, new INTEGER NOT NULL, gone INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS cameras (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, device TEXT NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (run, device)
);
CREATE INDEX IF NOT EXISTS seen ON cameras (device, run);
CREATE TABLE IF NOT EXISTS differences (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, device TEXT NOT NULL, path TEXT NOT NULL,
    before TEXT, after TEXT, direction TEXT NOT NULL, severity TEXT NOT NULL,
    PRIMARY KEY (run, device, path)
);
"""
# The differences of each camera when it was last seen.
_STANDING: Final = """
SELECT differences.device, differences.path FROM differences JOIN (
    SELECT device, max(run) AS run FROM cameras WHERE status IN ('changed', 'unchanged') GROUP BY device
) AS latest ON latest.device = differences.device AND latest.run = differences.run
"""
_ENTRIES: Final = """
SELECT run, at, cameras, differing, unreachable, failed, changes, ignored, new, gone
FROM runs ORDER BY run DESC LIMIT ?
"""


_LOOKS: Final = "SELECT run, at FROM runs ORDER BY run DESC LIMIT ?"
_SEEN_AT: Final = """
SELECT device, run FROM cameras WHERE status IN ('changed', 'unchanged') AND run >= ? ORDER BY run DESC
"""
_DIFFERED_AT: Final = "SELECT device, path, run FROM differences WHERE run >= ?"


class Entry(NamedTuple):
    """One look. `new` and `gone` count differences since each camera was last seen before."""

    run: int
    at: str
    cameras: int
    differing: int
    unreachable: int
    failed: int
    changes: int
    ignored: int
    new: int
    gone: int


class Point(NamedTuple):
    """One look, as a curve over time has it; `at` is RFC 3339 in UTC."""

    at: str
    cameras_differing: int
    changes: int
    unreachable: int


def remember(root: Path, drift: Drift, at: datetime, days: int) -> None:
    """Add a look, and forget what is older than so many days; Unwritable where that cannot be done."""
    folder = made(root / FOLDER)
    path = folder / FILE
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, PRIVATE))
    except OSError as error:
        raise unwritable(path, error) from error
    with _opened(path) as database, database:
        _add(database, drift, at)
        before = (stamp(at - timedelta(days=days)),)
        database.execute("DELETE FROM runs WHERE at < ?", before)


def entries(root: Path, last: int) -> tuple[Entry, ...]:
    """The last looks, the latest first; nothing where none was remembered."""
    with _read(root) as database:
        found = database.execute(_ENTRIES, (last,)).fetchall() if database else []
    return tuple(Entry(*row) for row in found)


def points(root: Path, last: int) -> tuple[Point, ...]:
    """The last looks as points of a curve, the earliest first."""
    found = reversed(entries(root, last))
    return tuple(Point(e.at, e.differing, e.changes, e.unreachable) for e in found)


def standing_since(root: Path, last: int) -> dict[tuple[str, str], str]:
    """The differences that stood when their camera was last seen: when each was seen first.

    By camera and path; of looks at which a camera could not be read nobody knows, so they end nothing.
    """
    with _read(root) as database:
        looks = dict(database.execute(_LOOKS, (last,)).fetchall()) if database else {}
        first = min(looks, default=0)
        seen = database.execute(_SEEN_AT, (first,)).fetchall() if database else []
        found = database.execute(_DIFFERED_AT, (first,)).fetchall() if database else []
    differed: dict[tuple[str, str], set[int]] = {}
    for device, path, run in found:
        differed.setdefault((device, path), set()).add(run)
    runs: dict[str, list[int]] = {}
    for device, run in seen:
        runs.setdefault(device, []).append(run)
    streaks = {
        key: tuple(takewhile(at.__contains__, runs.get(key[0], []))) for key, at in differed.items()
    }
    return {key: looks[streak[-1]] for key, streak in streaks.items() if streak}


def differences(root: Path, run: int) -> list[dict[str, Json]]:
    """What differed in one look; values are null where they are secret or not shown."""
    names = ("device", "path", "before", "after", "direction", "severity")
    query = (
        "SELECT device, path, before, after, direction, severity FROM differences"
        " WHERE run = ? ORDER BY rowid"
    )
    with _read(root) as database:
        found = database.execute(query, (run,)).fetchall() if database else []
    told = (dict(zip(names, row, strict=True)) for row in found)
    return [{**e, "before": json.loads(e["before"]), "after": json.loads(e["after"])} for e in told]


def _add(database: sqlite3.Connection, drift: Drift, at: datetime) -> None:
    devices, summary = drift.plan.devices, drift.plan.summary
    seen = {each.device for each in devices if each.was_read}
    standing = {(d, p) for d, p in database.execute(_STANDING) if d in seen}
    now = {(device.device, change.path) for device, change in drift.changes}
    counts = (
        *(summary[each] for each in ("devices", "changed", "unreachable", "failed", "changes")),
        *(len(drift.ignored), len(now - standing), len(standing - now)),
    )
    run = database.execute(
        "INSERT INTO runs (at, cameras, differing, unreachable, failed, changes, ignored, new, gone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (stamp(at), *counts),
    ).lastrowid
    database.executemany(
        "INSERT INTO cameras VALUES (?, ?, ?)",
        ((run, each.device, str(each.status)) for each in devices),
    )
    database.executemany(
        "INSERT INTO differences VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (run, d.device, c.path, _text(c.before), _text(c.after), c.direction, c.severity)
            for d, c in drift.changes
        ),
    )


def _text(value: Json) -> str:
    return json.dumps(value)


@contextmanager
def _read(root: Path) -> Iterator[sqlite3.Connection | None]:
    path = root / FOLDER / FILE
    if not path.is_file():
        yield None
        return
    with _opened(path) as database:
        yield database


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database with its tables; one run writes at a time, the others wait."""
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            _prepare(database, path)
            yield database
    except sqlite3.Error as error:
        raise Unwritable(f"{path} cannot be used ({error})") from error


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise Unwritable(f"{path} was written by a later version of this program")
    if version == 0:
        database.executescript(f"BEGIN IMMEDIATE;{_TABLES}PRAGMA user_version = {_VERSION};COMMIT;")
