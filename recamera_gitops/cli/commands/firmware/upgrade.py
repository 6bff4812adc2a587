"""`firmware upgrade`: have cameras fetch a release, and prove that it runs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.consent import Leave
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("upgrade", epilog=options.example("recamera-gitops firmware upgrade gate-north"))
@click.option("--to", "version", metavar="VERSION", help="Only if this is the latest release.")
@options.release_url
@options.leaving
@options.output("text", "json")
@options.events
@options.operating
def command(
    *,
    selection: Selection,
    version: str | None,
    url: str | None,
    leave: Leave,
    form: str,
) -> ExitCode:
    """Look, show, ask, and have cameras fetch and flash the latest release, one after another.

    The version that runs afterwards is the proof. An upgrade that is under way already is followed. Where
    nobody knows what became of one camera, no other is begun.
    """
    from recamera_gitops.cli.flashing import Flashing, bring

    return bring(selection, Flashing(version, leave, url), form)
