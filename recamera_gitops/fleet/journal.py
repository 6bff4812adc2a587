"""What a run does, on disk before the next step: its plan, and a line before and after every write.

Nothing here ever replaces a look at a camera. It tells people what happened, and lets a later run know
what was begun. A journal that cannot be written stops everything that it could not tell of.
"""

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from recamera_gitops.errors import ExitCode, Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.files import PRIVATE
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.runstate import FOLDER
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.reconcile.planner import shown
from recamera_gitops.reconcile.snapshot import Kept, Snapshot
from recamera_gitops.secret import Secret

RUNS: Final = "runs"
PLAN: Final = "plan.json"
LINES: Final = "journal.jsonl"
SNAPSHOTS: Final = "snapshots.jsonl"
_OWNER_ONLY: Final = 0o700


class Lines:
    """A file that lines are added to, from any thread; each is on disk when it has been added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._torn = False
        self.trouble: str | None = None  # why some line is not there
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        with refusing(path):
            self._descriptor = os.open(path, flags, PRIVATE)

    def add(self, told: Mapping[str, Json]) -> None:
        """Write one and wait until it is on disk; Unwritable where that cannot be done."""
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"
        content = line.encode("utf-8", "backslashreplace")
        with self._lock, self._refusing():
            content, self._torn = b"\n" * self._torn + content, True
            _write_all(self._descriptor, content)
            self._torn = False
            os.fsync(self._descriptor)

    def close(self) -> None:
        """No line after this."""
        os.close(self._descriptor)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            with refusing(self._path):
                yield
        except Unwritable as error:
            self.trouble = str(error)
            raise


class Journal:
    """The journal of one run; `run` is its name. `listens` is told of each line as well."""

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime],
        seal: Seal,
        listens: Callable[[str, Mapping[str, Json]], None] | None = None,
    ) -> None:
        self.run = folder.name
        self.folder = folder
        self._now = now
        self._seal = seal
        self._listens = listens
        self._lines = Lines(folder / LINES)
        self._snapshots = Lines(folder / SNAPSHOTS)

    @property
    def trouble(self) -> str | None:
        """Why some line of it is not on disk; None while it is whole."""
        return self._lines.trouble or self._snapshots.trouble

    def note(self, event: str, **facts: Json) -> None:
        """Write one line and wait until it is on disk; Unwritable where that cannot be done."""
        self._lines.add({"at": stamp(self._now()), "event": event, **facts})
        if self._listens is not None:
            self._listens(event, facts)

    def keep(self, device: str, found: Snapshot) -> None:
        """Put down what an address has before it is written; secrets sealed, or left out."""
        self._snapshots.add({"device": device, **sealed(found, self._seal)})

    def ended(self, outcome: DeviceOutcome) -> None:
        """What became of one camera."""
        self.note(
            "device",
            device=outcome.device,
            exit_code=int(outcome.exit_code),
            error=outcome.error,
            outcomes=[
                {
                    "address": each.address,
                    "verdict": str(each.verdict),
                    "reason": each.reason,
                    "observed": each.observed,
                }
                for each in outcome.outcomes
            ],
        )

    def close(self, code: ExitCode | None) -> None:
        """The last line, unless the run came to no end of its own; and no line after it."""
        try:
            if code is not None:
                self.note("end", exit_code=int(code))
        finally:
            self._lines.close()
            self._snapshots.close()


def sealed(found: Snapshot, seal: Seal) -> dict[str, Json]:
    """A snapshot as it is put down, or told to another machine; secrets sealed, or left out."""
    closed = [_in_clear(each) for each in found.settings if each.sensitive]
    told: dict[str, Json] = {"serial": found.serial, "address": found.address}
    told["settings"] = [_in_clear(each) for each in found.settings if not each.sensitive]
    if closed and seal.is_there:
        told["sealed"] = seal.close(closed)
    elif closed:
        told["left_out"] = [each["path"] for each in closed]
    return told


def new_run(now: datetime) -> str:
    """A name that no other run has, and that sorts by time."""
    return f"{now.strftime('%Y%m%dT%H%M%SZ')}-{secrets.token_hex(2)}"


def begin(
    folder: Path,
    plan: Plan | None,
    now: Callable[[], datetime],
    seal: Seal,
    listens: Callable[[str, Mapping[str, Json]], None] | None = None,
    **facts: Json,
) -> Journal:
    """A new journal in a new folder with the plan beside it; Unwritable without one."""
    with refusing(folder):
        for each in (folder.parent.parent, folder.parent):
            each.mkdir(mode=_OWNER_ONLY, exist_ok=True)
        folder.mkdir(mode=_OWNER_ONLY)
        if plan is not None:
            planfile.save(plan, folder / PLAN)
    journal = Journal(folder, now, seal, listens)
    checksum = {} if plan is None else {"fleet": plan.fleet, "checksum": plan.checksum}
    journal.note("begin", run=journal.run, **checksum, pid=os.getpid(), **facts)
    return journal


def folder_of(root: Path, run: str) -> Path:
    """Where the journal of a run is, in a fleet repository."""
    return root / FOLDER / RUNS / run


def _in_clear(each: Kept) -> dict[str, Any]:
    """One setting of a snapshot; what is sensitive is sealed after this."""
    if each.lost:
        return {"path": each.path, "lost": each.lost}
    told = {"path": each.path, "before": _plain(each.before)}
    return {**told, **({"follows": True} if each.follows else {"after": _plain(each.after)})}


def _plain(value: Any) -> Json:  # noqa: ANN401 - a setting's value is whatever its codec says
    return value.reveal() if isinstance(value, Secret) else shown(value)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """What cannot be written is Unwritable."""
    try:
        yield
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}); nothing more was sent"
        raise Unwritable(message) from error


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
