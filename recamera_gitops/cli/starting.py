"""`init`: a repository to begin with, in which every command works."""

import os
import re
import shlex
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from recamera_gitops import __version__
from recamera_gitops.cli import console
from recamera_gitops.cli.schemas import every
from recamera_gitops.desired import schema
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.files import replace_files

_FALLBACK: Final = "cameras"
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME: Final = 63
# Where each file goes that comes with the program.
_FILES: Final = {
    "fleet.yaml": "fleet.yaml",
    "profiles/base.yaml": "profile.yaml",
    ".gitignore": "gitignore",
    "README.md": "README.md",
}
_JOBS: Final = {
    "github": {
        ".github/workflows/recamera.yml": "github.yml",
        ".github/workflows/recamera-apply.yml": "github-apply.yml",
        ".github/workflows/recamera-drift.yml": "github-drift.yml",
    },
    "gitlab": {".gitlab-ci.yml": "gitlab-ci.yml"},
    "none": {},
}
_SCHEDULES: Final = {
    "systemd": {
        f"schedule/{name}": name for name in ("recamera-drift.service", "recamera-drift.timer")
    },
    "cron": {"schedule/crontab": "crontab"},
    "none": {},
}


def begin(directory: Path, forge: str, schedule: str, *, force: bool) -> ExitCode:
    """Write what is not there yet, say what was kept, and what comes next."""
    problem = _problem(directory, force=force)
    if problem is not None:
        raise InvalidInput([problem])
    sources = {**_FILES, **_JOBS[forge], **_SCHEDULES[schedule]}
    made = {directory / name: content for name, content in _contents(directory, sources).items()}
    kept = [path for path in made if os.path.lexists(path)]
    outside = [path for path in made if not _is_inside(path, directory)]
    if outside:
        message = "this leads out of the folder"
        raise InvalidInput(Diagnostic("outside", f"{path}: {message}") for path in outside)
    written = {path: content for path, content in made.items() if path not in kept}
    replace_files(written)
    for path in written:
        console.result(f"{path}\n")
    for path in kept:
        console.result(f"{path}: was there, kept\n")
    console.result(_next_steps(directory))
    return ExitCode.DONE


def _problem(directory: Path, *, force: bool) -> Diagnostic | None:
    if os.path.lexists(directory) and not directory.is_dir():
        return Diagnostic("no-folder", f"{directory} is no folder")
    there = [each.name for each in directory.iterdir()] if directory.is_dir() else []
    if force or not set(there) - {".git"}:
        return None
    hint = "--force adds what is missing, and leaves every file that is there as it is"
    return Diagnostic("not-empty", f"{directory} is not empty", hint=hint)


def _is_inside(path: Path, directory: Path) -> bool:
    return path.resolve().is_relative_to(directory.resolve())


def _contents(directory: Path, sources: Mapping[str, str]) -> dict[str, bytes]:
    facts = {
        "{{fleet}}": _name(directory),
        "{{requirement}}": f"recamera-gitops=={__version__}",
    }
    made = {name: _filled(source, facts) for name, source in sources.items()}
    made["devices/.gitkeep"] = b""
    schemas = {
        f"schemas/{name}": schema.text_of(each).encode("utf-8") for name, each in every().items()
    }
    return {**made, **schemas}


def _name(directory: Path) -> str:
    """The name of the folder, as far as it can be the name of a fleet."""
    name = _NOT_IN_NAMES.sub("-", directory.resolve().name).strip("._-")[:_LONGEST_NAME]
    return name if re.match("[A-Za-z]", name) else _FALLBACK


def _filled(source: str, facts: Mapping[str, str]) -> bytes:
    text = files("recamera_gitops").joinpath("starter", source).read_text(encoding="utf-8")
    for mark, fact in facts.items():
        text = text.replace(mark, fact)
    return text.encode("utf-8")


def _next_steps(directory: Path) -> str:
    steps = [
        "read -rs RECAMERA_PASSWORD && export RECAMERA_PASSWORD",
        "recamera-gitops import 192.168.10.21 --name gate-north",
        "recamera-gitops plan",
    ]
    if directory.resolve() != Path.cwd():
        steps[0] = f"cd {shlex.quote(str(directory))} && {steps[0]}"
    return "\nNext:\n" + "".join(f"  {step}\n" for step in steps)
