"""The cameras of a run as this process reaches them: one client, and so one login, each.

What is done here is done at one camera. It tells a coordinator, which may be far away, and asks it
before every write.
"""

import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.resolve import Resolved, resolve_all
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.asking import Flow, Told
from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.errors import (
    CameraError,
    ExitCode,
    FirstUse,
    Unreachable,
    Unwritable,
)
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.checking import Asked, Checking, Subject, as_declared
from recamera_gitops.fleet.connecting import connection_of
from recamera_gitops.fleet.coordinator import Coordinator, witness
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.moving import Mover
from recamera_gitops.fleet.operating import Done, Operation, Reached, performed
from recamera_gitops.fleet.pictures import Blank, Photographer, Picture
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.fleet.seeing import Look, Result, TrustResult, as_value, defect, met, outdated
from recamera_gitops.fleet.sender import DeviceSender
from recamera_gitops.reconcile.apply import Camera, apply_device
from recamera_gitops.reconcile.evidence import pending
from recamera_gitops.reconcile.firstuse import first_use_plan
from recamera_gitops.reconcile.observe import Gather
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Phase, Progress, Verdict
from recamera_gitops.reconcile.plan import DevicePlan, Status
from recamera_gitops.reconcile.planner import Comparison, resource_plans
from recamera_gitops.reconcile.steps import leave_edit_mode, planned_requests
from recamera_gitops.resources.declared import Declared, narrowed
from recamera_gitops.resources.system import ACCESS

T = TypeVar("T")
HURRY: Final = 3.0  # seconds that a request may still take once somebody asked the run to end


class Cameras:
    """Any number of cameras of a fleet, worked on from any number of threads.

    Secrets are resolved here, and nowhere before. `reads` runs the reads of one camera side by side.
    """

    def __init__(
        self,
        fleet: Fleet,
        devices: Sequence[Device],
        environment: Environment,
        coordinator: Coordinator,
        reads: Threads,
    ) -> None:
        self._fleet = fleet
        self._devices = tuple(devices)
        self._environment = environment
        self._coordinator = coordinator
        self._reads = reads
        self._lock = threading.RLock()
        self._clients: dict[str, Client] = {}
        self._lookup = Lookup(fleet.root, environment.origins(), fleet.devices)
        self._resolved: dict[str, Resolved] | None = None
        self._wished: dict[str, Declared] = {}
        self._hurried = False

    def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            client.close()

    def resolve(self) -> None:
        """Find every secret of every device; InvalidInput with all that cannot be found."""
        self._resolve()

    def resolved(self, device: Device) -> Resolved:
        """The wishes for a device with its secrets, and what it is logged in with."""
        return self._resolve()[device.name]

    def declared(self, device: Device) -> Declared:
        """The wishes for a device, as `wish` takes them."""
        return self.resolved(device)[0]

    def redeclare(
        self, fleet: Fleet, devices: Sequence[Device], variables: Mapping[str, str]
    ) -> None:
        """From now on mean these devices, and these variables, with the clients that are open."""
        self._fleet, self._devices, self._resolved = fleet, tuple(devices), None
        self._lookup = self._lookup.redeclared(fleet.devices, variables)

    def wish(self, wishes: Mapping[str, Declared]) -> None:
        """From now on wish nothing but this of these devices, whatever their files say."""
        self._wished = dict(wishes)

    def hurry(self) -> None:
        """Let no request take its full time any more."""
        if self._hurried:
            return
        self._hurried = True
        for client in list(self._clients.values()):
            client.hurry(HURRY)

    def plan(self, device: Device, targets: tuple[str, ...]) -> DevicePlan:
        """Read and compare; trouble stands in the plan."""
        self._tell(device, Phase.READING)
        planned = as_value(
            lambda: _device_plan(
                device,
                self._camera(device, targets).look(device.expected_serial),
                outdated(device, self._client(device)),
            ),
            lambda error: self._first_use(device, targets, error) or _not_planned(device, error),
        )
        self._leave(device)
        self._done(device, planned.error or str(planned.status), planned.ending)
        return planned

    def apply(self, device: Device, planned: DevicePlan, targets: tuple[str, ...]) -> DeviceOutcome:
        """Make its plan true and prove it; nothing beyond the plan is written."""
        try:
            return apply_device(self._camera(device, targets, planned.serial or ""), planned)
        except Unwritable as error:
            return left(planned, error.exit_code, str(error))
        except Exception as error:  # noqa: BLE001 - a defect met at one camera must not stop the others
            return left(planned, ExitCode.ERROR, str(defect(error)))
        finally:
            self._leave(device)

    def leave_edit_mode(self, device: Device, serial: str) -> str | None:
        """End what a killed run has begun, if the camera with this number answers; why not, or None."""
        try:
            client = self._client(device)
            if client.identify().serial == serial:
                leave = leave_edit_mode()
                client.send(leave.method, leave.path, leave.body)
            self._coordinator.editing(device.name, serial, entered=False)
        except (CameraError, Unwritable) as error:
            return str(error)
        return None

    def trust(self, device: Device, *, replace_known: bool) -> TrustResult:
        """Look at its certificate, and only then log in and read its serial number."""

        def opened(connection: Connection) -> Client:
            client = self._opened(device, connection)
            with self._lock:
                self._clients[device.name] = client
            return client

        self._tell(device, Phase.READING)
        seen = met(device, self._connection(device), opened, replace_known=replace_known)
        self._done(device, seen.error or "seen", seen.exit_code)
        return seen

    def look(self, device: Device, look: Look[Result]) -> Result:
        """What a look at it gives."""
        self._tell(device, Phase.READING)
        declared = self._declared(device)
        found = as_value(
            lambda: look.work(device, self._gathering(self._client(device)), declared),
            lambda error: look.failed(device, error),
        )
        self._leave(device)
        self._done(device, found.error or "read", found.exit_code)
        return found

    def operate(self, device: Device, operation: Operation[T]) -> Done[T]:
        """What an operation gives at it, or why nothing."""
        self._tell(device, operation.phase)
        found = performed(device, lambda: self.reached(device, operation.phase), operation)
        self._leave(device)
        self._done(device, found.error or "", found.exit_code)
        return found

    def reached(self, device: Device, phase: Phase = Phase.READING) -> Reached:
        """It, to speak to; nothing is sent yet. What is told of it is told of this phase."""
        client = self._client(device)
        return Reached(
            device,
            client,
            partial(self._told, device, phase=phase),
            lambda paths: self._reads.gather(partial(_glance, client), paths),
            partial(self._roam, device, client),
        )

    def _roam(
        self,
        device: Device,
        client: Client,
        talk: Flow[None],
        wired: str,
        wanted: Mapping[str, Any],
    ) -> tuple[str, ...]:
        remarks: list[str] = []
        self._mover(device, client, remarks).roam(talk, wired, wanted)
        return tuple(remarks)

    def _told(self, device: Device, told: Told, phase: Phase = Phase.WRITING) -> None:
        self._coordinator.tell(Progress(device.name, phase, told.text, told.percent))

    def unwell(self, device: Device, asked: Asked, checking: Checking) -> str | None:
        """Why it is not well some time after it was written; None where it is."""
        subject = Subject(
            device.name,
            device.host,
            asked.serial,
            asked.wave,
            lambda: as_declared(self.plan(device, asked.targets)),
            lambda flow: self._client(device).converse(flow),
        )
        return checking.unwell(subject)

    def picture(self, device: Device) -> Picture | Blank:
        """What it shows now, or why there is no picture."""
        found = as_value(
            lambda: self.pictured(self._client(device)), lambda error: Blank(str(error))
        )
        self._leave(device)
        return found

    def pictured(self, client: Client) -> Picture | Blank:
        """The same; a CameraError where the camera cannot be asked for its stream."""
        environment = self._environment
        run = environment.origins().run
        photographer = Photographer(run, self._fleet.root, environment.variables)
        return photographer.seen_by(client, environment.clock)

    def _resolve(self) -> dict[str, Resolved]:
        with self._lock:
            if self._resolved is None:
                self._resolved = resolve_all(self._devices, self._lookup, self._fleet.root)
            return self._resolved

    def _declared(self, device: Device) -> Declared:
        if device.name in self._wished:
            return self._wished[device.name]
        return self.declared(device)

    def _tell(self, device: Device, phase: Phase) -> None:
        self._coordinator.tell(Progress(device.name, phase))

    def _done(self, device: Device, detail: str, code: ExitCode) -> None:
        self._coordinator.tell(Progress(device.name, Phase.DONE, detail, exit_code=code))

    def _camera(self, device: Device, targets: tuple[str, ...], serial: str = "") -> Camera:
        declared = self._declared(device)
        client = self._client(device)
        remarks: list[str] = []
        tell = self._coordinator.tell
        return Camera(
            name=device.name,
            declared=narrowed(declared, targets),
            gather=self._gathering(client),
            sender=DeviceSender(
                client,
                self._mover(device, client, remarks),
                partial(self._told, device),
            ),
            clock=self._environment.clock,
            stopped=lambda: self._environment.stop.requested,
            timeout=device.connection.timeout,
            progress=tell,
            editing=lambda entered: self._coordinator.editing(device.name, serial, entered=entered),
            keep=partial(self._coordinator.keep, device.name),
            remarks=remarks,
        )

    def _gathering(self, client: Client) -> Gather:
        return lambda paths: self._reads.gather(partial(_read, client), paths)

    def _mover(self, device: Device, client: Client, remarks: list[str]) -> Mover:
        return Mover(
            device=device,
            client=client,
            open_client=lambda connection: self._opened(device, connection),
            open_transport=self._environment.transport,
            clock=self._environment.clock,
            moves=self._coordinator.moves,
            stopped=lambda: self._environment.stop.requested,
            remark=remarks.append,
        )

    def _client(self, device: Device) -> Client:
        with self._lock:
            if device.name not in self._clients:
                self._clients[device.name] = self._opened(device, self._connection(device))
            return self._clients[device.name]

    def _leave(self, device: Device) -> None:
        """Keep no connection to a camera that is done with: it has few, and so have we for a large fleet."""
        with self._lock:
            client = self._clients.get(device.name)
        if client is not None:
            client.close()

    def _opened(self, device: Device, connection: Connection) -> Client:
        return Client(
            connection,
            self._environment.transport(connection),
            gate=self._coordinator.gate,
            clock=self._environment.clock,
            name=device.name,
            witness=partial(witness, self._coordinator, device.name),
        )

    def _connection(self, device: Device) -> Connection:
        return connection_of(device, self._resolve()[device.name], self._fleet.root)

    def _first_use(
        self, device: Device, targets: tuple[str, ...], error: CameraError
    ) -> DevicePlan | None:
        if not isinstance(error, FirstUse):
            return None
        declared = narrowed(self._declared(device), targets)
        return first_use_plan(device.name, device.host, device.expected_serial, declared)


def _read(client: Client, path: str) -> Json:
    """What a route answers; how the camera is reached is known to the client alone."""
    if path != ACCESS:
        return client.get(path)
    access = client.access()
    known = {} if access.password is None else {"password": access.password}
    return {**known, "only_key": access.by_key and not access.spare, "peer": client.peer}


def _glance(client: Client, path: str) -> Json:
    """What a route answers at the moment: a process that restarts is not waited for by who only looks."""
    try:
        return client.get(path, patient=False)
    except Unreachable:
        return client.get(path, patient=False)


def _device_plan(
    device: Device, comparison: Comparison, remarks: tuple[str, ...] = ()
) -> DevicePlan:
    resources = resource_plans(comparison)
    busy = pending(comparison)
    return DevicePlan(
        device.name,
        device.host,
        Status.CHANGED if resources else Status.UNCHANGED,
        serial=comparison.observation.serial,
        firmware=comparison.observation.firmware,
        warnings=(*remarks, *comparison.warnings, *([busy] if busy else [])),
        resources=resources,
        steps=planned_requests(comparison),
    )


def _not_planned(device: Device, error: CameraError) -> DevicePlan:
    status = Status.UNREACHABLE if isinstance(error, Unreachable) else Status.FAILED
    return DevicePlan(device.name, device.host, status, error=str(error), exit_code=error.exit_code)


def left(planned: DevicePlan, code: ExitCode, reason: str | None) -> DeviceOutcome:
    """A camera on which nothing was begun."""
    rest = tuple(Outcome(each.address, Verdict.NOT_ATTEMPTED) for each in planned.resources)
    return DeviceOutcome(planned.device, planned.host, code, reason, rest, planned.warnings)
