"""Lists of objects, and the few values whose meaning hangs on what stands around them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import Leaf, Section, decode, is_known, leaves, patch
from recamera_gitops.resources.codecs import Around, Codec
from recamera_gitops.resources.values import (
    MISSING,
    Unknown,
    copied,
    in_one_order,
    integer,
    rounded,
    same,
)

Item = dict[str, Any]


def _nothing(around: Around) -> Mapping[str, Json]:
    del around
    return {}


@dataclass(frozen=True)
class Items(Codec):
    """A list of objects, each described by `section`; a declared list replaces the whole list.

    Items are matched by the setting `identity`, or by position where there is none. What a declared
    item does not state comes from its match on the camera, else from `fresh`, the wire object of a
    new item. Unknown keys of a match ride along. `numbered` is a wire key that counts the items from
    0; `spread` keys are added to a new item only where the camera shows them in another one.
    """

    section: type[Section]
    identity: str | None = None
    fresh: Callable[[Around], Mapping[str, Json]] = _nothing
    numbered: str | None = None
    ordered: bool = True
    spread: Mapping[str, Json] = field(default_factory=dict)

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """A list of mappings, in the order of their numbers where they are numbered."""
        if not isinstance(raw[0], list) or not all(isinstance(each, dict) for each in raw[0]):
            return Unknown(raw)
        return [self._decoded(each, around) for each in self._in_order(raw[0])]

    def target(self, declared: Any, live: Any, around: Around) -> Any:
        """Every declared item, completed."""
        known = live if isinstance(live, list) else []
        fresh = self._decoded(dict(self.fresh(around)), around)
        return [
            {**(self._match(item, known, index) or fresh), **item}
            for index, item in enumerate(declared)
        ]

    def restated(self, live: Any, declared: Any) -> Any:
        """Every live item with the keys that its declared match states, a new one with all it shows."""
        known = declared if isinstance(declared, list) else []
        items = [
            self._restated(item, self._match(item, known, index)) for index, item in enumerate(live)
        ]
        return items if self.ordered else in_the_order_of(known, items, self._alike)

    def _restated(self, item: Item, match: Item | None) -> Item:
        codecs = {leaf.path: leaf.wire.codec for leaf in leaves(self.section)}
        if match is None:
            stated = {key: codecs[key].stated(value) for key, value in item.items()}
            return {key: value for key, value in stated.items() if value is not MISSING}
        return {
            key: codecs[key].restated(item[key], value)
            for key, value in match.items()
            if key in item
        }

    def equal(self, one: Any, other: Any) -> bool:
        """Whether both lists hold the same items, in the same order where order means something."""
        if not isinstance(one, list) or not isinstance(other, list) or len(one) != len(other):
            return False
        if self.ordered:
            return all(map(self._alike, one, other))
        rest = list(other)
        for item in one:
            found = next(
                (index for index, each in enumerate(rest) if self._alike(item, each)), None
            )
            if found is None:
                return False
            del rest[found]
        return True

    def canonical(self, value: Any) -> Json:
        """The items by their own codecs, sorted where their order means nothing."""
        codecs = {leaf.path: leaf.wire.codec for leaf in leaves(self.section)}
        items = [
            {key: codecs[key].canonical(each) for key, each in item.items() if is_known(each)}
            for item in value
        ]
        return rounded(items) if self.ordered else in_one_order(items)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The list with every item patched onto its match, or onto a fresh one."""
        live = raw[0] if isinstance(raw[0], list) else []
        known = [each for each in self._in_order(live) if isinstance(each, dict)]
        decoded = [self._decoded(each, around) for each in known]
        return ([*self._encoded(value, known, decoded, around)],)

    def _encoded(
        self, value: list[Item], known: list[Json], decoded: list[Item], around: Around
    ) -> Iterator[Json]:
        for index, item in enumerate(value):
            match = self._match(item, decoded, index)
            base = self._new(known, around) if match is None else known[decoded.index(match)]
            shown = {} if match is None else match
            wishes = [(leaf, item[leaf.path]) for leaf in self._moved(item, shown)]
            encoded = patch(base, wishes, around)
            if self.numbered is not None:
                encoded[self.numbered] = index
            yield encoded

    def _moved(self, item: Item, shown: Item) -> Iterator[Leaf]:
        for leaf in leaves(self.section):
            value = item.get(leaf.path, MISSING)
            if is_known(value) and not leaf.wire.codec.equal(value, shown.get(leaf.path, MISSING)):
                yield leaf

    def _new(self, known: list[Json], around: Around) -> Json:
        spread = {key: value for key, value in self.spread.items() if any(key in k for k in known)}
        return copied({**self.fresh(around), **spread})

    def _match(self, item: Item, known: list[Item], index: int) -> Item | None:
        if self.identity is None:
            return known[index] if index < len(known) else None
        wanted = item.get(self.identity)
        return next((each for each in known if each.get(self.identity) == wanted), None)

    def _alike(self, one: Item, other: Item) -> bool:
        return all(
            leaf.wire.codec.equal(one.get(leaf.path, MISSING), other.get(leaf.path, MISSING))
            for leaf in leaves(self.section)
        )

    def _decoded(self, raw: Json, around: Around) -> Item:
        values = ((leaf.path, decode(raw, leaf, around)) for leaf in leaves(self.section))
        return {path: value for path, value in values if value is not MISSING}

    def _in_order(self, raw: list[Json]) -> list[Json]:
        if self.numbered is None:
            return raw
        return sorted(raw, key=lambda each: _number(each, self.numbered))


def _number(item: Json, key: str | None) -> int:
    number = integer(item.get(key)) if isinstance(item, dict) else None
    return 0 if number is None else number


def in_the_order_of(
    known: list[Any], items: list[Any], alike: Callable[[Any, Any], bool] = same
) -> list[Any]:
    """The items, those that are known in that order and first."""
    rest = list(items)
    found: list[Any] = []
    for each in known:
        index = next((n for n, item in enumerate(rest) if alike(each, item)), None)
        if index is not None:
            found.append(rest.pop(index))
    return found + rest


@dataclass(frozen=True)
class Values(Codec):
    """A list of plain values; numbers among them are equal but for float noise."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The list."""
        del around
        return list(raw[0]) if isinstance(raw[0], list) else Unknown(raw)


@dataclass(frozen=True)
class Polygons(Codec):
    """`[[[x, y], …], …]` in YAML, `[{"lPolygon": [[x, y], …]}, …]` on the wire [ref]."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The polygons, without their wrapping."""
        del around
        wrapped = isinstance(raw[0], list) and all(
            isinstance(each, dict) and isinstance(each.get("lPolygon"), list) for each in raw[0]
        )
        return [each["lPolygon"] for each in raw[0]] if wrapped else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """Each polygon in its wrapping, which keeps whatever else the camera showed in it."""
        del around
        shown = raw[0] if isinstance(raw[0], list) else []
        wrappings = [each if isinstance(each, dict) else {} for each in shown]
        wrappings += [{}] * (len(value) - len(wrappings))
        return ([{**w, "lPolygon": each} for w, each in zip(wrappings, value, strict=False)],)

    def equal(self, one: Any, other: Any) -> bool:
        """The same polygons; their order means nothing, that of their points does."""
        if not isinstance(one, list) or not isinstance(other, list) or len(one) != len(other):
            return False
        return all(any(same(a, b) for b in other) for a in one)

    def restated(self, live: Any, declared: Any) -> Any:
        """What was declared stays where it stood."""
        return in_the_order_of(declared or [], rounded(live))

    def canonical(self, value: Any) -> Json:
        """The polygons in one order."""
        return in_one_order(value)


@dataclass(frozen=True)
class ClassNames(Codec):
    """Class names of the running model; older firmware shows their numbers instead [ref][web]."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The names; `Unknown` where there are numbers that the running model does not explain."""
        if not isinstance(raw[0], list):
            return Unknown(raw)
        names = [_class_name(each, around.get("classes") or ()) for each in raw[0]]
        return Unknown(raw) if None in names else names

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """Names, or numbers where the camera shows numbers and the running model explains them."""
        classes = list(around.get("classes") or ())
        numbered = isinstance(raw[0], list) and raw[0] and all(type(e) is int for e in raw[0])
        if numbered and all(name in classes for name in value):
            return ([classes.index(name) for name in value],)
        return (list(value),)

    def equal(self, one: Any, other: Any) -> bool:
        """The same names in any order."""
        known = isinstance(one, list) and isinstance(other, list)
        return sorted(one) == sorted(other) if known else same(one, other)

    def restated(self, live: Any, declared: Any) -> Any:
        """What was declared stays where it stood."""
        return in_the_order_of(declared or [], rounded(live))

    def canonical(self, value: Any) -> Json:
        """The names in one order."""
        return in_one_order(value)


def _class_name(raw: Json, classes: Any) -> str | None:
    if isinstance(raw, str):
        return raw
    known = type(raw) is int and 0 <= raw < len(classes)
    return str(classes[raw]) if known else None


@dataclass(frozen=True)
class GpioName(Codec):
    """A pin by name over two keys: its name, its number, or both, as the camera shows it [sdk][ref]."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The name; from the number where only that is shown and the camera lists its pins."""
        name, number = raw
        if isinstance(name, str):
            return name
        pins = around.get("gpios") or {}
        found = [each for each, known in pins.items() if known == integer(number)]
        return found[0] if found else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The name where a name is shown, the number where a number is; the name on a bare camera."""
        name, number = raw
        known = (around.get("gpios") or {}).get(value)
        if number is MISSING or known is None:
            return (value, MISSING)
        return (value if name is not MISSING else MISSING, known)
