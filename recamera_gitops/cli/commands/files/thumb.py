"""`files thumb`: thumbnails of recordings onto this machine."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "thumb",
    epilog=options.example("recamera-gitops files thumb gate-north 2026-11-20 --output thumbnails"),
)
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where to: a folder.",
)
@options.overwrite
@options.slot
@options.output("text", "json")
@options.one_camera
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(
    *,
    selection: Selection,
    paths: tuple[str, ...],
    output: Path,
    slot: str | None,
    overwrite: bool,
    form: str,
) -> ExitCode:
    """Fetch the thumbnails of recordings of DEVICE, of files or of all files in directories.

    The thumbnail of day/clip.mp4 becomes day/clip.mp4.thumb.jpg below the folder.
    """
    from recamera_gitops.cli.fetching import Recordings, checked_paths, thumb

    meant = Recordings(selection, slot, checked_paths(paths))
    return thumb(meant, output, form, overwrite=overwrite)
