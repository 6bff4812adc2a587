"""Whether an object is whole enough to be written back. Pure.

The camera takes what is left out for its default [seed]. An object that lacks what every known firmware
shows is therefore no base for a write: it is incomplete, or it is not what it is taken for.
"""

from collections.abc import Iterable

from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import Resource, shown
from recamera_gitops.resources.values import MISSING


def refuse_parts(objects: Iterable[tuple[Resource, Json]]) -> None:
    """NotUnderstood for the first object that lacks a setting which it has on every known firmware."""
    for resource, raw in objects:
        lacking = [
            leaf.keys[0]
            for leaf in resource.leaves
            if not (leaf.wire.only_if_shown or leaf.wire.follows)
            and all(each is MISSING for each in shown(raw, leaf))
        ]
        if lacking:
            what = ", ".join(key.partition("|")[0] for key in lacking)
            message = f"the answer lacks {what}; nothing is written from a part of an object"
            raise NotUnderstood(message, request=f"GET {resource.get}")
