"""When a read is asked again, and how long it is waited for."""

from collections.abc import Callable
from typing import Final, TypeVar

from recamera_gitops.device.clock import Clock
from recamera_gitops.errors import CameraError, Unavailable, Unreachable

T = TypeVar("T")
_AGAIN: Final = (0.5, 1.0)  # a broken exchange: twice more
_AT_ONCE: Final = 0.2
# Some writes restart the media process, which is away for some seconds [sdk, cgi].
_RESTART: Final = 20.0
_RESTARTING: Final = (0.25, 0.5, 1.0, 2.0)


class Patience:
    """One camera's: a camera that never answered is given up sooner than one that did."""

    def __init__(self, clock: Clock, timeout: float) -> None:
        self._clock = clock
        self._timeout = timeout
        self._met = False

    def read(self, ask: Callable[[], T]) -> T:
        """The answer, asked for until it comes or the patience ends; only for what may be repeated."""
        started = self._clock.monotonic()
        failures: list[CameraError] = []
        while True:
            try:
                answer = ask()
            except (Unavailable, Unreachable) as error:
                failures.append(error)
                pause = self._pause(failures, self._clock.monotonic() - started)
                if pause is None or not self._clock.sleep(pause):
                    raise
            else:
                self._met = True
                return answer

    def write(self, ask: Callable[[], T]) -> T:
        """The answer; asked again, once, only where nothing at all was sent."""
        try:
            return ask()
        except Unreachable as error:
            if error.sent or not self._clock.sleep(_AT_ONCE):
                raise
        return ask()

    def _pause(self, failures: list[CameraError], elapsed: float) -> float | None:
        """How long to wait after the last failure; None to give up."""
        error = failures[-1]
        if isinstance(error, Unavailable):
            self._met = True
            known = _RESTARTING[min(len(failures), len(_RESTARTING)) - 1]
            return known if elapsed + known <= _RESTART else None
        broken = sum(isinstance(failure, Unreachable) for failure in failures)
        if isinstance(error, Unreachable) and not error.sent and not self._met:
            return _AT_ONCE if broken == 1 else None
        if broken > len(_AGAIN) or elapsed >= self._timeout:
            return None
        return _AGAIN[broken - 1]
