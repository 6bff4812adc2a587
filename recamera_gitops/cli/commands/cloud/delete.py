"""`cloud delete`: a model is taken away there."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Where
from recamera_gitops.errors import ExitCode


@click.command("delete", epilog=options.example("recamera-gitops cloud delete 54305aef-…"))
@cloud_options.model_id
@options.confirm_word
@options.output("text", "json")
@cloud_options.reaching
@options.debug
def command(*, where: Where, model_id: str, confirmed: tuple[str, ...], form: str) -> ExitCode:
    """Delete the model with this ID there, after the ID was typed once more or given with --confirm."""
    from recamera_gitops.cli.clouding import delete

    return delete(where, model_id, confirmed, form)
