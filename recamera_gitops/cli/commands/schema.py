"""`schema`: what editors and programs check files against."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode


@click.command("schema", epilog=options.example("recamera-gitops schema --output schemas"))
@click.option(
    "--output",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write one file per schema instead of printing all as one JSON object.",
)
@click.option(
    "--settings",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the reference of all settings as Markdown.",
)
@click.option(
    "--rules",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the reference of all rules as Markdown.",
)
@click.option("--check", is_flag=True, help="Only compare; end with 1 when a file differs.")
@options.debug
def command(
    *, directory: Path | None, settings: Path | None, rules: Path | None, check: bool
) -> ExitCode:
    """The JSON Schemas of every file, generated from the declarations."""
    from recamera_gitops.cli import schemas

    files = schemas.files(directory, settings, rules)
    if not files:
        if check:
            raise click.UsageError("--check needs --output DIR, --settings FILE or --rules FILE")
        return schemas.show()
    return schemas.check(files) if check else schemas.write(files)
