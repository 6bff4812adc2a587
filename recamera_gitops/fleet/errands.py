"""The work at one camera as something that travels: all that a worker elsewhere has to know to do it.

No resolved secret is in it, and `Secret` refuses to travel at all: references are looked up where the
work is done. What is restored from snapshots travels under the key in RECAMERA_GITOPS_KEY.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

from recamera_gitops import __version__
from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.models import CommandGate
from recamera_gitops.desired.origins import SNAPSHOT_KEY
from recamera_gitops.desired.references import Template
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput, RecameraError
from recamera_gitops.fleet.cameras import Cameras, left
from recamera_gitops.fleet.checking import Asked, Checking
from recamera_gitops.fleet.coordinator import Coordinator
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.pictures import Blank, Picture
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.fleet.seeing import as_value
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import DevicePlan, Status
from recamera_gitops.resources.declared import Declared, Wish
from recamera_gitops.secret import Secret

FLEET: Final = "RECAMERA_GITOPS_FLEET"


@dataclass(frozen=True, slots=True)
class Planning:
    """Read and compare."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applying:
    """Make a plan true and prove it."""

    planned: DevicePlan
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Leave the edit mode that a killed run has entered on the camera with this number."""

    serial: str


@dataclass(frozen=True, slots=True)
class CheckingUp:
    """Ask some gates whether it is well."""

    asked: Asked
    gates: tuple[CommandGate | str, ...]


@dataclass(frozen=True, slots=True)
class Picturing:
    """Take a picture of what it shows."""


Work: TypeAlias = Planning | Applying | Leaving | CheckingUp | Picturing
# A plan, an outcome, a picture, or why something could not be done; which, the work says.
Result: TypeAlias = DevicePlan | DeviceOutcome | Picture | Blank | str | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that only who has the key can read."""

    text: str


@dataclass(frozen=True, slots=True)
class Errand:
    """One work at one camera. `salt` makes fingerprints of credentials alike wherever they are made.

    With `wishes` nothing else is wished, whatever the files say.
    """

    fleet: Fleet
    device: Device
    work: Work
    salt: bytes
    wishes: Declared | None = None
    allow_cmd: bool = False
    version: str = __version__

    @property
    def writes(self) -> bool:
        """Whether it must not be done twice."""
        return isinstance(self.work, Applying | Leaving)


def slim(fleet: Fleet, device: Device, *, allow_cmd: bool) -> Fleet:
    """What is needed of a fleet to work at one camera.

    Programs must not see the variables that any camera is opened with: where some may run, all cameras
    travel, with nothing but their references.
    """
    others = (_referring(each) for each in fleet.devices if each.name != device.name)
    devices = (device, *(others if allow_cmd else ()))
    known = {name: each for name, each in fleet.known.items() if name == device.name}
    return replace(fleet, devices=devices, known=known, warnings=())


def _referring(device: Device) -> Device:
    declared = {p: w for p, w in device.declared.items() if isinstance(w.value, Template)}
    return replace(device, declared=declared)


def for_travel(wishes: Declared, seal: Seal) -> Declared:
    """Wishes without a secret that could be read on the way."""
    return {path: _closed(wish, seal) for path, wish in wishes.items()}


def _closed(wish: Wish, seal: Seal) -> Wish:
    if not isinstance(wish.value, Secret):
        return wish
    text = seal.close(wish.value.reveal())
    if text is None:
        message = f"a secret does not travel to a worker without {SNAPSHOT_KEY}"
        raise InvalidInput([Diagnostic("bad-key", message, SNAPSHOT_KEY)])
    return replace(wish, value=Sealed(text))


def root_at(fleet: Fleet, variables: Mapping[str, str]) -> Path:
    """Where a worker has the files of the fleet: as its environment says, else where they are here."""
    return Path(variables.get(FLEET) or fleet.root)


@contextmanager
def opened(errand: Errand, environment: Environment, coordinator: Coordinator) -> Iterator[Cameras]:
    """The camera of an errand, as this process reaches it."""
    fleet = replace(errand.fleet, root=root_at(errand.fleet, environment.variables))
    threads = Threads(1)
    cameras = Cameras(fleet, (errand.device,), environment, coordinator, threads)
    try:
        yield cameras
    finally:
        threads.close()
        cameras.close()


def done(
    errand: Errand,
    cameras: Cameras,
    environment: Environment,
    warn: Callable[[str], None],
    worker: str,
) -> Result:
    """Do it; also what could not be done is a result, said with the name of the worker."""
    where = f"worker {worker}"
    if errand.version != __version__:
        message = f"{where} has recamera-gitops {__version__}, this is {errand.version}"
        return undone(errand, ExitCode.ERROR, message)
    root = root_at(errand.fleet, environment.variables)

    def work() -> Result:
        try:
            _check_ca(errand.device, root)
            _resolved(errand, cameras, Seal.of(environment.variables))
            return _done(errand, cameras, environment, warn)
        except InvalidInput as error:
            wrong = "; ".join(_told(each) for each in error.diagnostics)
            return undone(errand, ExitCode.ERROR, f"{where} (files in {root}): {wrong}")
        except RecameraError as error:
            return undone(errand, error.exit_code, f"{where}: {error}")

    # An error that was raised any further would have its text, and a secret in it, in the cluster's log.
    return as_value(work, lambda error: undone(errand, error.exit_code, f"{where}: {error}"))


def undone(errand: Errand, code: ExitCode, reason: str) -> Result:
    """What an errand gives that nobody has begun."""
    match errand.work:
        case Planning():
            status = Status.UNREACHABLE if code is ExitCode.UNREACHABLE else Status.FAILED
            name, host = errand.device.name, errand.device.host
            return DevicePlan(name, host, status, error=reason, exit_code=code)
        case Applying(planned):
            return left(planned, code, reason)
        case Picturing():
            return Blank(reason)
        case Leaving() | CheckingUp():
            return reason


def _done(
    errand: Errand, cameras: Cameras, environment: Environment, warn: Callable[[str], None]
) -> Result:
    device = errand.device
    match errand.work:
        case Planning(targets):
            return cameras.plan(device, targets)
        case Applying(planned, targets):
            return cameras.apply(device, planned, targets)
        case Leaving(serial):
            return cameras.leave_edit_mode(device, serial)
        case CheckingUp(asked, gates):
            rollout = errand.fleet.rollout.model_copy(update={"gates": list(gates)})
            fleet = replace(errand.fleet, rollout=rollout)
            checking = Checking(fleet, environment.origins(), warn)
            return cameras.unwell(device, asked, checking)
        case Picturing():
            return cameras.picture(device)


def _resolved(errand: Errand, cameras: Cameras, seal: Seal) -> None:
    """Look up every reference; wish what is to be wished instead of what the files say."""
    cameras.resolve()
    if errand.wishes is not None:
        declared, stated = cameras.declared(errand.device), errand.device.declared
        wishes = {
            path: declared[path] if stated.get(path) == wish else _open(path, wish, seal)
            for path, wish in errand.wishes.items()
        }
        cameras.wish({errand.device.name: wishes})


def _check_ca(device: Device, root: Path) -> None:
    file = device.connection.ca_file
    if file is not None and not (root / file).is_file():
        message = f"there is no file {echo(str(file))}"
        raise InvalidInput([Diagnostic("no-such-file", message, "connection.tls.ca_file")])


def _open(path: str, wish: Wish, seal: Seal) -> Wish:
    if not isinstance(wish.value, Sealed):
        return wish
    value = seal.open(wish.value.text)
    if not isinstance(value, str):
        message = (
            f"what is to be restored cannot be read without the {SNAPSHOT_KEY} that it is under"
        )
        raise InvalidInput([Diagnostic("bad-key", message, path)])
    return replace(wish, value=Secret(value))


def _told(each: Diagnostic) -> str:
    place = "" if each.place is None else f" at {each.place}"
    return f"{each.path}{place}: {each.message}" if each.path else f"{each.message}{place}"
