"""`drift`, `drift check`: for scheduled jobs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.cli.forms import TEXT, Forms
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
@click.option(
    "--repair",
    "repaired",
    metavar="PATH",
    multiple=True,
    shell_complete=candidates.paths,
    help="Put right what drifted below a path that drift.repair of fleet.yaml calls safe; may be given again.",
)
@options.auto_approve
@options.outputs("text", "json", "markdown", "html", "gitlab")
@options.events
@options.executing
@options.reaching()
def command(
    *,
    selection: Selection,
    forms: Forms,
    threshold: str,
    outlets: Outlets,
    repaired: tuple[str, ...],
    auto_approve: bool,
) -> ExitCode:
    """Look for cameras that differ from the files; without --repair only reads are sent.

    Ends with 2 when some camera differs, with 4 when some is out of reach and none differs. Paths
    below drift.ignore of fleet.yaml are passed over, and counted. A wish that is newer than the last
    apply is never repaired.
    """
    if auto_approve and not repaired:
        raise click.UsageError("--auto-approve goes with --repair")
    if repaired and forms.screen != TEXT:
        raise click.UsageError("--repair tells in text; `runs show --format json` tells programs")
    from recamera_gitops.cli.drifting import DriftRequest, drift
    from recamera_gitops.cli.repairing import Repair

    return drift(DriftRequest(selection, forms, threshold, outlets, Repair(repaired, auto_approve)))
