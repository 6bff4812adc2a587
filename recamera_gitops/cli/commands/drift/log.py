"""`drift log`: what the looks with --history have found."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("log", epilog=options.example("recamera-gitops drift log --last 7"))
@click.option(
    "--last",
    metavar="N",
    type=click.IntRange(1, 100000),
    default=30,
    show_default=True,
    help="How many looks to list.",
)
@options.output("text", "json")
@options.fleet
@options.debug
def command(*, directory: Path | None, last: int, form: str) -> ExitCode:
    """List what `drift --history` has found, the latest first, and what was new or gone by then.

    A camera called log is looked at with: drift check log.
    """
    from recamera_gitops.cli.drift_log import listed

    return listed(directory, last, form)
