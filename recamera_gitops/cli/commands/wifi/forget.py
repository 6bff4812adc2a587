"""`wifi forget`: a network less."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json


@click.command("forget", epilog=options.example("recamera-gitops wifi forget guest 'gate-*'"))
@click.argument("ssid")
@options.yes
@options.outside_window
@options.output("text", "json")
@options.operating
def command(*, ssid: str, selection: Selection, **given: Json) -> ExitCode:
    """Have cameras forget a wireless network and its password, one after the other.

    A camera that is in that network leaves it. One that is reached over it, and has no other address,
    refuses.
    """
    from recamera_gitops.cli.wireless import Forgetting, Terms, carry_out
    from recamera_gitops.report.operations.wifi import FORGOTTEN

    return carry_out(selection, Forgetting(ssid), FORGOTTEN, Terms(**given))
