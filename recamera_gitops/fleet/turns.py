"""Cameras that are away for a while by what is done to them: a few at once, and none after one was lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from recamera_gitops.errors import Interrupted, Refused, Unsettled, WrongCamera
from recamera_gitops.fleet.environment import Stop
from recamera_gitops.fleet.operating import Operation, Reached

T = TypeVar("T")


class Turns:
    """So many cameras at a time. After one of which nobody knows what became of it, no other is begun."""

    def __init__(self, at_once: int, stop: Stop) -> None:
        self._at_once = at_once
        self._places = threading.BoundedSemaphore(at_once)
        self._stop = stop
        self._lost: str | None = None

    def taken(self, operation: Operation[T]) -> Operation[T]:
        """The same operation, in turns."""
        work = self._in_turn(operation.work)
        return replace(operation, work=work, one_by_one=self._at_once == 1)

    def _in_turn(self, work: Callable[[Reached], T]) -> Callable[[Reached], T]:
        def waiting(reached: Reached) -> T:
            with self._places:
                if self._stop.requested:
                    raise Interrupted("interrupted before it was begun")
                if self._lost is not None:
                    raise Refused(f"not begun: what became of {self._lost} is not known")
                try:
                    return work(reached)
                except (Unsettled, WrongCamera):
                    self._lost = reached.device.name
                    raise

        return waiting
