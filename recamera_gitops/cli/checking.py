"""`secrets check`: every reference looked up, as a run would, and none of what it finds is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from recamera_gitops.cli import console, signals
from recamera_gitops.cli.repository import Selected, selected, warned
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.notation import Reference
from recamera_gitops.desired.origins import Lacking
from recamera_gitops.desired.references import Template
from recamera_gitops.desired.resolve import unfit
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.report.references import (
    ReferenceRow,
    References,
    references_json,
    references_text,
)
from recamera_gitops.report.values import document


def check(selection: Selection, form: str) -> ExitCode:
    """Look up, tell; ERROR where a run would be refused for its secrets."""
    chosen = warned(selected(selection))
    environment = Environment.real(allow_cmd=chosen.allow_cmd)
    with signals.interruptible(environment.stop):
        found = _looked_up(chosen, environment)
    console.result(_VIEWS[form](found))
    return ExitCode.ERROR if found.unresolved or found.unfit else ExitCode.DONE


def _looked_up(chosen: Selected, environment: Environment) -> References:
    fleet = chosen.fleet
    lookup = Lookup(fleet.root, environment.origins(), fleet.devices)
    uses = sorted(_uses(chosen.devices).items(), key=lambda use: (use[0].written(), use[0].name))
    rows = tuple(_row(reference, lookup, used) for reference, used in uses)
    complaints = [each for device in chosen.devices for each in unfit(device, lookup)]
    return References(rows, tuple(dict.fromkeys(complaints)))


_Use: TypeAlias = list[tuple[Device, Template]]


def _uses(devices: Sequence[Device]) -> Mapping[Reference, _Use]:
    """Every reference, and in which templates of which cameras it stands."""
    found: dict[Reference, _Use] = {}
    for device in devices:
        for template in device.templates:
            for reference in template.references:
                found.setdefault(reference, []).append((device, template))
    return found


def _row(reference: Reference, lookup: Lookup, used: _Use) -> ReferenceRow:
    found = lookup.text(reference)
    cameras = tuple(dict.fromkeys(device.name for device, _ in used))
    places = tuple(dict.fromkeys(template.place for _, template in used))
    row = ReferenceRow(str(reference.kind), reference.written(), cameras, places)
    if isinstance(found, Lacking):
        return replace(row, rule=found.rule, message=found.message, hint=found.hint)
    return row


def _text(found: References) -> str:
    return references_text(found, console.paint())


def _json(found: References) -> str:
    return document(references_json(found)) + "\n"


_VIEWS: Final[Mapping[str, Callable[[References], str]]] = {"text": _text, "json": _json}
