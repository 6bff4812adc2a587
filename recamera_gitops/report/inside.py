"""A change as people read it: its two values, or every place in which two collections differ. Pure."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.plan import Change
from recamera_gitops.report.values import is_long, shown

# (before, after) → (path inside, before, after) for every place in which two collections differ.
Inner: TypeAlias = Callable[[Json, Json], list[tuple[str, Json, Json]]]
MOST: Final = 20  # places of one change that are told


class Said(NamedTuple):
    """What moves, from what, to what."""

    what: str
    before: str
    after: str


def no_inner(_before: Json, _after: Json) -> list[tuple[str, Json, Json]]:
    """Nothing is known of what differs inside; whole values are shown."""
    return []


def places(change: Change, inner: Inner) -> list[tuple[str, Json, Json]]:
    """Where two collections differ; nothing where the values themselves are short enough to be read."""
    both = is_long(change.before) or is_long(change.after)
    return inner(change.before, change.after) if both and not change.sensitive else []


def said(change: Change, inner: Inner) -> Iterator[Said]:
    """The change in one line, or in as many as there are places; of very many the rest is counted."""
    found = places(change, inner)
    for where, before, after in found[:MOST]:
        yield Said(f"{change.path} {where}", shown(before), shown(after))
    if len(found) > MOST:
        yield Said(f"{change.path} and {len(found) - MOST} more places in it", "", "")
    if not found:
        before = shown(change.before, sensitive=change.sensitive)
        if change.known_after:
            before = f"(known after {change.known_after})"
        yield Said(change.path, before, shown(change.after, sensitive=change.sensitive))
