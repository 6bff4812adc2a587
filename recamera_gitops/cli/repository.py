"""From what stands on the command line to a fleet and the cameras that are meant."""

from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.cli.narrowing import limited, sharded
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired import fleet as files
from recamera_gitops.desired.catalogue import checked_addresses
from recamera_gitops.desired.selectors import select
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.report.diagnostics import line


@dataclass(frozen=True, slots=True)
class Selected:
    """A fleet, the cameras of it that are meant, and whose workers reach them, if not this machine."""

    fleet: Fleet
    devices: tuple[Device, ...]
    allow_cmd: bool = False
    events: Path | None = None
    scheduler: str | None = None


def selected(selection: Selection) -> Selected:
    """Load and select."""
    fleet = files.load(root_of(selection.directory))
    devices = select(fleet, selection.names, selection.selector)
    if selection.limit is not None:
        devices = limited(fleet, devices, selection.limit)
    if selection.shard is not None:
        devices = sharded(devices, selection.shard)
    return Selected(fleet, devices, selection.allow_cmd, selection.events, selection.scheduler)


def warned(chosen: Selected) -> Selected:
    """The same, with what its files are warned about said on stderr."""
    for each in chosen.fleet.warnings:
        console.say(line(each))
    return chosen


def checked_targets(targets: tuple[str, ...]) -> tuple[str, ...]:
    """The targets, if something can be declared at or below each: a plan of nothing is no answer."""
    return checked_addresses(targets, "--target ")
