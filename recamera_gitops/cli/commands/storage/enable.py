"""`storage enable`: where recordings go."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "enable", epilog=options.example("recamera-gitops storage enable /dev/mmcblk1p1 gate-north")
)
@click.argument("slot", metavar="SLOT|none")
@options.agreeing
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, slot: str, consent: Consent, form: str) -> ExitCode:
    """Let recordings go to SLOT, a path or a UUID of: storage status, or to none.

    The camera takes up to half a minute, which is waited for. It may overwrite a directory of recordings
    that is on the medium already. Recording has a gap. To keep a slot in use, declare record.storage.
    """
    from recamera_gitops.cli.storing import enable

    return enable(selection, slot, consent, form)
