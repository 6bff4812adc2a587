"""`files sync`: a copy of what cameras record, kept on this machine."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "sync", epilog=options.example("recamera-gitops files sync --output recordings --since 2d")
)
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where to: a folder, in which every camera has one of its own.",
)
@options.period
@options.overwrite
@options.slot
@options.output("text", "json")
@options.operating
def command(
    *,
    selection: Selection,
    output: Path,
    period: tuple[str, str | None],
    slot: str | None,
    overwrite: bool,
    form: str,
) -> ExitCode:
    """Fetch what cameras have recorded in a time and is not in the folder yet.

    Nothing is deleted, neither here nor there, and what is here already is not fetched again. A recording
    that is still being written is left for the next time.
    """
    from recamera_gitops.cli.fetching import Period, Recordings, sync

    meant = Recordings(selection, slot)
    return sync(meant, output, Period(*period), form, overwrite=overwrite)
