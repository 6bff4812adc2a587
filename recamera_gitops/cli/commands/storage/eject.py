"""`storage eject`: a slot is put out of use, after a confirmation."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "eject",
    epilog=options.example("recamera-gitops storage eject gate-north --slot /dev/mmcblk1p1"),
)
@options.slot_path
@options.confirming
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, slot: str, consent: Consent, form: str) -> ExitCode:
    """Put a removable slot out of use, so that the medium can be taken out.

    Where recordings went to it, nothing is recorded from then on.

    What would happen is shown first; the path of the slot has to be typed, or given with --confirm. The
    camera is told once, and followed to the end.
    """
    from recamera_gitops.cli.storing import treat

    return treat(selection, "eject", slot, consent, form)
