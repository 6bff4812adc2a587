"""A run as the commands need it: signals, progress and clients, opened and closed together."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from recamera_gitops.cli import signals
from recamera_gitops.cli.console import ProgressLines
from recamera_gitops.cli.repository import Selected
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.run import Run, TrustResult
from recamera_gitops.reconcile.outcome import DeviceOutcome, gravest
from recamera_gitops.reconcile.plan import DevicePlan, Plan, Status


@dataclass(frozen=True, slots=True)
class Working:
    """An open run, with its progress kept apart from what is said between its parts."""

    run: Run
    stop: Stop
    progress: ProgressLines
    interruption: signals.Interruption

    def plan(self, targets: tuple[str, ...] = ()) -> Plan:
        """Read and compare every camera."""
        try:
            return self.run.plan(targets)
        finally:
            self.progress.clear()

    def apply(self, plan: Plan, *, stop_on_error: bool) -> tuple[DeviceOutcome, ...]:
        """Write and prove."""
        try:
            return self.run.apply(plan, stop_on_error=stop_on_error)
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
    environment = Environment.real()
    progress = ProgressLines(len(chosen.devices))
    with (
        signals.interruptible(environment.stop) as interruption,
        Run(chosen.fleet, chosen.devices, environment, progress) as run,
    ):
        yield Working(run, environment.stop, progress, interruption)


def ending(device: DevicePlan) -> ExitCode:
    """How planning this camera alone would have ended; differences are no end."""
    if device.exit_code:
        return ExitCode(device.exit_code)
    if device.status is Status.FAILED:
        return ExitCode.FAILED
    return ExitCode.UNREACHABLE if device.status is Status.UNREACHABLE else ExitCode.DONE


def plan_endings(plan: Plan, *, detailed: bool) -> list[ExitCode]:
    """The ends of all cameras, and DIFFERENCES where somebody wants to know and there are some."""
    codes = [ending(device) for device in plan.devices]
    differs = any(device.status is Status.CHANGED for device in plan.devices)
    return [*codes, ExitCode.DIFFERENCES] if detailed and differs else codes
