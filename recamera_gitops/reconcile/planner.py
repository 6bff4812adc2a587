"""Declared over live makes the target; where the two differ is the plan. Pure.

Nothing is filtered out of a difference afterwards: what nobody declared is never looked at, and a value
that the camera owns at the moment (`When`) is left out before anything is compared.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias

from recamera_gitops.artifact import Artifact
from recamera_gitops.errors import CameraError
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.observe import Observation, managed_resources
from recamera_gitops.reconcile.plan import Action, Change, ResourcePlan, digest
from recamera_gitops.reconcile.shapes import refuse_parts
from recamera_gitops.resources import firmware
from recamera_gitops.resources.base import (
    Complaint,
    Impact,
    Leaf,
    Resource,
    Stage,
    decode,
    is_known,
)
from recamera_gitops.resources.catalog import complaints, confirmation
from recamera_gitops.resources.declared import Declared, Wish, sibling_of
from recamera_gitops.resources.values import MISSING, Unknown, same
from recamera_gitops.secret import Secret


@dataclass(frozen=True, slots=True)
class Managed:
    """One declared setting on one camera.

    `live` is what the camera shows (MISSING, `Unknown` or a value), `target` what it is to become.
    An inactive one is the camera's own in the target and neither compared nor written. Where it is
    the camera's own today (`drifts`), its live value means nothing: it moves by itself. One that is
    `known_after` a change of that address cannot be seen, nor written, before it. `differs` tells
    whether it has to be written.
    """

    path: str
    resource: Resource
    leaf: Leaf
    wish: Wish
    live: Any
    target: Any
    active: bool
    drifts: bool
    known_after: str = ""
    differs: bool = field(init=False)

    def __post_init__(self) -> None:
        codec = self.leaf.wire.codec
        compared = self.active and not codec.write_only
        moves = compared and not (is_known(self.live) and codec.equal(self.target, self.live))
        object.__setattr__(self, "differs", moves)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that is managed on one camera, in the order in which it would be written.

    `differing` is the part of `managed` that has to be written.
    """

    managed: tuple[Managed, ...]
    observation: Observation
    warnings: tuple[str, ...]
    differing: tuple[Managed, ...]


class Unfit(CameraError):
    """What is declared breaks a rule on this camera, with what it has now; nothing is written."""


def compare(declared: Declared, observation: Observation, *, judged: bool = True) -> Comparison:
    """Lay the wishes over the camera.

    Raises Unfit with every broken rule that involves a wish, and NotUnderstood for an object that is
    to be written and is not whole, unless it is not `judged` because nothing will be written; and the
    error of a resource that this firmware does not have, unless another firmware is to come first.
    """
    around = observation.around
    live, found = _shown_and_declared(declared, observation)
    later = _known_later(declared, observation, live, found)
    unsupported = {
        path: leaf.wire.codec.unseen
        for path, _, leaf in found
        if leaf.wire.only_if_shown and live[path] is MISSING and path not in later
    }
    target = {path: value for path, value in live.items() if is_known(value)}
    wishes = [(path, resource, leaf) for path, resource, leaf in found if path not in unsupported]
    for path, _, leaf in wishes:
        known = live[path] if is_known(live[path]) else None
        target[path] = leaf.wire.codec.target(declared[path].value, known, around)
    if judged:
        parts = {path: _known_parts(each) for path, each in target.items()}
        _refuse(complaints(parts, around), declared)
    managed = tuple(
        Managed(
            path,
            resource,
            leaf,
            declared[path],
            live[path],
            target[path],
            is_active(path, leaf, target),
            drifts=not is_active(path, leaf, live),
            known_after=later.get(path, ""),
        )
        for path, resource, leaf in _in_order(wishes, live, target)
    )
    if judged:
        refuse_parts(_written(managed, observation))
    warnings = (
        *observation.notes,
        *_warnings(unsupported, managed),
        *_consequences(managed, observation),
    )
    return Comparison(
        managed, observation, warnings, tuple(each for each in managed if each.differs)
    )


def _written(
    managed: Iterable[Managed], observation: Observation
) -> Iterator[tuple[Resource, Json]]:
    """The objects that requests of one part are made from, as far as something in them differs."""
    written = {
        each.resource.path: each.resource
        for each in managed
        if each.differs and not each.known_after and each.resource.flow is None
    }
    return ((resource, observation.objects[path]) for path, resource in written.items())


_Found: TypeAlias = tuple[str, Resource, Leaf]


def _shown_and_declared(
    declared: Declared, observation: Observation
) -> tuple[dict[str, Any], list[_Found]]:
    """The live value of every setting of what was read, and which of them are declared."""
    live: dict[str, Any] = {}
    found: list[_Found] = []
    for resource in managed_resources(declared):
        if resource.path not in observation.objects and resource.path not in observation.missing:
            continue
        raw = observation.objects.get(resource.path, {})
        for leaf in resource.leaves:
            path = resource.path_of(leaf)
            live[path] = decode(raw, leaf, observation.around)
            if path in declared:
                found.append((path, resource, leaf))
    return live, found


def _known_later(
    declared: Declared, observation: Observation, live: Mapping[str, Any], found: Iterable[_Found]
) -> dict[str, str]:
    """What this firmware does not show, where another one is to come first: path → address."""
    wish, running = declared.get(firmware.VERSION), live.get(firmware.VERSION, MISSING)
    if wish is None or running is MISSING or firmware.Version().equal(wish.value, running):
        for error in observation.missing.values():
            raise error
        return {}
    return {
        path: firmware.ADDRESS
        for path, resource, leaf in found
        if resource.path in observation.missing
        or (leaf.wire.only_if_shown and leaf.wire.codec.on_firmware and live[path] is MISSING)
    }


def _known_parts(value: Any) -> Any:  # noqa: ANN401
    """The value as rules may see it: what the codec does not know is left out of items."""
    if isinstance(value, list):
        return [_known_parts(each) for each in value]
    if isinstance(value, dict):
        return {key: _known_parts(each) for key, each in value.items() if is_known(each)}
    return value


def _refuse(found: Iterable[Complaint], declared: Declared) -> None:
    ours = [each for each in found if any(_leaf_of(path) in declared for path in each.paths)]
    if ours:
        raise Unfit("; ".join(_spelled(each, declared) for each in ours))


def _leaf_of(path: str) -> str:
    return path.partition("[")[0]


def _spelled(complaint: Complaint, declared: Declared) -> str:
    blamed = next(path for path in complaint.paths if _leaf_of(path) in declared)
    place = declared[_leaf_of(blamed)].place
    where = f"{place} " if place else ""
    hint = f" ({complaint.hint})" if complaint.hint else ""
    return f"{where}{blamed}: {complaint.message}{hint}"


def is_active(path: str, leaf: Leaf, values: Mapping[str, Any]) -> bool:
    """Whether a setting counts with these values, by path; otherwise the camera owns it."""
    when = leaf.wire.when
    return when is None or bool(values.get(sibling_of(path, when.sibling)) == when.value)


# The stage that encoding waits for where the main stream becomes faster.
_LATER: Final = {Stage.VIDEO: Stage.IMAGE + 1}


def _in_order(
    found: Sequence[_Found], live: Mapping[str, Any], target: Mapping[str, Any]
) -> list[_Found]:
    """The catalogue's order, but for one thing.

    A manual shutter time may never be longer than a frame [cgi], also between two writes: where the
    main stream is to become faster, the image comes before it; where slower, after it. Both streams
    stay together, so that the encoder restarts once.
    """
    path = "video.main.frame_rate"
    before, after = live.get(path), target.get(path)
    if not isinstance(before, int) or not isinstance(after, int) or after <= before:
        return list(found)
    return sorted(found, key=lambda each: _LATER.get(each[1].stage, each[1].stage))


def _warnings(unsupported: Mapping[str, str], managed: Iterable[Managed]) -> Iterable[str]:
    for path, why in unsupported.items():
        yield f"{path}: {why}"
    for each in managed:
        when = each.leaf.wire.when
        if when is not None and not each.active:
            yield f"{each.path}: not compared, it counts only while {when.sibling} is {_word(when.value)}"


def _consequences(managed: Iterable[Managed], observation: Observation) -> Iterable[str]:
    """What resources say of what is going to move in them."""
    differing = [each for each in managed if each.differs and not each.known_after]
    for resource in {each.resource.path: each.resource for each in differing}.values():
        moved = {each.leaf.path: each.target for each in differing if each.resource is resource}
        yield from resource.warns(moved, observation.objects[resource.path])


def _word(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def resource_plans(comparison: Comparison) -> tuple[ResourcePlan, ...]:
    """The changes, grouped by address, in the order in which they would be made."""
    groups: dict[str, list[Managed]] = {}
    for each in comparison.differing:
        groups.setdefault(each.resource.address, []).append(each)
    return tuple(
        ResourcePlan(
            address=address,
            action=Action.UPDATE,
            impact=impact((each.resource, each.leaf) for each in group),
            precondition=precondition(comparison, address),
            changes=tuple(_change(each, comparison.observation) for each in group),
        )
        for address, group in groups.items()
    )


def _change(each: Managed, observation: Observation) -> Change:
    codec = each.leaf.wire.codec
    after = shown(each.target)
    raw = observation.objects.get(each.resource.path)
    return Change(
        path=each.path,
        before=None if each.drifts else shown(codec.before(each.live, each.target)),
        after=after,
        sensitive=codec.sensitive,
        source=each.wish.place,
        known_after=each.known_after,
        confirm=confirmation(each.path, after, raw) or "",
    )


def shown(value: object) -> Json:
    """A value as plans show it: None for a secret and for what the camera does not show."""
    if value is MISSING or isinstance(value, Secret):
        return None
    if isinstance(value, Artifact):
        return value.shown()
    if isinstance(value, Unknown):
        return (
            value.raw[0]
            if len(value.raw) == 1
            else [None if r is MISSING else r for r in value.raw]
        )
    if isinstance(value, list):
        return [shown(each) for each in value]
    if isinstance(value, Mapping):
        return {key: shown(each) for key, each in value.items()}
    return value


def impact(settings: Iterable[tuple[Resource, Leaf]]) -> tuple[str, ...]:
    """What people notice when these settings change."""
    every = set(chain.from_iterable(leaf.wire.impact or each.impact for each, leaf in settings))
    noticed = every - {Impact.NONE} or {Impact.NONE}
    return tuple(str(each) for each in Impact if each in noticed)


def precondition(comparison: Comparison, address: str) -> str:
    """The digest of the managed live values of one address.

    Secrets count only as present or absent: a digest of one could be guessed at. A value that equals
    its target counts as the target, so that noise of the wire does not make a plan stale.
    """
    return digest(
        {
            each.path: _fingerprint(each)
            for each in comparison.managed
            if each.active and each.resource.address == address
        }
    )


def _fingerprint(each: Managed) -> Json:
    codec = each.leaf.wire.codec
    if each.drifts:
        return None
    if codec.sensitive:
        return "secret" if isinstance(each.live, Secret) else None
    if not is_known(each.live):
        return {"raw": shown(each.live)}
    return codec.canonical(codec.before(each.live, each.target) if each.differs else each.target)


def still_as_planned(comparison: Comparison, planned: Iterable[ResourcePlan]) -> bool:
    """Whether the managed settings are what the plan saw, float noise aside.

    What the plan wanted to change still reads as it did, and nothing else differs by now. Of what the
    plan could not know it only matters that it is in the plan. What moves by itself may have come to
    equal its wish, or no longer do so.
    """
    moving = {each.path for each in comparison.managed if each.drifts}
    changes = {
        change.path: change
        for each in planned
        for change in each.changes
        if change.path not in moving
    }
    seen = {path: change for path, change in changes.items() if not change.known_after}
    differing = {each.path: each for each in comparison.differing if not each.drifts}
    return seen.keys() <= differing.keys() <= changes.keys() and all(
        _reads_as(differing[path], change.before) for path, change in seen.items()
    )


def _reads_as(each: Managed, before: Json) -> bool:
    codec = each.leaf.wire.codec
    if codec.sensitive:
        return True
    now = shown(codec.before(each.live, each.target))
    return same(now, before) or (
        before is not None and now is not None and codec.equal(now, before)
    )


def unmoved(before: Comparison, after: Comparison) -> bool:
    """Whether none of what was to be written has moved between two looks."""
    now = {each.path: each for each in after.differing}
    return all(
        each.path in now and _same_live(each, now[each.path])
        for each in before.differing
        if not each.drifts
    )


def _same_live(one: Managed, other: Managed) -> bool:
    if not is_known(one.live) or not is_known(other.live):
        return bool(one.live == other.live)
    codec = one.leaf.wire.codec
    return codec.equal(codec.before(one.live, one.target), codec.before(other.live, one.target))
