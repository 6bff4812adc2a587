"""`demo`: the whole story in a minute."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("demo", epilog=options.example("recamera-gitops demo"))
@options.debug
def command() -> ExitCode:
    """See plan, apply, no changes, drift and repair against three emulated cameras."""
    from recamera_gitops.cli.demonstration import demonstrate

    return demonstrate()
