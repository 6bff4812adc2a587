"""`runs`: every run that left a journal."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("list", epilog=options.example("recamera-gitops runs list --format json"))
@options.output("text", "json")
@options.fleet
@options.debug
def command(*, directory: Path | None, form: str) -> ExitCode:
    """List every run, the latest first: who began it, and what came of it."""
    from recamera_gitops.cli.history import listed

    return listed(directory, form)
