"""`diff`: what a change of the files means, without a camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("diff", epilog=options.example("recamera-gitops diff ../main --format markdown"))
@click.argument("base", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 when something differs.")
@click.option(
    "--same-logins",
    is_flag=True,
    help="End with 5 when a login would be sent to another place than before, or another login:"
    " then a job must not run with the secrets of the fleet.",
)
@options.targets
@options.outputs("text", "json", "markdown")
@options.selection
def command(
    selection: Selection,
    base: Path,
    targets: tuple[str, ...],
    forms: Forms,
    *,
    detailed_exitcode: bool,
    same_logins: bool,
) -> ExitCode:
    """Compare what the files declare with an earlier revision of them in DIR, offline.

    No camera is asked and no secret is looked up, so that a job may do it for a pull request of anybody.
    It tells what is declared otherwise, and not what a plan would find on the cameras.
    """
    from recamera_gitops.cli.comparing import DiffRequest, diff

    return diff(DiffRequest(selection, base, targets, forms, detailed_exitcode, same_logins))
