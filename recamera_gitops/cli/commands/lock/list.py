"""`lock list`: which cameras are locked, and which logins are refused."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("list", epilog=options.example("recamera-gitops lock list --format json"))
@options.output("text", "json")
@options.fleet
@options.debug
def command(*, directory: Path | None, form: str) -> ExitCode:
    """List the cameras that runs have locked, and the logins that are not tried again.

    A lock is held while its run lives, stale or expired when that is gone (the next run takes it over and
    says so), elsewhere when a run on another host may still live. No camera is contacted.
    """
    from recamera_gitops.cli.locking import tell

    return tell(directory, form)
