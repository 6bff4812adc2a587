"""`wifi power`: the radio on or off."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json


@click.command("power", epilog=options.example("recamera-gitops wifi power off dock-east"))
@click.argument("state", type=click.Choice(("on", "off")))
@options.yes
@options.outside_window
@options.output("text", "json")
@options.operating
def command(*, state: str, selection: Selection, **given: Json) -> ExitCode:
    """Switch the radio of cameras on or off, one after the other.

    A camera that is reached over it, and has no other address, is not switched off.
    """
    from recamera_gitops.cli.wireless import Powering, Terms, carry_out
    from recamera_gitops.report.operations.wifi import POWER

    return carry_out(selection, Powering(state == "on"), POWER, Terms(**given))
