"""What a job on GitHub is told besides: the summary of its step, and outputs for the steps after it.

The variables that name its files say that there is such a job. It is told last, and that it cannot be is a
warning: what was done to the cameras is done.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.report.markdown import SUMMARY

_SUMMARY_FILE: Final = "GITHUB_STEP_SUMMARY"
_OUTPUT_FILE: Final = "GITHUB_OUTPUT"


def tell(
    variables: Mapping[str, str], summary: Callable[[int], str], outputs: Mapping[str, str]
) -> None:
    """Append the summary, made to fit into the bytes that are left for it, and the outputs."""
    _append(variables.get(_SUMMARY_FILE), lambda path: summary(_room(path)))
    _append(variables.get(_OUTPUT_FILE), lambda _: _assigned(outputs))


def _room(path: Path) -> int:
    return SUMMARY - path.stat().st_size if path.exists() else SUMMARY


def _assigned(outputs: Mapping[str, str]) -> str:
    """Between delimiters that nobody can guess, so that no value ends early and sets another output."""
    mark = secrets.token_hex(16)
    return "".join(f"{name}<<{mark}\n{value}\n{mark}\n" for name, value in outputs.items())


def _append(name: str | None, made: Callable[[Path], str]) -> None:
    if not name:
        return
    path = Path(name)
    try:
        content = made(path).encode("utf-8", "backslashreplace")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(descriptor, "ab") as file:
            file.write(content)
    except OSError as error:
        console.warn(f"{path} could not be written: {error.strerror}")
