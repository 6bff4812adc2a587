"""`cloud logout`: the user id is forgotten."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Where
from recamera_gitops.errors import ExitCode


@click.command("logout", epilog=options.example("recamera-gitops cloud logout"))
@cloud_options.reaching
@options.debug
def command(*, where: Where) -> ExitCode:
    """Forget the user id that the keyring of this machine keeps."""
    from recamera_gitops.cli.clouding import logout

    return logout(where)
