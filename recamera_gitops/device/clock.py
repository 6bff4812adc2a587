"""Waiting, as something that is handed in: the only place that lets time pass."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """A monotonic reading and a sleep; tests hand in one that does not wait."""

    def monotonic(self) -> float:
        """Seconds from a point that does not matter; never steps back."""
        ...

    def sleep(self, seconds: float) -> bool:
        """Let time pass; False when a stop signal cut it short, and waiting on makes no sense."""
        ...


class SystemClock:
    """Real time. Once `stop` is set, nobody sleeps any more."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = threading.Event() if stop is None else stop

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> bool:
        """Wait; False as soon as the stop signal is there."""
        return not self._stop.wait(seconds)
