"""Complaints about the user's files: for people, for programs, and beside the lines of a pull request."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.exchange import Json
from recamera_gitops.report.values import counted
from recamera_gitops.rules import RULES, Severity
from recamera_gitops.secret import printable

_IN_MESSAGE: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def count(found: Sequence[Diagnostic], severity: Severity) -> int:
    """How many are of this severity."""
    return sum(each.severity is severity for each in found)


def line(found: Diagnostic) -> str:
    """`file:line:column path: message`, with the hint on a second line.

    What a comment may ignore names its rule at the end.
    """
    where = " ".join(printable(str(each)) for each in (found.place, found.path) if each)
    kind = "" if where and found.severity is Severity.ERROR else f"{found.severity}: "
    head = f"{where}: {kind}" if where else kind
    rule = f" [{found.rule}]" if RULES[found.rule].is_lint else ""
    hint = f"\n    hint: {printable(found.hint)}" if found.hint else ""
    return f"{head}{printable(found.message)}{rule}{hint}"


def diagnostics_text(found: Sequence[Diagnostic], devices: int, profiles: int) -> str:
    """Every complaint, and a closing count."""
    errors, warnings = (count(found, severity) for severity in Severity)
    lines = [line(each) for each in found]
    aside = f", {counted(warnings, 'warning')}" if warnings else ""
    if errors:
        lines.append(f"{counted(errors, 'error')}{aside}")
    else:
        cameras, used = counted(devices, "camera"), counted(profiles, "profile")
        lines.append(f"ok: {cameras}, {used}{aside}")
    return "\n".join(lines) + "\n"


def diagnostics_github(found: Sequence[Diagnostic], devices: int, profiles: int) -> str:
    """Workflow commands, which put each complaint beside its line, then the closing count."""
    closing = diagnostics_text(found, devices, profiles).splitlines()[-1]
    return "\n".join([*(_annotation(each) for each in found), closing]) + "\n"


def _annotation(found: Diagnostic) -> str:
    properties = {"title": found.rule}
    if found.place is not None:
        place = {"file": found.place.file, "line": found.place.line, "col": found.place.column}
        properties = {**{key: str(value) for key, value in place.items()}, **properties}
    where = ",".join(
        f"{key}={printable(value).translate(_IN_PROPERTY)}" for key, value in properties.items()
    )
    return f"::{found.severity} {where}::{told(found).translate(_IN_MESSAGE)}"


def told(found: Diagnostic) -> str:
    """Path, message and hint on one line, for what shows the place by itself."""
    path = f"{found.path}: " if found.path else ""
    hint = f" ({found.hint})" if found.hint else ""
    return printable(f"{path}{found.message}{hint}")


def seen_from(prefix: str, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same complaints with their files as they are named from a directory further up."""
    return tuple(
        each
        if each.place is None
        else replace(each, place=replace(each.place, file=prefix + each.place.file))
        for each in found
    )


def diagnostics_json(found: Sequence[Diagnostic], devices: int, profiles: int) -> dict[str, Json]:
    """The complaints for programs."""
    return {
        "errors": count(found, Severity.ERROR),
        "warnings": count(found, Severity.WARNING),
        "devices": devices,
        "profiles": profiles,
        "diagnostics": [diagnostic_json(each) for each in found],
    }


def diagnostic_json(found: Diagnostic) -> dict[str, Json]:
    """One complaint for programs."""
    return {
        "rule": found.rule,
        "severity": str(found.severity),
        "message": found.message,
        "hint": found.hint,
        "path": found.path,
        **place_json(found.place),
    }


def place_json(place: Place | None) -> dict[str, Json]:
    """Where something is written, for programs."""
    return {
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
    }
