"""How far a scan is: one line that is drawn again and again, or in a log one now and then."""

import os
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.progress.region import Region
from recamera_gitops.cli.progress.watching import write
from recamera_gitops.device.discovery import Sighting, Verdict
from recamera_gitops.report.values import bounded, elapsed

_BETWEEN_LINES: Final = 10.0  # seconds

Beat = Callable[[Sequence[Sighting]], None]


@contextmanager
def counting(total: int, monotonic: Callable[[], float]) -> Iterator[Beat]:
    """What is to be shown now and then what was found so far, out of `total`; on stderr."""
    if not console.is_terminal(sys.stderr) or os.environ.get("TERM", "dumb") == "dumb":
        yield _Lines(total, monotonic)
        return
    line = _Line(total, monotonic)
    console.show(line)
    try:
        yield line
    finally:
        line.leave()
        console.hide(line)
        line.rest()


class _Lines:
    """For logs: nothing about a scan that is over soon."""

    def __init__(self, total: int, monotonic: Callable[[], float]) -> None:
        self._total = total
        self._monotonic = monotonic
        self._told = monotonic()

    def __call__(self, found: Sequence[Sighting]) -> None:
        now = self._monotonic()
        if now - self._told >= _BETWEEN_LINES:
            self._told = now
            cameras = _cameras(found)
            console.say(f"discover: {len(found)} of {self._total} addresses, {cameras} reCamera")


class _Line:
    """For terminals; gives way to whatever else is printed."""

    def __init__(self, total: int, monotonic: Callable[[], float]) -> None:
        self._total = total
        self._monotonic = monotonic
        self._began = monotonic()
        self._region = Region(write)
        self._later: deque[str] = deque()

    def __call__(self, found: Sequence[Sighting]) -> None:
        self.rest()
        seconds = elapsed(self._monotonic() - self._began)
        text = f"{len(found)}/{self._total} {seconds} discover, {_cameras(found)} reCamera"
        self._region.draw([bounded(text, shutil.get_terminal_size().columns - 1)])

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Room for something that is printed."""
        self._region.erase()
        yield

    def later(self, text: str) -> None:
        """Show a line soon; may be called from a signal handler."""
        self._later.append(text)

    def leave(self) -> None:
        """Be gone."""
        self._region.erase()

    def rest(self) -> None:
        """Show what was left for later."""
        while self._later:
            console.say(self._later.popleft())


def _cameras(found: Sequence[Sighting]) -> int:
    return sum(each.verdict is Verdict.RECAMERA for each in found)
