"""`init`: a new repository."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("init", epilog=options.example("recamera-gitops init acme-warehouse --ci gitlab"))
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--ci",
    "forge",
    type=click.Choice(["github", "gitlab", "none"]),
    default="github",
    show_default=True,
    help="Whose jobs plan pull requests, apply what was merged, and look for drift at night.",
)
@click.option(
    "--schedule",
    type=click.Choice(["systemd", "cron", "none"]),
    default="none",
    show_default=True,
    help="What else looks for drift at night, from a machine of your own.",
)
@click.option("--force", is_flag=True, help="Also where files are; they are kept as they are.")
@options.debug
def command(directory: Path, forge: str, schedule: str, *, force: bool) -> ExitCode:
    """Make a new fleet repository: files to begin with, schemas for editors, jobs for the forge."""
    from recamera_gitops.cli.starting import begin

    return begin(directory, forge, schedule, force=force)
