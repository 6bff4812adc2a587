"""`show`: a saved plan, as `plan` showed it."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.forms import Forms
from recamera_gitops.errors import ExitCode


@click.command("show", epilog=options.example("recamera-gitops show plan.json --steps"))
@click.argument("file", metavar="PLANFILE", type=click.Path(path_type=Path))
@options.steps
@options.outputs("text", "json", "markdown", "html", "gitlab")
@options.fleet
@options.debug
def command(*, file: Path, forms: Forms, steps: bool, directory: Path | None) -> ExitCode:
    """Show a saved plan; no camera is contacted.

    A file that is not here is looked for in the fleet repository.
    """
    from recamera_gitops.cli.planning import show

    elsewhere = directory / file if directory is not None and not file.exists() else file
    return show(elsewhere, forms, directory, steps=steps)
