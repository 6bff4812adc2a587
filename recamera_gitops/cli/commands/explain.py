"""`explain`: the effective desired state of one camera, each value with the line that says it."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.errors import ExitCode


@click.command(
    "explain", epilog=options.example("recamera-gitops explain gate-north image.scenes.night")
)
@click.argument("device", metavar="DEVICE", shell_complete=candidates.devices)
@click.argument("path", metavar="[PATH]", required=False, shell_complete=candidates.paths)
@options.output("text", "json")
@options.fleet
@options.debug
def command(*, device: str, path: str | None, form: str, directory: Path | None) -> ExitCode:
    """Tell what a camera is to be, offline: each value with its file and line, and what it overrides.

    PATH narrows it to the settings below, or to the connection.
    """
    from recamera_gitops.cli.explaining import explain
    from recamera_gitops.cli.selection import Selection

    return explain(Selection(directory, (device,)), path, form)
