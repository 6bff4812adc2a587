"""What is done at cameras and is no state of theirs: a name, the work at one camera, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.asking import Flow, Told
from recamera_gitops.device.client import Client, Identity
from recamera_gitops.errors import ExitCode, RecameraError, Refused, WrongCamera
from recamera_gitops.fleet.policy import Violation, denied, too_early
from recamera_gitops.fleet.seeing import as_value
from recamera_gitops.reconcile.observe import Gather
from recamera_gitops.reconcile.outcome import Phase
from recamera_gitops.resources.declared import narrowed

T = TypeVar("T")
_LOGIN: Final = ("system.admin_password", "system.api.key")
_PROTECTED: Final = "it is protected: nothing is done at it"


@dataclass(frozen=True)
class Reached:
    """A camera at which something is done; `tell` hears how far that is.

    `gather` reads routes side by side. `roam` holds a conversation that may take the camera out of the
    network that it is reached over, and finds it again: see `Mover.roam`; what it gives are remarks.
    """

    device: Device
    client: Client
    tell: Callable[[Told], None]
    gather: Gather
    roam: Callable[[Flow[None], str, Mapping[str, Any]], tuple[str, ...]]

    def converse(self, flow: Flow[T]) -> T:
        """Hold a conversation with it."""
        return self.client.converse(flow, self.tell)

    def identify(self) -> Identity:
        """Which camera answers; WrongCamera where another one is expected."""
        found = self.client.identify()
        self.expect(found.serial)
        return found

    def expect(self, serial: str) -> None:
        """WrongCamera where another serial number than this one is expected."""
        if self.device.expected_serial not in (None, serial):
            raise WrongCamera(f"{serial} answers, {self.device.expected_serial} is expected")


def _well(value: object) -> ExitCode:
    """Whatever it gives is well."""
    del value
    return ExitCode.DONE


@dataclass(frozen=True)
class Operation(Generic[T]):
    """Something that is done at each camera: `work`, in a thread of its own, a RecameraError where it fails.

    `name` is its command. One that `writes` is done only where the camera is not protected and nobody else
    writes to it, and every write stands in a journal before it is sent. Before it begins the serial
    number is compared with the known one; one that is done `unidentified` does that by itself. `impact`
    is what people notice, in the words of a plan; `one_by_one` that no two cameras are to notice it at once,
    `ending` what a camera that gave something else than wished alone would end the program with.
    """

    name: str
    work: Callable[[Reached], T]
    writes: bool = False
    impact: tuple[str, ...] = ()
    unidentified: bool = False
    one_by_one: bool = False
    ending: Callable[[T], ExitCode] = _well

    @property
    def phase(self) -> Phase:
        """What is shown to be going on meanwhile."""
        return Phase.WRITING if self.writes else Phase.READING


@dataclass(frozen=True)
class Done(Generic[T]):
    """What it gave at one camera, or why nothing: exactly one of `value` and `error` is there."""

    device: str
    host: str
    value: T | None = None
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE


def to_be_reached(device: Device) -> Device:
    """The same, declaring nothing but what a login may hang on: no other secret is looked up for it."""
    return replace(device, declared=narrowed(device.declared, _LOGIN))


def performed(device: Device, reach: Callable[[], Reached], operation: Operation[T]) -> Done[T]:
    """Do it at one camera; whatever happens there is a value."""
    return as_value(
        lambda: _performed(device, reach, operation), lambda error: failed(device, error)
    )


def failed(device: Device, error: RecameraError) -> Done[T]:
    """A camera at which it was not done, or not to its end."""
    return Done(device.name, device.host, error=str(error), exit_code=error.exit_code)


def protected(device: Device) -> Done[T]:
    """A camera that refuses every operation that writes."""
    return failed(device, Refused(_PROTECTED))


def early(
    operation: Operation[T], devices: Sequence[Device], fleet: Fleet, closed: str | None
) -> tuple[Violation, ...]:
    """Every reason for which people must not notice it at these cameras now; `closed` is None in the window."""
    names = tuple(each.name for each in devices if not each.protected)
    if closed is None or not operation.impact or not names:
        return ()
    if fleet.policy.deny_impact is not None:
        return tuple(denied(operation.name, operation.impact, names, fleet, closed))
    return () if fleet.rollout.window is None else (too_early(names, fleet, closed),)


def refused(operation: Operation[T], found: Sequence[Violation]) -> Refused:
    """What ends a run in which it is not done now."""
    message = f"{operation.name} is refused; nothing was written"
    return Refused(message, [each.said() for each in found])


def _performed(device: Device, reach: Callable[[], Reached], operation: Operation[T]) -> Done[T]:
    try:
        reached = reach()
        if operation.writes and not operation.unidentified:
            reached.identify()
        value = operation.work(reached)
        return Done(device.name, device.host, value, exit_code=operation.ending(value))
    except RecameraError as error:
        return failed(device, error)
