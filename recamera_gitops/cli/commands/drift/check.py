"""`drift`, `drift check`: for scheduled jobs."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
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
@click.option(
    "--metrics-file",
    "metrics",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write what was found as metrics, for the textfile collector of Prometheus.",
)
@click.option("--history", is_flag=True, help="Also remember what was found, for: drift log.")
@click.option(
    "--history-days",
    "days",
    metavar="DAYS",
    type=click.IntRange(1, 36500),
    help="With --history: forget what is older; 365 unless stated.",
)
@options.output("text", "json")
@options.events
@options.executing
@options.reaching()
def command(
    *,
    selection: Selection,
    form: str,
    threshold: str,
    metrics: Path | None,
    history: bool,
    days: int | None,
) -> ExitCode:
    """Look for cameras that differ from the files; only reads are sent.

    Ends with 2 when some camera differs, with 4 when some is out of reach and none differs. Paths
    below drift.ignore of fleet.yaml are passed over, and counted.
    """
    if days is not None and not history:
        raise click.UsageError("--history-days goes with --history")
    from recamera_gitops.cli.drifting import DriftRequest, drift

    return drift(
        DriftRequest(selection, form, threshold, metrics, days or 365 if history else None)
    )
