"""What of a plan is drift: without what is passed over, each difference with whose doing it is. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, ResourcePlan, Status, canonical
from recamera_gitops.resources.declared import is_below
from recamera_gitops.resources.grave import Level, level_of


class Direction(StrEnum):
    """Where a difference comes from, as far as an earlier run tells."""

    CAMERA = "camera"  # it was made what the files say, and is not any more
    FILES = "files"  # it was made something else: the files say something newer
    UNKNOWN = "unknown"


class Ignore(NamedTuple):
    """A path whose differences are no drift, and why."""

    path: str
    reason: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A difference that is no drift, and the entry that says so."""

    device: str
    change: Change
    by: Ignore


@dataclass(frozen=True, slots=True)
class Drift:
    """A plan of nothing but drift, each change of it with `direction` and `severity`; and what is none."""

    plan: Plan
    ignored: tuple[Ignored, ...] = ()

    @property
    def changes(self) -> Iterator[tuple[DevicePlan, Change]]:
        """Every difference with its camera."""
        return ((device, each) for device in self.plan.devices for each in device.changes)

    @property
    def differing(self) -> tuple[str, ...]:
        """The cameras that are not what the files say."""
        return tuple(e.device for e in self.plan.devices if e.status is Status.CHANGED)

    def graver(self, level: Level) -> bool:
        """Whether some difference is at least so grave."""
        return any(Level(each.severity).rank >= level.rank for _, each in self.changes)

    @property
    def unreachable(self) -> tuple[str, ...]:
        """The cameras of which nobody knows."""
        return tuple(e.device for e in self.plan.devices if e.status is Status.UNREACHABLE)


# (camera, path) → what the last run that proved the setting had made it.
Proven: TypeAlias = Mapping[tuple[str, str], Json]

_NOTHING: Final[Any] = object()


def split(plan: Plan, ignores: Sequence[Ignore]) -> Drift:
    """The plan without differences below the paths that are passed over, and these."""
    ignored: list[Ignored] = []

    def counts(device: str, change: Change) -> bool:
        by = next((each for each in ignores if is_below(change.path, each.path)), None)
        if by is not None:
            ignored.append(Ignored(device, change, by))
        return by is None

    kept = _kept(plan, counts)
    return Drift(kept, tuple(ignored))


def explained(drift: Drift, levels: Mapping[str, Level], proven: Proven) -> Drift:
    """The same, each difference with how grave it is and whose doing."""

    def told(device: str, change: Change) -> Change:
        known = proven.get((device, change.path), _NOTHING)
        direction = Direction.UNKNOWN if change.sensitive else _direction(change, known)
        level = level_of(change.path, levels)
        return replace(change, direction=str(direction), severity=str(level))

    return replace(drift, plan=_each(drift.plan, told))


def bare(plan: Plan) -> Plan:
    """The plan as it is without what is told of drift alone."""
    return _each(plan, lambda _, change: replace(change, direction="", severity=""))


def _each(plan: Plan, become: Callable[[str, Change], Change]) -> Plan:
    """The plan with every change of it become another."""
    devices = (
        (device, [_each_of(each, partial(become, device.device)) for each in device.resources])
        for device in plan.devices
    )
    made = tuple(replace(device, resources=tuple(resources)) for device, resources in devices)
    return replace(plan, devices=made)


def _each_of(resource: ResourcePlan, become: Callable[[Change], Change]) -> ResourcePlan:
    return replace(resource, changes=tuple(become(each) for each in resource.changes))


def _direction(change: Change, known: Json) -> Direction:
    """Where both have moved since, it is the files: they are not what anybody has applied."""
    if known is _NOTHING or change.known_after:
        return Direction.UNKNOWN
    return Direction.CAMERA if canonical(known) == canonical(change.after) else Direction.FILES


def repairable(
    drift: Drift, paths: Sequence[str], protected: Collection[str] = ()
) -> tuple[Plan, Drift]:
    """What of a drift may be put right below some paths, and the drift without it.

    A wish that is newer than the last apply is none of it: that is for an apply, after a review. Nor is
    anything on a protected camera.
    """

    def is_meant(device: str, change: Change) -> bool:
        is_below_one = any(is_below(change.path, each) for each in paths)
        is_newer = change.direction == Direction.FILES
        return is_below_one and not is_newer and device not in protected

    meant = _kept(drift.plan, is_meant)
    devices = tuple(each for each in meant.devices if each.status is Status.CHANGED)
    rest = _kept(drift.plan, lambda device, change: not is_meant(device, change))
    return replace(meant, devices=devices), replace(drift, plan=rest)


def _kept(plan: Plan, wanted: Callable[[str, Change], bool]) -> Plan:
    """The plan with only these of its changes."""
    return replace(plan, devices=tuple(_device_kept(each, wanted) for each in plan.devices))


def _device_kept(device: DevicePlan, wanted: Callable[[str, Change], bool]) -> DevicePlan:
    if device.status is not Status.CHANGED:
        return device
    found = (
        replace(each, changes=tuple(c for c in each.changes if wanted(device.device, c)))
        for each in device.resources
    )
    resources = tuple(each for each in found if each.changes)
    if resources == device.resources:
        return device
    status = Status.CHANGED if resources else Status.UNCHANGED
    return replace(device, status=status, resources=resources, steps=())
