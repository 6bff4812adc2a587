"""`models delete`: a model is taken away from cameras."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "delete", epilog=options.example("recamera-gitops models delete old.rknn gate-north")
)
@click.argument("file", metavar="MODEL")
@click.option("--stop", is_flag=True, help="Stop the model first where it runs.")
@options.confirming
@options.output("text", "json")
@options.operating
def command(
    *, selection: Selection, file: str, stop: bool, consent: Consent, form: str
) -> ExitCode:
    """Delete the model with this file name, after the name was typed once more or given with --confirm.

    One that runs is left alone, unless it is to be stopped first.
    """
    from recamera_gitops.cli.modelling import delete

    return delete(selection, file, consent, form, stop=stop)
