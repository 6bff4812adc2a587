"""stdout for the result, stderr for everything else, and colour only where a person looks."""

import getpass
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Final, Protocol

import click

from recamera_gitops.errors import Refused
from recamera_gitops.report.paint import Paint, coloured, plain
from recamera_gitops.report.values import harmless
from recamera_gitops.secret import printable

_ERROR_STREAM: Final = 2


class Screen(Protocol):
    """What moves at the end of the terminal while a run goes on."""

    def aside(self) -> AbstractContextManager[None]:
        """Room for something that is printed."""
        ...

    def later(self, text: str) -> None:
        """Show a line soon; may be called from a signal handler."""
        ...

    def leave(self) -> None:
        """Be gone before the process is; may be called from a signal handler."""
        ...


_screens: Final[list[Screen]] = []


def show(screen: Screen) -> None:
    """From now on everything that is printed asks this screen for room."""
    _screens.append(screen)


def hide(screen: Screen) -> None:
    """It no longer shows anything."""
    _screens.remove(screen)


def _room() -> AbstractContextManager[None]:
    for screen in _screens[-1:]:
        return screen.aside()
    return nullcontext()


def say(text: str) -> None:
    """A line beside the result."""
    with _room():
        click.echo(harmless(text), err=True)


def warn(text: str) -> None:
    """Something that goes on in spite of trouble."""
    say(f"warning: {printable(text)}")


def result(text: str) -> None:
    """The result itself, whole lines."""
    with _room():
        click.echo(harmless(text), nl=False)


def annotations(text: str) -> None:
    """Lines that are meant as commands to the machine that runs a job."""
    click.echo(text, nl=False)


def interject(text: str) -> None:
    """A line beside the result, from a signal handler: whoever is printing may have been interrupted."""
    for screen in _screens[-1:]:
        screen.later(text)
        return
    os.write(_ERROR_STREAM, f"\n{text}\n".encode())


def leave() -> None:
    """Leave the terminal as it was, from a signal handler that ends the process."""
    for screen in _screens[-1:]:
        screen.leave()


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


def hidden(question: str) -> str:
    """What somebody at the terminal types, which nobody sees."""
    with _room():
        return getpass.getpass(f"{question} ", sys.stderr)


def choose(question: str, answers: Sequence[str]) -> str | None:
    """What somebody at the terminal types, if it is one of the answers."""
    with _room():
        click.echo(question + " ", nl=False, err=True)
    typed = sys.stdin.readline().strip()
    return typed if typed in answers else None
