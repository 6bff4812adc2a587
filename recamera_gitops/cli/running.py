"""A run as the commands need it: signals, progress and clients, opened and closed together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from recamera_gitops.cli import console, signals
from recamera_gitops.cli.console import ProgressLines
from recamera_gitops.cli.repository import Selected
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.restoring import Restored
from recamera_gitops.fleet.run import Applied, Run, TrustResult
from recamera_gitops.fleet.seeing import Look, Result
from recamera_gitops.reconcile.outcome import gravest
from recamera_gitops.reconcile.plan import Plan, Status


@dataclass(frozen=True, slots=True)
class Working:
    """An open run, with its progress kept apart from what is said between its parts."""

    run: Run
    stop: Stop
    variables: Mapping[str, str]
    allow_cmd: bool
    now: Callable[[], datetime]
    progress: ProgressLines
    interruption: signals.Interruption

    def plan(self, targets: tuple[str, ...] = ()) -> Plan:
        """Read and compare every camera."""
        try:
            return self.run.plan(targets)
        finally:
            self.progress.clear()

    def read(self, look: Look[Result]) -> tuple[Result, ...]:
        """Look at every camera."""
        try:
            return self.run.read(look)
        finally:
            self.progress.clear()

    def redeclare(
        self, fleet: Fleet, devices: Sequence[Device], variables: Mapping[str, str]
    ) -> None:
        """Mean these devices from now on."""
        self.run.redeclare(fleet, devices, variables)

    def recover(self) -> None:
        """Leave edit modes that an earlier run was killed in, and say so."""
        try:
            found = self.run.recover()
        finally:
            self.progress.clear()
        for name, trouble in found:
            how = "has been left" if trouble is None else f"could not be left: {trouble}"
            console.say(f"{name}: the edit mode of an interrupted run {how}\n")

    def plan_rest(self, rest: Plan) -> Plan:
        """Plan again what a run has left to do."""
        try:
            return self.run.plan_rest(rest)
        finally:
            self.progress.clear()

    def plan_back(self, found: Mapping[str, Restored]) -> Plan:
        """Plan what makes cameras what they were."""
        try:
            return self.run.plan_back(found)
        finally:
            self.progress.clear()

    def apply(self, plan: Plan, way: Way, kind: str = "apply", **facts: Json) -> Applied:
        """Write and prove."""
        try:
            return self.run.apply(plan, way, kind, **facts)
        finally:
            self.progress.clear()

    def trust(self, *, replace_known: bool) -> tuple[TrustResult, ...]:
        """Look at certificates and serial numbers."""
        try:
            return self.run.trust(replace_known=replace_known)
        finally:
            self.progress.clear()

    def ended(self, codes: Iterable[ExitCode]) -> ExitCode:
        """The exit code of the whole."""
        interrupted = [ExitCode.INTERRUPTED] if self.stop.requested else []
        return gravest([*codes, *interrupted])


@contextmanager
def opened(chosen: Selected) -> Iterator[Working]:
    """A run over the chosen cameras."""
    environment = Environment.real(allow_cmd=chosen.allow_cmd, warn=console.warn)
    progress = ProgressLines(len(chosen.devices))
    with (
        signals.interruptible(environment.stop) as interruption,
        Run(chosen.fleet, chosen.devices, environment, progress) as run,
    ):
        yield Working(
            run,
            environment.stop,
            environment.variables,
            environment.allow_cmd,
            environment.now,
            progress,
            interruption,
        )


def plan_endings(plan: Plan) -> list[ExitCode]:
    """How planning ended, camera by camera; differences are no end."""
    return [device.ending for device in plan.devices]


def differs(plan: Plan) -> bool:
    """Whether some camera is not what the files say."""
    return any(device.status is Status.CHANGED for device in plan.devices)
