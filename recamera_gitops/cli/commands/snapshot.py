"""`snapshot`: a picture of what cameras see."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "snapshot", epilog=options.example("recamera-gitops snapshot 'gate-*' --output shots")
)
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="the folder you are in",
    help="Where the pictures go: a folder, or for one camera a file that ends with .jpeg or .jpg.",
)
@click.option(
    "--camera-time",
    is_flag=True,
    help="Name the moment by the camera's own clock, not by this machine's.",
)
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str, output: Path, camera_time: bool) -> ExitCode:
    """Take a picture of each camera's main stream over RTSP, and keep it as JPEG that only you can read.

    The old frames that a stream begins with are passed over, which takes some seconds. A picture that is
    black, or in which nothing changes for two seconds, is kept and warned of. It wants
    recamera-gitops[snapshot].
    """
    from recamera_gitops.cli.picturing import SnapshotRequest, take

    return take(SnapshotRequest(selection, form, output, camera_time))
