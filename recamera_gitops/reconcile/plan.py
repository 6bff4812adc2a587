"""The plan: frozen values and the one JSON form in which they are printed, saved and compared."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from recamera_gitops.errors import ExitCode, Place
from recamera_gitops.exchange import Json

FORMAT_VERSION: Final = "1.0"


class Status(StrEnum):
    """What planning found about one camera."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class Action(StrEnum):
    """What happens to a resource."""

    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that will move. Sensitive values are None in `before` and `after`.

    `before` is also None where the camera does not show the setting. `known_after` is the address in
    the same plan without whose change nobody can tell what the camera has: by then it may turn out
    that the setting is right already, or that it cannot be set. `confirm` is the path that somebody has
    to confirm besides approving the plan. `direction` and `severity` are told of drift alone.
    """

    path: str
    before: Json
    after: Json
    sensitive: bool = False
    source: Place | None = None
    known_after: str = ""
    confirm: str = ""
    direction: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class ResourcePlan:
    """The changes of one resource; `precondition` is the digest of its managed live values."""

    address: str
    action: Action
    impact: tuple[str, ...]
    precondition: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request that apply will send, for people and for review; bodies are made from a fresh read.

    `path` is as the reference writes it, without the CGI prefix. `body` has secrets masked and is
    not part of the JSON form.
    """

    method: str
    path: str
    summary: str
    body: Json = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """One camera: what differs, and what would be sent.

    `warnings` say what cannot be managed on this camera. `error` is set where status is unreachable
    or failed, and `exit_code` is then that of the error; a saved plan does not keep it.
    """

    device: str
    host: str
    status: Status
    serial: str | None = None
    firmware: str | None = None
    error: str | None = None
    exit_code: int = field(default=0, compare=False)
    warnings: tuple[str, ...] = ()
    resources: tuple[ResourcePlan, ...] = ()
    steps: tuple[PlannedRequest, ...] = ()

    @property
    def was_read(self) -> bool:
        """Whether anybody knows what this camera has."""
        return self.status in (Status.CHANGED, Status.UNCHANGED)

    @property
    def ending(self) -> ExitCode:
        """How planning this camera alone would have ended; differences are no end."""
        if self.exit_code:
            return ExitCode(self.exit_code)
        if self.status is Status.FAILED:
            return ExitCode.FAILED
        return ExitCode.UNREACHABLE if self.status is Status.UNREACHABLE else ExitCode.DONE

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of this camera, in the order in which it will be made."""
        return tuple(change for resource in self.resources for change in resource.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """A fleet's plan. `created` is RFC 3339 in UTC; it and `tool_version` are not in the checksum.

    `targets` are the addresses that it was narrowed to; apply never does more than that.
    """

    fleet: str
    created: str
    tool_version: str
    devices: tuple[DevicePlan, ...]
    targets: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        """Counts of cameras by status, and of changes."""
        counts = {status: sum(d.status is status for d in self.devices) for status in Status}
        return {
            "devices": len(self.devices),
            **{str(status): count for status, count in counts.items()},
            "changes": sum(len(device.changes) for device in self.devices),
        }

    @property
    def checksum(self) -> str:
        """The digest of everything that decides what apply would do."""
        devices = [device_json(device) for device in self.devices]
        return digest({"fleet": self.fleet, "targets": list(self.targets), "devices": devices})

    def json(self) -> dict[str, Json]:
        """The form in which it is printed and saved."""
        return plan_json(self)


def wishes_of(resources: Iterable[ResourcePlan]) -> dict[str, Json]:
    """What settings are to become, by path."""
    return {change.path: change.after for each in resources for change in each.changes}


def digest(value: Json) -> str:
    """`sha256:` and the digest of the canonical JSON of a value."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: Json) -> bytes:
    """The one JSON spelling of a value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def plan_json(plan: Plan) -> dict[str, Json]:
    """The promised JSON form, see `schemas/plan.schema.json`."""
    return {
        "format_version": FORMAT_VERSION,
        "created": plan.created,
        "tool_version": plan.tool_version,
        "fleet": plan.fleet,
        "checksum": plan.checksum,
        **({"targets": list(plan.targets)} if plan.targets else {}),
        "summary": plan.summary,
        "devices": [device_json(device) for device in plan.devices],
    }


def device_json(device: DevicePlan) -> dict[str, Json]:
    """One camera's part of the JSON form."""
    return {
        "device": device.device,
        "host": device.host,
        "serial": device.serial,
        "firmware": device.firmware,
        "status": str(device.status),
        "error": device.error,
        **({"warnings": list(device.warnings)} if device.warnings else {}),
        "resources": [_resource_json(resource) for resource in device.resources],
        "steps": [
            {"method": step.method, "path": step.path, "summary": step.summary}
            for step in device.steps
        ],
    }


def _resource_json(resource: ResourcePlan) -> dict[str, Json]:
    return {
        "address": resource.address,
        "action": str(resource.action),
        "impact": list(resource.impact),
        "precondition": resource.precondition,
        "changes": [_change_json(change) for change in resource.changes],
    }


def _change_json(change: Change) -> dict[str, Json]:
    return {
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "sensitive": change.sensitive,
        "source": None if change.source is None else asdict(change.source),
        **({"known_after": change.known_after} if change.known_after else {}),
        **({"confirm": change.confirm} if change.confirm else {}),
        **({"direction": change.direction} if change.direction else {}),
        **({"severity": change.severity} if change.severity else {}),
    }


def plan_from_json(document: Mapping[str, Any]) -> Plan:
    """The plan in a document that has the shape of the schema; KeyError or ValueError otherwise."""
    return Plan(
        fleet=document["fleet"],
        created=document["created"],
        tool_version=document["tool_version"],
        devices=tuple(_device_from_json(device) for device in document["devices"]),
        targets=tuple(document.get("targets", ())),
    )


def _device_from_json(document: Mapping[str, Any]) -> DevicePlan:
    return DevicePlan(
        device=document["device"],
        host=document["host"],
        status=Status(document["status"]),
        serial=document["serial"],
        firmware=document["firmware"],
        error=document["error"],
        warnings=tuple(document.get("warnings", ())),
        resources=tuple(_resource_from_json(resource) for resource in document["resources"]),
        steps=tuple(PlannedRequest(**step) for step in document["steps"]),
    )


def _resource_from_json(document: Mapping[str, Any]) -> ResourcePlan:
    return ResourcePlan(
        address=document["address"],
        action=Action(document["action"]),
        impact=tuple(document["impact"]),
        precondition=document["precondition"],
        changes=tuple(
            Change(
                path=change["path"],
                before=change["before"],
                after=change["after"],
                sensitive=change["sensitive"],
                source=None if change["source"] is None else Place(**change["source"]),
                known_after=change.get("known_after", ""),
                confirm=change.get("confirm", ""),
            )
            for change in document["changes"]
        ),
    )
