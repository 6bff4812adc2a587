"""What the page shows of every camera, as data: each text and each change once, however many share it. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome
from recamera_gitops.reconcile.plan import Change, DevicePlan, ResourcePlan, Status
from recamera_gitops.report.html.states import STATES, by_gravity, of_outcome, of_verdict
from recamera_gitops.report.inside import Inner, said
from recamera_gitops.report.results import Surroundings
from recamera_gitops.report.values import shown
from recamera_gitops.resources.catalog import Config
from recamera_gitops.secret import printable

_NOT_READ: Final = frozenset({Status.UNREACHABLE, Status.FAILED})


@dataclass(slots=True)
class _Shared:
    """Texts and changes by the number that stands for them."""

    inner: Inner
    texts: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    rows: list[Json] = field(default_factory=list)

    def text(self, text: str) -> int:
        return self.texts.setdefault(printable(text), len(self.texts))

    def change(self, change: Change) -> int:
        values = (change.path, change.before, change.after, change.sensitive)
        told = (str(change.source), change.known_after, change.confirm)
        key = json.dumps((*values, *told), sort_keys=True)
        if key not in self.changes:
            self.changes[key] = len(self.rows)
            self.rows.append(self._told(change))
        return self.changes[key]

    def _told(self, change: Change) -> Json:
        """[place in the files, what somebody has to confirm, then what moves, from what, to what]."""
        source = change.source
        place = "" if source is None else f"{source.file}:{source.line}"
        lines = [list(map(self.text, each)) for each in said(change, self.inner)]
        return [self.text(place), self.text(change.confirm), lines]


def document(
    devices: Sequence[DevicePlan],
    outcomes: Sequence[DeviceOutcome] | None,
    around: Surroundings,
    inner: Inner,
) -> dict[str, Json]:
    """Everything that the matrix and its details need; `outcomes` None where nothing was carried out."""
    shared = _Shared(inner)
    ends = None if outcomes is None else {each.device: each for each in outcomes}
    cameras = [_camera(each, ends, around, shared) for each in devices]
    return {
        "carried": outcomes is not None,
        "families": _families(devices),
        "states": {each.name: [each.sign, each.says] for each in STATES.values()},
        "cameras": cameras,
        "changes": shared.rows,
        "texts": list(shared.texts),
    }


def _family(address: str) -> str:
    return printable(address.partition(".")[0])


def _families(devices: Iterable[DevicePlan]) -> list[Json]:
    """The families in which something differs somewhere, in the order in which files have them."""
    found = {_family(part.address) for each in devices for part in each.resources}
    known = [each for each in Config.model_fields if each in found]
    return [*known, *sorted(found.difference(known))]


def state_of(planned: DevicePlan, ends: Mapping[str, DeviceOutcome] | None) -> str:
    """What is said of a camera in one word."""
    outcome = None if ends is None else ends.get(planned.device)
    return str(planned.status) if outcome is None else of_outcome(outcome)


def _camera(
    planned: DevicePlan,
    ends: Mapping[str, DeviceOutcome] | None,
    around: Surroundings,
    shared: _Shared,
) -> dict[str, Json]:
    outcome = None if ends is None else ends.get(planned.device)
    verdicts = {} if outcome is None else {each.address: each for each in outcome.outcomes}
    error = planned.error if outcome is None else outcome.error
    warnings = dict.fromkeys((*planned.warnings, *(outcome.warnings if outcome else ())))
    labels = around.labels.get(planned.device, {})
    return {
        "name": printable(planned.device),
        "about": [printable(each) for each in _about(planned)],
        "state": state_of(planned, ends),
        "wave": around.waves.get(planned.device),
        "labels": {printable(key): printable(value) for key, value in labels.items()},
        "error": None if error is None else shared.text(error),
        "warnings": [shared.text(each) for each in warnings],
        "read": planned.status not in _NOT_READ,
        "cells": _cells(planned.resources, verdicts),
        "resources": [
            _resource(each, verdicts.get(each.address), shared) for each in planned.resources
        ],
    }


def _about(planned: DevicePlan) -> Iterator[str]:
    yield planned.host
    if planned.serial:
        yield f"serial {planned.serial}"
    if planned.firmware:
        yield f"firmware {planned.firmware}"


def _cells(resources: Sequence[ResourcePlan], verdicts: Mapping[str, Outcome]) -> dict[str, Json]:
    """For each family how many changes there are, and the gravest state of its resources."""
    counts: dict[str, int] = {}
    states: dict[str, list[str]] = {}
    for each in resources:
        family = _family(each.address)
        counts[family] = counts.get(family, 0) + len(each.changes)
        states.setdefault(family, []).append(_state(verdicts.get(each.address)))
    return {family: [by_gravity(states[family])[0], count] for family, count in counts.items()}


def _state(outcome: Outcome | None) -> str:
    return "changed" if outcome is None else of_verdict(outcome.verdict)


def _resource(planned: ResourcePlan, outcome: Outcome | None, shared: _Shared) -> Json:
    """[address, impacts, state, reason, changes, what the camera keeps otherwise]."""
    impact = [shared.text(each) for each in planned.impact if each != "none"]
    changes = [shared.change(each) for each in planned.changes]
    head = [shared.text(planned.address), impact, _state(outcome)]
    if outcome is None:
        return [*head, None, changes, []]
    reason = None if outcome.reason is None else shared.text(outcome.reason)
    wrong = [
        [
            shared.text(each.path),
            *(
                shared.text(shown(value, sensitive=each.sensitive))
                for value in (each.desired, each.sent, each.observed)
            ),
        ]
        for each in outcome.differences
    ]
    return [*head, reason, changes, wrong]
