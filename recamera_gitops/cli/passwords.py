"""`device password`: judged here first, asked for, changed once, and proved by a login."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import click

from recamera_gitops.cli import console
from recamera_gitops.cli.operating import agreed, chosen, timely, told
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic, ExitCode, FirstUse, InvalidInput
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.fleet.turns import Turns
from recamera_gitops.operations.access import Changed, change_password
from recamera_gitops.report.operations import device as views
from recamera_gitops.report.values import counted, names
from recamera_gitops.resources.catalog import complaints
from recamera_gitops.secret import Secret

_SETTING = "system.admin_password"


@dataclass(frozen=True, slots=True)
class NewPassword:
    """Where the new password comes from, and whether it has to be asked for before it is changed."""

    variable: str | None
    yes: bool
    outside_window: bool


def change(selection: Selection, wanted: NewPassword, form: str) -> ExitCode:
    """Judge the new password, ask, change it at one camera after another, and say where the old one stands.

    Where nobody knows which password a camera has now, none other is begun.
    """
    passwords: list[Secret] = []

    def work(reached: Reached) -> Changed:
        return _changed(passwords[0], reached)

    impact = ("connectivity",)
    operation = Operation("device password", work, writes=True, impact=impact, unidentified=True)
    with opened(chosen(selection, operation)) as working:
        passwords.append(_new(working, wanted.variable))
        _judge(working, passwords[0], wanted.variable)
        timely(working, operation, outside_window=wanted.outside_window)
        meant = [each for each in working.devices if not each.protected]
        if meant:
            agreed(working, _question(meant), yes=wanted.yes)
        done = working.operate(Turns(1, working.stop).taken(operation))
        return told(working, operation, done, views.CHANGED, form)


def _question(meant: Sequence[Device]) -> str:
    users = sorted({each.connection.username for each in meant})
    return (
        f"Change the password of {names(users)} on {counted(len(meant), 'camera')}"
        f" ({names([each.name for each in meant])})? Everybody is logged out there, and the logins of"
        " its SSH server may change with it."
    )


def _changed(new: Secret, reached: Reached) -> Changed:
    """Change it; a camera on its first use tells who it is only after that."""
    with suppress(FirstUse):
        reached.identify()
    found = change_password(reached.client, new)
    reached.identify()
    stated = reached.device.connection.password
    place = None if stated is None else stated.place
    shared = place is not None and place.file != reached.device.place.file
    return replace(found, stated_at=None if place is None else str(place), shared=shared)


def _new(working: Working, variable: str | None) -> Secret:
    """The new password: from the environment, or typed twice by somebody who is there."""
    if variable is not None:
        value = working.variables.get(variable)
        if not value:
            message = f"the environment variable {variable} is not set, or empty"
            raise InvalidInput([Diagnostic("unset-variable", message, "--new-env")])
        return Secret(value)
    if not console.is_terminal(sys.stdin):
        message = "nobody can be asked for the new password here; name a variable with --new-env"
        raise click.UsageError(message, click.get_current_context(silent=True))
    with working.interruption.asking():
        first, again = console.hidden("New password:"), console.hidden("Once more:")
    if first != again:
        raise InvalidInput(
            [Diagnostic("bad-value", "it was not typed alike twice", "new password")]
        )
    return Secret(first)


def _judge(working: Working, new: Secret, variable: str | None) -> None:
    """InvalidInput, before any contact, with everything that the cameras would refuse."""
    where = "new password" if variable is None else f"--new-env {variable}"
    found = [Diagnostic(each.rule, each.message, where) for each in complaints({_SETTING: new})]
    olds: Mapping[str, Secret | None] = {
        each.name: working.run.resolved(each)[1].password for each in working.devices
    }
    found += _repeated(olds, new, where)
    if found:
        raise InvalidInput(found)


def _repeated(olds: Mapping[str, Secret | None], new: Secret, where: str) -> Iterator[Diagnostic]:
    same = [device for device, old in olds.items() if old == new]
    if same:
        yield Diagnostic("same-password", f"{names(same)} has it already, by the files", where)
