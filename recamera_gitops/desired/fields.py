"""What a model says about the field at the end of a path: its keys, its bounds, its example."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from recamera_gitops.desired.nodes import Step

Bound = float | int | None


def field_names(model: type[BaseModel], steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The keys that the mapping at the end of the path may have."""
    inner = _models(_annotation(model, steps))
    return tuple(name for each in inner for name in each.model_fields)


def bounds(model: type[BaseModel], steps: tuple[Step, ...]) -> tuple[Bound, Bound]:
    """The lowest and the highest value of a number; None where there is no such bound."""
    low: Bound = None
    high: Bound = None
    for note in _notes(model, steps):
        low = getattr(note, "ge", low)
        high = getattr(note, "le", high)
    return low, high


def example(model: type[BaseModel], steps: tuple[Step, ...]) -> object:
    """The first example of the field at the end of the path, None without one."""
    info = _field(model, steps)
    return info.examples[0] if info is not None and info.examples else None


def places(model: type[BaseModel], path: str = "") -> dict[str, str]:
    """Every section below a model by its name, and a path that leads to it."""
    found: dict[str, str] = {}
    for key, info in model.model_fields.items():
        for inner in _models(info.annotation):
            at = f"{path}.{key}" if path else key
            found = {inner.__name__: at, **places(inner, at), **found}
    return found


def key_example(model: type[BaseModel], steps: tuple[Step, ...]) -> object:
    """The first example of a key of the mapping at the end of the path, None without one."""
    for mapping in _mappings(_annotation(model, steps)):
        for note in getattr(get_args(mapping)[0], "__metadata__", ()):
            if isinstance(note, FieldInfo) and note.examples:
                return note.examples[0]
    return None


def _mappings(annotation: object) -> Iterator[object]:
    if get_origin(annotation) is dict:
        yield annotation
    for inner in get_args(annotation):
        yield from _mappings(inner)


def _notes(model: type[BaseModel], steps: tuple[Step, ...]) -> Iterator[Any]:
    info = _field(model, steps)
    if info is not None:
        yield from info.metadata
        yield from _annotated(info.annotation)


def _annotated(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - annotations are of any type
    if get_origin(annotation) is Annotated:
        for note in annotation.__metadata__:
            yield from note.metadata if isinstance(note, FieldInfo) else (note,)
    for inner in get_args(annotation):
        yield from _annotated(inner)


def _field(model: type[BaseModel], steps: tuple[Step, ...]) -> FieldInfo | None:
    info: FieldInfo | None = None
    annotation: Any = model
    for step in steps:
        for inner in _models(annotation):
            if isinstance(step, str) and step in inner.model_fields:
                info = inner.model_fields[step]
                annotation = info.annotation
                break
    return info


def _annotation(model: type[BaseModel], steps: tuple[Step, ...]) -> Any:  # noqa: ANN401
    info = _field(model, steps)
    return model if info is None else info.annotation


def _models(annotation: Any) -> tuple[type[BaseModel], ...]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(model for inner in get_args(annotation) for model in _models(inner))
