"""Options that several commands share, each declared once."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import click

from recamera_gitops.cli import candidates

Command = TypeVar("Command", bound=Callable[..., Any])
Option: TypeAlias = Callable[[Command], Command]

FLEET_VARIABLE: Final = "RECAMERA_GITOPS_FLEET"

fleet = click.option(
    "-C",
    "--fleet",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    envvar=FLEET_VARIABLE,
    help=f"The fleet repository (or {FLEET_VARIABLE}); default: the nearest fleet.yaml upward.",
)
names = click.argument("names", nargs=-1, shell_complete=candidates.devices)
selector = click.option(
    "-l",
    "--selector",
    metavar="SELECTOR",
    shell_complete=candidates.selectors,
    help="Cameras by label: 'site=hq,role!=gate,ring in (canary,early)'.",
)
targets = click.option(
    "--target",
    "targets",
    metavar="PATH",
    multiple=True,
    shell_complete=candidates.paths,
    help="Only settings below this path, such as image.scenes.night; may be given again.",
)
steps = click.option("--steps", is_flag=True, help="Also show every request that would be sent.")
allow_cmd = click.option(
    "--allow-cmd",
    is_flag=True,
    help="Run the programs that the files name, in ${cmd:…} and in gates,"
    " where you trust everybody who may change the files.",
)
debug = click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks of errors.")


def output(*formats: str) -> Callable[[Command], Command]:
    """`--format`, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of the output; programs should read json, whose form is promised.",
    )


_NAMES: Final = (
    "NAMES are cameras, or patterns such as 'gate-*'; without any, all cameras are meant."
)


def selection(command: Command) -> Command:
    """NAMES, --selector, --fleet and --debug: what every command about cameras takes, and says of it."""
    command.__doc__ = f"{inspect.getdoc(command)}\n\n{_NAMES}"
    for each in (debug, fleet, selector, names):
        command = each(command)
    return command


def example(text: str) -> str:
    """An example below the help of a command."""
    return f"\b\nExample:\n  {text}"
