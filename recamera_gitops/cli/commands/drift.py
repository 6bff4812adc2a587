"""`drift`: for scheduled jobs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("drift", epilog=options.example("recamera-gitops drift -l site=hq --format json"))
@options.outputs("text", "json", "markdown", "html", "gitlab")
@options.events
@options.executing
@options.reaching()
def command(
    *,
    selection: Selection,
    forms: Forms,
) -> ExitCode:
    """Look for cameras that differ from the files; only reads are sent.

    Ends with 2 when some camera differs, with 4 when some is out of reach and none differs. Paths
    below drift.ignore of fleet.yaml are passed over.
    """
    from recamera_gitops.cli.planning import drift

    return drift(selection, forms)
