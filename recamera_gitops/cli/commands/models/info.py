"""`models info`: everything that is known about a model."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "info", epilog=options.example("recamera-gitops models info yolo11n.rknn gate-north")
)
@click.argument("file", metavar="MODEL")
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, file: str, form: str) -> ExitCode:
    """Tell everything that cameras know about the model with this file name, thresholds as they show them."""
    from functools import partial

    from recamera_gitops.cli.operating import ask
    from recamera_gitops.operations.models import model_info
    from recamera_gitops.report.operations.models import INFO

    return ask(selection, "models info", partial(model_info, file), INFO, form)
