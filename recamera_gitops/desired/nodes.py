"""What a YAML document consists of, every key and value with the place where it was written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from recamera_gitops.errors import Place

Step: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One plain value: what it means, and the text that says so.

    `plain` tells a value written without quotes. A `reported` one has been complained about already;
    whoever meets it says nothing more.
    """

    place: Place
    value: str | int | float | bool | None
    text: str
    plain: bool = True
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; `keys` tells where each key stands."""

    place: Place
    items: dict[str, "Node"]
    keys: dict[str, Place]

    def get(self, key: str) -> "Node | None":
        """The value of a key, None without one."""
        return self.items.get(key)


Node: TypeAlias = Scalar | Sequence | Mapping
Skip: TypeAlias = Callable[[Scalar], bool]


def _nothing(scalar: Scalar) -> bool:
    del scalar
    return False


def value_of(node: Node, skip: Skip = _nothing) -> Any:  # noqa: ANN401 - any YAML value
    """The plain value; skipped scalars are null."""
    if isinstance(node, Scalar):
        return None if skip(node) else node.value
    if isinstance(node, Sequence):
        return [value_of(item, skip) for item in node.items]
    return {key: value_of(item, skip) for key, item in node.items.items()}


def reached(node: Node, steps: tuple[Step, ...]) -> tuple[Node, int]:
    """The deepest node on the way, and how many of the steps lead to it."""
    for count, step in enumerate(steps):
        inner = child(node, step)
        if inner is None:
            return node, count
        node = inner
    return node, len(steps)


def child(node: Node, step: Step) -> Node | None:
    """The node one step down, None where there is none."""
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.items.get(step)
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def below(path: str, step: Step) -> str:
    """The dotted path one step down; positions in lists stand in brackets."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def scalars(node: Node, path: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every scalar with its dotted path."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from scalars(item, below(path, index))
    else:
        for key, item in node.items.items():
            yield from scalars(item, below(path, key))


def places(node: Node, path: str = "") -> Iterator[tuple[str, Place]]:
    """Every value with its dotted path, and where it stands."""
    yield path, node.place
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from places(item, below(path, index))
    elif isinstance(node, Mapping):
        for key, item in node.items.items():
            yield from places(item, below(path, key))


def text_at(node: Node | None, key: str) -> str | None:
    """The text of a key of a mapping, None where there is no text."""
    found = child(node, key) if node is not None else None
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else None


def texts_at(node: Node | None, key: str) -> tuple[Scalar, ...]:
    """The texts in a list below a key; whatever is no text is passed over."""
    found = child(node, key) if node is not None else None
    items = found.items if isinstance(found, Sequence) else ()
    return tuple(i for i in items if isinstance(i, Scalar) and isinstance(i.value, str))


def paths_at(node: Node | None, key: str) -> tuple[Scalar, ...]:
    """The paths in a list below a key: texts, and the `path` of what says more than that."""
    found = child(node, key) if node is not None else None
    items = found.items if isinstance(found, Sequence) else ()
    paths = (child(i, "path") if isinstance(i, Mapping) else i for i in items)
    return tuple(i for i in paths if isinstance(i, Scalar) and isinstance(i.value, str))


def mapping_at(node: Node | None, *keys: str) -> Mapping | None:
    """The mapping below these keys, None where there is none."""
    for key in keys:
        node = child(node, key) if node is not None else None
    return node if isinstance(node, Mapping) else None


def moved(node: Scalar, place: Place) -> Scalar:
    """The same value, written elsewhere."""
    return replace(node, place=place)
