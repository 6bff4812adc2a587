"""`fmt`: every file by itself; what is wrong with one does not keep the others from their form."""

import os
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.desired.files import FLEET_FILE
from recamera_gitops.desired.reformat import Reformatted, files_of, reformat, without_secrets
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.files import replace_file
from recamera_gitops.report.changes import unified
from recamera_gitops.report.diagnostics import line
from recamera_gitops.report.values import counted


@dataclass(frozen=True, slots=True)
class FormatRequest:
    """What `fmt` was asked for; without files, all of the repository are meant."""

    directory: Path | None
    files: tuple[Path, ...]
    check: bool


def format_files(request: FormatRequest) -> ExitCode:
    """Write, or show, what is not in its form; ERROR where something is wrong, or would change."""
    wrong: list[Diagnostic] = []
    changed = total = 0
    for path in _meant(request):
        total += 1
        try:
            found = reformat(path, _root(path, request.directory))
        except InvalidInput as error:
            wrong += error.diagnostics
            continue
        if found.differs:
            changed += 1
            (_show if request.check else _write)(found)
    for each in wrong:
        console.say(line(each))
    console.say(_summary(total, changed, check=request.check))
    return ExitCode.ERROR if wrong or (changed and request.check) else ExitCode.DONE


def _meant(request: FormatRequest) -> list[Path]:
    """The files of the request; one that is not here is looked for in the named repository."""
    directory = request.directory
    if not request.files:
        return files_of(root_of(directory))
    return [
        (directory / file if directory is not None and not file.exists() else file).absolute()
        for file in request.files
    ]


def _root(path: Path, directory: Path | None) -> Path:
    """The repository of a file: the named one, else the nearest one upward from it."""
    if directory is not None:
        return root_of(directory)
    found = (each for each in path.absolute().parents if (each / FLEET_FILE).is_file())
    return next(found, None) or root_of(path.parent)


def _show(found: Reformatted) -> None:
    name = _name(found.path)
    shown = unified(name, without_secrets(found.before), without_secrets(found.after))
    console.result(shown or f"{name}: other line ends\n")


def _write(found: Reformatted) -> None:
    """Replace the file itself, also where a link inside of the repository leads to it."""
    path = found.path.resolve()
    replace_file(path, found.after.encode("utf-8"), path.stat().st_mode & 0o777)
    console.result(f"{_name(found.path)}\n")


def _name(path: Path) -> str:
    """The way to a file from here."""
    return Path(os.path.relpath(path)).as_posix()


def _summary(total: int, changed: int, *, check: bool) -> str:
    verb = "would change" if check else "changed"
    return f"{counted(total, 'file')}, {changed or 'none'} {verb}"
