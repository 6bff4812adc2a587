"""A terminal that hands on every key, and is as it was before on every way out."""

import os
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from recamera_gitops.cli import console

_USUAL: Final = (80, 24)


@dataclass(slots=True)
class Raw:
    """The terminal at a descriptor while it is raw; leaving may be done from a signal handler, and twice."""

    descriptor: int
    _before: list[Any] = field(default_factory=list)

    def enter(self) -> None:
        """Hand on every key from now on."""
        self._before = termios.tcgetattr(self.descriptor)
        tty.setraw(self.descriptor, termios.TCSADRAIN)

    def leave(self) -> None:
        """Be as before."""
        with suppress(termios.error):  # it may have been taken away
            termios.tcsetattr(self.descriptor, termios.TCSANOW, self._before)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Room for something that is printed: for a moment as before."""
        self.leave()
        try:
            yield
        finally:
            with suppress(termios.error):
                tty.setraw(self.descriptor, termios.TCSADRAIN)

    def later(self, text: str) -> None:
        """Nothing is shown between what the camera shows."""


@contextmanager
def raw(descriptor: int) -> Iterator[None]:
    """While this lasts the terminal is raw; whoever ends the process puts it back, too."""
    screen = Raw(descriptor)
    screen.enter()
    console.show(screen)
    try:
        yield
    finally:
        console.hide(screen)
        screen.leave()


def window(descriptor: int) -> tuple[int, int]:
    """Columns and rows of the terminal there; the usual ones where there is none."""
    try:
        size = os.get_terminal_size(descriptor)
    except OSError:
        return _USUAL
    return (size.columns, size.lines) if size.columns and size.lines else _USUAL
