"""`pull`: what cameras have, into the files."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("pull", epilog=options.example("recamera-gitops pull gate-north --dry-run"))
@click.option(
    "--adopt",
    "adopted",
    metavar="PATH",
    shell_complete=candidates.paths,
    multiple=True,
    help="Also write settings below this path that no file states yet, into the device files.",
)
@click.option(
    "--into",
    type=click.Choice(("device", "profile")),
    help="Where to write what a profile says for other cameras too; default: ask, or device.",
)
@click.option("--dry-run", is_flag=True, help="Show the change of the files, and write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@options.targets
@options.events
@options.reaching()
def command(
    *,
    selection: Selection,
    targets: tuple[str, ...],
    adopted: tuple[str, ...],
    into: str | None,
    dry_run: bool,
    yes: bool,
) -> ExitCode:
    """Write what cameras have into the YAML that says otherwise; cameras are only read.

    Only the values change: comments, order, quotes and layout stay. Secrets are never written.
    """
    from recamera_gitops.cli.pulling import PullRequest, pull

    return pull(PullRequest(selection, targets, adopted, into, dry_run, yes))
