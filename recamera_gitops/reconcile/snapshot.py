"""What an address has just before it is written: what a rollback starts from. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from recamera_gitops.reconcile.planner import Comparison, Managed, is_active
from recamera_gitops.resources.base import Impact, Resource, decode, is_known
from recamera_gitops.resources.fragment import LaidOver, lacks, moves_a_secret
from recamera_gitops.resources.stating import may_be_stated
from recamera_gitops.resources.values import MISSING


@dataclass(frozen=True, slots=True)
class Kept:
    """One setting: `before` is what would have to be declared to have it again, `after` what is written.

    One that `follows` is not written itself: the camera owns it from now on, and may change it. `lost`
    is why it cannot be had again; empty where it can. Values of a `sensitive` one must not be put on
    disk in the clear.
    """

    path: str
    before: Any = None
    after: Any = None
    follows: bool = False
    sensitive: bool = False
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is about to change in one address of the camera with this serial number."""

    serial: str
    address: str
    settings: tuple[Kept, ...]


def snapshot(comparison: Comparison, address: str) -> Snapshot:
    """Everything that differs in this address, and what stops counting with it, as the camera has it."""
    differing = [each for each in comparison.differing if each.resource.address == address]
    settings = [_kept(each) for each in differing if not each.drifts]
    following = {
        each.path: each
        for resource in _resources(differing)
        for each in _left(comparison, resource)
    }
    known = {each.path for each in settings}
    rest = (each for path, each in following.items() if path not in known)
    return Snapshot(comparison.observation.serial, address, (*settings, *rest))


def _resources(differing: list[Managed]) -> Iterator[Resource]:
    yield from {each.resource.path: each.resource for each in differing}.values()


def _left(comparison: Comparison, resource: Resource) -> Iterator[Kept]:
    """What counts now, but will not count with the target: from then on the camera may change it."""
    observation = comparison.observation
    raw = observation.objects.get(resource.path)
    live = {
        resource.path_of(leaf): decode(raw, leaf, observation.around)
        for leaf in (resource.leaves if raw is not None else ())
    }
    target = {**live, **{each.path: each.target for each in comparison.differing}}
    for leaf in resource.leaves if raw is not None else ():
        path = resource.path_of(leaf)
        counts = is_active(path, leaf, live) and not is_active(path, leaf, target)
        if counts and is_known(live[path]) and may_be_stated(path, live[path]):
            yield Kept(path, live[path], follows=True, sensitive=leaf.wire.codec.sensitive)


def _kept(each: Managed) -> Kept:
    lost = next(_lost(each), "")
    before = None if lost else each.leaf.wire.codec.before(each.live, each.target)
    return Kept(each.path, before, each.target, sensitive=_is_sensitive(each), lost=lost)


def _is_sensitive(each: Managed) -> bool:
    codec = each.leaf.wire.codec
    return codec.sensitive or (
        isinstance(codec, LaidOver) and moves_a_secret(each.live, each.wish.value)
    )


def _lost(each: Managed) -> Iterator[str]:
    """Why it cannot be had again: for what it is, or for what the camera had."""
    codec = each.leaf.wire.codec
    if each.resource.flow == "firmware":
        yield "an older firmware is not put back"
    if codec.from_file or each.resource.whole is not None:
        yield "a file of a camera cannot be read back"
    if Impact.IRREVERSIBLE in (each.leaf.wire.impact or each.resource.impact):
        yield "it cannot be taken back"
    if each.known_after:
        yield f"it could not be seen before {each.known_after} was changed"
    yield from _not_statable(each)


def _not_statable(each: Managed) -> Iterator[str]:
    if each.live is MISSING:
        yield "the camera did not show it"
    elif not is_known(each.live):
        yield "the camera had something that nobody can declare"
    elif each.resource.flow is not None and not may_be_stated(each.path, each.live):
        yield "nobody can ask a camera for what it had"
    if isinstance(each.leaf.wire.codec, LaidOver) and lacks(each.live, each.wish.value):
        yield "the camera did not have all of it"
