"""`device check-login`: whether a camera takes the credential of the files."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("check-login", epilog=options.example("recamera-gitops device check-login 'gate-*'"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Log in once, and tell what came of it; a rejected password is not tried again.

    Ends with 1 where a camera does not take it. A credential that a camera has rejected is not sent to
    another one: that camera is told as not tried.
    """
    from recamera_gitops.cli.maintaining import check_logins

    return check_logins(selection, form)
