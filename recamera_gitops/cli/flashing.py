"""`firmware …`: which versions there are, and bringing one to cameras, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.cli.consent import Leave
from recamera_gitops.cli.identifying import identified, in_order, left_out, same_as_confirmed
from recamera_gitops.cli.operating import (
    agreed,
    chosen,
    named,
    operate,
    timely,
    told,
)
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Done, Operation, Reached, protected
from recamera_gitops.fleet.turns import Turns
from recamera_gitops.operations import packages
from recamera_gitops.operations.firmware import Check, Upgrade, check, upgrade, uploaded
from recamera_gitops.report.operations import firmware as views
from recamera_gitops.report.values import names
from recamera_gitops.versions import is_same, release

_IMPACT = ("reboot",)


@dataclass(frozen=True, slots=True)
class Flashing:
    """Which firmware, and what was said to that. `version` None takes the latest release, or any other."""

    version: str | None
    leave: Leave
    url: str | None = None


def look(selection: Selection, url: str | None, form: str) -> ExitCode:
    """What runs, and what there is."""
    return operate(selection, _checking(url), views.CHECK, form)


def _checking(url: str | None) -> Operation[Check]:
    def work(reached: Reached) -> Check:
        reached.identify()
        return reached.converse(check(url=url))

    return Operation("firmware check", work)


def bring(selection: Selection, wanted: Flashing, form: str) -> ExitCode:
    """Look, show, ask, and have each camera fetch the release that it has shown; proved by its version."""
    targets: dict[str, str] = {}
    serials: dict[str, str] = {}

    def work(reached: Reached) -> Upgrade:
        same_as_confirmed(reached, serials)
        return reached.converse(upgrade(version=targets[reached.device.name], url=wanted.url))

    operation = Operation("firmware upgrade", work, writes=True, impact=_IMPACT)
    with opened(chosen(selection, operation)) as working:
        timely(working, operation, outside_window=wanted.leave.outside_window)
        free = [each for each in working.devices if not each.protected]
        left: list[Done[Upgrade]] = [protected(each) for each in working.devices if each.protected]
        moves: list[views.Move] = []
        for each in working.operate(_checking(wanted.url), free):
            settled = _settled(each, wanted.version)
            if settled is not None:
                left.append(settled)
            elif each.value is not None:
                targets[each.device] = str(each.value.latest)
                serials[each.device] = each.value.serial
                moves.append((each.device, each.value.current, each.value.latest))
        _ask(working, moves, "Upgrade", wanted.leave)
        turned = Turns(wanted.leave.at_once, working.stop).taken(operation)
        done = [*left, *working.operate(turned, named(working.devices, targets))]
        return told(working, operation, in_order(working, done), views.UPGRADE, form)


def _settled(done: Done[Check], version: str | None) -> Done[Upgrade] | None:
    """What is to be said of a camera to which nothing is brought; None of one to which something is."""
    found = done.value
    if found is None:
        return left_out(done)
    if found.latest is None:
        return _refused(done, "it does not say which release there is")
    if version is None or is_same(version, found.latest):
        return None if found.under_way else _known(done, found)
    if is_same(version, found.current) and not found.under_way:
        return _as_before(done, found)
    return _refused(done, f"the latest release is {found.latest}, not {version}")


def _known(done: Done[Check], found: Check) -> Done[Upgrade] | None:
    """The same where the latest release is the one that is wanted."""
    if not found.available or is_same(found.latest, found.current):
        return _as_before(done, found)
    latest, current = release(found.latest), release(found.current)
    if latest is None or current is None or latest > current:
        return None
    older = f"{found.latest} is older than {found.current}, which runs"
    return _refused(done, f"{older}; firmware.allow_downgrade in its files allows it")


def _as_before(done: Done[Check], found: Check) -> Done[Upgrade]:
    current = found.current or ""
    return Done(done.device, done.host, Upgrade(found.serial, current, current))


def _refused(done: Done[Check], message: str) -> Done[Upgrade]:
    error = f"nothing was begun: {message}"
    return Done(done.device, done.host, error=error, exit_code=ExitCode.FAILED)


def _ask(working: Working, moves: Sequence[views.Move], verb: str, leave: Leave) -> None:
    """Show what would run where, and go on where somebody agrees."""
    for line in views.move_lines(moves):
        console.say(line)
    if moves:
        cameras = names([device for device, *_ in moves])
        order = "one after another" if leave.at_once == 1 else f"up to {leave.at_once} at once"
        agreed(working, f"{verb} {cameras}? Each restarts, {order}.", yes=leave.yes)


def upload(selection: Selection, path: Path, wanted: Flashing, form: str) -> ExitCode:
    """Judge the image, look, show, ask, and bring it; proved by the version that runs then."""
    image = packages.image(path)
    serials: dict[str, str] = {}

    def work(reached: Reached) -> Upgrade:
        same_as_confirmed(reached, serials)
        return reached.converse(uploaded(image, version=wanted.version))

    operation = Operation("firmware upload", work, writes=True, impact=_IMPACT, ending=_ending)
    with opened(chosen(selection, operation)) as working:
        timely(working, operation, outside_window=wanted.leave.outside_window)
        found, left = identified(working, operation)
        serials.update({device: each.serial for device, each in found.items()})
        brought = wanted.version or path.name
        moves = [(device, each.firmware, brought) for device, each in found.items()]
        _ask(working, moves, "Flash", wanted.leave)
        turned = Turns(wanted.leave.at_once, working.stop).taken(operation)
        done = [*left, *working.operate(turned, named(working.devices, serials))]
        return told(working, operation, in_order(working, done), views.UPGRADE, form)


def _ending(found: Upgrade) -> ExitCode:
    return ExitCode.DONE if found.verified else ExitCode.FAILED
