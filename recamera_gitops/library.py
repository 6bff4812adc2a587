"""The package for other programs: a fleet, what may be done with it, and a camera without one.

Whatever holds on the command line holds here: policy, protection, the window, locks, journals, and one
try of a password. Nothing is printed, no signal is taken over, and what goes wrong is an exception of
`recamera_gitops.errors`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self, TypeAlias, TypeVar

from recamera_gitops.desired import fleet as files
from recamera_gitops.desired.catalogue import checked_addresses
from recamera_gitops.desired.known import normalised_fingerprint
from recamera_gitops.desired.selectors import select
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.asking import Ask, Flow, Pause, Told
from recamera_gitops.device.client import Client, Identity
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.transport import HttpTransport
from recamera_gitops.errors import (
    AuthenticationFailed,
    CameraError,
    Diagnostic,
    EditModeOpen,
    ExitCode,
    FirstUse,
    Interrupted,
    InvalidInput,
    Locked,
    NotSettled,
    NotUnderstood,
    Place,
    RecameraError,
    Refused,
    Rejected,
    SessionRenewed,
    Stale,
    Unavailable,
    Unreachable,
    Unsettled,
    Untrusted,
    Unwritable,
    WrongCamera,
)
from recamera_gitops.exchange import Json
from recamera_gitops.fleet import approvals, judging, pictures, runs
from recamera_gitops.fleet.drifting import drift_of
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.events import phase_facts, promised
from recamera_gitops.fleet.judging import Terms
from recamera_gitops.fleet.operating import Done, Operation, Reached, refused
from recamera_gitops.fleet.run import Applied, Run
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Progress, Verdict
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, ResourcePlan, Status
from recamera_gitops.rules import Severity
from recamera_gitops.secret import Secret

__all__ = [
    "Applied",
    "Ask",
    "AuthenticationFailed",
    "CameraError",
    "Change",
    "Client",
    "Connection",
    "Device",
    "DeviceOutcome",
    "DevicePlan",
    "Diagnostic",
    "Done",
    "Drift",
    "EditModeOpen",
    "ExitCode",
    "FirstUse",
    "Fleet",
    "Flow",
    "Identity",
    "Interrupted",
    "InvalidInput",
    "Json",
    "Locked",
    "NotSettled",
    "NotUnderstood",
    "Operation",
    "Outcome",
    "Pause",
    "Place",
    "Plan",
    "Reached",
    "RecameraError",
    "Refused",
    "Rejected",
    "ResourcePlan",
    "Secret",
    "Session",
    "SessionRenewed",
    "Severity",
    "Stale",
    "Status",
    "Terms",
    "Told",
    "Unavailable",
    "Unreachable",
    "Unsettled",
    "Untrusted",
    "Unwritable",
    "Verdict",
    "WrongCamera",
    "camera",
    "load",
    "load_plan",
    "save_plan",
]

T = TypeVar("T")
Heard: TypeAlias = Callable[[str, Mapping[str, Json]], None]


def load(directory: str | Path) -> Fleet:
    """The fleet whose `fleet.yaml` is in a directory; no camera is asked and no secret looked up.

    InvalidInput has everything that is wrong with its files, each with its place; what they are only
    warned about is in `warnings` of the fleet.
    """
    return files.load(Path(directory))


def save_plan(plan: Plan, path: str | Path) -> None:
    """Put a plan where `load_plan` and `recamera-gitops apply` find it: in one step, for its owner only."""
    planfile.save(plan, Path(path))


def load_plan(path: str | Path) -> Plan:
    """A saved plan; InvalidInput for anything else, Stale where it was changed since it was made."""
    return planfile.load(Path(path))


def camera(connection: Connection) -> Client:
    """A client for one camera without a fleet; a context manager.

    It logs in when that is needed, pins the certificate, and repeats reads alone. There is no policy, no
    lock and no journal around it: those belong to a fleet.
    """
    pin = connection.fingerprint
    try:
        pin = None if pin is None else normalised_fingerprint(pin)
    except ValueError as error:
        raise InvalidInput([Diagnostic("bad-form", str(error), "fingerprint")]) from error
    reached = replace(connection, fingerprint=pin)
    return Client(reached, HttpTransport(reached))


class Session:
    """Cameras of a fleet that something is done with; a context manager with one login a camera.

    `names` are names and patterns of cameras, `selector` demands on their labels; without both, all are
    meant. `heard` is told what happens while it happens: the name of an event, and its facts, as
    `--events` writes them; from any thread, and only one at a time for a camera. With `allow_cmd` the
    programs that the files name may run.
    """

    def __init__(
        self,
        fleet: Fleet,
        *names: str,
        selector: str | None = None,
        allow_cmd: bool = False,
        heard: Heard | None = None,
    ) -> None:
        self.fleet = fleet
        self.devices = select(fleet, names, selector)
        self._chosen = bool(names) or selector is not None
        self._heard = heard
        self._latest: Plan | None = None  # as long as it was not applied
        self._environment = Environment.real(allow_cmd=allow_cmd)
        self._run = Run(fleet, self.devices, self._environment, self._progressed, self._noted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection; the cameras let the logins lapse."""
        self._run.close()

    def stop(self) -> None:
        """Ask what is under way to end, from any thread or signal handler: what was begun ends safely."""
        self._environment.stop.request()

    def plan(self, *targets: str) -> Plan:
        """Read the cameras and compare them with their files; nothing is written.

        `targets` narrow it to settings below these paths. Trouble with one camera stands in its part of
        the plan. InvalidInput, before any contact, has every secret that cannot be found.
        """
        self._latest = self._run.plan(checked_addresses(targets))
        return self._latest

    def drift(self) -> Drift:
        """Read the cameras, and tell what differs that the fleet does not pass over, and whose doing it is."""
        return drift_of(self._run.plan(), self.fleet, self._environment.now())

    def refusals(self, plan: Plan) -> tuple[Diagnostic, ...]:
        """What `apply` would refuse of a plan at this moment, were nothing more said."""
        return judging.refusals(plan, self.fleet, self._environment.now())

    def apply(self, plan: Plan, terms: Terms | None = None) -> Applied:
        """Write what the plan says to the cameras of this session, read it back, and tell what became of it.

        To call it is to approve the plan; what needs more than that is in the `terms`. It may have been
        made by this session or come from a file; it is applied once. Refused, with every reason, where
        policy or the window stand against it, Stale where it is too old or for another fleet, Locked where
        another run writes to one of the cameras. Nothing has been written then. What happens at one camera
        is in its outcome, and raises nothing.
        """
        terms = terms or Terms()
        if terms.snapshots:
            pictures.require()
        if terms.in_waves:
            judging.permitted(self.fleet, allow_cmd=self._environment.allow_cmd)
        _, meant = approvals.part_of(plan, self.fleet, self.devices)
        if plan is not self._latest:
            self._in_time(plan)
        self._recover()
        now = self._environment.now
        judging.judged(meant, self.fleet, now(), terms)
        way = judging.way_of(self.fleet, now, terms)
        if plan is self._latest:
            self._latest = None
            return self._run.apply(meant, way)
        consumed = approvals.consumed(plan, runs.past(self.fleet.root))
        return self._run.apply(meant, replace(way, consumed=consumed), **approvals.fact(plan))

    def operate(
        self, operation: Operation[T], *, outside_window: bool = False
    ) -> tuple[Done[T], ...]:
        """Do something that is no state at every camera of this session, and tell what each gave.

        To call it is to confirm it. One that writes wants a session that names its cameras, is done at
        no protected one, stands in a journal, and is Locked while another run writes to one of them. One
        that people notice is Refused where the fleet wants that to wait.
        """
        if operation.writes and not self._chosen:
            message = f"{operation.name} wants cameras by name, pattern or label"
            hint = "'*' means all"
            raise InvalidInput([Diagnostic("nothing-selected", message, hint=hint)])
        found = () if outside_window else self._run.early(operation)
        if found:
            raise refused(operation, found)
        return self._run.operate(operation)

    def _in_time(self, plan: Plan) -> None:
        old = approvals.in_time(plan, self.fleet, self._environment.now())
        if old is not None:
            self._noted("warning", {"message": old})

    def _recover(self) -> None:
        """Leave the edit modes that an earlier run was killed in."""
        for name, trouble in self._run.recover():
            how = "has been left" if trouble is None else f"could not be left: {trouble}"
            message = f"{name}: the edit mode of an interrupted run {how}"
            self._noted("warning", {"message": message})

    def _progressed(self, progress: Progress) -> None:
        self._noted("phase", phase_facts(progress))

    def _noted(self, event: str, facts: Mapping[str, Json]) -> None:
        told = promised(event, facts)
        if self._heard is not None and told is not None:
            self._heard(event, told)
