"""What a model is brought to cameras with."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Bringing:
    """A file, its name on cameras where that is another one, what is to be known about it.

    With `force` another file of that name is replaced.
    """

    path: Path
    name: str | None = None
    info: Path | None = None
    force: bool = False


info = click.option(
    "--info",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What cameras are to know about it, in YAML or JSON: as models.NAME.info in the files.",
)
_OPTIONS: Final = (
    click.argument("path", metavar="FILE", type=click.Path(path_type=Path)),
    click.option("--name", metavar="NAME", help="What it is called there; default: like the file."),
    info,
    click.option("--force", is_flag=True, help="Replace another file of that name."),
)
_NAMES: Final = {field.name for field in fields(Bringing)}


def bringing(command: Command) -> Command:
    """Hand all of them to the command as one `model`."""

    @functools.wraps(command)
    def passing(**given: object) -> object:
        own: dict[str, Any] = {key: given.pop(key) for key in _NAMES & given.keys()}
        return command(model=Bringing(**own), **given)

    for each in reversed(_OPTIONS):
        passing = each(passing)
    return cast("Command", passing)
