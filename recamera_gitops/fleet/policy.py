"""What a plan may contain, judged on the plan as data. Pure.

Cameras that are protected are no part of that: whatever a plan says of them, they are not written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.desired.forbidding import forbids
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.fleet.rollout import share
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, Status
from recamera_gitops.resources.catalog import confirmation, resource_at
from recamera_gitops.resources.declared import is_below
from recamera_gitops.rules import Severity

_NAMED: Final = 5  # in a message; a violation has them all
_NOT_NOW: Final = "say --outside-window if it cannot wait"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a plan breaks, the cameras that would break it, and the paths that would.

    `id` names its row in `recamera_gitops/rules`. `rule` is how the files put it, empty for a rule of this
    program's own; `place` is where they do.
    """

    id: str
    rule: str
    message: str
    devices: tuple[str, ...]
    paths: tuple[str, ...] = ()
    place: Place | None = None
    hint: str | None = None

    def said(self, severity: Severity = Severity.ERROR, hint: str | None = None) -> Diagnostic:
        """The same as a complaint; `hint` takes the place of its own."""
        return Diagnostic(self.id, self.message, self.rule, self.place, hint or self.hint, severity)


def violations(plan: Plan, fleet: Fleet, confirmed: Sequence[str]) -> tuple[Violation, ...]:
    """Every reason, but that it is not the time, for which a plan must not be applied.

    `confirmed` are the paths that somebody confirmed for this run.
    """
    meant = written(plan.devices, fleet.devices)
    return (
        *_too_many(meant, fleet),
        *_forbidden(meant, fleet),
        *_unconfirmed(meant, fleet, confirmed),
        *unconfirmed(meant, confirmed),
    )


def held(devices: Iterable[DevicePlan], fleet: Fleet, closed: str | None) -> tuple[Violation, ...]:
    """Every reason for which these cameras must not be written now; `closed` is None in the window.

    Where `policy.deny_impact` is stated, only changes with such an impact have to wait for the window.
    """
    meant = written(devices, fleet.devices)
    if closed is None or not meant:
        return ()
    if fleet.policy.deny_impact is not None:
        return tuple(_denied(meant, fleet, closed))
    if fleet.rollout.window is None:
        return ()
    return (too_early(tuple(each.device for each in meant), fleet, closed),)


def protections(plan: Plan, fleet: Fleet) -> tuple[Violation, ...]:
    """The protected cameras that the plan would change; they are refused, and the others written."""
    protected = {device.name: device for device in fleet.devices if device.protected}
    return tuple(
        Violation(
            "protected",
            "protected",
            f"{each.device} is planned, and never written",
            (each.device,),
            _paths(each.changes),
            protected[each.device].places.get("protected"),
        )
        for each in plan.devices
        if each.status is Status.CHANGED and each.device in protected
    )


def unconfirmed(devices: Iterable[DevicePlan], confirmed: Sequence[str]) -> tuple[Violation, ...]:
    """Every reason why somebody has to confirm more than the plan, whatever the policy says.

    Some changes cannot be taken back, or may leave a camera where nobody reaches it.
    """
    asking: dict[tuple[str, str, str], list[tuple[DevicePlan, Change]]] = {}
    for device, change in _changes(devices):
        asked = change.confirm or confirmation(change.path, change.after)  # whoever made the plan
        resource = resource_at(change.path)
        if not asked or resource is None or _is_confirmed(change.path, asked, confirmed):
            continue
        reason = (resource.address, resource.confirm_why, asked)
        asking.setdefault(reason, []).append((device, change))
    return tuple(_asking(*reason, found) for reason, found in asking.items())


def _asking(
    address: str, why: str, asked: str, found: Sequence[tuple[DevicePlan, Change]]
) -> Violation:
    devices, paths = _who(found)
    message = f"{address} on {_named(devices)}: {why}"
    return Violation("needs-confirm", "", message, devices, paths, hint=_say(asked))


def written(planned: Iterable[DevicePlan], devices: Iterable[Device]) -> tuple[DevicePlan, ...]:
    """The cameras that an apply of their plans would write, as their files have it."""
    protected = {device.name for device in devices if device.protected}
    changed = (each for each in planned if each.status is Status.CHANGED)
    return tuple(each for each in changed if each.device not in protected)


def _too_many(written: Sequence[DevicePlan], fleet: Fleet) -> Iterator[Violation]:
    limit, size = fleet.policy.max_changed_devices, len(fleet.devices)
    if limit is None or len(written) <= share(limit, size):
        return
    rule = "policy.max_changed_devices"
    message = f"{limit} may change at a time, this plan changes {len(written)} of {size} cameras"
    yield Violation(
        "policy-max-changed-devices",
        rule,
        message,
        tuple(each.device for each in written),
        place=fleet.places.get(rule),
    )


def _forbidden(written: Sequence[DevicePlan], fleet: Fleet) -> Iterator[Violation]:
    for number, rule in enumerate(fleet.policy.forbid or ()):
        broken: dict[str, list[tuple[DevicePlan, Change]]] = {}
        for device, change in _changes(written):
            if forbids(rule, change.path, change.after):
                broken.setdefault(change.path, []).append((device, change))
        for path, found in broken.items():
            devices, paths = _who(found)
            message = f"{_named(devices)} would get {path}"
            place = fleet.places.get(f"policy.forbid[{number}]")
            where = _sources(change for _, change in found)
            yield Violation(
                "policy-forbid", f"policy.forbid {rule}", message, devices, paths, place, where
            )


def _unconfirmed(
    written: Sequence[DevicePlan], fleet: Fleet, confirmed: Sequence[str]
) -> Iterator[Violation]:
    for number, rule in enumerate(fleet.policy.confirm or ()):
        found = [
            (device, change)
            for device, change in _changes(written)
            if _touches(change.path, rule) and not _is_confirmed(change.path, rule, confirmed)
        ]
        if found:
            devices, paths = _who(found)
            message = f"{_named(paths)} changed on {_named(devices)}"
            place = fleet.places.get(f"policy.confirm[{number}]")
            yield Violation(
                "policy-confirm",
                f"policy.confirm {rule}",
                message,
                devices,
                paths,
                place,
                _say(rule),
            )


def _touches(path: str, rule: str) -> bool:
    """Whether a change moves something at or below a path, be it with all that is around it."""
    return is_below(path, rule) or is_below(rule, path)


def _is_confirmed(path: str, rule: str, confirmed: Sequence[str]) -> bool:
    return any(is_below(path, each) or is_below(rule, each) for each in confirmed)


def too_early(devices: tuple[str, ...], fleet: Fleet, closed: str) -> Violation:
    """That the window is closed."""
    rule = "rollout.window"
    return Violation(
        "outside-window",
        rule,
        f"nothing may be written now: {closed}",
        devices,
        place=fleet.places.get(rule),
        hint=_NOT_NOW,
    )


def denied(
    what: str, impacts: Sequence[str], devices: tuple[str, ...], fleet: Fleet, closed: str
) -> Iterator[Violation]:
    """The impacts of something done at cameras that have to wait for the window."""
    for number, impact in enumerate(map(str, fleet.policy.deny_impact or ())):
        if impact in impacts:
            yield _denial(number, fleet, what, closed, (devices, ()))


def _denial(
    number: int,
    fleet: Fleet,
    what: str,
    closed: str,
    concerned: tuple[tuple[str, ...], tuple[str, ...]],
) -> Violation:
    """One impact that is denied; `concerned` are the cameras and the paths."""
    devices, paths = concerned
    return Violation(
        "policy-deny-impact",
        f"policy.deny_impact {(fleet.policy.deny_impact or ())[number]}",
        f"{what} on {_named(devices)} would cause it now: {closed}",
        devices,
        paths,
        fleet.places.get(f"policy.deny_impact[{number}]"),
        _NOT_NOW,
    )


def _denied(written: Sequence[DevicePlan], fleet: Fleet, closed: str) -> Iterator[Violation]:
    for number, impact in enumerate(map(str, fleet.policy.deny_impact or ())):
        found = [
            (device, resource)
            for device in written
            for resource in device.resources
            if impact in resource.impact
        ]
        if not found:
            continue
        devices = tuple(dict.fromkeys(device.device for device, _ in found))
        addresses = tuple(dict.fromkeys(resource.address for _, resource in found))
        yield _denial(number, fleet, ", ".join(addresses), closed, (devices, addresses))


def _changes(devices: Iterable[DevicePlan]) -> Iterator[tuple[DevicePlan, Change]]:
    for device in devices:
        for change in device.changes:
            yield device, change


def _who(found: Sequence[tuple[DevicePlan, Change]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cameras, and the paths, each once."""
    devices = tuple(dict.fromkeys(device.device for device, _ in found))
    return devices, _paths(change for _, change in found)


def _paths(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.path for change in changes))


def _named(words: Sequence[str]) -> str:
    """`gate, dock`, and how many more there are where they are many."""
    rest = len(words) - _NAMED
    return ", ".join(words[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _sources(changes: Iterable[Change]) -> str | None:
    """Where it is declared, as far as the plan tells."""
    found = sorted({str(change.source) for change in changes if change.source is not None})
    return f"declared at {_named(found)}" if found else None


def _say(path: str) -> str:
    return f"say --confirm {path} if that is meant"
