"""`runs show`: what became of each camera in a run."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.errors import ExitCode


@click.command("show", epilog=options.example("recamera-gitops runs show latest"))
@click.argument("run", metavar="RUN", shell_complete=candidates.runs)
@options.output("text", "json")
@options.fleet
@options.debug
def command(*, run: str, directory: Path | None, form: str) -> ExitCode:
    """Tell what became of each camera in a run, and which writes nobody knows the fate of.

    RUN is its name, the beginning of it, or: latest.
    """
    from recamera_gitops.cli.history import shown

    return shown(directory, run, form)
