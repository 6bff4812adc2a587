"""`validate`: every problem of the files at once, without a camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("validate", epilog=options.example("recamera-gitops validate --format github"))
@options.output("text", "json", "github")
@options.selection
def command(
    directory: Path | None, names: tuple[str, ...], selector: str | None, form: str
) -> ExitCode:
    """Check the files of a fleet, offline: every problem at once, with its place and a hint."""
    from recamera_gitops.cli.repository import Selection
    from recamera_gitops.cli.validation import validate

    return validate(Selection(directory, names, selector), form)
