"""`plan`: what apply would change, and nothing is changed."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("plan", epilog=options.example("recamera-gitops plan 'gate-*' --out plan.json"))
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the plan, for review and for: apply FILE.",
)
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 when some camera differs.")
@options.targets
@options.steps
@options.outputs("text", "json", "markdown", "html", "gitlab")
@options.events
@options.executing
@options.reaching()
def command(
    *,
    selection: Selection,
    targets: tuple[str, ...],
    forms: Forms,
    steps: bool,
    out: Path | None,
    detailed_exitcode: bool,
) -> ExitCode:
    """Read the cameras and show what apply would change; only reads are sent."""
    from recamera_gitops.cli.planning import PlanRequest, plan

    return plan(PlanRequest(selection, targets, forms, out, detailed_exitcode, steps))
