"""`inference stop`: nothing is run."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("stop", epilog=options.example("recamera-gitops inference stop gate-north"))
@options.agreeing
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, consent: Consent, form: str) -> ExitCode:
    """Stop inference at cameras, and wait until they say that nothing runs."""
    from recamera_gitops.cli.modelling import stop

    return stop(selection, consent, form)
