"""`show`: a saved plan, as `plan` showed it."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("show", epilog=options.example("recamera-gitops show plan.json --steps"))
@click.argument("file", metavar="PLANFILE", type=click.Path(path_type=Path))
@options.steps
@options.output("text", "json")
@options.debug
def command(*, file: Path, form: str, steps: bool) -> ExitCode:
    """Show a saved plan; no camera is contacted."""
    from recamera_gitops.cli.planning import show

    return show(file, form, steps=steps)
