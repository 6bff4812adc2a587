"""`validate`: load everything, tell everything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import Selection, selected
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput, Severity
from recamera_gitops.report.diagnostics import (
    count,
    diagnostics_github,
    diagnostics_json,
    diagnostics_text,
)
from recamera_gitops.report.values import document


def validate(selection: Selection, form: str) -> ExitCode:
    """Show every diagnostic; ERROR where one of them is an error."""
    try:
        chosen = selected(selection)
    except InvalidInput as error:
        found, devices, profiles = error.diagnostics, 0, 0
    else:
        found, devices = chosen.fleet.warnings, len(chosen.devices)
        profiles = len({name for device in chosen.devices for name in device.profiles})
    _VIEWS[form](found, devices, profiles)
    return ExitCode.ERROR if count(found, Severity.ERROR) else ExitCode.DONE


def _text(found: Sequence[Diagnostic], devices: int, profiles: int) -> None:
    console.result(diagnostics_text(found, devices, profiles))


def _json(found: Sequence[Diagnostic], devices: int, profiles: int) -> None:
    console.result(document(diagnostics_json(found, devices, profiles)) + "\n")


def _github(found: Sequence[Diagnostic], devices: int, profiles: int) -> None:
    console.annotations(diagnostics_github(found, devices, profiles))


_VIEWS: Final[Mapping[str, Callable[[Sequence[Diagnostic], int, int], None]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}
