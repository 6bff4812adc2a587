"""`files get`: recordings onto this machine."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "get",
    epilog=options.example("recamera-gitops files get gate-north 2026-11-20 --output recordings"),
)
@click.option(
    "--output",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to: a folder, or for one PATH a name that ends like it.",
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
    """Fetch recordings of DEVICE: files, and directories with everything below them.

    They keep their paths below the folder, and their times. A file that is there with the same size and
    time is not fetched again, and another one is replaced only with --overwrite. What was interrupted
    goes on where it was when the command is given again.
    """
    from recamera_gitops.cli.fetching import Recordings, checked_paths, get

    meant = Recordings(selection, slot, checked_paths(paths))
    return get(meant, output, form, overwrite=overwrite)
