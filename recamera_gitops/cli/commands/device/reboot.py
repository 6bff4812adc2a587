"""`device reboot`: restart cameras, and see them come back."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Leave
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("reboot", epilog=options.example("recamera-gitops device reboot gate-north"))
@options.no_wait
@options.leaving
@options.output("text", "json")
@options.events
@options.operating
def command(*, selection: Selection, no_wait: bool, leave: Leave, form: str) -> ExitCode:
    """Restart cameras one after another, each when the one before answers again.

    Where nobody knows what became of one, no other is begun. Nothing is sent twice.
    """
    from recamera_gitops.cli.maintaining import restart

    return restart(selection, leave, form, wait=not no_wait)
