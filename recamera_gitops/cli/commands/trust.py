"""`trust`: which camera stands behind a name."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("trust", epilog=options.example("recamera-gitops trust gate-north"))
@click.option("--replace", is_flag=True, help="Also accept cameras whose identity has changed.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@options.allow_cmd
@options.selection
def command(
    *,
    directory: Path | None,
    names: tuple[str, ...],
    selector: str | None,
    allow_cmd: bool,
    replace: bool,
    yes: bool,
) -> ExitCode:
    """Learn serial numbers and certificates into known_cameras.yaml.

    Compare what is shown with the cameras before you say yes, and commit the file.
    """
    from recamera_gitops.cli.repository import Selection
    from recamera_gitops.cli.trusting import trust

    return trust(Selection(directory, names, selector, allow_cmd), replace_changed=replace, yes=yes)
