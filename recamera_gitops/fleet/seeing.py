"""What a camera shows of itself, as a value also where it shows nothing: who it is, and how it is set."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.desired.state import Device
from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.tls import fetch_certificate
from recamera_gitops.errors import CameraError, ExitCode, FirstUse, Untrusted, WrongCamera
from recamera_gitops.reconcile.live import Live, Wanted, each_once, read_live
from recamera_gitops.reconcile.observe import (
    Gather,
    managed_resources,
    observe,
    wanted_contexts,
)
from recamera_gitops.reconcile.planner import Comparison, compare
from recamera_gitops.resources.declared import Declared, narrowed


class Seen(Protocol):
    """What a look gives, or why it gave nothing."""

    @property
    def device(self) -> str:
        """Name of the camera."""
        ...

    @property
    def error(self) -> str | None:
        """Why nothing was seen."""
        ...

    @property
    def exit_code(self) -> ExitCode:
        """What this camera alone would end the run with."""
        ...


Value = TypeVar("Value")
Result = TypeVar("Result", bound=Seen)


@dataclass(frozen=True)
class TrustResult:
    """What a camera showed of itself; `before` is what known_cameras.yaml said of it.

    One on its `first_use` shows its certificate, and its serial number only with another password.
    """

    device: str
    host: str
    serial: str | None = None
    fingerprint: str | None = None
    before: KnownCamera | None = None
    first_use: bool = False
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE


@dataclass(frozen=True)
class LiveResult:
    """How a camera is set, or why nobody knows: exactly one of `live` and `error` is there."""

    device: str
    host: str
    live: Live | None = None
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE


@dataclass(frozen=True)
class CompareResult:
    """A camera beside its wishes, or why nobody knows; `live` is what was wanted besides."""

    device: str
    host: str
    comparison: Comparison | None = None
    live: Live | None = None
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE


@dataclass(frozen=True)
class Look(Generic[Result]):
    """A way to look at a camera: what is made of its reads, and what of its failure."""

    work: Callable[[Device, Gather, Declared], Result]
    failed: Callable[[Device, CameraError], Result]


def living(wanted: Callable[[Device], Wanted]) -> Look[LiveResult]:
    """Read the settings that are wanted of each camera."""
    return Look(lambda device, gather, _: looked_at(device, gather, wanted(device)), not_seen)


def comparing(
    targets: tuple[str, ...] = (), wanted: Callable[[Device], Wanted] | None = None
) -> Look[CompareResult]:
    """Lay the wishes over each camera, with nothing to be written in mind; read what is wanted besides."""
    return Look(
        lambda device, gather, declared: compared(
            device, gather, narrowed(declared, targets), wanted and wanted(device)
        ),
        not_compared,
    )


def not_seen(device: Device, error: CameraError) -> LiveResult:
    """A camera that could not be read."""
    return LiveResult(device.name, device.host, error=str(error), exit_code=error.exit_code)


def not_compared(device: Device, error: CameraError) -> CompareResult:
    """The same of a camera that was to be compared."""
    return CompareResult(device.name, device.host, error=str(error), exit_code=error.exit_code)


def looked_at(device: Device, gather: Gather, wanted: Wanted) -> LiveResult:
    """Read the wanted settings; WrongCamera for another serial number than the known one."""
    live = read_live(gather, wanted)
    _expected(device, live.serial)
    return LiveResult(device.name, device.host, live)


def compared(
    device: Device, gather: Gather, declared: Declared, wanted: Wanted | None
) -> CompareResult:
    """Lay the wishes over one reading of the camera, and read what is wanted besides in the same one."""
    gather = each_once(gather)
    resources, contexts = managed_resources(declared), wanted_contexts(declared)
    observation = observe(gather, resources, contexts)
    _expected(device, observation.serial)
    comparison = compare(declared, observation, judged=False)
    live = None if wanted is None else read_live(gather, wanted)
    return CompareResult(device.name, device.host, comparison, live)


def _expected(device: Device, serial: str) -> None:
    if device.expected_serial not in (None, serial):
        raise WrongCamera(f"{serial} answers, {device.expected_serial} is expected")


def as_value(work: Callable[[], Value], failed: Callable[[CameraError], Value]) -> Value:
    """What the work at one camera gives, or what is made of its failure: it must not stop the others."""
    try:
        return work()
    except CameraError as error:
        return failed(error)
    except Exception as error:  # noqa: BLE001 - a defect met at one camera must not stop the others
        return failed(defect(error))


def outdated(device: Device, client: Client) -> tuple[str, ...]:
    """What is said of a stated password when only the one that follows it has opened the camera."""
    stated = device.connection.password
    if stated is None or client.access().password in (None, client.connection.password):
        return ()
    message = (
        f"connection.password at {stated.place} is no longer the camera's, system.admin_password is:"
        " write it there too"
    )
    return (message,)


def defect(error: Exception) -> CameraError:
    """What is said of an error that nobody foresaw; its own text might hold a secret."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = "" if traceback is None else f" at {traceback.tb_frame.f_code.co_qualname}"
    return CameraError(f"a defect of recamera-gitops: {type(error).__name__}{where}")


def met(
    device: Device,
    connection: Connection,
    opened: Callable[[Connection], Client],
    *,
    replace_known: bool,
) -> TrustResult:
    """Look at the certificate, and only then log in over it and ask for the serial number."""
    seen = TrustResult(device.name, device.host, before=device.known)
    try:
        if connection.scheme == "https":
            found = fetch_certificate(connection)
            seen = replace(seen, fingerprint=found)
            _same_certificate(device, found, replace_known=replace_known)
            connection = replace(connection, fingerprint=found, ca_file=None)
        return replace(seen, serial=opened(connection).identify().serial)
    except FirstUse as error:
        if seen.fingerprint is None:
            return replace(seen, error=str(error), exit_code=error.exit_code)
        return replace(seen, first_use=True)
    except CameraError as error:
        return replace(seen, error=str(error), exit_code=error.exit_code)


def _same_certificate(device: Device, found: str, *, replace_known: bool) -> None:
    if device.pin not in (None, found) and not replace_known:
        raise Untrusted(
            f"its certificate has changed: known is sha256:{device.pin}, it shows sha256:{found};"
            " no credential was sent"
        )
