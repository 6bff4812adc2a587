"""`device …`: what a camera is, who is let in, and restarts, asked for before they are done."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from recamera_gitops.cli import console
from recamera_gitops.cli.consent import Leave
from recamera_gitops.cli.identifying import identified, in_order, same_as_confirmed
from recamera_gitops.cli.operating import (
    agreed,
    chosen,
    confirmed,
    named,
    operate,
    succeeded,
    timely,
    told,
)
from recamera_gitops.cli.running import opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode, WrongCamera
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.fleet.turns import Turns
from recamera_gitops.operations.access import Certificate, PinState, certificate, check_login
from recamera_gitops.operations.information import Information, information
from recamera_gitops.operations.restarts import FactoryReset, Reboot, factory_reset, reboot
from recamera_gitops.report.operations import device as views
from recamera_gitops.report.values import names


def info(selection: Selection, form: str) -> ExitCode:
    """What each camera is."""
    return operate(selection, Operation("device info", _information), views.INFORMATION, form)


def _information(reached: Reached) -> Information:
    found = reached.converse(information())
    expected = reached.device.expected_serial
    if found.serial is not None and expected not in (None, found.serial):
        raise WrongCamera(f"{found.serial} answers, {expected} is expected")
    return found


def check_logins(selection: Selection, form: str) -> ExitCode:
    """Whether each camera takes the credential of the files; ends with 1 where one does not."""
    operation = Operation(
        "device check-login",
        lambda reached: check_login(reached.client),
        ending=lambda login: ExitCode.DONE if login.works else ExitCode.ERROR,
    )
    return operate(selection, operation, views.LOGIN, form)


def check_pins(selection: Selection, form: str) -> ExitCode:
    """Which certificate each camera shows; ends with 3 where it is not the known one."""
    operation = Operation(
        "device https-pin",
        lambda reached: certificate(reached.client.connection),
        ending=_pin_ending,
    )
    with opened(chosen(selection, operation)) as working:
        done = working.operate(operation)
        code = told(working, operation, done, views.CERTIFICATE, form)
    states = {each.state for each in succeeded(done).values()}
    if PinState.CHANGED in states:
        console.say("a certificate has changed; if that is right: trust --replace")
    elif PinState.UNKNOWN in states:
        console.say("a certificate is not known yet: trust learns it")
    return code


def _pin_ending(found: Certificate) -> ExitCode:
    return ExitCode.FAILED if found.state is PinState.CHANGED else ExitCode.DONE


def restart(selection: Selection, leave: Leave, form: str, *, wait: bool) -> ExitCode:
    """Ask, restart one after another, and see each come back before the next."""

    def work(reached: Reached) -> Reboot:
        return reached.converse(reboot(wait=wait))

    operation = Operation("device reboot", work, writes=True, impact=("reboot",))
    with opened(chosen(selection, operation)) as working:
        timely(working, operation, outside_window=leave.outside_window)
        if meant := [each.name for each in working.devices if not each.protected]:
            agreed(working, f"Restart {names(meant)}?", yes=leave.yes)
        done = working.operate(Turns(leave.at_once, working.stop).taken(operation))
        return told(working, operation, done, views.REBOOT, form)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What was said to a reset: the serial numbers that confirm it, and whether somebody waits for it."""

    confirmed: tuple[str, ...]
    wait: bool
    outside_window: bool


def reset(selection: Selection, wanted: Forgetting, form: str) -> ExitCode:
    """Have each serial number typed, then reset one camera after another."""
    serials: dict[str, str] = {}

    def work(reached: Reached) -> FactoryReset:
        same_as_confirmed(reached, serials)
        return reached.converse(factory_reset(wait=wanted.wait))

    impact = ("reboot", "connectivity", "irreversible")
    operation = Operation("device factory-reset", work, writes=True, impact=impact)
    with opened(chosen(selection, operation)) as working:
        timely(working, operation, outside_window=wanted.outside_window)
        found, left = identified(working, operation)
        serials.update({device: each.serial for device, each in found.items()})
        confirmed(working, serials, wanted.confirmed, partial(_forgets, serials))
        turned = Turns(1, working.stop).taken(operation)
        done = [*left, *working.operate(turned, named(working.devices, serials))]
        code = told(working, operation, in_order(working, done), views.RESET, form)
    if any(each.value is not None for each in done):
        console.say(_FIRST_DAY)
    return code


_FIRST_DAY = (
    "its address may be another one now; then, with the factory password as connection.password:"
    " trust --replace, and device password or apply with system.admin_password"
)


def _forgets(serials: Mapping[str, str], device: str) -> str:
    return (
        f"{device} ({serials[device]}) forgets its settings, its models, its password and perhaps its"
        " address and certificate"
    )
