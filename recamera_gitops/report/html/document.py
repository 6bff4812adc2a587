"""What the page shows of every camera, as data: each text and each change once, however many share it. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome
from recamera_gitops.reconcile.plan import Change, DevicePlan, ResourcePlan
from recamera_gitops.report.drift import doing
from recamera_gitops.report.html.states import STATES, by_gravity, of_outcome, of_verdict
from recamera_gitops.report.inside import Inner, said
from recamera_gitops.report.results import Surroundings
from recamera_gitops.report.values import bounded, shown, whole
from recamera_gitops.resources.catalog import Config
from recamera_gitops.secret import printable

_WIDEST_BODY: Final = 400


@dataclass(slots=True)
class _Shared:
    """Texts and changes by the number that stands for them."""

    inner: Inner
    texts: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    rows: list[Json] = field(default_factory=list)

    def text(self, text: str) -> int:
        return self.texts.setdefault(printable(text), len(self.texts))

    def change(self, change: Change, since: str | None) -> int:
        """`since` is when a difference was seen first, where that is known."""
        values = (change.path, change.before, change.after, change.sensitive)
        noted = _noted(change, since)
        told = (str(change.source), change.known_after, change.confirm, noted)
        key = json.dumps((*values, *told), sort_keys=True)
        if key not in self.changes:
            self.changes[key] = len(self.rows)
            self.rows.append(self._told(change, noted))
        return self.changes[key]

    def _told(self, change: Change, noted: str) -> Json:
        """[place in the files, what to confirm, what is noted, then what moves, from what, to what]."""
        source = change.source
        place = "" if source is None else f"{source.file}:{source.line}"
        lines = [list(map(self.text, each)) for each in said(change, self.inner)]
        return [self.text(place), self.text(change.confirm), self.text(noted), lines]


def _noted(change: Change, since: str | None) -> str:
    """How grave a drift is, whose doing, and since when; nothing in a plan."""
    seen = "" if since is None else f"since {since}"
    return ", ".join(filter(None, (doing(change), seen)))


def document(
    devices: Sequence[DevicePlan],
    outcomes: Sequence[DeviceOutcome] | None,
    around: Surroundings,
    inner: Inner,
    *,
    steps: bool = False,
) -> dict[str, Json]:
    """Everything that the matrix and its details need; `outcomes` None where nothing was carried out.

    With `steps` every request is in it.
    """
    shared = _Shared(inner)
    ends = None if outcomes is None else {each.device: each for each in outcomes}
    cameras = [
        {
            **_camera(each, ends, around, shared),
            "requests": _requests(each, shared) if steps else [],
        }
        for each in devices
    ]
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
        "read": planned.was_read,
        "cells": _cells(planned.resources, verdicts),
        "resources": [
            _resource(each, verdicts.get(each.address), shared, _since(planned, around))
            for each in planned.resources
        ],
    }


def _requests(planned: DevicePlan, shared: _Shared) -> list[Json]:
    """[what is sent where, what for, and the body as far as it is known]."""
    return [
        [
            shared.text(f"{each.method} {each.path}"),
            shared.text(each.summary),
            None if each.body is None else shared.text(bounded(whole(each.body), _WIDEST_BODY)),
        ]
        for each in planned.steps
    ]


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


def _since(planned: DevicePlan, around: Surroundings) -> dict[str, str]:
    """By path, when a difference of this camera was seen first."""
    paths = (change.path for change in planned.changes)
    found = ((path, around.since.get((planned.device, path))) for path in paths)
    return {path: at for path, at in found if at is not None}


def _resource(
    planned: ResourcePlan, outcome: Outcome | None, shared: _Shared, since: Mapping[str, str]
) -> Json:
    """[address, impacts, state, reason, changes, what the camera keeps otherwise]."""
    impact = [shared.text(each) for each in planned.impact if each != "none"]
    changes = [shared.change(each, since.get(each.path)) for each in planned.changes]
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
