"""`drift`: for scheduled jobs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("drift", epilog=options.example("recamera-gitops drift -l site=hq --format json"))
@options.output("text", "json")
@options.allow_cmd
@options.selection
def command(
    *,
    directory: Path | None,
    names: tuple[str, ...],
    selector: str | None,
    allow_cmd: bool,
    form: str,
) -> ExitCode:
    """Look for cameras that differ from the files; only reads are sent.

    Ends with 2 when some camera differs, with 4 when some is out of reach and none differs. Paths
    below drift.ignore of fleet.yaml are passed over.
    """
    from recamera_gitops.cli.planning import drift
    from recamera_gitops.cli.repository import Selection

    return drift(Selection(directory, names, selector, allow_cmd), form)
