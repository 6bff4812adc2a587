"""`device backup` and `device restore`: the configuration of a camera as a file that nobody else can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import click

from recamera_gitops.artifact import Artifact
from recamera_gitops.cli import console
from recamera_gitops.cli.identifying import identified, in_order, same_as_confirmed
from recamera_gitops.cli.operating import chosen, confirmed, named, timely, told
from recamera_gitops.cli.repository import Selected
from recamera_gitops.cli.running import opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput, NotSaved
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.operations import packages
from recamera_gitops.operations.configuration import Backup, Restored, exported, kept, restored
from recamera_gitops.report.operations import device as views
from recamera_gitops.secret import printable

_FOLDER: Final = 0o700


def back_up(selection: Selection, folder: Path, form: str) -> ExitCode:
    """Fetch the configuration of each camera into a folder; of one that does not come whole no file stays."""
    _make(folder)

    def work(reached: Reached) -> Backup:
        return _backed_up(reached, folder, working.now())

    operation = Operation("device backup", work)
    with opened(chosen(selection, operation)) as working:
        return told(working, operation, working.operate(operation), views.BACKUP, form)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder} cannot be made: {error.strerror}"
        raise InvalidInput([Diagnostic("no-folder", message, "--output")]) from error


def _backed_up(reached: Reached, folder: Path, now: datetime) -> Backup:
    reached.identify()
    found = reached.converse(exported())
    file = folder / packages.backup_name(reached.device.name, found.serial, now)
    try:
        replace_file(file, found.content, PRIVATE)
    except OSError as error:
        raise NotSaved(f"{file} cannot be written: {error.strerror}; nothing was kept") from error
    return kept(found, str(file))


@dataclass(frozen=True, slots=True)
class Bringing:
    """The file that is to be brought to a camera, and what was said to that."""

    file: Path
    restart: bool
    confirmed: tuple[str, ...]
    outside_window: bool


def restore(selection: Selection, wanted: Bringing, form: str) -> ExitCode:
    """Judge the file, have the serial number typed, bring it, and see what became of the camera."""
    file = packages.configuration(wanted.file)
    serials: dict[str, str] = {}

    def work(reached: Reached) -> Restored:
        same_as_confirmed(reached, serials)
        return reached.converse(restored(file, restart=wanted.restart))

    impact = ("reboot", "connectivity", "irreversible")
    operation = Operation("device restore", work, writes=True, impact=impact, ending=_ending)
    meant = _one(chosen(selection, operation))
    with opened(meant) as working:
        timely(working, operation, outside_window=wanted.outside_window)
        found, left = identified(working, operation)
        serials.update({device: each.serial for device, each in found.items()})
        confirmed(working, serials, wanted.confirmed, partial(_becomes, file, serials))
        for device, serial in serials.items():
            owner = packages.stranger(wanted.file.name, serial, _known(meant))
            if owner is not None:
                console.warn(_another(wanted.file, owner, device))
                what = partial(_takes_over, owner)
                confirmed(working, {device: owner}, wanted.confirmed, what)
        done = [*left, *working.operate(operation, named(working.devices, serials))]
        return told(working, operation, in_order(working, done), views.RESTORED, form)


def _one(found: Selected) -> Selected:
    if len(found.devices) != 1:
        message = f"a configuration goes to exactly one camera, {len(found.devices)} are selected"
        raise click.UsageError(message, click.get_current_context(silent=True))
    return found


def _known(meant: Selected) -> list[str]:
    return [each.expected_serial for each in meant.fleet.devices if each.expected_serial]


def _becomes(file: Artifact, serials: Mapping[str, str], device: str) -> str:
    return (
        f"{device} ({serials[device]}) gets everything that {file.file} holds: settings, passwords,"
        " keys, addresses"
    )


def _another(file: Path, owner: str, device: str) -> str:
    return (
        f"{printable(file.name)} is the configuration of {owner}, not of {device}: two cameras would"
        " have the same addresses, keys and passwords"
    )


def _takes_over(owner: str, device: str) -> str:
    return f"{device} becomes a copy of {owner}"


def _ending(found: Restored) -> ExitCode:
    return ExitCode.FAILED if found.opened is False else ExitCode.DONE
