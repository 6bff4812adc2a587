"""`files …`: recordings listed, brought onto this machine, and removed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from recamera_gitops.cli import console
from recamera_gitops.cli.amounts import moment
from recamera_gitops.cli.foreseeing import Foreseen
from recamera_gitops.cli.operating import agreed, reachable, succeeded, told
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.operations.copying import Copied
from recamera_gitops.operations.files import Files, Listed, Target
from recamera_gitops.operations.listing import Left
from recamera_gitops.operations.names import parts_of
from recamera_gitops.operations.removing import Doomed
from recamera_gitops.report.operations.files import COPIED, LISTED, REMOVED, doom
from recamera_gitops.report.values import counted


@dataclass(frozen=True, slots=True)
class Recordings:
    """Which recordings a command is about: the cameras, the slot, and the paths on it."""

    selection: Selection
    slot: str | None
    paths: tuple[str, ...] = ()

    def files(self, working: Working) -> Files:
        """Those of a run."""
        return Files(working.clock.monotonic, self.slot)


def checked_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """The paths without a slash at their end; wrong usage with everything that is no path inside."""
    troubles = []
    for path in paths:
        try:
            parts_of(path)
        except ValueError as error:
            troubles.append(str(error))
    if troubles:
        raise click.BadParameter("; ".join(troubles))
    return tuple(dict.fromkeys(each.removesuffix("/") for each in paths))


def show(meant: Recordings, form: str, *, recursive: bool) -> ExitCode:
    """What a directory of recordings holds."""
    path = meant.paths[0] if meant.paths else ""
    with opened(reachable(meant.selection)) as working:
        files = meant.files(working)

        def work(reached: Reached) -> Listed:
            return files.listed(reached, path, recursive=recursive)

        operation = Operation("files list", work, ending=_ending_of_list)
        done = working.operate(operation)
        for name, found in succeeded(done).items():
            _complain(name, found.refused)
        return told(working, operation, done, LISTED, form)


def get(meant: Recordings, output: Path, form: str, *, overwrite: bool) -> ExitCode:
    """Files and directories into a folder, or one file to a name."""
    target = replace(_target(meant.paths, output), overwrite=overwrite)
    with opened(reachable(meant.selection)) as working:
        files = meant.files(working)
        return _copied(
            working, "files get", lambda reached: files.got(reached, meant.paths, target), form
        )


def thumb(meant: Recordings, output: Path, form: str, *, overwrite: bool) -> ExitCode:
    """Thumbnails of recordings into a folder."""
    target = Target(output, overwrite=overwrite)
    with opened(reachable(meant.selection)) as working:
        files = meant.files(working)

        def work(reached: Reached) -> Copied:
            return files.thumbnails(reached, meant.paths, target)

        return _copied(working, "files thumb", work, form)


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when, as it was written."""

    since: str
    until: str | None = None

    def read(self, working: Working) -> tuple[int, int | None]:
        """The same in Unix seconds."""
        now = working.now()
        last = None if self.until is None else moment(self.until, now, is_end=True)
        return moment(self.since, now), last


def sync(
    meant: Recordings, output: Path, period: Period, form: str, *, overwrite: bool
) -> ExitCode:
    """What cameras have recorded in a period and is not in the folder yet, a folder in it for each."""
    with opened(reachable(meant.selection)) as working:
        files = meant.files(working)
        first, last = period.read(working)

        def work(reached: Reached) -> Copied:
            target = Target(output / reached.device.name, overwrite=overwrite)
            return files.synced(reached, target, first, last)

        return _copied(working, "files sync", work, form)


def remove(meant: Recordings, form: str, *, yes: bool, outside_window: bool) -> ExitCode:
    """Take recordings off a camera, after they were shown and agreed to."""

    def ask(working: Working, seen: Mapping[str, tuple[Doomed, ...]]) -> None:
        for name, doomed in seen.items():
            for each in doomed:
                console.say(f"{name}: {doom(each)}")
        count = sum(each.files for doomed in seen.values() for each in doomed)
        agreed(working, f"Remove {counted(count, 'file')}, which cannot be had again?", yes=yes)

    with opened(reachable(meant.selection)) as working:
        files = meant.files(working)
        operation = Operation(
            "files rm",
            lambda reached: files.removed(reached, meant.paths),
            writes=True,
            impact=("irreversible",),
        )
        look = Foreseen(operation, lambda reached: files.doomed(reached, meant.paths), ask)
        done = look.carried_out(working, outside_window=outside_window)
        return told(working, operation, done, REMOVED, form)


def _target(paths: Sequence[str], output: Path) -> Target:
    """A single file goes to a name that ends like its own; everything else into a folder."""
    is_name = len(paths) == 1 and output.suffix and output.suffix == Path(paths[0]).suffix
    if is_name and not output.is_dir():
        return Target(output.parent, (output.name,))
    return Target(output)


def _copied(working: Working, name: str, work: Callable[[Reached], Copied], form: str) -> ExitCode:
    """Fetch, and say of each camera what was not fetched, or is odd, before what was."""
    operation = Operation(name, work, ending=_ending_of_copies)
    done = working.operate(operation)
    for device, copied in succeeded(done).items():
        _remark(device, copied)
    return told(working, operation, done, COPIED, form)


def _remark(device: str, copied: Copied) -> None:
    _complain(device, (*copied.refused, *copied.failed))
    for each in copied.notes:
        console.say(f"note: {device}: {each.path}: {each.reason}")
    for path in copied.being_written:
        console.say(f"note: {device}: {path}: it is still being written and left for later")
    if copied.stopped is not None:
        console.warn(f"{device}: stopped: {copied.stopped.reason}")


def _ending_of_copies(copied: Copied) -> ExitCode:
    if copied.stopped is not None:
        return ExitCode(copied.stopped.exit_code)
    return ExitCode.FAILED if copied.refused or copied.failed else ExitCode.DONE


def _ending_of_list(found: Listed) -> ExitCode:
    return ExitCode.FAILED if found.refused else ExitCode.DONE


def _complain(device: str, left: Sequence[Left]) -> None:
    for each in left:
        console.warn(f"{device}: {each.path}: {each.reason}")
