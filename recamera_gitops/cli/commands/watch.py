"""`watch`: what inference finds, while it finds it."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "watch", epilog=options.example("recamera-gitops watch gate --format json --count 10")
)
@click.option("--count", type=click.IntRange(1), help="End after so many results.")
@click.option("--for", "seconds", type=click.FloatRange(0), metavar="SECONDS", help="End then.")
@options.retry_for
@options.output("text", "json")
@options.operating
def command(
    *,
    selection: Selection,
    form: str,
    count: int | None,
    seconds: float | None,
    retry_for: float | None,
) -> ExitCode:
    """Show what the model on each camera finds, result by result, until Ctrl-C.

    What cannot be told from a result is shown as the camera said it. A connection that is lost is made again;
    what was found in between is not known, and that is said. In JSON every result is an object, gaps
    are objects with `event`.
    """
    from recamera_gitops.cli.streaming import WatchRequest, watch

    return watch(WatchRequest(selection, form, count, seconds, retry_for))
