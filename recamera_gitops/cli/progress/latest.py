"""What is looked at again and again: the latest look in one place of the terminal, or all of them in a log."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import click

from recamera_gitops.cli import console
from recamera_gitops.cli.progress.region import Region
from recamera_gitops.report.paint import clipped
from recamera_gitops.report.values import harmless


@contextmanager
def latest(*, in_place: bool) -> Iterator[Callable[[str], None]]:
    """What shows one look. An interruption says nothing of itself: it is how this ends."""
    shown = _InPlace() if in_place and os.environ.get("TERM", "dumb") != "dumb" else _Appended()
    console.show(shown)
    try:
        yield shown.show
    finally:
        console.hide(shown)
        shown.close()


class _Appended:
    """One look below the other."""

    def show(self, text: str) -> None:
        """A look."""
        console.result(text)

    def aside(self) -> AbstractContextManager[None]:
        """Whole lines are in nobody's way."""
        return nullcontext()

    def later(self, text: str) -> None:
        """Nothing: somebody has seen enough."""

    def leave(self) -> None:
        """Nothing is left to be cleared."""

    close = leave


class _InPlace(_Appended):
    """The latest look only, as far as the terminal is high and wide enough for it."""

    def __init__(self) -> None:
        self._region = Region(lambda text: click.echo(text, nl=False))

    def show(self, text: str) -> None:
        """A look in the place of the one before."""
        width, height = shutil.get_terminal_size()
        lines = [clipped(line, width - 1) for line in harmless(text).rstrip("\n").split("\n")]
        room = max(1, height - 1)
        if len(lines) > room:
            more = len(lines) - room + 1
            lines = [*lines[: room - 1], clipped(f"… and {more} more lines", width - 1)]
        self._region.draw(lines)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Room for something that is printed; the next look comes below it."""
        self._region.erase()
        yield

    def close(self) -> None:
        """Leave the last look where it is."""
        click.echo()
