"""A plan as neutral rows: what is the same on several cameras is said once. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, ResourcePlan, Status

_NO_IMPACT: Final = "none"
_STREAMS: Final = "stream-restart"
_CHANNELS: Final = ("main", "sub")


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """Changes of one resource, the same on every camera of its group."""

    address: str
    impact: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Cameras, and the changes that all of them share."""

    devices: tuple[str, ...]
    resources: tuple[ResourceRow, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about several cameras."""

    devices: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PlanRows:
    """Everything a view of a plan says; `impacts` counts what people will notice."""

    groups: tuple[Group, ...]
    unreachable: tuple[Notice, ...]
    failed: tuple[Notice, ...]
    warnings: tuple[Notice, ...]
    summary: dict[str, int]
    impacts: dict[str, int]


def plan_rows(plan: Plan) -> PlanRows:
    """The rows of a plan, in its order."""
    return PlanRows(
        groups=_groups(plan.devices),
        unreachable=_errors(plan, Status.UNREACHABLE),
        failed=_errors(plan, Status.FAILED),
        warnings=notices((d.device, text) for d in plan.devices for text in d.warnings),
        summary=plan.summary,
        impacts=_impacts(plan),
    )


def _errors(plan: Plan, status: Status) -> tuple[Notice, ...]:
    return notices(
        (device.device, device.error or str(status))
        for device in plan.devices
        if device.status is status
    )


def notices(found: Iterable[tuple[str, str]]) -> tuple[Notice, ...]:
    """Sentences said of several cameras, each once."""
    devices: dict[str, list[str]] = {}
    for device, text in found:
        devices.setdefault(text, []).append(device)
    return tuple(Notice(tuple(named), text) for text, named in devices.items())


def _groups(devices: tuple[DevicePlan, ...]) -> tuple[Group, ...]:
    shared: dict[str, tuple[ResourcePlan, Change, list[str]]] = {}
    for device in devices:
        for resource in device.resources:
            for change in resource.changes:
                key = _likeness(resource, change)
                shared.setdefault(key, (resource, change, []))[2].append(device.device)
    groups: dict[tuple[str, ...], dict[tuple[str, tuple[str, ...]], list[Change]]] = {}
    for resource, change, named in shared.values():
        rows = groups.setdefault(tuple(named), {})
        rows.setdefault((resource.address, resource.impact), []).append(change)
    return tuple(
        Group(named, tuple(ResourceRow(*head, tuple(changes)) for head, changes in rows.items()))
        for named, rows in groups.items()
    )


def _likeness(resource: ResourcePlan, change: Change) -> str:
    values = (resource.address, resource.impact, change.path, change.before, change.after)
    told = (change.sensitive, str(change.source), change.known_after, change.confirm)
    drift = (change.direction, change.severity)
    return json.dumps((*values, *told, *drift), sort_keys=True)


def _impacts(plan: Plan) -> dict[str, int]:
    """How many streams, cameras or resources each impact concerns, in the order of appearance."""
    found: dict[str, set[tuple[str, str]]] = {}
    for device in plan.devices:
        for resource in device.resources:
            for impact in resource.impact:
                if impact != _NO_IMPACT:
                    concerned = _concerned(impact, resource.address)
                    found.setdefault(impact, set()).update((device.device, c) for c in concerned)
    return {impact: len(concerned) for impact, concerned in found.items()}


def _concerned(impact: str, address: str) -> tuple[str, ...]:
    """Both streams, the one that changes, the resource, or simply the camera."""
    if impact == _STREAMS:
        channel = address.rpartition(".")[2]
        return (channel,) if channel in _CHANNELS else _CHANNELS
    return (address,) if impact == "irreversible" else ("",)
