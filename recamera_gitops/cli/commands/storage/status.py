"""`storage status`: the slots that recordings can go to."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("status", epilog=options.example("recamera-gitops storage status gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Tell which slots cameras have, which one is in use, and how full they are.

    Of several cameras the slot in use is told, of one camera every slot. Cameras are only read.
    """
    from recamera_gitops.cli.operating import ask
    from recamera_gitops.operations.storage import storage_status
    from recamera_gitops.report.operations.storage import STATUS

    return ask(selection, "storage status", storage_status, STATUS, form)
