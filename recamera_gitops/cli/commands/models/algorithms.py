"""`models algorithms`: what kinds of models can run."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("algorithms", epilog=options.example("recamera-gitops models algorithms"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Tell what kinds of models cameras can run. Cameras are only read."""
    from recamera_gitops.cli.operating import ask
    from recamera_gitops.operations.models import algorithms
    from recamera_gitops.report.operations.models import ALGORITHMS

    return ask(selection, "models algorithms", algorithms, ALGORITHMS, form)
