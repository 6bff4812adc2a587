"""Which cameras answer, before something is confirmed that is to be done to them and to no other."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from recamera_gitops.cli.operating import succeeded
from recamera_gitops.cli.running import Working
from recamera_gitops.device.client import Identity
from recamera_gitops.errors import NotUnderstood, WrongCamera
from recamera_gitops.fleet.operating import Done, Operation, Reached, protected
from recamera_gitops.secret import foreign, printable

T = TypeVar("T")


def same_as_confirmed(reached: Reached, serials: Mapping[str, str]) -> Identity:
    """Which camera answers; WrongCamera where it is not the one that somebody has confirmed."""
    found = reached.identify()
    if found.serial != serials[reached.device.name]:
        raise WrongCamera(f"{found.serial} answers, {serials[reached.device.name]} was confirmed")
    return found


def identified(
    working: Working, operation: Operation[T]
) -> tuple[dict[str, Identity], list[Done[T]]]:
    """The cameras at which it may be done, as they answer; and what stands against it at the others."""
    free = [each for each in working.devices if not each.protected]
    found = working.operate(Operation(operation.name, _typeable), free)
    left: list[Done[T]] = [protected(each) for each in working.devices if each.protected]
    left += [left_out(each) for each in found if each.value is None]
    return succeeded(found), left


def _typeable(reached: Reached) -> Identity:
    """Which camera answers; NotUnderstood where nobody could type its serial number."""
    found = reached.identify()
    if printable(found.serial) != found.serial or found.serial != found.serial.strip():
        raise NotUnderstood(f"{foreign(found.serial)} is no serial number that can be confirmed")
    return found


def left_out(done: Done[Any]) -> Done[T]:
    """A camera that could not be looked at, so that nothing is done at it either."""
    return Done(done.device, done.host, error=done.error, exit_code=done.exit_code)


def in_order(working: Working, done: Sequence[Done[T]]) -> list[Done[T]]:
    """What came of each camera, in the order of the cameras."""
    places = {each.name: number for number, each in enumerate(working.devices)}
    return sorted(done, key=lambda each: places[each.device])
