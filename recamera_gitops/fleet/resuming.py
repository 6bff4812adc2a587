"""What an interrupted run has left to do: of its plan what is not verified yet, and nothing else. Pure."""

from dataclasses import replace

from recamera_gitops.errors import ExitCode, Stale
from recamera_gitops.fleet.runs import Past
from recamera_gitops.reconcile.plan import DevicePlan, Plan, Status, wishes_of
from recamera_gitops.resources.catalog import leaf_at
from recamera_gitops.resources.declared import Declared, is_below
from recamera_gitops.resources.values import same


def rest_of(plan: Plan, past: Past) -> Plan:
    """The cameras that were to be changed, and of which the run does not say that they were."""
    rest = tuple(
        each
        for each in plan.devices
        if each.status is Status.CHANGED and past.ending(each.device) is not ExitCode.DONE
    )
    return replace(plan, devices=rest)


def wishes_left(planned: DevicePlan, declared: Declared) -> Declared:
    """Of what is declared for a camera what its plan was to change; Stale where some of it is gone."""
    paths = {change.path for change in planned.changes}
    gone = sorted(paths - declared.keys())
    if gone:
        raise Stale(f"{planned.device}: the files no longer declare {', '.join(gone)}; plan again")
    return {path: wish for path, wish in declared.items() if path in paths or _goes_along(path)}


def _goes_along(path: str) -> bool:
    """Whether it is no change of its own, but said with one: what joins a network, where firmware is."""
    leaf = leaf_at(path)
    return leaf is not None and leaf.wire.codec.write_only


def as_approved(now: Plan, then: Plan) -> Plan:
    """The new plan, if it wants nothing else than the old one; Stale otherwise."""
    wanted = {each.device: wishes_of(each.resources) for each in then.devices}
    other = [
        f"{each.device} {path}"
        for each in now.devices
        for path, after in wishes_of(each.resources).items()
        if not any(is_below(path, known) for known in wanted[each.device])
        or not same(after, wanted[each.device][path])
    ]
    if other:
        message = f"the files ask for something else than that run: {', '.join(other)}; plan again"
        raise Stale(message)
    return now
