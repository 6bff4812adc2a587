"""`schema`: print, write or compare the generated schemas."""

from collections.abc import Mapping
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.cli.cloud_schema import cloud_schema
from recamera_gitops.cli.operation_results import RESULTS
from recamera_gitops.cli.operation_schema import operation_schema
from recamera_gitops.desired import schema
from recamera_gitops.desired.promised import Schema
from recamera_gitops.desired.reference import settings_markdown
from recamera_gitops.errors import ExitCode
from recamera_gitops.files import replace_file
from recamera_gitops.report.rules import rules_markdown
from recamera_gitops.report.values import counted, document


def every() -> dict[str, Schema]:
    """File name → schema, of the files of a fleet and of what the program prints."""
    made = {"operation": operation_schema(RESULTS), "cloud": cloud_schema()}
    headed = {f"{name}.schema.json": schema.headed(name, body) for name, body in made.items()}
    return {**schema.schemas(), **headed}


def show() -> ExitCode:
    """Print all of them as one JSON object, by file name."""
    console.result(document(every()) + "\n")
    return ExitCode.DONE


def files(
    directory: Path | None, settings: Path | None, rules: Path | None = None
) -> dict[Path, str]:
    """What is to be written where: one file per schema, and the references of settings and rules."""
    made: dict[Path, str] = {}
    if directory is not None:
        made |= {directory / name: schema.text_of(each) for name, each in every().items()}
    if settings is not None:
        made[settings] = settings_markdown()
    if rules is not None:
        made[rules] = rules_markdown()
    return made


def write(made: Mapping[Path, str]) -> ExitCode:
    """Write them, and name them."""
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode("utf-8"))
        console.result(f"{path}\n")
    return ExitCode.DONE


def check(made: Mapping[Path, str]) -> ExitCode:
    """Name the files that are not what `write` would make them."""
    stale = [path for path, text in made.items() if not _holds(path, text)]
    for path in stale:
        console.result(f"{path}: out of date; run the same command without --check\n")
    if not stale:
        console.result(f"ok: {counted(len(made), 'file')}\n")
    return ExitCode.ERROR if stale else ExitCode.DONE


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
