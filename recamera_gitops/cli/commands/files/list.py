"""`files list`: what a camera has recorded."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "list", epilog=options.example("recamera-gitops files list gate-north 2026-11-20 --recursive")
)
@click.option("--recursive", is_flag=True, help="Also what is in the directories.")
@options.slot
@options.output("text", "json")
@options.one_camera
@click.argument("path", required=False)
def command(
    *, selection: Selection, path: str | None, slot: str | None, recursive: bool, form: str
) -> ExitCode:
    """List the recordings of DEVICE, all of them or those below PATH.

    The camera opens a relay to its recordings, which is closed again.
    """
    from recamera_gitops.cli.fetching import Recordings, checked_paths, show

    paths = checked_paths(() if path is None else (path,))
    return show(Recordings(selection, slot, paths), form, recursive=recursive)
