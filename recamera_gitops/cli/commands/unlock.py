"""`unlock`: take locks away, and let refused logins be tried again."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.errors import ExitCode


@click.command("unlock", epilog=options.example("recamera-gitops unlock lock-1f8a9c02"))
@click.argument(
    "identities", metavar="ID...", nargs=-1, required=True, shell_complete=candidates.locks
)
@click.option(
    "--force",
    is_flag=True,
    help="Also take away locks of a run that lives: it begins no further of these cameras.",
)
@options.fleet
@options.debug
def command(*, directory: Path | None, identities: tuple[str, ...], force: bool) -> ExitCode:
    """Unlock what these IDs name: a camera, every camera of a run, or a refused login.

    IDs are those of: lock list. The name of a run means all its locks. What a killed run left behind
    needs no unlocking, the next run takes it over.
    """
    from recamera_gitops.cli.locking import unlock

    return unlock(directory, identities, force=force)
