"""What a file can state of a value that a camera shows, and under which keys."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from recamera_gitops.resources.catalog import COLLECTIONS, Config, leaf_at, resource_at
from recamera_gitops.resources.values import MISSING
from recamera_gitops.secret import Secret


def steps_to(path: str) -> tuple[str, ...]:
    """The keys that lead to a path below `config`; a key that a file chooses may hold dots itself."""
    for collection in COLLECTIONS:
        resource = resource_at(path) if path.startswith(f"{collection.path}.") else None
        if resource is not None:
            key = resource.path.removeprefix(f"{collection.path}.")
            rest = path.removeprefix(resource.path).removeprefix(".")
            return (collection.path, key, *filter(None, rest.split(".")))
    return tuple(path.split("."))


def tree_of(values: Mapping[str, Any], order: Iterable[str] = ()) -> dict[str, Any]:
    """Values by path as the nested mapping that stands below `config`; paths of `order` come first."""
    tree: dict[str, Any] = {}
    for path in dict.fromkeys((*(each for each in order if each in values), *values)):
        *parents, last = steps_to(path)
        level = tree
        for step in parents:
            level = level.setdefault(step, {})
        level[last] = values[path]
    return tree


def may_be_stated(path: str, value: Any) -> bool:
    """Whether a file that states this value, and nothing else, would be accepted."""
    plain = value.reveal() if isinstance(value, Secret) else value
    try:
        Config.model_validate(tree_of({path: plain}))
    except ValidationError:
        return False
    return True


def is_factory(path: str, value: Any) -> bool:
    """Whether this is the value that a camera comes with; False where nobody has told that value."""
    resource, leaf = resource_at(path), leaf_at(path)
    if resource is None or leaf is None:
        return False
    known = resource.factory(leaf)
    if isinstance(value, Secret):
        return bool(value.reveal() == known)
    return known is not MISSING and leaf.wire.codec.equal(known, value)
