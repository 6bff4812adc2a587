"""Laying settings over each other, and the order of the profiles in which that is done."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, replace
from operator import is_
from typing import Final

from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, mapping_at, texts_at
from recamera_gitops.errors import Diagnostic, Place

_LONGEST_CHAIN: Final = 32


def default_profiles(fleet: Mapping) -> tuple[Scalar, ...]:
    """What fleet.yaml says of the profiles that come before those of a device."""
    return texts_at(mapping_at(fleet, "defaults"), "profiles")


def overlay(base: Mapping, over: Mapping) -> Mapping:
    """`over` laid over `base`: mappings merge, everything else replaces, null takes away.

    A null is kept until `without_nulls`, so that a later layer sees the place where it stood.
    """
    items, keys = dict(base.items), dict(base.keys)
    for key, node in over.items.items():
        below = items.get(key)
        both = isinstance(below, Mapping) and isinstance(node, Mapping)
        items[key] = overlay(below, node) if both else node  # type: ignore[arg-type]  # see both
        keys[key] = over.keys[key]
    return Mapping(over.place, items, keys)


def without_nulls(node: Node) -> Node:
    """What is left when every key with an explicit null is gone, also inside lists.

    What has none stays the very same node: cameras share most of what their profiles say.
    """
    if isinstance(node, Mapping):
        kept = {k: without_nulls(v) for k, v in node.items.items() if not is_null(v)}
        same = len(kept) == len(node.items) and all(map(is_, kept.values(), node.items.values()))
        return node if same else replace(node, items=kept)
    if isinstance(node, Scalar):
        return node
    items = tuple(map(without_nulls, node.items))
    return node if all(map(is_, items, node.items)) else replace(node, items=items)


def is_null(node: Node) -> bool:
    """Whether an explicit null stands there."""
    return isinstance(node, Scalar) and node.value is None and not node.reported


@dataclass(frozen=True, slots=True)
class Layer:
    """What a list of profiles amounts to."""

    order: tuple[str, ...]
    config: Mapping
    variables: Keyed[str, Scalar]


class Profiles:
    """All profiles of a repository by name, and what any list of them amounts to."""

    def __init__(self, documents: Iterable[tuple[str, Mapping]]) -> None:
        self.documents: Keyed[str, Mapping] = dict(documents)
        self._layers: dict[tuple[str, ...], Layer] = {}

    def unknown(self, names: Iterable[Scalar], path: str) -> Iterator[Diagnostic]:
        """A complaint about every name that no profile has."""
        for name in names:
            text = str(name.value)
            if text not in self.documents and not name.reported:
                hint = did_you_mean(text, self.documents)
                message = f"there is no profile {echo(text)}"
                yield Diagnostic("unknown-profile", message, path, name.place, hint)

    def circles(self) -> Iterator[Diagnostic]:
        """A complaint about every circle of profiles that extend each other, and every long chain."""
        depths: dict[str, int] = {}
        for name in sorted(self.documents):
            yield from self._circles(name, (), depths)

    def _circles(
        self, name: str, above: tuple[str, ...], depths: dict[str, int]
    ) -> Iterator[Diagnostic]:
        if name in depths:
            return
        above = (*above, name)
        depth = 1
        for parent in self._extends(name):
            text = str(parent.value)
            if text in above:
                circle = " → ".join((*above[above.index(text) :], text))
                message = f"profiles extend each other in a circle: {circle}"
                yield Diagnostic("profile-cycle", message, "extends", parent.place)
                continue
            if len(above) <= _LONGEST_CHAIN:
                yield from self._circles(text, above, depths)
            depth = max(depth, depths.get(text, 0) + 1)
            if depth > _LONGEST_CHAIN or len(above) > _LONGEST_CHAIN:
                message = f"a chain of more than {_LONGEST_CHAIN} profiles that extend each other"
                yield Diagnostic("too-deep", message, "extends", parent.place)
        depths[name] = depth

    def _extends(self, name: str) -> tuple[Scalar, ...]:
        return texts_at(self.documents.get(name), "extends")

    def layer(self, names: tuple[str, ...], fleet: Mapping) -> Layer:
        """These profiles laid over each other, each after those that it extends, each once."""
        if names not in self._layers:
            self._layers[names] = self._laid(names, fleet)
        return self._layers[names]

    def _laid(self, names: tuple[str, ...], fleet: Mapping) -> Layer:
        order: dict[str, None] = {}
        for name in names:
            self._visit(name, order, ())
        config = Mapping(Place("", 1, 1), {}, {})
        variables = variables_of(fleet)
        for name in order:
            document = self.documents[name]
            config = overlay(config, mapping_at(document, "config") or EMPTY)
            variables |= variables_of(document)
        return Layer(tuple(order), config, variables)

    def _visit(self, name: str, order: dict[str, None], above: tuple[str, ...]) -> None:
        known = name in self.documents
        if not known or name in order or name in above or len(above) > _LONGEST_CHAIN:
            return
        for parent in self._extends(name):
            self._visit(str(parent.value), order, (*above, name))
        order[name] = None


EMPTY: Final = Mapping(Place("", 1, 1), {}, {})


def variables_of(document: Mapping) -> dict[str, Scalar]:
    """The variables that a document sets."""
    variables = mapping_at(document, "variables") or EMPTY
    return {key: _scalar(node) for key, node in variables.items.items() if not is_null(node)}


def _scalar(node: Node) -> Scalar:
    """The node itself; a list or mapping, which has been complained about, as nothing."""
    return node if isinstance(node, Scalar) else Scalar(node.place, None, "", reported=True)
