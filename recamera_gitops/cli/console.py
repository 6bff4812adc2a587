"""stdout for the result, stderr for everything else, and colour only where a person looks."""

import os
import sys
import threading
from collections.abc import Sequence
from typing import IO

import click

from recamera_gitops.errors import Refused
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.report.paint import Paint, coloured, plain
from recamera_gitops.report.values import bounded, harmless
from recamera_gitops.secret import printable

_CLEAR = "\r\x1b[K"


def say(text: str) -> None:
    """A line beside the result."""
    click.echo(harmless(text), err=True)


def warn(text: str) -> None:
    """Something that goes on in spite of trouble."""
    say(f"warning: {printable(text)}")


def result(text: str) -> None:
    """The result itself, whole lines."""
    click.echo(harmless(text), nl=False)


def annotations(text: str) -> None:
    """Lines that are meant as commands to the machine that runs a job."""
    click.echo(text, nl=False)


def is_terminal(stream: IO[str]) -> bool:
    """Whether a person looks at it, or types into it."""
    return bool(stream.isatty())


def paint(stream: IO[str] | None = None) -> Paint:
    """Colours for a terminal, unless NO_COLOR or TERM says otherwise."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return coloured if is_terminal(stream or sys.stdout) and not unwanted else plain


def ask(question: str, option: str = "--auto-approve") -> None:
    """Go on only after exactly `yes`; Refused otherwise, and where nobody can be asked but an option."""
    if not is_terminal(sys.stdin):
        raise Refused(f"nobody can be asked here; approve with {option}. Nothing was written.")
    if choose(question, ("yes",)) is None:
        raise Refused("not approved; nothing was written")


def choose(question: str, answers: Sequence[str]) -> str | None:
    """What somebody at the terminal types, if it is one of the answers."""
    click.echo(question + " ", nl=False, err=True)
    typed = sys.stdin.readline().strip()
    return typed if typed in answers else None


class ProgressLines:
    """Where each camera is, on stderr: one moving line for people, few plain ones for logs.

    Called from the threads of a run.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._writing: set[str] = set()
        self._tenths: dict[str, int] = {}
        self._lock = threading.Lock()
        self._moving = is_terminal(sys.stderr)

    def __call__(self, progress: Progress) -> None:
        """Take note of one camera's step."""
        with self._lock:
            self._done += progress.phase is Phase.DONE
            if self._moving:
                self._move(progress)
            elif self._worth_a_line(progress):
                say(f"{printable(progress.device)}: {_ending(progress)}")

    def _move(self, progress: Progress) -> None:
        text = bounded(f"[{self._done}/{self._total}] {_line(progress)}")
        click.echo(_CLEAR + text, nl=False, err=True, color=True)

    def _worth_a_line(self, progress: Progress) -> bool:
        """The first write, and the end of what was written: a plan of 500 cameras is silent.

        Of what takes a while every tenth part is told.
        """
        if progress.percent is not None:
            tenth, before = progress.percent // 10, self._tenths.get(progress.device)
            self._tenths[progress.device] = tenth
            return tenth != before
        known = progress.device in self._writing
        if progress.phase is Phase.WRITING:
            self._writing.add(progress.device)
            return not known
        return progress.phase is Phase.DONE and known

    def clear(self) -> None:
        """Make room for what is said next, and start counting again."""
        with self._lock:
            self._done = 0
            if self._moving:
                click.echo(_CLEAR, nl=False, err=True, color=True)


def _ending(progress: Progress) -> str:
    short = progress.phase is Phase.WRITING and progress.percent is None
    return str(progress.phase) if short else _detailed(progress)


def _line(progress: Progress) -> str:
    return f"{printable(progress.device)}: {_detailed(progress)}"


def _detailed(progress: Progress) -> str:
    detail = f" {printable(progress.detail)}" if progress.detail else ""
    return f"{progress.phase}{detail}"
