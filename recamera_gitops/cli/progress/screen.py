"""Progress for people at a terminal: a bar, the cameras at work, and above them what went wrong.

The threads of a run only leave word here; one thread of its own draws, so that a terminal that is
slow, or gone, holds up no camera. A part that is over before the first picture costs nothing, and
`rich` is not even imported.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from recamera_gitops.cli import console
from recamera_gitops.cli.progress.board import Board
from recamera_gitops.cli.progress.region import Region
from recamera_gitops.cli.progress.telling import Line, Telling
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import Progress
from recamera_gitops.report.paint import Paint, plain

if TYPE_CHECKING:
    from recamera_gitops.cli.progress.drawing import Drawing

_STAYS: Final = ("trouble", "change")  # the bar tells of the others
_BETWEEN_PICTURES: Final = 0.12
_PATIENCE: Final = 0.2  # of somebody who ends the process at once


class Screen:
    """Draws from the beginning of a part until it is cleared; lines about trouble stay above."""

    def __init__(
        self, write: Callable[[str], None], paint: Paint, monotonic: Callable[[], float]
    ) -> None:
        self._write = write
        self._paint = paint
        self._monotonic = monotonic
        self._telling = Telling()
        self._board = Board()
        self._began = 0.0
        self._above: deque[Line] = deque()
        self._noting = threading.Lock()
        self._drawing = threading.RLock()
        self._region = Region(write)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_left = False

    def __call__(self, progress: Progress) -> None:
        """One camera has come to a phase."""
        with self._noting:
            self._board.step(progress)
            self._above.extend(self._telling.step(progress))

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Something has happened to the run."""
        with self._noting:
            before, self._board = self._board, self._board.note(event, facts)
            if self._board is not before:
                self._began = self._monotonic()
            told = self._telling.note(event, facts)
            self._above.extend(line for line in told if line.role in _STAYS)
        if event == "part":
            self._begin()

    def clear(self) -> None:
        """Be gone, but for the lines that stay."""
        if self._thread is None:
            return
        self._ended.set()
        self._thread.join()
        self._thread = None
        with self._drawing:
            self._region.erase()
            console.hide(self)
            self._print()

    close = clear

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Room for something else that is printed; the next picture comes below it."""
        with self._drawing:
            self._region.erase()
            yield

    def later(self, text: str) -> None:
        """A line for the next picture, from a signal handler too: it waits for nothing."""
        self._above.append(Line("heading", text))

    def leave(self) -> None:
        """Be gone now, since the process is about to be; from a signal handler."""
        self._is_left = True
        if self._drawing.acquire(timeout=_PATIENCE):
            self._region.erase()
            self._drawing.release()

    def _begin(self) -> None:
        self.clear()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw_until, args=(self._ended,), daemon=True)
        console.show(self)
        self._thread.start()

    def _draw_until(self, ended: threading.Event) -> None:
        if ended.wait(_BETWEEN_PICTURES):
            return
        from recamera_gitops.cli.progress.drawing import Drawing

        drawing = Drawing(coloured=self._paint is not plain)
        while not ended.wait(_BETWEEN_PICTURES):
            self._draw(drawing)

    def _draw(self, drawing: "Drawing") -> None:
        with self._noting:
            lines = drawing.lines(self._board, self._monotonic() - self._began)
        with self._drawing:
            if self._above:
                self._region.erase()
                self._print()
            if not self._is_left:
                self._region.draw(lines)

    def _print(self) -> None:
        while self._above:
            line = self._above.popleft()
            self._write(self._paint(line.role, line.text) + "\n")
