"""`cloud download`: a converted model is fetched."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import cloud_options, options
from recamera_gitops.cli.cloud_options import Where
from recamera_gitops.errors import ExitCode


@click.command(
    "download", epilog=options.example("recamera-gitops cloud download 54305aef-… --output models/")
)
@cloud_options.model_id
@cloud_options.output
@cloud_options.force
@options.output("text", "json")
@cloud_options.reaching
@options.debug
def command(*, where: Where, model_id: str, path: str, force: bool, form: str) -> ExitCode:
    """Fetch the model with this ID, proved by its MD5; what is there already is not fetched again."""
    from recamera_gitops.cli.clouding import download
    from recamera_gitops.cloud.fetching import Place

    return download(where, model_id, Place.said(path, replace=force), form)
