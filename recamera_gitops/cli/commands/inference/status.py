"""`inference status`: which model runs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("status", epilog=options.example("recamera-gitops inference status"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Tell which model cameras run, how it is, and how fast. Cameras are only read."""
    from recamera_gitops.cli.operating import ask
    from recamera_gitops.operations.inference import inference
    from recamera_gitops.report.operations.models import INFERENCE

    return ask(selection, "inference status", inference, INFERENCE, form)
