"""`trust`: which camera stands behind a name."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("trust", epilog=options.example("recamera-gitops trust gate-north"))
@click.option("--replace", is_flag=True, help="Also accept cameras whose identity has changed.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@options.events
@options.reaching()
def command(
    *,
    selection: Selection,
    replace: bool,
    yes: bool,
) -> ExitCode:
    """Learn serial numbers and certificates into known_cameras.yaml.

    Compare what is shown with the cameras before you say yes, and commit the file.
    """
    from recamera_gitops.cli.trusting import trust

    return trust(selection, replace_changed=replace, yes=yes)
