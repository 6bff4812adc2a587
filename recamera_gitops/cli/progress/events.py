"""Progress for programs: one JSON object a line, as `schemas/event.schema.json` promises."""

import json
import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from recamera_gitops.errors import Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.files import PRIVATE
from recamera_gitops.fleet.events import phase_facts, promised
from recamera_gitops.reconcile.outcome import Progress

STDERR: Final = Path("-")
_ERROR_STREAM: Final = 2


class EventFile:
    """Appends to a file, a pipe, or stderr; a line is written whole before the run goes on.

    Raises Unwritable where it cannot be opened. Where it can no longer be written that is said once,
    and the run goes on: what has to be known later is in the journal.
    """

    def __init__(
        self, path: Path, now: Callable[[], datetime], warn: Callable[[str], None]
    ) -> None:
        self._path = path
        self._warn = warn
        self._now = now
        self._lock = threading.Lock()
        self._descriptor: int | None = _opened(path)

    def __call__(self, progress: Progress) -> None:
        """One camera has come to a phase."""
        self.note("phase", phase_facts(progress))

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Write the facts that are promised of an event, and none of another."""
        told = promised(event, facts)
        if told is None:
            return
        with self._lock:
            trouble = self._written({"at": _stamp(self._now()), "event": event, **told})
        if trouble is not None:
            self._warn(f"{self._path} cannot be written ({trouble}); it gets no more events")

    def clear(self) -> None:
        """Lines in a file are in nobody's way."""

    def close(self) -> None:
        """Nothing is written any more."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._descriptor = None

    def _written(self, line: Mapping[str, Json]) -> str | None:
        """Why this line, and every further one, is not written; None where it is, or this is known."""
        if self._descriptor is None:
            return None
        content = json.dumps(line, separators=(",", ":")).replace("\x7f", "\\u007f") + "\n"
        try:
            _write_all(self._descriptor, content.encode("ascii"))
        except OSError as error:
            os.close(self._descriptor)
            self._descriptor = None
            return error.strerror
        return None


def _opened(path: Path) -> int:
    if path == STDERR:
        return os.dup(_ERROR_STREAM)
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
    except OSError as error:
        message = f"--events {path} cannot be written ({error.strerror}); no camera was asked"
        raise Unwritable(message) from error


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
