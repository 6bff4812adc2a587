"""What a later read proves: which wishes are not met, and what moved that nobody asked for. Pure."""

from collections.abc import Iterator
from typing import Any

from recamera_gitops.reconcile.outcome import Difference
from recamera_gitops.reconcile.planner import Comparison, shown
from recamera_gitops.resources.base import Leaf, Resource, decode, is_known
from recamera_gitops.resources.beside import states


def differences(
    before: Comparison | None, after: Comparison, path: str | None = None
) -> tuple[Difference, ...]:
    """Wishes that the camera does not show: desired, what was sent, and what it shows.

    Without `before` nothing was sent for them in this step. `path` narrows to one setting.
    """
    sent = {each.path: each.target for each in before.differing} if before is not None else {}
    return tuple(
        Difference(
            each.path,
            desired=shown(each.target),
            sent=shown(sent.get(each.path)),
            observed=shown(each.leaf.wire.codec.before(each.live, each.target)),
            sensitive=each.leaf.wire.codec.sensitive,
        )
        for each in after.differing
        if path is None or each.path == path
    )


def collateral(before: Comparison, after: Comparison) -> tuple[Difference, ...]:
    """Known settings beside the written ones that read otherwise than before.

    Left out is what the camera owns: volatile keys, and settings that do not count at the moment.
    """
    managed = {each.path for each in before.managed}
    found: list[Difference] = []
    for resource in _written(before):
        for leaf in resource.leaves:
            path = resource.path_of(leaf)
            if path not in managed and not _may_move(before, resource, leaf):
                found += _moved(
                    path, leaf, _value(before, resource, leaf), _value(after, resource, leaf)
                )
    return tuple(found)


def pending(after: Comparison) -> str:
    """What the camera is still busy with in the objects that were read; empty when it is done."""
    objects = after.observation.objects
    read = {each.resource.path: each.resource for each in after.managed}.values()
    busy = (
        (each.address, each.pending(objects[each.path])) for each in read if each.path in objects
    )
    return "; ".join(f"{address}: {what}" for address, what in busy if what)


def _written(comparison: Comparison) -> Iterator[Resource]:
    """The plain objects that were written; a conversation has effects of its own."""
    written = {each.resource.path: each.resource for each in comparison.differing}.values()
    return (each for each in written if each.flow is None)


def _may_move(before: Comparison, resource: Resource, leaf: Leaf) -> bool:
    """Whether the camera owns the setting, or what was written has changed it too."""
    sibling = resource.path_of(leaf.wire.follows) if leaf.wire.follows else None
    if any(each.path == sibling for each in before.differing):
        return True
    return _owned_by_camera(resource, leaf) or any(
        each.resource.beside == resource.address and states(each.target, leaf)
        for each in before.managed
        if each.resource.put == resource.put
    )


def _owned_by_camera(resource: Resource, leaf: Leaf) -> bool:
    keys = {key for keys in leaf.keys for key in keys.split("|")}
    return leaf.wire.when is not None or bool(keys & set(resource.volatile))


def _value(comparison: Comparison, resource: Resource, leaf: Leaf) -> Any:  # noqa: ANN401
    observation = comparison.observation
    return decode(observation.objects[resource.path], leaf, observation.around)


def _moved(path: str, leaf: Leaf, old: Any, new: Any) -> Iterator[Difference]:  # noqa: ANN401
    same = leaf.wire.codec.equal(old, new) if is_known(old) and is_known(new) else old == new
    if not same:
        kept = shown(old)
        sensitive = leaf.wire.codec.sensitive
        yield Difference(path, desired=kept, sent=kept, observed=shown(new), sensitive=sensitive)
