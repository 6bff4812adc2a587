"""`device backup`: the whole configuration of a camera, as a file."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("backup", epilog=options.example("recamera-gitops device backup --output backups"))
@click.option(
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for the files, which only you can read.",
)
@options.output("text", "json")
@options.events
@options.operating
def command(*, selection: Selection, folder: Path, form: str) -> ExitCode:
    """Fetch the configuration of cameras: DIR/DEVICE-SERIAL-TIME.tar, never unpacked.

    It holds every password and key of the camera. Of one that does not come whole no file stays.
    """
    from recamera_gitops.cli.keeping import back_up

    return back_up(selection, folder, form)
