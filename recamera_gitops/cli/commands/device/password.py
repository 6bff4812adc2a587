"""`device password`: another password, proved by a login."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "password",
    epilog=options.example("recamera-gitops device password gate-north --new-env NEW_PASSWORD"),
)
@click.option(
    "--new-env",
    "variable",
    metavar="VARIABLE",
    help="The environment variable with the new password; without it the password is asked for.",
)
@options.yes
@options.outside_window
@options.output("text", "json")
@options.events
@options.operating
def command(
    *,
    selection: Selection,
    variable: str | None,
    yes: bool,
    outside_window: bool,
    form: str,
) -> ExitCode:
    """Change the password that the files reach a camera with, once, and prove it by a login.

    It has at least six characters of three kinds. Everybody is logged out, and the logins of the SSH
    server may change with it. To keep it in the files instead, see the setting system.admin_password.
    """
    from recamera_gitops.cli.passwords import NewPassword, change

    return change(selection, NewPassword(variable, yes, outside_window), form)
