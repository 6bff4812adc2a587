"""What the camera does later by itself: formats, downloads, reboots, late writes."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

Action = Callable[[float], object]


@dataclass(slots=True)
class Agenda:
    """Actions by the time of the camera's clock at which they are due.

    Nothing runs by itself: `run` carries out what has become due, in order, and hands each action
    the moment it was due at, so that what follows from it is timed from there.
    """

    _entries: list[tuple[float, int, Action]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    @property
    def next(self) -> float | None:
        """When there is something to do again."""
        return self._entries[0][0] if self._entries else None

    def at(self, when: float, action: Action) -> None:
        """Do it then."""
        heapq.heappush(self._entries, (when, next(self._order), action))

    def run(self, now: float) -> None:
        """Do everything that is due by now, including what that makes due."""
        while self._entries and self._entries[0][0] <= now:
            when, _, action = heapq.heappop(self._entries)
            action(when)
