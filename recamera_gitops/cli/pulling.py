"""`pull`: read, find the lines, show, ask, write, and read the files again."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import Selected, checked_targets, warned
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.cli.sharing import chosen_place
from recamera_gitops.desired.catalogue import checked_addresses
from recamera_gitops.desired.fleet import Loaded, loaded
from recamera_gitops.desired.layers import Kind
from recamera_gitops.desired.saving import save
from recamera_gitops.desired.selectors import select
from recamera_gitops.errors import ExitCode, Interrupted, InvalidInput
from recamera_gitops.fleet.placing import Into, Placed
from recamera_gitops.fleet.pulling import Pull, Pulling, adoptable
from recamera_gitops.fleet.seeing import CompareResult, comparing
from recamera_gitops.report.pulled import PulledRow, PulledRows, patch_text, pulled_text
from recamera_gitops.report.rows import notices
from recamera_gitops.report.values import counted


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What `pull` was asked for."""

    selection: Selection
    targets: tuple[str, ...]
    adopted: tuple[str, ...]
    into: str | None
    dry_run: bool
    yes: bool

    @property
    def may_ask(self) -> bool:
        """Whether somebody is there who has not answered everything beforehand."""
        return not self.yes and not self.dry_run and console.is_terminal(sys.stdin)


def pull(request: PullRequest) -> ExitCode:
    """Write what the cameras have; every file is computed and proved before one is written."""
    checked_targets(request.targets)
    checked_addresses(request.adopted, "--adopt ")
    before = loaded(root_of(request.selection.directory))
    devices = select(before.fleet, request.selection.names, request.selection.selector)
    asked = request.selection
    chosen = Selected(before.fleet, devices, asked.allow_cmd, asked.events)
    with opened(warned(chosen)) as working:
        wanted = (lambda device: adoptable(device, request.adopted)) if request.adopted else None
        seen = working.read(comparing(request.targets, wanted))
        today = working.now().date()
        ignored = [each.path for each in before.fleet.drift.ignored(today)]
        pulling = Pulling(before, seen, ignored, request.targets)
        result = _computed(pulling, None if request.into is None else Into(request.into))
        if result.placing.shared and (request.into == Into.PROFILE or request.may_ask):
            shared = result.placing.shared
            knock = all(each.exit_code is not ExitCode.ERROR for each in seen)
            into = chosen_place(working, before, shared, request.into, knock=knock)
            result = _computed(pulling, into)
        _shown(result, request, _rows(result, seen))
        if result.files and not request.dry_run:
            _written(working, before, pulling, result, request)
        return working.ended(each.exit_code for each in seen)


def _computed(pulling: Pulling, into: Into | None) -> Pull:
    try:
        return pulling.pull(into)
    except InvalidInput:
        console.say("the files would not be valid with what the cameras have; nothing was written:")
        raise


def _shown(result: Pull, request: PullRequest, rows: PulledRows) -> None:
    """What is pulled; of a dry run the patch is the result."""
    text = pulled_text(rows, console.paint())
    if request.dry_run:
        console.say(text.removesuffix("\n"))
        console.result(_patch(result))
    else:
        console.result(text)


def _written(
    working: Working, before: Loaded, pulling: Pulling, result: Pull, request: PullRequest
) -> None:
    """Ask, write, prove."""
    files = counted(len(result.files), "file")
    if not request.yes:
        console.say(_patch(result).removesuffix("\n"))
        with working.interruption.asking():
            console.ask(f"Write {files}? Only 'yes' is accepted:", "--yes")
    if working.stop.requested:
        raise Interrupted("interrupted; nothing was written")
    save(before.fleet.root, result.files)
    pulling.prove(result)
    console.say(f"{files} written; review and commit")


def _patch(result: Pull) -> str:
    changes = (patch_text(e.file, e.before, e.after, console.paint()) for e in result.files)
    return "".join(changes)


def _rows(result: Pull, seen: Sequence[CompareResult]) -> PulledRows:
    left = [(device, f"{each.path}: {each.reason}") for device, each in result.left]
    left += [(e.device, note) for e in seen if e.live is not None for note in e.live.notes]
    return PulledRows(
        values=tuple(_values(result.placing.placed)),
        left=notices(left),
        failed=notices((each.device, each.error) for each in seen if each.error is not None),
        cameras=len(seen),
    )


def _values(placed: Sequence[Placed]) -> Iterator[PulledRow]:
    """Each value once for all cameras that have it."""
    devices: dict[tuple[str, str], dict[str, Placed]] = {}
    for each in placed:
        name = each.piece.device
        key = each.origin.file, each.piece.setting.path
        if each.origin.kind is Kind.DEVICE:
            key = each.origin.file, f"{name} {each.piece.setting.path}"
        devices.setdefault(key, {}).setdefault(name, each)
    for found in devices.values():
        first, *_ = found.values()
        setting = first.piece.setting
        named = tuple(found) if first.origin.kind is Kind.PROFILE else ()
        yield PulledRow(
            first.origin.file,
            named,
            setting.path,
            setting.before,
            setting.after,
            first.place,
            first.note,
        )
