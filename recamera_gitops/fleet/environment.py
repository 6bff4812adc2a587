"""Everything impure that a run needs, handed in from outside."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from recamera_gitops.desired.origins import Ended, Lacking, Origins, Program
from recamera_gitops.device.clock import Clock, SystemClock
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.transport import HttpTransport, Transport
from recamera_gitops.fleet.claims import Here
from recamera_gitops.fleet.keychain import password_of
from recamera_gitops.fleet.programs import run_program


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


def _owner() -> str:
    """Who runs this, and where: ann@build-7."""
    here = Here.real()
    return f"{here.owner}@{here.host}"


@dataclass(frozen=True)
class Environment:
    """Variables, time, connections, programs, the keyring, and the wish to stop.

    `allow_cmd` tells that the files of the fleet may name programs to run.
    """

    variables: Mapping[str, str]
    clock: Clock
    stop: Stop = field(default_factory=Stop)
    transport: Callable[[Connection], Transport] = HttpTransport
    now: Callable[[], datetime] = _now
    owner: Callable[[], str] = _owner
    run: Callable[[Program, threading.Event], Ended] = run_program
    keyring: Callable[[str, str], str | Lacking] = password_of
    allow_cmd: bool = False

    @classmethod
    def real(cls, *, allow_cmd: bool = False) -> "Environment":
        """The process as it is: its variables, its time, its network."""
        stop = Stop()
        clock = SystemClock(stop.event)
        return cls(variables=os.environ, clock=clock, stop=stop, allow_cmd=allow_cmd)

    def origins(self) -> Origins:
        """What secrets are looked up in, and programs run with; they end when somebody asks the run to."""
        return Origins(
            self.variables,
            lambda program: self.run(program, self.stop.event),
            self.keyring,
            allow_cmd=self.allow_cmd,
        )
