"""`wifi connect`: another network."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json


@click.command(
    "connect",
    epilog=options.example(
        "recamera-gitops wifi connect plant dock-east --password-env PLANT_WIFI"
    ),
)
@click.argument("ssid")
@click.option("--bssid", metavar="ADDRESS", help="This access point; default: the strongest.")
@click.option(
    "--password-env",
    "variable",
    metavar="VARIABLE",
    help="The environment variable that holds the password of the network.",
)
@options.yes
@options.outside_window
@options.output("text", "json")
@options.operating
def command(
    *,
    ssid: str,
    bssid: str | None,
    variable: str | None,
    selection: Selection,
    **given: Json,
) -> ExitCode:
    """Have cameras join a wireless network, one after the other, and see that they are in it.

    A network that is open, or that a camera remembers, wants no password; for any other it is asked for,
    without showing it, where no variable is named. A camera that is reached over the network which it
    leaves is looked for where it was and at its wired address; what nobody knows then is said.
    """
    from recamera_gitops.cli.wireless import Joining, Terms, carry_out, password_in
    from recamera_gitops.report.operations.wifi import JOINED

    order = Joining(ssid, bssid, password_in(variable))
    return carry_out(selection, order, JOINED, Terms(**given))
