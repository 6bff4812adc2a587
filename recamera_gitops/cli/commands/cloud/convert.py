"""`cloud convert`: an ONNX model becomes one for the camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Asked, Where
from recamera_gitops.errors import ExitCode


@click.command(
    "convert", epilog=options.example("recamera-gitops cloud convert yolo11n.onnx --output models/")
)
@cloud_options.converting
@options.output("text", "json")
@cloud_options.reaching
@options.debug
def command(*, where: Where, asked: Asked, form: str) -> ExitCode:
    """Convert an ONNX model into one for the camera, wait for it, and fetch it.

    It is sent once. Where the answer to that is lost, the conversion is looked for and never begun again.
    With --install the result is brought to cameras of the fleet in one go, as with: models upload.
    """
    from recamera_gitops.cli.clouding import convert

    return convert(where, asked, form)
