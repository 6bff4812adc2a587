"""One run over selected cameras: plan, apply and trust share the clients, and so one login a camera."""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Final, Self

from recamera_gitops import __version__
from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.resolve import Resolved, resolve_all
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.errors import (
    CameraError,
    ExitCode,
    FirstUse,
    Interrupted,
    Locked,
    Unreachable,
    Unwritable,
)
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.moving import Mover, Moves
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.fleet.runstate import RunState
from recamera_gitops.fleet.seeing import (
    LiveResult,
    Look,
    Result,
    TrustResult,
    as_value,
    defect,
    living,
    met,
    outdated,
)
from recamera_gitops.fleet.sender import DeviceSender
from recamera_gitops.reconcile.apply import Camera, apply_device
from recamera_gitops.reconcile.evidence import pending
from recamera_gitops.reconcile.firstuse import first_use_plan
from recamera_gitops.reconcile.live import Wanted
from recamera_gitops.reconcile.observe import Gather
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Phase, Progress, Verdict
from recamera_gitops.reconcile.plan import DevicePlan, Plan, Status
from recamera_gitops.reconcile.planner import Comparison, resource_plans
from recamera_gitops.reconcile.steps import leave_edit_mode, planned_requests
from recamera_gitops.resources.declared import Declared, narrowed
from recamera_gitops.resources.system import ACCESS
from recamera_gitops.secret import Secret

__all__ = ["Environment", "LiveResult", "Run", "Stop", "TrustResult"]

HURRY: Final = 3.0  # seconds that a request may still take once somebody asked the run to end


class Run:
    """A run over some devices of a fleet; a context manager that owns one client per camera."""

    def __init__(
        self,
        fleet: Fleet,
        devices: Sequence[Device],
        environment: Environment,
        progress: Callable[[Progress], None],
    ) -> None:
        self._fleet = fleet
        self._devices = tuple(devices)
        self._environment = environment
        self._progress = progress
        self._gate = CredentialGate()
        self._moves = Moves()
        self._threads = Threads(len(self._devices), fleet.rollout.concurrency)
        self._state = RunState(fleet.root)
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._lookup = Lookup(fleet.root, environment.origins(), fleet.devices)
        self._resolved: dict[str, Resolved] | None = None
        self._hurried = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.close()
        for client in self._clients.values():
            client.close()

    def plan(self, targets: tuple[str, ...] = ()) -> Plan:
        """Read every camera and compare; trouble with one camera stands in its part of the plan.

        Raises InvalidInput, before any contact, with every secret that cannot be resolved, and
        Interrupted when somebody asked the run to end.
        """
        self._resolve()
        devices = self._threads.over(
            self._devices, lambda each: self._planned(each, targets), self._beat
        )
        if self._environment.stop.requested:
            raise Interrupted("interrupted while reading; nothing was written")
        created = self._environment.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return Plan(self._fleet.name, created, __version__, tuple(devices), targets)

    def apply(self, plan: Plan, *, stop_on_error: bool = False) -> tuple[DeviceOutcome, ...]:
        """Make the plan true and prove it, camera by camera; nothing beyond the plan is written.

        With `stop_on_error` cameras are written one after the other, and none is begun once one has
        failed.
        """
        self._resolve()
        by_name = {device.name: device for device in self._devices}
        failed = threading.Event()

        def work(planned: DevicePlan) -> DeviceOutcome:
            if stop_on_error and failed.is_set():
                return _left(planned, ExitCode.DONE, "not begun: another camera failed")
            outcome = self._applied(planned, by_name.get(planned.device), plan.targets)
            if outcome.exit_code is not ExitCode.DONE:
                failed.set()
            return outcome

        return tuple(self._threads.over(plan.devices, work, self._beat, one_by_one=stop_on_error))

    def recover(self) -> tuple[tuple[str, str | None], ...]:
        """Leave the edit modes that an earlier run was killed in: camera, and why it failed or None.

        The one write that needs no plan: it only ends what this tool has begun.
        """
        self._resolve()
        marked = [each for each in self._devices if self._state.left_editing(each.name) is not None]
        return tuple(self._threads.over(marked, self._recovered, self._beat))

    def trust(self, *, replace_known: bool = False) -> tuple[TrustResult, ...]:
        """Look at each camera's certificate, and only then log in and read its serial number.

        A certificate other than the known one is refused before any credential is sent, unless
        `replace_known`.
        """
        self._resolve()
        return tuple(
            self._threads.over(
                self._devices, lambda each: self._trusted(each, replace_known), self._beat
            )
        )

    def live(self, wanted: Callable[[Device], Wanted]) -> tuple[LiveResult, ...]:
        """Read of each camera the settings that are wanted of it, whatever its files say of them."""
        return self.read(living(wanted))

    def read(self, look: Look[Result]) -> tuple[Result, ...]:
        """What a look at each camera gives; Interrupted when somebody asked the run to end."""
        self._resolve()
        found = self._threads.over(self._devices, lambda each: self._looked(each, look), self._beat)
        if self._environment.stop.requested:
            raise Interrupted("interrupted while reading; nothing was written")
        return tuple(found)

    def redeclare(
        self, fleet: Fleet, devices: Sequence[Device], variables: Mapping[str, str]
    ) -> None:
        """From now on mean these devices, and these variables, with the clients that are open."""
        self._fleet, self._devices, self._resolved = fleet, tuple(devices), None
        self._lookup = self._lookup.redeclared(fleet.devices, variables)

    def resolved(self, device: Device) -> Resolved:
        """The wishes for a device of this run with its secrets, and what it is logged in with."""
        return self._resolve()[device.name]

    def _resolve(self) -> dict[str, Resolved]:
        if self._resolved is None:
            self._resolved = resolve_all(self._devices, self._lookup, self._fleet.root)
        return self._resolved

    def _beat(self) -> None:
        """Once somebody asked to end, let no request take its full time any more."""
        if self._environment.stop.requested and not self._hurried:
            self._hurried = True
            for client in list(self._clients.values()):
                client.hurry(HURRY)

    def _camera(self, device: Device, targets: tuple[str, ...], serial: str = "") -> Camera:
        declared, _ = self._resolve()[device.name]
        client = self._client(device)
        remarks: list[str] = []
        return Camera(
            name=device.name,
            declared=narrowed(declared, targets),
            gather=self._gathering(client),
            sender=DeviceSender(
                client,
                self._mover(device, client, remarks),
                lambda told: self._progress(
                    Progress(device.name, Phase.WRITING, told.text, told.percent)
                ),
            ),
            clock=self._environment.clock,
            stopped=lambda: self._environment.stop.requested,
            timeout=device.connection.timeout,
            progress=self._progress,
            editing=lambda entered: self._marked(device, serial, entered=entered),
            remarks=remarks,
        )

    def _gathering(self, client: Client) -> Gather:
        return lambda paths: self._threads.gather(partial(_read, client), paths)

    def _mover(self, device: Device, client: Client, remarks: list[str]) -> Mover:
        return Mover(
            device=device,
            client=client,
            open_client=lambda connection: self._opened(device, connection),
            open_transport=self._environment.transport,
            clock=self._environment.clock,
            moves=self._moves,
            stopped=lambda: self._environment.stop.requested,
            remark=remarks.append,
        )

    def _marked(self, device: Device, serial: str, *, entered: bool) -> None:
        if entered:
            self._state.mark_editing(device.name, serial)
        else:
            self._state.unmark_editing(device.name)

    def _client(self, device: Device) -> Client:
        with self._lock:
            if device.name not in self._clients:
                self._clients[device.name] = self._opened(device, self._connection(device))
            return self._clients[device.name]

    def _opened(self, device: Device, connection: Connection) -> Client:
        transport = self._environment.transport(connection)
        clock = self._environment.clock
        return Client(connection, transport, gate=self._gate, clock=clock, name=device.name)

    def _connection(self, device: Device) -> Connection:
        declared, secrets = self._resolve()[device.name]
        settings = device.connection
        return Connection(
            host=device.host,
            scheme="http" if settings.scheme == "http" else "https",
            port=settings.port,
            username=settings.username,
            password=secrets.password,
            token=secrets.token,
            next_password=_secret(declared, "system.admin_password"),
            next_token=_secret(declared, "system.api.key"),
            fingerprint=device.pin,
            ca_file=None if settings.ca_file is None else self._fleet.root / settings.ca_file,
            timeout=settings.timeout,
            concurrency=settings.concurrency,
        )

    def _planned(self, device: Device, targets: tuple[str, ...]) -> DevicePlan:
        self._progress(Progress(device.name, Phase.READING))
        planned = as_value(
            lambda: _device_plan(
                device,
                self._camera(device, targets).look(device.expected_serial),
                outdated(device, self._client(device)),
            ),
            lambda error: self._first_use(device, targets, error) or _not_planned(device, error),
        )
        self._progress(Progress(device.name, Phase.DONE, planned.error or str(planned.status)))
        return planned

    def _first_use(
        self, device: Device, targets: tuple[str, ...], error: CameraError
    ) -> DevicePlan | None:
        if not isinstance(error, FirstUse):
            return None
        declared = narrowed(self._resolve()[device.name][0], targets)
        return first_use_plan(device.name, device.host, device.expected_serial, declared)

    def _applied(
        self, planned: DevicePlan, device: Device | None, targets: tuple[str, ...]
    ) -> DeviceOutcome:
        if planned.status is not Status.CHANGED:
            return _left(planned, planned.ending, planned.error)
        refusal = _refusal(planned, device)
        if refusal is not None or device is None:
            code, reason = refusal or (ExitCode.STALE, "no longer in the files")
            return _left(planned, code, reason)
        if self._environment.stop.requested:
            return _left(planned, ExitCode.INTERRUPTED, "interrupted before it was begun")
        try:
            with self._state.writing(device.name):
                return apply_device(self._camera(device, targets, planned.serial or ""), planned)
        except (Locked, Unwritable) as error:
            return _left(planned, error.exit_code, str(error))
        except Exception as error:  # noqa: BLE001 - a defect met at one camera must not stop the others
            return _left(planned, ExitCode.ERROR, str(defect(error)))

    def _recovered(self, device: Device) -> tuple[str, str | None]:
        try:
            with self._state.writing(device.name):
                client = self._client(device)
                if client.identify().serial == self._state.left_editing(device.name):
                    leave = leave_edit_mode()
                    client.send(leave.method, leave.path, leave.body)
                self._state.unmark_editing(device.name)
        except (CameraError, Locked) as error:
            return device.name, str(error)
        return device.name, None

    def _trusted(self, device: Device, replace_known: bool) -> TrustResult:  # noqa: FBT001
        def opened(connection: Connection) -> Client:
            client = self._opened(device, connection)
            with self._lock:
                self._clients[device.name] = client
            return client

        return met(device, self._connection(device), opened, replace_known=replace_known)

    def _looked(self, device: Device, look: Look[Result]) -> Result:
        self._progress(Progress(device.name, Phase.READING))
        declared, _ = self._resolve()[device.name]
        found = as_value(
            lambda: look.work(device, self._gathering(self._client(device)), declared),
            lambda error: look.failed(device, error),
        )
        self._progress(Progress(device.name, Phase.DONE, "read"))
        return found


def _read(client: Client, path: str) -> Json:
    """What a route answers; how the camera is reached is known to the client alone."""
    if path != ACCESS:
        return client.get(path)
    access = client.access()
    known = {} if access.password is None else {"password": access.password}
    return {**known, "only_key": access.by_key and not access.spare, "peer": client.peer}


def _secret(declared: Declared, path: str) -> Secret | None:
    wish = declared.get(path)
    return wish.value if wish is not None and isinstance(wish.value, Secret) else None


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


def _left(planned: DevicePlan, code: ExitCode, reason: str | None) -> DeviceOutcome:
    """A camera on which nothing was begun."""
    rest = tuple(Outcome(each.address, Verdict.NOT_ATTEMPTED) for each in planned.resources)
    return DeviceOutcome(planned.device, planned.host, code, reason, rest, planned.warnings)


def _refusal(planned: DevicePlan, device: Device | None) -> tuple[ExitCode, str] | None:
    """Why this camera is not to be written, judged by its files alone."""
    if device is None:
        return ExitCode.STALE, "the files no longer have this camera"
    if device.protected:
        place = device.places.get("protected", device.place)
        return ExitCode.REFUSED, f"protected: true at {place}; planned, and never written"
    if device.host != planned.host:
        return (
            ExitCode.STALE,
            f"the files now say host {device.host}, the plan was made at {planned.host}",
        )
    if device.expected_serial not in (None, planned.serial):
        return (
            ExitCode.STALE,
            f"the files now say serial {device.expected_serial}, the plan {planned.serial}",
        )
    return None
