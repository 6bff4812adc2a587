"""`emulator`: cameras to try everything on."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.errors import ExitCode


@click.command("emulator", epilog=options.example("recamera-gitops emulator --count 3 --https"))
@click.option(
    "--count", type=click.IntRange(1, 5000), default=1, show_default=True, help="How many cameras."
)
@click.option(
    "--address",
    metavar="ADDRESS",
    default="127.11.0.1",
    show_default=True,
    help="Address of the first camera; the others have those that follow.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8180,
    show_default=True,
    help="Port of every camera.",
)
@click.option(
    "--rtsp-port",
    type=click.IntRange(0, 65535),
    help="Also show a picture over RTSP, on this port of every camera; the usual one is 554.",
)
@click.option(
    "--cloud-port",
    type=click.IntRange(0, 65535),
    help="Also run an emulated SenseCraft, on this port of this machine.",
)
@click.option("--https", is_flag=True, help="Serve TLS; each certificate is shown.")
@click.option(
    "--flavour",
    "flavours",
    metavar="NAME",
    multiple=True,
    shell_complete=candidates.flavours,
    help="A disputed behaviour, such as no-scene-save; may be given again.",
)
@click.option(
    "--faults",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Faults to play, a JSON list.",
)
@click.option(
    "--delay",
    type=click.FloatRange(0, 60),
    default=0.0,
    show_default=True,
    help="Seconds that every answer takes.",
)
@options.debug
def command(  # noqa: PLR0913 - one parameter per option
    *,
    count: int,
    address: str,
    port: int,
    https: bool,
    flavours: tuple[str, ...],
    faults: Path | None,
    delay: float,
    rtsp_port: int | None,
    cloud_port: int | None,
) -> ExitCode:
    """Run emulated cameras on loopback addresses until interrupted; user admin, password recamera."""
    from recamera_gitops.cli.emulation import EmulatorRequest, serve

    ports = (rtsp_port, cloud_port)
    return serve(EmulatorRequest(count, address, port, https, flavours, faults, delay, *ports))
