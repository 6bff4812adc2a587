"""A board in pictures, as wide and as high as the terminal is: the one place that knows `rich`.

Names and reasons come from strangers. They only ever become `Text`, which is not read as markup.
"""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.text import Text

from recamera_gitops.cli.progress.board import Board
from recamera_gitops.cli.progress.telling import named
from recamera_gitops.reconcile.outcome import Progress
from recamera_gitops.report.values import elapsed
from recamera_gitops.secret import printable

_CAMERAS: Final = 8
_BESIDE_CAMERAS: Final = 3  # the bar, "and 12 more", and a line of what was there before
_BAR: Final = 24
_BAR_FROM: Final = 60  # columns; a narrower terminal has none
_WIDEST: Final = 100


class Drawing:
    """Draws for the terminal behind stderr, with its size as it is at that moment."""

    def __init__(self, *, coloured: bool) -> None:
        self._console = Console(
            stderr=True,
            force_terminal=True,
            color_system="auto" if coloured else None,
            markup=False,
            highlight=False,
            emoji=False,
        )

    def lines(self, board: Board, seconds: float) -> list[str]:
        """The bar, and below it the cameras at work."""
        width, height = self._console.size
        widest = max(1, min(width - 1, _WIDEST))
        most = max(0, min(_CAMERAS, height - _BESIDE_CAMERAS))
        made = [self._overall(board, seconds, widest), *_cameras(board, most, widest)]
        return [self._line(text, widest) for text in made[: max(1, height - 1)]]

    def _overall(self, board: Board, seconds: float, widest: int) -> Text:
        done, total = len(board.ended), max(board.total, len(board.ended))
        text = Text(f"{done}/{total} ")
        if widest >= _BAR_FROM:
            bar = ProgressBar(max(total, 1), done, _BAR)
            text.append_text(self._inline(bar)).append(" ")
        text.append(f"{elapsed(seconds)} ").append(board.title, "bold")
        for word, count in board.troubles.items():
            text.append(f", {count} {word}", "red")
        return text

    def _inline(self, bar: ProgressBar) -> Text:
        segments = self._console.render(bar, self._console.options.update(width=_BAR))
        text = Text.assemble(*((each.text.rstrip("\n"), each.style or "") for each in segments))
        text.pad_right(_BAR - text.cell_len)  # without colours there is nothing but what is done
        return text

    def _line(self, text: Text, widest: int) -> str:
        text.truncate(widest, overflow="ellipsis")
        with self._console.capture() as captured:
            self._console.print(text, soft_wrap=True, end="")
        return captured.get()


def _cameras(board: Board, most: int, widest: int) -> Iterator[Text]:
    shown = list(board.running.values())[:most]
    longest = max((cell_len(named(each.device)) for each in shown), default=0)
    width = max(1, min(longest, widest // 2))
    for each in shown:
        yield _camera(each, width)
    if len(board.running) > len(shown) > 0:
        yield Text(f"  and {len(board.running) - len(shown)} more", "dim")


def _camera(progress: Progress, width: int) -> Text:
    text = Text(named(progress.device))
    text.truncate(width, overflow="ellipsis", pad=True)
    text = Text("  ").append_text(text).append("  ").append(str(progress.phase), "cyan")
    if progress.percent is not None:
        text.append(f" {progress.percent} %")
    return text.append(f" {printable(progress.detail)}", "dim")
