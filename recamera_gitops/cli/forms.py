"""In which forms a result leaves the program: one on stdout, and others to files."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from recamera_gitops.errors import Diagnostic, InvalidInput

TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class Form:
    """One form by its name; without a file it is meant for stdout."""

    name: str
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Forms:
    """Every form that was asked for: what stands on stdout, and what is written to files."""

    screen: str = TEXT
    files: tuple[Form, ...] = ()

    def check(self) -> None:
        """InvalidInput, with every reason, where a file could not be written later."""
        problems = [found for each in self.files for found in unwritable(each)]
        if problems:
            raise InvalidInput(problems)


def choice(
    names: Sequence[str],
) -> Callable[[click.Context, click.Parameter, Sequence[str]], Forms]:
    """What makes one value of all that was asked for; wrong usage where two would stand in one place."""

    def chosen(ctx: click.Context, param: click.Parameter, given: Sequence[str]) -> Forms:
        forms = [_form(each, names, ctx, param) for each in given]
        screens = [each.name for each in forms if each.file is None]
        files = tuple(each for each in forms if each.file is not None)
        if len(screens) > 1:
            message = f"only one form can go to stdout; write {screens[1]}=FILE"
            raise click.BadParameter(message, ctx, param)
        if len({each.file.resolve() for each in files if each.file}) < len(files):
            raise click.BadParameter("two forms cannot go to one file", ctx, param)
        return Forms(screens[0] if screens else TEXT, files)

    return chosen


def _form(given: str, names: Sequence[str], ctx: click.Context, param: click.Parameter) -> Form:
    name, equals, file = given.partition("=")
    if name not in names:
        message = f"{name!r} is not one of {', '.join(names)}"
        raise click.BadParameter(message, ctx, param)
    if equals and not file:
        raise click.BadParameter(f"{given} names no file", ctx, param)
    return Form(name, Path(file) if equals else None)


def unwritable(form: Form) -> Iterator[Diagnostic]:
    """Why a form could not be written to its file."""
    path = form.file or Path()
    folder = path.parent
    if not folder.is_dir():
        reason, hint = f"there is no folder {folder}", "make it first"
    elif path.is_dir():
        reason, hint = "it is a folder", "name a file in it"
    elif not os.access(folder, os.W_OK | os.X_OK):
        reason, hint = f"the folder {folder} may not be written to", "choose another one"
    else:
        return
    message = f"{form.name} cannot be written: {reason}"
    yield Diagnostic("output-file", message, str(path), hint=hint)
