"""A run as the commands need it: signals, progress and clients, opened and closed together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from recamera_gitops.cli import console, signals
from recamera_gitops.cli.progress.observer import Observer
from recamera_gitops.cli.progress.watching import watched
from recamera_gitops.cli.repository import Selected
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.clock import Clock
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.cluster import connected
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.operating import Done, Operation
from recamera_gitops.fleet.restoring import Restored
from recamera_gitops.fleet.run import Applied, Run, TrustResult
from recamera_gitops.fleet.seeing import Look, Result
from recamera_gitops.fleet.sites import Cluster, resource_of
from recamera_gitops.reconcile.outcome import gravest
from recamera_gitops.reconcile.plan import Plan, Status

T = TypeVar("T")


@dataclass(slots=True)
class Working:
    """An open run, with its progress kept apart from what is said between its parts."""

    run: Run
    stop: Stop
    variables: Mapping[str, str]
    allow_cmd: bool
    now: Callable[[], datetime]
    progress: Observer
    interruption: signals.Interruption
    fleet: str
    devices: Sequence[Device]
    clock: Clock

    def plan(self, targets: tuple[str, ...] = ()) -> Plan:
        """Read and compare every camera."""
        return self._planned(len(self.devices), lambda: self.run.plan(targets))

    def read(self, look: Look[Result]) -> tuple[Result, ...]:
        """Look at every camera."""
        with self._part("read", len(self.devices)):
            seen = self.run.read(look)
            for each in seen:
                self._became(each.device, each.exit_code, each.error)
        return seen

    def operate(
        self, operation: Operation[T], devices: Sequence[Device] | None = None
    ) -> tuple[Done[T], ...]:
        """Do something at every camera, or at these."""
        with self._part(operation.name, len(self.devices if devices is None else devices)):
            done = self.run.operate(operation, devices)
            for each in done:
                self._became(each.device, each.exit_code, each.error)
        return done

    def redeclare(
        self, fleet: Fleet, devices: Sequence[Device], variables: Mapping[str, str]
    ) -> None:
        """Mean these devices from now on."""
        self.run.redeclare(fleet, devices, variables)
        self.devices = devices

    def recover(self) -> None:
        """Leave edit modes that an earlier run was killed in, and say so."""
        for name, trouble in self.run.recover():
            how = "has been left" if trouble is None else f"could not be left: {trouble}"
            console.say(f"{name}: the edit mode of an interrupted run {how}\n")

    def plan_rest(self, rest: Plan) -> Plan:
        """Plan again what a run has left to do."""
        return self._planned(len(rest.devices), lambda: self.run.plan_rest(rest))

    def plan_back(self, found: Mapping[str, Restored]) -> Plan:
        """Plan what makes cameras what they were."""
        return self._planned(len(found), lambda: self.run.plan_back(found))

    def apply(self, plan: Plan, way: Way, kind: str = "apply", **facts: Json) -> Applied:
        """Write and prove."""
        protected = {each.name for each in self.devices if each.protected}
        concerned = [
            each
            for each in plan.devices
            if each.status is not Status.UNCHANGED and each.device not in protected
        ]
        with self._part("apply", len(concerned)):
            return self.run.apply(plan, way, kind, **facts)

    def trust(self, *, replace_known: bool) -> tuple[TrustResult, ...]:
        """Look at certificates and serial numbers."""
        with self._part("trust", len(self.devices)):
            seen = self.run.trust(replace_known=replace_known)
            for each in seen:
                self._became(each.device, each.exit_code, each.error)
        return seen

    def ended(self, codes: Iterable[ExitCode]) -> ExitCode:
        """The exit code of the whole."""
        interrupted = [ExitCode.INTERRUPTED] if self.stop.requested else []
        code = gravest([*codes, *interrupted])
        self.progress.note("exit", {"exit_code": int(code)})
        return code

    def _planned(self, cameras: int, planned: Callable[[], Plan]) -> Plan:
        with self._part("plan", cameras):
            plan = planned()
            for each in plan.devices:
                found = {"status": str(each.status), "changes": len(each.changes)}
                self._became(each.device, each.ending, each.error, **found)
        return plan

    @contextmanager
    def _part(self, name: str, cameras: int) -> Iterator[None]:
        """A part of the run, from which progress is gone when something else is shown."""
        self.progress.note("part", {"part": name, "fleet": self.fleet, "cameras": cameras})
        try:
            yield
        finally:
            self.progress.clear()

    def _became(self, device: str, code: ExitCode, error: str | None, **more: Json) -> None:
        facts = {"device": device, "exit_code": int(code), "error": error, **more}
        self.progress.note("device", facts)


@contextmanager
def opened(chosen: Selected, within: Observer | None = None) -> Iterator[Working]:
    """A run over the chosen cameras, or a look `within` another run, whose observer is told of it."""
    environment = Environment.real(allow_cmd=chosen.allow_cmd)
    watching = watched(environment, chosen.events) if within is None else nullcontext(within)
    with (
        watching as progress,
        signals.interruptible(environment.stop) as interruption,
        _cluster(chosen, environment.stop) as cluster,
        Run(chosen.fleet, chosen.devices, environment, progress, progress.note, cluster) as run,
    ):
        yield Working(
            run,
            environment.stop,
            environment.variables,
            environment.allow_cmd,
            environment.now,
            progress,
            interruption,
            chosen.fleet.name,
            chosen.devices,
            environment.clock,
        )


def _cluster(chosen: Selected, stop: Stop) -> AbstractContextManager[Cluster | None]:
    if chosen.scheduler is None:
        return nullcontext()
    return connected(chosen.scheduler, {resource_of(each) for each in chosen.devices}, stop)


def plan_endings(plan: Plan) -> list[ExitCode]:
    """How planning ended, camera by camera; differences are no end."""
    return [device.ending for device in plan.devices]


def differs(plan: Plan) -> bool:
    """Whether some camera is not what the files say."""
    return any(device.status is Status.CHANGED for device in plan.devices)
