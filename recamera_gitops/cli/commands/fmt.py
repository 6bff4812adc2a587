"""`fmt`: the files in their one form."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("fmt", epilog=options.example("recamera-gitops fmt --check"))
@click.argument(
    "files", metavar="[FILES]...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; show what would change, and end with 1 if anything.",
)
@options.fleet
@options.debug
def command(*, files: tuple[Path, ...], check: bool, directory: Path | None) -> ExitCode:
    """Put keys into their order and everything into one style; comments stay with what they are about.

    Without FILES, all files of the fleet. The meaning of a file never changes, and a file with an error
    in it is left alone. Names of changed files go to stdout.
    """
    from recamera_gitops.cli.formatting import FormatRequest, format_files

    return format_files(FormatRequest(directory, files, check))
