"""SIGINT, SIGTERM and SIGHUP: the first asks the run to end well, the second ends it at once."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.errors import ExitCode, Interrupted
from recamera_gitops.fleet.environment import Stop

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTE: Final = "interrupted: finishing the current step; once more to end at once"


class Interruption:
    """What the signals do: they stop a run, or a question to which nobody has answered yet."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._asking = self._listening = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """One signal has come."""
        if self._stop.requested:
            console.leave()
            os._exit(ExitCode.INTERRUPTED)
        self._stop.request()
        if self._asking:
            raise Interrupted("interrupted; nothing was written")
        if not self._listening:
            console.interject(_NOTE)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While somebody is asked, nothing is under way: one signal is enough."""
        self._asking = True
        try:
            yield
        finally:
            self._asking = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While nothing is done but listening, an end is no news to whoever asked for it."""
        self._listening = True
        try:
            yield
        finally:
            self._listening = False


@contextmanager
def interruptible(stop: Stop) -> Iterator[Interruption]:
    """Listen to signals; what listened before listens again afterwards."""
    interruption = Interruption(stop)
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    kept = {number: signal.signal(number, interruption) for number in _SIGNALS}
    try:
        yield interruption
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
