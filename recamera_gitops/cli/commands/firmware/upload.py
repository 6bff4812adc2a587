"""`firmware upload`: bring an image to cameras, and prove that it runs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Leave
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("upload", epilog=options.example("recamera-gitops firmware upload new.tar lobby"))
@click.option(
    "--version",
    "version",
    metavar="VERSION",
    help="The version in the image, which is to run then.",
)
@options.leaving
@options.output("text", "json")
@options.events
@options.reaching(click.argument("names", metavar="FILE [NAMES]...", nargs=-1))
def command(
    *,
    selection: Selection,
    version: str | None,
    leave: Leave,
    form: str,
) -> ExitCode:
    """Bring a firmware image from this machine to cameras, one after another.

    Without --version any other version than before proves it; a camera that runs what it ran ends with 3.
    NAMES are cameras, or patterns; '*' means all.
    """
    from dataclasses import replace
    from pathlib import Path

    from recamera_gitops.cli.flashing import Flashing, upload

    if not selection.names:
        raise click.UsageError("which file? it is a tar with boot.img and more")
    file, *names = selection.names
    wanted = Flashing(version, leave)
    return upload(replace(selection, names=tuple(names)), Path(file), wanted, form)
