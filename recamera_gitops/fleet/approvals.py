"""Whether a plan that was approved before may still be applied: what it was, when, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import ExitCode, InvalidInput, Stale
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.durations import seconds
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.runs import Past
from recamera_gitops.reconcile.plan import Plan, Status

_SAVED: Final = "saved"
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_OLD: Final = timedelta(hours=24)
_WRITTEN: Final = "%Y-%m-%dT%H:%M:%SZ"


def identity(plan: Plan) -> dict[str, Json]:
    """What tells a plan from every other, one with the same changes that was made later included."""
    return {"checksum": plan.checksum, "created": plan.created}


def fact(plan: Plan) -> dict[str, Json]:
    """What the journal of a run tells of the saved plan that it applies."""
    return {_SAVED: identity(plan)}


def passed_on(past: Past) -> dict[str, Json]:
    """The same for a run that goes on with another one."""
    return {key: value for key, value in past.facts.items() if key == _SAVED}


def part_of(
    saved: Plan, fleet: Fleet, devices: Sequence[Device]
) -> tuple[tuple[Device, ...], Plan]:
    """Those of the devices that are planned, and the part of the plan that is about no other.

    What the plan says of a camera that the fleet no longer has stays in it. Stale where it is a plan for
    another fleet.
    """
    if saved.fleet != fleet.name:
        raise Stale("the plan was made for another fleet")
    meant = {device.name for device in devices}
    left_out = {device.name for device in fleet.devices} - meant
    kept = tuple(device for device in saved.devices if device.device not in left_out)
    planned = {device.device for device in kept}
    return tuple(e for e in devices if e.name in planned), replace(saved, devices=kept)


def in_time(plan: Plan, fleet: Fleet, now: datetime) -> str | None:
    """A warning where a saved plan is old, else None.

    Stale where it is older than `policy.max_plan_age`, or was made in the future: then nobody can tell.
    """
    age = now - datetime.strptime(plan.created, _WRITTEN).replace(tzinfo=UTC)
    if age < -_CLOCKS_DIFFER:
        raise Stale(f"the plan is dated {plan.created}, and now it is {stamp(now)}")
    said = f"the plan is {_told(age)} old"
    limit = fleet.policy.max_plan_age
    if limit is None:
        return said if age > _OLD else None
    if age > timedelta(seconds=seconds(limit)):
        place = fleet.places.get("policy.max_plan_age")
        raise Stale(f"{said}, and {place} says policy.max_plan_age: {limit}; plan again")
    return None


def _told(age: timedelta) -> str:
    """`3 days` or `26 hours`; minutes where it is less than two of them."""
    minutes = int(age.total_seconds()) // 60
    for size, word in ((2_880, "days"), (120, "hours")):
        if minutes >= size:
            return f"{minutes // (size // 2)} {word}"
    return f"{minutes} minutes"


def expected(plan: Plan, checksum: str | None, runs: Iterable[Past]) -> None:
    """Stale where the plan is not the one with this checksum; None is any."""
    if checksum in (None, plan.checksum):
        return
    lines = ["this is not the plan that is expected; nothing was written"]
    lines += [f"expected {checksum}", f"found    {plan.checksum}"]
    for past in runs:
        if past.checksum == checksum:
            lines.append(f"run {past.run} began to apply the expected one on {past.began}")
            break
    raise Stale("\n".join(lines))


def consumed(plan: Plan, runs: Iterable[Past]) -> dict[str, str]:
    """The cameras that a run has made what this very plan says, each with why it is not done again."""
    changed = {each.device for each in plan.devices if each.status is Status.CHANGED}
    mine = identity(plan)
    return {
        name: f"this plan was already applied by run {past.run}; plan again"
        for past in runs
        if _identity_of(past, plan.checksum) == mine
        for name in past.devices
        if name in changed and past.ending(name) is ExitCode.DONE
    }


def _identity_of(past: Past, checksum: str) -> Mapping[str, Json] | None:
    """Of what plan a run is; one that it made itself is looked up where it may be the one that is meant."""
    saved = past.facts.get(_SAVED)
    if isinstance(saved, dict):
        return saved
    if past.checksum != checksum:
        return None
    try:
        return identity(past.plan())
    except (InvalidInput, Stale):
        return None
