"""`wifi scan`: the networks that cameras see."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("scan", epilog=options.example("recamera-gitops wifi scan gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Show the networks that cameras see, the strongest first; looking around takes some seconds.

    Of one camera every access point is shown, of several a line each.
    """
    from recamera_gitops.cli.wireless import show

    return show(selection, form)
