"""`import`: live cameras into files."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json


@click.command(
    "import",
    epilog=options.example(
        "recamera-gitops import 192.168.10.21 --name gate-north --label site=hq\n"
        "  recamera-gitops import --from cameras.csv --common base"
    ),
)
@click.argument("host", required=False)
@click.option("--name", metavar="NAME", help="What the camera is to be called.")
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Many cameras: a table with the columns host,name,labels,profiles,scheme,port.",
)
@click.option("--label", "labels", metavar="KEY=VALUE", multiple=True, help="May be given again.")
@click.option(
    "--profile",
    "profiles",
    metavar="NAME",
    multiple=True,
    help="A profile of the camera, after those of the fleet; may be given again.",
)
@click.option("--scheme", metavar="SCHEME", help="https or http; default: as the fleet says.")
@click.option("--port", metavar="PORT", help="TCP port; default: as the fleet says.")
@click.option("--username", metavar="NAME", help="To log in with; default: as the fleet says.")
@click.option(
    "--password-env",
    "password_variable",
    metavar="VARIABLE",
    help="The environment variable that holds the password; default: as the fleet says.",
)
@click.option(
    "--common",
    metavar="PROFILE",
    help="Put what all of these cameras have in common into this profile.",
)
@click.option(
    "--share",
    type=click.IntRange(1, 100),
    metavar="PERCENT",
    help="How many of them must have it for --common; default: all.",
)
@click.option("--all", "everything", is_flag=True, help="Also what is as cameras come.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@options.allow_cmd
@options.fleet
@options.debug
def command(
    *, file: Path | None, host: str | None, name: str | None, share: int | None, **given: Json
) -> ExitCode:
    """Write the file of a live camera; planning it right after shows no changes.

    Settings that differ from what cameras come with, and from the profiles, are written; secrets become
    variables, which are named and never shown.
    """
    from recamera_gitops.cli.importing import ImportRequest, take_in

    if (file is None) is (host is None):
        raise click.UsageError("say either a HOST or --from FILE")
    if (file is None) is (name is None):
        raise click.UsageError("--name goes with a HOST, and only with one")
    if share is not None and given["common"] is None:
        raise click.UsageError("--share goes with --common")
    return take_in(ImportRequest(host=host, name=name, file=file, share=share or 100, **given))
