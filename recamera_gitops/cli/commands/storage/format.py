"""`storage format`: what is on a slot is erased, after a confirmation."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "format",
    epilog=options.example("recamera-gitops storage format gate-north --slot /dev/mmcblk1p1"),
)
@options.slot_path
@options.confirming
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, slot: str, consent: Consent, form: str) -> ExitCode:
    """Make an empty file system on a slot. Everything on it is lost, and cannot be had again.

    A card may have another UUID afterwards; where recordings went to it, see with: storage status whether
    they still do.

    What would happen is shown first; the path of the slot has to be typed, or given with --confirm. The
    camera is told once, and followed to the end.
    """
    from recamera_gitops.cli.storing import treat

    return treat(selection, "format", slot, consent, form)
