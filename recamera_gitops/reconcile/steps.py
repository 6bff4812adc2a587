"""What has to be written, as data: single requests, edit sessions, conversations. Pure.

Bodies are patched from the raw object that the comparison was made with, so steps are as fresh as that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, Final, TypeAlias

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.plan import PlannedRequest
from recamera_gitops.reconcile.planner import Comparison, Managed
from recamera_gitops.resources.base import Leaf, Resource, Wished, patch, shown
from recamera_gitops.resources.catalog import FLOWS, RESOURCES
from recamera_gitops.resources.codecs import Around
from recamera_gitops.resources.values import MISSING
from recamera_gitops.secret import Secret

MASK: Final = "(sensitive)"
SCENE: Final = "/image/0/scene"
SAVE: Final = "/image/0/scene-save"
LEAVE_EDIT_MODE: Final = -1


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `masked` is its body for people, with secrets masked."""

    method: str
    path: str
    summary: str
    body: Json = None
    masked: Json = None


@dataclass(frozen=True, slots=True)
class Session:
    """Calls that the camera takes only in the edit mode of a scene.

    `leave` is sent whatever happens, `save` only if every call succeeded.
    """

    scene: str
    enter: Call
    calls: tuple[Call, ...]
    save: Call
    leave: Call


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation by the name of its flow; `preview` lists the writes that it will make."""

    flow: str
    arguments: Mapping[str, Any]
    preview: tuple[Call, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Move:
    """A call after which the camera may have to be found again, in the way that `kind` names."""

    kind: str
    call: Call


Step: TypeAlias = Call | Session | Talk | Move


def steps(comparison: Comparison) -> tuple[tuple[str, Step], ...]:
    """The steps that make every difference true, each with the address that it belongs to.

    What cannot be known yet has no steps yet.
    """
    known = (each for each in comparison.differing if not each.known_after)
    groups = groupby(known, key=lambda each: each.resource.address)
    return tuple(
        (address, step) for address, group in groups for step in _steps(comparison, list(group))
    )


def _steps(comparison: Comparison, group: list[Managed]) -> Iterator[Step]:
    by_object: dict[tuple[object, ...], list[Managed]] = {}
    for each in group:
        written = (each.resource.put or each.resource.path, each.resource.at)
        by_object.setdefault(written, []).append(each)
    by_resource = [(wishes[0].resource, wishes) for wishes in by_object.values()]
    scenes = [resource.edits for resource, _ in by_resource if resource.edits is not None]
    if scenes:
        calls = tuple(_call(comparison, resource, wishes) for resource, wishes in by_resource)
        yield _session(group[0].resource.address.rpartition(".")[2], scenes[0], calls)
        return
    for resource, wishes in by_resource:
        if resource.flow:
            yield _talk(comparison, resource)
        elif resource.move is not None:
            yield Move(resource.move, _call(comparison, resource, wishes))
        else:
            yield _call(comparison, resource, wishes)


def _call(comparison: Comparison, resource: Resource, wishes: Iterable[Managed]) -> Call:
    """One write of one object; what completes it from below `wire` is laid over last."""
    wishes = sorted(wishes, key=lambda each: bool(each.resource.beside))
    around = comparison.observation.around
    raw = comparison.observation.objects[resource.path]
    wished = [(each.leaf, each.target) for each in wishes]
    names = ", ".join(each.path.removeprefix(resource.path).removeprefix(".") for each in wishes)
    body = _body(resource, raw, wished, around)
    hidden = _hidden(resource, raw)
    masked = _body(resource, raw, [*wished, *hidden], around) if hidden else body
    return Call(resource.method, resource.put, f"{resource.path}: {names}", body, masked)


def _body(resource: Resource, raw: Json, wished: list[Wished], around: Around) -> Json:
    return resource.shape(patch(raw, wished, around))


def _hidden(resource: Resource, raw: Json) -> list[Wished]:
    """What is laid over a body for people: the mask over every secret in it."""
    secrets = _secrets(resource.put, resource.at)
    return [(leaf, Secret(MASK)) for leaf in secrets if MISSING not in shown(raw, leaf)]


@cache
def _secrets(put: str, at: tuple[str | int, ...]) -> tuple[Leaf, ...]:
    """The secret settings of one object."""
    objects = (each for each in RESOURCES if each.put == put and each.at == at)
    return tuple(leaf for each in objects for leaf in each.leaves if leaf.wire.codec.sensitive)


def _session(scene: str, number: int, calls: tuple[Call, ...]) -> Session:
    return Session(
        scene=scene,
        enter=_mode(number, f"enter edit mode: {scene}"),
        calls=calls,
        save=Call("POST", SAVE, f"save scene: {scene}"),
        leave=leave_edit_mode(f": {scene}"),
    )


def leave_edit_mode(which: str = "") -> Call:
    """The request that ends the edit mode of whatever scene."""
    return _mode(LEAVE_EDIT_MODE, f"leave edit mode{which}")


def _mode(profile: int, summary: str) -> Call:
    body = {"iProfile": profile}
    return Call("PUT", SCENE, summary, body, body)


def _talk(comparison: Comparison, resource: Resource) -> Talk:
    managed = {each.leaf.path: each for each in comparison.managed if each.resource is resource}
    flow = FLOWS[str(resource.flow)]
    arguments = flow.arguments(
        {path: each.target for path, each in managed.items()},
        {path for path, each in managed.items() if each.differs},
        {path: each.live for path, each in managed.items()},
    )
    raw = comparison.observation.objects[resource.path]
    wished = [(each.leaf, each.target) for each in managed.values() if each.active]
    arguments |= flow.bodies(raw, patch(raw, wished, comparison.observation.around))
    preview = tuple(
        Call(method, path, summary, masked=body)
        for method, path, summary, body in flow.preview(arguments)
    )
    return Talk(str(resource.flow), arguments, preview)


def calls(step: Step) -> tuple[Call, ...]:
    """The writes of a step in the order in which they are sent."""
    match step:
        case Call():
            return (step,)
        case Session():
            return (step.enter, *step.calls, step.save, step.leave)
        case Talk():
            return step.preview
        case Move():
            return (step.call,)


def planned_requests(comparison: Comparison) -> tuple[PlannedRequest, ...]:
    """Every write that apply would send, for people."""
    return tuple(
        PlannedRequest(call.method, call.path, call.summary, call.masked)
        for _, step in steps(comparison)
        for call in calls(step)
    )
