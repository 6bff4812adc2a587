"""Progress for logs: few lines, each whole and each once."""

import threading
from collections.abc import Callable, Iterable, Mapping

from recamera_gitops.cli.progress.telling import Line, Telling, named
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.report.outcomes import trouble
from recamera_gitops.secret import printable


class Lines:
    """The first write to a camera, every tenth part of what takes a while, waves, troubles, and the end."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._telling = Telling()
        self._begun: set[str] = set()
        self._tenths: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        """One camera has come to a phase."""
        with self._lock:
            troubles = self._telling.step(progress)
            self._tell(troubles)
            if not troubles and self._is_worth_a_line(progress):
                self._say(f"{named(progress.device)}: {_told(progress)}")

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Something has happened to the run."""
        with self._lock:
            self._tell(self._telling.note(event, facts))

    def clear(self) -> None:
        """Whole lines are in nobody's way."""

    close = clear

    def _tell(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._say(line.text)

    def _is_worth_a_line(self, progress: Progress) -> bool:
        if progress.percent is not None:
            tenth, before = progress.percent // 10, self._tenths.get(progress.device)
            self._tenths[progress.device] = tenth
            return tenth != before
        known = progress.device in self._begun
        if progress.phase is Phase.WRITING:
            self._begun.add(progress.device)
            return not known
        if progress.phase is Phase.DONE:
            self._begun.discard(progress.device)  # what is only looked at later is no news
        return progress.phase is Phase.DONE and known


def _told(progress: Progress) -> str:
    if progress.exit_code:
        why = f": {printable(progress.detail)}" if progress.detail else ""
        return f"{trouble(progress.exit_code)}{why}"
    short = progress.phase is Phase.WRITING and progress.percent is None
    detail = f" {printable(progress.detail)}" if progress.detail and not short else ""
    return f"{progress.phase}{detail}"
