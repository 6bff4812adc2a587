"""`inference start`: a model is run."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "start",
    epilog=options.example(
        "recamera-gitops inference start 'gate-*' --model yolo11n.rknn --fps 10"
    ),
)
@click.option(
    "--model", metavar="MODEL", help="The model, by its file name; default: the selected one."
)
@click.option("--fps", type=click.IntRange(0), help="Most results a second; default: as it is.")
@options.agreeing
@options.output("text", "json")
@options.operating
def command(
    *,
    selection: Selection,
    model: str | None,
    fps: int | None,
    consent: Consent,
    form: str,
) -> ExitCode:
    """Run a model at cameras, and wait until they say that it runs.

    Nothing is written where the camera lacks the model, or knows nothing about it, or runs it already.
    """
    from recamera_gitops.cli.modelling import start

    return start(selection, model, fps, consent, form)
