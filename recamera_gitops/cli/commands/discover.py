"""`discover`: which addresses are cameras."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json


@click.command(
    "discover",
    epilog=options.example(
        "recamera-gitops discover 192.168.10.0/24\n"
        "  recamera-gitops discover 192.168.10.20-40 --write cameras.csv"
    ),
)
@click.argument("targets", metavar="CIDR...", nargs=-1, required=True)
@click.option(
    "--port",
    "ports",
    metavar="PORT",
    type=click.IntRange(1, 65535),
    multiple=True,
    default=(443, 80),
    show_default=True,
    help="Ports to look at instead, in this order; may be given again.",
)
@click.option(
    "--write",
    "file",
    metavar="CSV",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the cameras that are not in the fleet to this table, for `import --from`.",
)
@click.option("--force", is_flag=True, help="Replace that table where it is there already.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 30),
    default=1.5,
    show_default=True,
    help="How long a connection is waited for; then a handshake and an answer for twice that, at least 3 s.",
)
@click.option(
    "--concurrency",
    metavar="NUMBER",
    type=click.IntRange(1, 1024),
    default=256,
    show_default=True,
    help="How many addresses are looked at at a time.",
)
@options.output("text", "json")
@options.fleet
@options.debug
def command(*, targets: tuple[str, ...], **given: Json) -> ExitCode:
    """Look which addresses are cameras: networks, ranges such as 192.168.10.20-40, or single ones.

    A camera is who shows a public key where cameras have theirs; an open port proves nothing. Nobody is
    logged in to and nothing is written, so no fleet repository is needed; where there is one, its cameras
    are marked with their names. TLS is tried before plain HTTP, and the certificate is shown.

    It ends with 0, also where there is no camera, and with 130 where it was interrupted.
    """
    from recamera_gitops.cli.discovering import DiscoverRequest, discover

    return discover(DiscoverRequest(targets, **given))
