"""The escape hatch `wire`: parts of objects for which there is no setting, in the camera's own spelling.

Such a part is laid over the very object that the settings of the same route are written with, so that
one object is written once, and whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from recamera_gitops.resources.base import (
    WHOLE,
    Complaint,
    Fragment,
    Impact,
    Leaf,
    Resource,
    Stage,
    dig,
)
from recamera_gitops.resources.values import MISSING

ROOT: Final = "wire"
# Objects without any setting of their own that may be written all the same.
_FURTHER: Final = (
    Resource(
        f"{ROOT}./system/ssh",
        Fragment,
        stage=Stage.SERVICES,
        get="/system/ssh",
        method="POST",
        put="/system/ssh",
        impact=(Impact.CONNECTIVITY,),
        beside=ROOT,
    ),
)


def completed(known: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources, each followed by the part that completes its object, and then the further ones."""
    open_routes: dict[str, Resource] = {}
    for each in known:
        if _may_be_completed(each):
            open_routes.setdefault(each.put, each)
    with_parts = chain.from_iterable(
        (each, _part(each)) if open_routes.get(each.put) is each else (each,) for each in known
    )
    return tuple(sorted((*with_parts, *_FURTHER), key=lambda resource: resource.stage))


def _may_be_completed(resource: Resource) -> bool:
    """What moves the camera, or takes a conversation, is not written in the camera's own words."""
    return bool(resource.put) and resource.flow is None and not resource.barrier


def _part(owner: Resource) -> Resource:
    path = f"{ROOT}.{owner.put}"
    return replace(owner, path=path, address=path, section=Fragment, beside=owner.address)


def conflicts(resources: Sequence[Resource], declared: Mapping[str, Any]) -> Iterator[Complaint]:
    """Where a fragment states a key that a declared setting, or any secret one, stands in."""
    for part in resources:
        fragment = declared.get(part.path) if part.section is Fragment else None
        if not isinstance(fragment, Mapping):
            continue
        for owner in resources:
            if owner.put == part.put and owner.at == part.at and owner is not part:
                yield from _conflicts(part.path, fragment, owner, declared)


def _conflicts(
    path: str, fragment: Mapping[str, Any], owner: Resource, declared: Mapping[str, Any]
) -> Iterator[Complaint]:
    for leaf in owner.leaves:
        setting = owner.path_of(leaf)
        if not states(fragment, leaf):
            continue
        if setting in declared:
            message = f"{setting} is declared and stands in the same place"
            yield Complaint("wire-conflict", (path,), message, "keep one of the two")
        elif leaf.wire.codec.sensitive:
            message = f"this is {setting}, which is secret"
            yield Complaint("wire-conflict", (path,), message, f"declare {setting} instead")


def states(fragment: Mapping[str, Any], leaf: Leaf) -> bool:
    """Whether the fragment has something at a wire key of a setting, or in the way to it."""
    spelled = (each for keys in leaf.keys if keys != WHOLE for each in keys.split("|"))
    return any(_reaches(fragment, tuple(each.split("."))) for each in spelled)


def _reaches(fragment: Mapping[str, Any], key: tuple[str, ...]) -> bool:
    for count in range(1, len(key)):
        found = dig(fragment, key[:count])
        if found is MISSING:
            return False
        if not isinstance(found, Mapping):
            return True
    return dig(fragment, key) is not MISSING
