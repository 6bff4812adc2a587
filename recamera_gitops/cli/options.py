"""Options that several commands share, each declared once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option: TypeAlias = Callable[[Command], Command]

FLEET_VARIABLE: Final = "RECAMERA_GITOPS_FLEET"

fleet = click.option(
    "-C",
    "--fleet",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar=FLEET_VARIABLE,
    help=f"The fleet repository (or {FLEET_VARIABLE}); default: the nearest fleet.yaml upward.",
)
names = click.argument("names", nargs=-1)
selector = click.option(
    "-l",
    "--selector",
    metavar="SELECTOR",
    help="Cameras by label: 'site=hq,role!=gate,ring in (canary,early)'.",
)
targets = click.option(
    "--target",
    "targets",
    metavar="PATH",
    multiple=True,
    help="Only settings below this path, such as image.scenes.night; may be given again.",
)
steps = click.option("--steps", is_flag=True, help="Also show every request that would be sent.")
debug = click.option("--debug", is_flag=True, expose_value=False, help="Tracebacks for errors.")


def output(*formats: str) -> Callable[[Command], Command]:
    """`--format`, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of the output; json is the one whose form is promised.",
    )


def selection(command: Command) -> Command:
    """NAMES, --selector, --fleet and --debug: what every command about cameras takes."""
    for each in (debug, fleet, selector, names):
        command = each(command)
    return command


def example(text: str) -> str:
    """An example below the help of a command."""
    return f"\b\nExample:\n  {text}"
