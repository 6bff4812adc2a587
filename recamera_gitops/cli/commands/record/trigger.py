"""`record trigger`: set off a recording by hand."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "trigger", epilog=options.example("recamera-gitops record trigger gate-north --wait")
)
@click.option("--wait", is_flag=True, help="Wait until the recording has come to its end.")
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str, wait: bool) -> ExitCode:
    """Set off one recording at each camera whose trigger is http, where it is ready for one.

    A camera is told once. Where its answer is lost, what it shows of its last recording tells whether one
    began.
    """
    from recamera_gitops.cli.operating import operate
    from recamera_gitops.fleet.operating import Operation
    from recamera_gitops.operations.recording import triggered
    from recamera_gitops.report.operations.recording import TRIGGERED

    operation = Operation(
        "record trigger", lambda reached: reached.converse(triggered(wait=wait)), writes=True
    )
    return operate(selection, operation, TRIGGERED, form)
