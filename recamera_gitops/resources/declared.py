"""What somebody wishes a camera to be: values with the place where each was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from recamera_gitops.errors import Place


@dataclass(frozen=True, slots=True)
class Wish:
    """One declared setting: the validated YAML value (a `Secret` for a sensitive one) and its place."""

    value: Any
    place: Place | None = None


# Leaf path below `config` (`image.scenes.night.exposure.mode`) → wish. What is absent is not managed.
Declared: TypeAlias = Mapping[str, Wish]


def is_below(path: str, prefix: str) -> bool:
    """Whether a dotted path is the address `prefix` or stands below it."""
    return path == prefix or path.startswith(prefix + ".")


def sibling_of(path: str, name: str) -> str:
    """The path of what is called `name` beside a path."""
    parent, dot, _ = path.rpartition(".")
    return f"{parent}{dot}{name}"


def narrowed(declared: Declared, targets: tuple[str, ...]) -> dict[str, Wish]:
    """Only the wishes below one of the targets; all of them where there are no targets."""
    if not targets:
        return dict(declared)
    return {
        path: wish
        for path, wish in declared.items()
        if any(is_below(path, target) for target in targets)
    }
