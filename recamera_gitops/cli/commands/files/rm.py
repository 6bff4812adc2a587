"""`files rm`: recordings off a camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("rm", epilog=options.example("recamera-gitops files rm gate-north 2026-11-20"))
@options.yes
@options.outside_window
@options.slot
@options.output("text", "json")
@options.one_camera
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(
    *,
    selection: Selection,
    paths: tuple[str, ...],
    slot: str | None,
    yes: bool,
    outside_window: bool,
    form: str,
) -> ExitCode:
    """Remove recordings of DEVICE: files, and directories with everything below them.

    What that would take is shown, and asked about, first. Afterwards the camera is looked at: what is
    told to be gone was seen to be gone.
    """
    from recamera_gitops.cli.fetching import Recordings, checked_paths, remove

    meant = Recordings(selection, slot, checked_paths(paths))
    return remove(meant, form, yes=yes, outside_window=outside_window)
