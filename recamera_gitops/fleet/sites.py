"""The cameras of a run as the workers of a cluster reach them, each from where its site is.

Secrets are looked up there; journal, marks, locks and snapshots stay with the run.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar

from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import CameraError, ExitCode, Unreachable
from recamera_gitops.fleet.checking import Asked, Checking
from recamera_gitops.fleet.clerk import Clerk
from recamera_gitops.fleet.coordinator import Desk
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.errands import (
    Applying,
    CheckingUp,
    Errand,
    Leaving,
    Picturing,
    Planning,
    Result,
    Work,
    for_travel,
    slim,
    undone,
)
from recamera_gitops.fleet.ledger import LoginLedger
from recamera_gitops.fleet.pictures import Blank, Picture
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.fleet.seeing import as_value
from recamera_gitops.reconcile.outcome import DeviceOutcome, Phase, Progress
from recamera_gitops.reconcile.plan import DevicePlan
from recamera_gitops.resources.declared import Declared

_SITE: Final = "site"
T = TypeVar("T", DevicePlan, DeviceOutcome, Blank)


class NoWorker(Unreachable):
    """No worker of the cluster is where the camera is; nobody has begun."""


class Lost(Unreachable):
    """Nobody hears any more of the worker that had begun."""


class NotBegun(CameraError):
    """The work was taken back before a worker had begun it."""


class Cluster(Protocol):
    """Workers that do errands."""

    def perform(self, errand: Errand, clerk: Clerk, resource: str | None) -> Result:
        """Have a worker with this resource do it, the clerk answering its questions.

        NotBegun where nobody was let begin, NoWorker where nobody could, Lost where nobody came back.
        """
        ...


def resource_of(device: Device) -> str | None:
    """What a worker has to declare to be given this camera; None where any worker will do."""
    site = device.labels.get(_SITE)
    return None if site is None else f"site-{site}"


class Sites:
    """`Worked`, over a cluster."""

    def __init__(
        self,
        fleet: Fleet,
        environment: Environment,
        desk: Desk,
        cluster: Cluster,
        ledger: LoginLedger,
    ) -> None:
        self._fleet = fleet
        self._environment = environment
        self._desk = desk
        self._cluster = cluster
        self._seal = Seal.of(environment.variables)
        self._ledger = ledger
        self._wishes: dict[str, Declared] = {}

    def resolve(self) -> None:
        """Nothing is looked up here: each worker says what it cannot find, of its own cameras."""

    def declared(self, device: Device) -> Declared:
        """The wishes for a device, its secrets still being references."""
        return device.declared

    def wish(self, wishes: Mapping[str, Declared]) -> None:
        """From now on wish nothing but this of these devices, whatever their files say."""
        self._wishes = {name: for_travel(each, self._seal) for name, each in wishes.items()}

    def plan(self, device: Device, targets: tuple[str, ...]) -> DevicePlan:
        """Read and compare; trouble stands in the plan."""
        return _expected(DevicePlan, self._done(device, Planning(targets)))

    def apply(self, device: Device, planned: DevicePlan, targets: tuple[str, ...]) -> DeviceOutcome:
        """Make its plan true and prove it; nothing beyond the plan is written."""
        return _expected(DeviceOutcome, self._done(device, Applying(planned, targets)))

    def leave_edit_mode(self, device: Device, serial: str) -> str | None:
        """End what a killed run has begun, if the camera with this number answers; why not, or None."""
        return _reason(self._done(device, Leaving(serial)))

    def unwell(self, device: Device, asked: Asked, checking: Checking) -> str | None:
        """Why it is not well some time after it was written; None where it is."""
        work = CheckingUp(asked, checking.gates)
        return _reason(self._done(device, work, checking.warn))

    def picture(self, device: Device) -> Picture | Blank:
        """What it shows now, or why there is no picture."""
        found = self._done(device, Picturing())
        return found if isinstance(found, Picture) else _expected(Blank, found)

    def _done(
        self, device: Device, work: Work, warn: Callable[[str], None] = lambda _: None
    ) -> Result:
        errand = self._errand(device, work)
        stop = self._environment.stop
        clerk = Clerk(
            device.name,
            self._desk,
            self._seal,
            lambda: stop.requested,
            warn,
            writes=errand.writes,
        )
        found = self._found(errand, clerk)
        if isinstance(found, DevicePlan) and not clerk.has_heard_the_end:
            detail = found.error or str(found.status)
            self._desk.tell(Progress(device.name, Phase.DONE, detail, exit_code=found.ending))
        return found

    def _found(self, errand: Errand, clerk: Clerk) -> Result:
        def failed(error: CameraError) -> Result:
            if isinstance(errand.work, Applying):
                return clerk.broken_off(errand.work.planned, error.exit_code, str(error))
            return undone(errand, error.exit_code, str(error))

        def work() -> Result:
            try:
                return self._cluster.perform(errand, clerk, resource_of(errand.device))
            except NotBegun:
                return undone(errand, ExitCode.INTERRUPTED, "interrupted before it was begun")

        return as_value(work, failed)

    def _errand(self, device: Device, work: Work) -> Errand:
        allow_cmd = self._environment.allow_cmd
        return Errand(
            slim(self._fleet, device, allow_cmd=allow_cmd),
            device,
            work,
            self._ledger.salt,
            self._wishes.get(device.name),
            allow_cmd=allow_cmd,
        )


def _expected(kind: type[T], found: Result) -> T:
    if not isinstance(found, kind):
        raise TypeError(f"a worker gave {type(found).__name__} for {kind.__name__}")
    return found


def _reason(found: Result) -> str | None:
    return found if isinstance(found, str) else None
