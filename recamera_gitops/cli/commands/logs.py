"""`logs`: what cameras write down about themselves."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("logs", epilog=options.example("recamera-gitops logs 'gate-*' --follow"))
@click.option("-f", "--follow", is_flag=True, help="Go on with every further line, until Ctrl-C.")
@click.option(
    "--level",
    type=click.Choice(("error", "warning", "info", "debug")),
    default="debug",
    show_default=True,
    help="Only lines that are at least that grave.",
)
@options.retry_for
@options.output("text", "json")
@options.operating
def command(
    *, selection: Selection, form: str, follow: bool, level: str, retry_for: float | None
) -> ExitCode:
    """Show the log of cameras, line by line; times are those of the camera's own clock, in UTC.

    What looks like a password or a key is masked, for cameras write down those of the Wi-Fi. With --follow a
    connection that is lost is made again, and it is told whether lines are missing. In JSON every line
    is an object, gaps are objects with `event`.
    """
    if retry_for is not None and not follow:
        raise click.UsageError("--retry-for goes with --follow")
    from recamera_gitops.cli.streaming import LogsRequest, logs

    return logs(LogsRequest(selection, form, follow, level, retry_for))
