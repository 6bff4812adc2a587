"""Everything impure that a run needs, handed in from outside."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from recamera_gitops.device.clock import Clock, SystemClock
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.transport import HttpTransport, Transport


class Stop:
    """Whether somebody asked the run to end; may be asked and set from anywhere, signals included."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def request(self) -> None:
        """Ask the run to end; it finishes what it is in the middle of."""
        self.event.set()

    @property
    def requested(self) -> bool:
        """Whether the run is to end."""
        return self.event.is_set()


def _now() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251 - this is the clock that others take


@dataclass(frozen=True)
class Environment:
    """Variables, time, connections and the wish to stop."""

    variables: Mapping[str, str]
    clock: Clock
    stop: Stop = field(default_factory=Stop)
    transport: Callable[[Connection], Transport] = HttpTransport
    now: Callable[[], datetime] = _now

    @classmethod
    def real(cls) -> "Environment":
        """The process as it is: its variables, its time, its network."""
        stop = Stop()
        return cls(variables=os.environ, clock=SystemClock(stop.event), stop=stop)
