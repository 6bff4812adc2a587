"""`status`: how cameras are."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "status",
    epilog=options.example("recamera-gitops status 'gate-*'\n  recamera-gitops status --watch"),
)
@click.option("--watch", is_flag=True, help="Look again and again, until it is interrupted.")
@click.option(
    "--every",
    metavar="SECONDS",
    type=click.FloatRange(1, 86400),
    help="How long to wait between two looks of --watch; default: 5.",
)
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, watch: bool, every: float | None, form: str) -> ExitCode:
    """Show how cameras are: load, clock, recording, storage, inference, push and network.

    Of several cameras a table is shown, of one everything. What somebody should look at is said below; a
    part that a camera does not tell is unknown, with the reason. Nothing is written.

    With --watch the terminal shows the latest look in one place; elsewhere each look is appended with its
    time, with --format json as one line. There is one login for all looks, and an interruption ends it
    with 0. A single look ends with 4 where a camera was unreachable, and with 0 whatever is to be looked at.
    """
    from recamera_gitops.cli.looking import look, look_again

    if every is not None and not watch:
        raise click.UsageError("--every goes with --watch")
    return look_again(selection, form, every or 5.0) if watch else look(selection, form)
