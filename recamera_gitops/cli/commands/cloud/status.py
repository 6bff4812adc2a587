"""`cloud status`: how far a conversion is."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Where
from recamera_gitops.errors import ExitCode


@click.command("status", epilog=options.example("recamera-gitops cloud status 54305aef-… --watch"))
@cloud_options.model_id
@click.option("--watch", is_flag=True, help="Wait until it is done; 3 where it fails.")
@cloud_options.timeout
@options.output("text", "json")
@cloud_options.reaching
@options.debug
def command(*, where: Where, model_id: str, watch: bool, seconds: float, form: str) -> ExitCode:
    """Tell how far the conversion with this ID is, or what became of it."""
    from recamera_gitops.cli.clouding import status

    return status(where, model_id, form, watch=watch, seconds=seconds)
