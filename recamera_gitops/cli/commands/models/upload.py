"""`models upload`: a model is brought to cameras."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import model_options, options
from recamera_gitops.cli.model_options import Bringing
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "upload",
    epilog=options.example("recamera-gitops models upload yolo.rknn 'gate-*' --info yolo.yaml"),
)
@model_options.bringing
@options.outside_window
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, model: Bringing, outside_window: bool, form: str) -> ExitCode:
    """Bring a model file to cameras, then its info, and restart it where it runs.

    A camera that has it already is left alone. No part is sent twice: where an answer is lost, the camera
    is looked at. A model that is new to a camera needs an info before it can run.
    """
    from recamera_gitops.cli.modelling import upload, uploading

    return upload(selection, uploading(model), form, outside_window=outside_window)
