"""`storage free-up`: recordings on a slot are deleted, after a confirmation."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "free-up",
    epilog=options.example("recamera-gitops storage free-up gate-north --slot /dev/mmcblk1p1"),
)
@options.slot_path
@options.confirming
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, slot: str, consent: Consent, form: str) -> ExitCode:
    """Let cameras delete recordings on a slot that is in use, to make room.

    Which ones is for the camera to decide; they cannot be had again. Get them first with: files sync.

    What would happen is shown first; the path of the slot has to be typed, or given with --confirm. The
    camera is told once, and followed to the end.
    """
    from recamera_gitops.cli.storing import treat

    return treat(selection, "free-up", slot, consent, form)
