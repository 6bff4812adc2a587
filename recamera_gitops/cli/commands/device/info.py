"""`device info`: what a camera is, and which doors of it are open."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("info", epilog=options.example("recamera-gitops device info gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Show serial number, firmware and hardware, and whether HTTPS, SSH and the API key are on.

    What a camera does not tell is shown as unknown.
    """
    from recamera_gitops.cli.maintaining import info

    return info(selection, form)
