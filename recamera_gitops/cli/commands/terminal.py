"""`terminal`: a shell on a camera."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.errors import ExitCode


@click.command("terminal", epilog=options.example("recamera-gitops terminal gate-north"))
@click.argument("device", shell_complete=candidates.devices)
@options.allow_cmd
@options.fleet
@options.debug
def command(*, device: str, directory: Path | None, allow_cmd: bool) -> ExitCode:
    """Be at the terminal of one camera: every key goes there, and what it shows comes here, as it is.

    Enter, then ~. leaves; so does the end of the shell. With a pipe instead of a terminal its content is
    typed, then the end of the input, and what comes back is printed until the shell has ended.

    Everything can be done there, past plan and policy. So a protected camera is refused, and so is one that
    another run writes to; that there was a terminal stands among the runs, what was typed does not.
    """
    from recamera_gitops.cli.attaching import attach
    from recamera_gitops.cli.selection import Selection

    return attach(Selection(directory, (device,), allow_cmd=allow_cmd))
