"""Who watches a run: somebody at a terminal or a log, and a program if one asked for events."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.progress.events import STDERR, EventFile
from recamera_gitops.cli.progress.lines import Lines
from recamera_gitops.cli.progress.observer import Observer, Observers
from recamera_gitops.cli.progress.screen import Screen
from recamera_gitops.errors import RecameraError
from recamera_gitops.fleet.environment import Environment

_ERROR_STREAM: Final = 2


@contextmanager
def watched(environment: Environment, events: Path | None) -> Iterator[Observer]:
    """Observers for one run; Unwritable, before anything is begun, where events cannot be written.

    An error that ends the run as a whole is its last event.
    """
    told = () if events is None else (EventFile(events, environment.now, _warn),)
    shown = () if events == STDERR else (_shown(environment.clock.monotonic),)
    observers = Observers((*shown, *told))
    try:
        yield observers
    except RecameraError as error:
        observers.note("exit", {"exit_code": int(error.exit_code), "error": str(error)})
        raise
    finally:
        observers.close()


def _shown(monotonic: Callable[[], float]) -> Observer:
    if not console.is_terminal(sys.stderr) or os.environ.get("TERM", "dumb") == "dumb":
        return Lines(_say)
    return Screen(write, console.paint(sys.stderr), monotonic)


def _say(text: str) -> None:
    """A line; where nobody reads any more, a camera must not be the one that suffers."""
    with suppress(OSError):
        console.say(text)


def _warn(text: str) -> None:
    _say(f"warning: {text}")


def write(text: str) -> None:
    """Straight to the terminal, and at once."""
    content = text.encode("utf-8", "backslashreplace")
    with suppress(OSError):
        while content:
            content = content[os.write(_ERROR_STREAM, content) :]
