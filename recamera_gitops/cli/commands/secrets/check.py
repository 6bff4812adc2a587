"""`secrets check`: whether every reference leads to something, before a camera is asked."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("check", epilog=options.example("recamera-gitops secrets check -l site=hq"))
@options.output("text", "json")
@options.reaching()
def command(
    *,
    selection: Selection,
    form: str,
) -> ExitCode:
    """Look up every reference to a secret, and tell which lead to nothing; no secret is shown.

    No camera is contacted. Ends with 1 when some reference cannot be resolved.
    """
    from recamera_gitops.cli.checking import check

    return check(selection, form)
