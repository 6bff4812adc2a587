"""What a plan may contain, judged on the plan as data. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from recamera_gitops.desired.forbidding import forbids
from recamera_gitops.desired.models import MaintenanceWindow, Policy
from recamera_gitops.fleet.durations import seconds
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, Status
from recamera_gitops.resources.catalog import confirmation, resource_at
from recamera_gitops.resources.declared import is_below

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def violations(
    plan: Plan, policy: Policy, confirmed: Sequence[str], fleet_size: int, *, in_window: bool
) -> tuple[str, ...]:
    """Every reason why this plan must not be applied, each with its rule and its camera.

    `confirmed` are the paths that somebody confirmed for this run; `fleet_size` is what a share in
    `max_changed_devices` is taken of; `in_window` lifts `deny_impact`.
    """
    changed = [each for each in plan.devices if each.status is Status.CHANGED]
    return (
        *_too_many(changed, policy, fleet_size),
        *_forbidden(changed, policy),
        *_unconfirmed(changed, policy, confirmed),
        *(() if in_window else _denied(changed, policy)),
    )


def unconfirmed(plan: Plan, confirmed: Sequence[str]) -> tuple[str, ...]:
    """Every reason why somebody has to confirm more than the plan, whatever the policy says.

    Some changes cannot be taken back, or may leave a camera where nobody reaches it.
    """
    asking: dict[tuple[str, str, str], list[str]] = {}
    for device, change in _changes([e for e in plan.devices if e.status is Status.CHANGED]):
        asked = change.confirm or confirmation(change.path, change.after)  # whoever made the plan
        resource = resource_at(change.path)
        if not asked or resource is None or _is_confirmed(change.path, asked, confirmed):
            continue
        reason = (resource.address, resource.confirm_why, asked)
        asking.setdefault(reason, []).append(device.device)
    return tuple(
        f"{address} on {', '.join(dict.fromkeys(names))}: {why}; say --confirm {asked} if that is meant"
        for (address, why, asked), names in asking.items()
    )


def _too_many(changed: Sequence[DevicePlan], policy: Policy, fleet_size: int) -> Iterator[str]:
    limit = policy.max_changed_devices
    if limit is not None and len(changed) > _share_of(limit, fleet_size):
        yield (
            f"policy.max_changed_devices: {limit} may be changed at a time, this plan changes"
            f" {len(changed)} of {fleet_size} cameras"
        )


def _forbidden(changed: Sequence[DevicePlan], policy: Policy) -> Iterator[str]:
    for device, change in _changes(changed):
        for rule in policy.forbid or ():
            if forbids(rule, change.path, change.after):
                yield f"policy.forbid {rule}: {device.device} would get {change.path}"


def _unconfirmed(
    changed: Sequence[DevicePlan], policy: Policy, confirmed: Sequence[str]
) -> Iterator[str]:
    for rule in policy.confirm or ():
        touched = [
            device.device
            for device, change in _changes(changed)
            if is_below(change.path, rule) and not _is_confirmed(change.path, rule, confirmed)
        ]
        if touched:
            names = ", ".join(dict.fromkeys(touched))
            yield f"policy.confirm {rule}: changed on {names}; say --confirm {rule} if that is meant"


def _is_confirmed(path: str, rule: str, confirmed: Sequence[str]) -> bool:
    return any(is_below(path, each) or is_below(rule, each) for each in confirmed)


def _denied(changed: Sequence[DevicePlan], policy: Policy) -> Iterator[str]:
    denied = {str(impact) for impact in policy.deny_impact or ()}
    for device in changed:
        for resource in device.resources:
            for impact in sorted(denied & set(resource.impact)):
                yield f"policy.deny_impact {impact}: {device.device} {resource.address}"


def _changes(changed: Sequence[DevicePlan]) -> Iterator[tuple[DevicePlan, Change]]:
    for device in changed:
        for change in device.changes:
            yield device, change


def _share_of(limit: int | str, total: int) -> float:
    """How many a limit allows: a count as it is, a share of the total."""
    return limit if isinstance(limit, int) else total * float(limit.removesuffix("%")) / 100


def is_open(window: MaintenanceWindow | None, now: datetime) -> bool:
    """Whether a moment lies in the maintenance window; never, where there is none."""
    if window is None:
        return False
    local = now.astimezone(ZoneInfo(window.timezone or "UTC"))
    hour, minute = (int(part) for part in window.start.split(":"))
    length = timedelta(seconds=seconds(window.duration))
    for days_ago in range(length.days + 2):
        day = local - timedelta(days=days_ago)
        start = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        wanted = window.days is None or _DAYS[start.weekday()] in window.days
        if wanted and start <= local < start + length:
            return True
    return False
