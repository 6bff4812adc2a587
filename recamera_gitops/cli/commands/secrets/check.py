"""`secrets check`: whether every reference leads to something, before a camera is asked."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("check", epilog=options.example("recamera-gitops secrets check -l site=hq"))
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
    """Look up every reference to a secret, and tell which lead to nothing; no secret is shown.

    No camera is contacted. Ends with 1 when some reference cannot be resolved.
    """
    from recamera_gitops.cli.checking import check
    from recamera_gitops.cli.repository import Selection

    return check(Selection(directory, names, selector, allow_cmd), form)
