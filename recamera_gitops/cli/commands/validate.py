"""`validate`: every problem of the files at once, without a camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import levels as levelled
from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "validate",
    cls=levelled.LevelledCommand,
    epilog=options.example("recamera-gitops validate --error all --format github"),
)
@levelled.options
@options.output("text", "json", "github", "sarif")
@options.selection
def command(
    selection: Selection,
    form: str,
    levels: list[tuple[str, str]],
) -> ExitCode:
    """Check the files of a fleet, offline: every problem at once, with its place and a hint.

    Warnings name their rule, such as [no-serial]; docs/rules.md describes them, and how a comment ignores one.
    """
    from recamera_gitops.cli.validation import ValidateRequest, validate

    return validate(ValidateRequest(selection, form, levels))
