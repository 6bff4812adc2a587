"""`device restore`: bring a configuration back to a camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command(
    "restore",
    epilog=options.example("recamera-gitops device restore backups/lobby.tar lobby --reboot"),
)
@click.option("--reboot", is_flag=True, help="Restart the camera, and see what became of it.")
@options.confirm_word
@options.outside_window
@options.output("text", "json")
@options.events
@options.reaching(click.argument("names", metavar="FILE NAME", nargs=-1))
def command(
    *,
    selection: Selection,
    reboot: bool,
    confirmed: tuple[str, ...],
    outside_window: bool,
    form: str,
) -> ExitCode:
    """Bring a file of `device backup` to one camera; the camera's serial number confirms it.

    Everything comes with it: passwords, keys, addresses. The file of another camera has to be confirmed
    with that one's serial number too. It holds from the next restart on.
    """
    from dataclasses import replace

    from recamera_gitops.cli.keeping import Bringing, restore

    if not selection.names:
        raise click.UsageError("which file? `device backup` makes one")
    file, *names = selection.names
    wanted = Bringing(Path(file), reboot, confirmed, outside_window)
    return restore(replace(selection, names=tuple(names)), wanted, form)
