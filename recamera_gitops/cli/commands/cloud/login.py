"""`cloud login`: a person allows it in a browser."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Where
from recamera_gitops.errors import ExitCode


@click.command("login", epilog=options.example("recamera-gitops cloud login"))
@click.option(
    "--token-env",
    "variable",
    metavar="NAME",
    help="Take the token from this environment variable instead of asking for it.",
)
@cloud_options.reaching
@options.debug
def command(*, where: Where, variable: str | None) -> ExitCode:
    """Log in to SenseCraft, and keep the user id in the keyring of this machine.

    A page in the browser asks for leave. What comes back is pasted here, unseen, or piped in; it is
    exchanged for the user id at once and kept nowhere.
    """
    from recamera_gitops.cli.clouding import login

    return login(where, variable)
