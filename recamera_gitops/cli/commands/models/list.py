"""`models list`: which models there are."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("list", epilog=options.example("recamera-gitops models list gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Tell which models cameras have, and which one runs. Cameras are only read."""
    from recamera_gitops.cli.operating import ask
    from recamera_gitops.operations.models import models
    from recamera_gitops.report.operations.models import MODELS

    return ask(selection, "models list", models, MODELS, form)
