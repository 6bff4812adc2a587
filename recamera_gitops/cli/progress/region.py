"""The lines at the end of a terminal that are drawn again and again in their place."""

from collections.abc import Callable, Sequence
from typing import Final

_REST_OF_LINE: Final = "\x1b[K"
_REST_OF_SCREEN: Final = "\x1b[J"


class Region:
    """Begins where the cursor is, and is gone without a trace when it is erased.

    The cursor stays at the end of the last line and is never hidden, so that nothing is left to be
    restored however the process ends. Every picture is one write: nothing flickers, and a line of
    somebody else stands before or after it.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._height = 0

    def draw(self, lines: Sequence[str]) -> None:
        """Show these lines, none wider than the terminal, in the place of the ones before."""
        shown = "\n".join(f"{line}{_REST_OF_LINE}" for line in lines)
        self._write(f"{self._top()}{shown}{_REST_OF_SCREEN}")
        self._height = len(lines)

    def erase(self) -> None:
        """Leave what was there before, with the cursor where it was."""
        if self._height:
            self._write(f"{self._top()}{_REST_OF_SCREEN}")
        self._height = 0

    def _top(self) -> str:
        """The way back to the beginning."""
        return "\r" + (f"\x1b[{self._height - 1}A" if self._height > 1 else "")
