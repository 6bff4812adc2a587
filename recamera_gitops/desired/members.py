"""Which members of a written collection stay, go and come when its value becomes another one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recamera_gitops.desired.layout import Entry, Part
from recamera_gitops.exchange import Json


def alike(one: Json, other: Json) -> bool:
    """Whether two values are the same, a whole number and the same number with a point included."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


@dataclass(frozen=True, slots=True)
class New:
    """A member that comes: behind another one, or before the first where there is none."""

    key: str | None
    value: Json
    behind: Entry | None


@dataclass(frozen=True, slots=True)
class Members:
    """What becomes of the members of a collection."""

    kept: list[tuple[Entry, Json]]
    gone: list[Entry]
    new: list[New]


def members_of(part: Part, value: Json, order: Sequence[str]) -> Members | None:
    """What becomes of the members where a collection stays one of its kind; None where it does not."""
    if part.kind == "mapping" and isinstance(value, Mapping):
        return _of_mapping(part, value, order)
    if part.kind == "sequence" and isinstance(value, list):
        return _of_list(part, value)
    return None


def _of_mapping(part: Part, value: Mapping[str, Json], order: Sequence[str]) -> Members:
    kept = [(each, value[str(each.key)]) for each in part.entries if each.key in value]
    gone = [each for each in part.entries if each.key not in value]
    known = {each.key for each in part.entries}
    ranks = {key: rank for rank, key in enumerate(order)}
    found = [ranks[str(each.key)] for each, _ in kept if each.key in ranks]
    if found != sorted(found):
        ranks = {}
    fresh = sorted(
        (key for key in value if key not in known), key=lambda key: ranks.get(key, len(ranks))
    )
    new = [New(key, value[key], _predecessor(key, [e for e, _ in kept], ranks)) for key in fresh]
    return Members(kept, gone, new)


def _predecessor(key: str, kept: list[Entry], ranks: Mapping[str, int]) -> Entry | None:
    """The last sibling; where all stand in the order of their declaration, the last one that comes before."""
    if key not in ranks:
        return kept[-1] if kept else None
    before = [each for each in kept if ranks.get(str(each.key), -1) < ranks[key]]
    return before[-1] if before else None


def _of_list(part: Part, value: list[Json]) -> Members:
    """Members that are the same at both ends stay; those between take each other's place."""
    entries = part.entries
    old = [each.part.value() for each in entries]
    front = _same(zip(old, value, strict=False))
    most = min(len(old), len(value)) - front
    back = min(most, _same(zip(reversed(old), reversed(value), strict=False)))
    middle = min(len(old), len(value)) - back
    kept = list(zip(entries[:middle], value[:middle], strict=True))
    gone = entries[middle : len(entries) - back]
    behind = entries[middle - 1] if middle else None
    new = [New(None, each, behind) for each in value[middle : len(value) - back]]
    if back:
        kept += list(zip(entries[-back:], value[-back:], strict=True))
    return Members(kept, gone, new)


def _same(pairs: Iterable[tuple[Json, Json]]) -> int:
    count = 0
    for one, other in pairs:
        if not alike(one, other):
            break
        count += 1
    return count
