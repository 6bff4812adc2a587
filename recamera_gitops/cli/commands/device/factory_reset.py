"""`device factory-reset`: have a camera forget everything."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "factory-reset",
    epilog=options.example("recamera-gitops device factory-reset lobby --confirm RC1126B-EMU-0003"),
)
@options.confirm_word
@options.no_wait
@options.outside_window
@options.output("text", "json")
@options.events
@options.operating
def command(
    *,
    selection: Selection,
    confirmed: tuple[str, ...],
    no_wait: bool,
    outside_window: bool,
    form: str,
) -> ExitCode:
    """Reset cameras to what they were on their first day; the serial number of each confirms it.

    Settings, models and the password are lost, and perhaps the address and the certificate. It is asked
    for once and never repeated; nobody logs in afterwards.
    """
    from recamera_gitops.cli.maintaining import Forgetting, reset

    return reset(selection, Forgetting(confirmed, not no_wait, outside_window), form)
