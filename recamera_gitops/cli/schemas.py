"""`schema`: print, write or compare the generated schemas."""

from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.desired import schema
from recamera_gitops.errors import ExitCode
from recamera_gitops.report.values import counted, document


def show() -> ExitCode:
    """Print all of them as one JSON object, by file name."""
    console.result(document(schema.schemas()) + "\n")
    return ExitCode.DONE


def write(directory: Path) -> ExitCode:
    """Write one file for each."""
    for path in schema.write(directory):
        console.result(f"{path}\n")
    return ExitCode.DONE


def check(directory: Path) -> ExitCode:
    """Name the files that are not what `write` would make them."""
    made = schema.schemas()
    stale = [name for name, each in made.items() if not _holds(directory / name, each)]
    for name in stale:
        console.result(
            f"{directory / name}: out of date; run: recamera-gitops schema --output DIR\n"
        )
    if not stale:
        console.result(f"ok: {counted(len(made), 'schema')}\n")
    return ExitCode.ERROR if stale else ExitCode.DONE


def _holds(path: Path, each: schema.Schema) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == schema.text_of(each)
