"""`record info`: what sets off recordings, and what came of the last one."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("info", epilog=options.example("recamera-gitops record info gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Tell whether cameras record, what sets a recording off, and what came of the last one.

    The pins and serial lines that a trigger may name are listed too. Cameras are only read.
    """
    from recamera_gitops.cli.operating import ask
    from recamera_gitops.operations.recording import record_info
    from recamera_gitops.report.operations.recording import INFO

    return ask(selection, "record info", record_info, INFO, form)
