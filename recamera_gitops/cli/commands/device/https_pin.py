"""`device https-pin`: the certificate that a camera shows, beside the known one."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("https-pin", epilog=options.example("recamera-gitops device https-pin gate-north"))
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, form: str) -> ExitCode:
    """Compare the certificate that a camera shows with the known one; no credential is sent.

    Ends with 3 where it is another one: see `trust`, which learns certificates.
    """
    from recamera_gitops.cli.maintaining import check_pins

    return check_pins(selection, form)
