"""`drift`, `drift check`: for scheduled jobs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.outlets import Outlets, telling
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "check", epilog=options.example("recamera-gitops drift check -l site=hq --format json")
)
@click.option(
    "--fail-on",
    "threshold",
    type=click.Choice(["low", "normal", "high", "critical"]),
    default="low",
    show_default=True,
    help="End with 2 only for differences that are at least so grave.",
)
@telling
@options.output("text", "json")
@options.events
@options.executing
@options.reaching()
def command(
    *,
    selection: Selection,
    form: str,
    threshold: str,
    outlets: Outlets,
) -> ExitCode:
    """Look for cameras that differ from the files; only reads are sent.

    Ends with 2 when some camera differs, with 4 when some is out of reach and none differs. Paths
    below drift.ignore of fleet.yaml are passed over, and counted.
    """
    from recamera_gitops.cli.drifting import DriftRequest, drift

    return drift(DriftRequest(selection, form, threshold, outlets))
