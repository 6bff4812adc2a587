"""`cloud list`: every model of the user."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Where
from recamera_gitops.errors import ExitCode


@click.command("list", epilog=options.example("recamera-gitops cloud list --format json"))
@options.output("text", "json")
@cloud_options.reaching
@options.debug
def command(*, where: Where, form: str) -> ExitCode:
    """List every model of yours in SenseCraft, and how far it is."""
    from recamera_gitops.cli.clouding import listed

    return listed(where, form)
