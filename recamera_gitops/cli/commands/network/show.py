"""`network show`: how cameras are connected."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("show", epilog=options.example("recamera-gitops network show gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Show how cameras are connected: by cable, by which wireless network, and over which they were asked.

    Nothing is written. What a camera does not tell is unknown, with the reason.
    """
    from recamera_gitops.cli.networking import show

    return show(selection, form)
