"""`rollback`: make cameras what they were before a run."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("rollback", epilog=options.example("recamera-gitops rollback latest"))
@options.confirm
@options.auto_approve
@options.outside_window
@options.steps
@options.outputs("text", "json", "markdown", "html", "junit")
@options.events
@options.executing
@options.reaching(
    click.argument("names", metavar="RUN [NAMES]...", nargs=-1, shell_complete=candidates.runs)
)
def command(
    *,
    selection: Selection,
    forms: Forms,
    steps: bool,
    confirmed: tuple[str, ...],
    auto_approve: bool,
    outside_window: bool,
) -> ExitCode:
    """Plan, show, ask, and restore what a run has changed, as it was before; read back what was written.

    RUN is its name, the beginning of it, or: latest. NAMES are cameras of it; without any, all are
    meant. A camera on which one of the settings was changed after the run is refused. Secrets are
    restored only where the run could keep them, under the key in RECAMERA_GITOPS_KEY.
    """
    from dataclasses import replace

    from recamera_gitops.cli.applying import Approval
    from recamera_gitops.cli.restoring import Rollback, rollback
    from recamera_gitops.fleet.judging import Terms

    if not selection.names:
        raise click.UsageError("which run? `recamera-gitops runs` lists them")
    run, names = selection.names[0], selection.names[1:]
    approval = Approval(auto_approve, Terms(confirmed, outside_window=outside_window))
    return rollback(Rollback(run, replace(selection, names=names), forms, steps, approval))
