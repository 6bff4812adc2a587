"""The JSON Schema of what single operations give, made from the dataclasses that they end with."""

import dataclasses
import inspect
from collections.abc import Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from recamera_gitops.desired.promised import COUNT, Schema, list_of, object_of, text, text_or_null
from recamera_gitops.report.operated import FORMAT_VERSION
from recamera_gitops.secret import Secret

_PLAIN: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    Secret: "null",
}


def operation_schema(results: Mapping[str, object]) -> Schema:
    """The schema of the JSON of these operations: the command of each, and the type of its value."""
    making = Making()
    variants = [_variant(name, making.of(result)) for name, result in results.items()]
    return {
        **_envelope(list(results)),
        "oneOf": variants,
        "$defs": dict(sorted(making.definitions.items())),
    }


def camera(result: Schema) -> Schema:
    """The schema of one camera, and of what was given there."""
    return object_of(
        "One camera.",
        {
            "device": text("Name of the camera."),
            "host": text("Where it is."),
            "error": text_or_null("Why it was not done, or not to its end; null where it was."),
            "exit_code": {
                **COUNT,
                "description": "What this camera alone would end the program with.",
            },
            "result": result,
        },
    )


def _envelope(names: list[str]) -> Schema:
    result = {"description": "What it gave; null where there is nothing to tell."}
    return object_of(
        "What a single operation gave, camera by camera; secrets are null.",
        {
            "format_version": {"const": FORMAT_VERSION, "description": "Version of this form."},
            "operation": {"enum": names, "description": "The command."},
            "devices": list_of("Cameras in the order of the fleet.", camera(result)),
            "at": text("When cameras were looked at, where that matters."),
        },
        optional=("at",),
    )


def _variant(name: str, result: Schema) -> Schema:
    """What is special about one operation: the form of its results."""
    given = {"result": {"anyOf": [result, {"type": "null"}]}}
    return {
        "properties": {"operation": {"const": name}, "devices": {"items": {"properties": given}}}
    }


class Making:
    """The schemas of types, each dataclass once; the same name for two of them is a defect."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._made: dict[str, type] = {}

    def of(self, kind: object) -> Schema:
        """What a value of this type looks like."""
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            return self._object(kind)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [each.value for each in kind]}
        return self._composed(get_origin(kind), get_args(kind), kind)

    def _composed(self, origin: object, parts: tuple[object, ...], kind: object) -> Schema:
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (Union, UnionType):
            return _any_of([self.of(each) for each in parts])
        if origin is tuple and parts[-1] is not ...:
            items = [self.of(each) for each in parts]
            return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
        if isinstance(origin, type) and issubclass(origin, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        raise TypeError(f"{kind} has no form in JSON")

    def _object(self, kind: type) -> Schema:
        name = kind.__name__
        if self._made.setdefault(name, kind) is not kind:
            raise TypeError(f"two results are called {name}")
        if name not in self.definitions:
            self.definitions[name] = {}  # it may hold itself
            hints = get_type_hints(kind)
            fields = {each.name: self.of(hints[each.name]) for each in dataclasses.fields(kind)}
            self.definitions[name] = object_of(_says(kind), fields)
        return {"$ref": f"#/$defs/{name}"}


def _any_of(options: Sequence[Schema]) -> Schema:
    """One type where all are plain ones, else the alternatives."""
    if all(each.keys() == {"type"} for each in options):
        return {"type": list(dict.fromkeys(each["type"] for each in options))}
    return {"anyOf": list(options)}


def _says(kind: type) -> str:
    """The first sentence of its description, on one line."""
    paragraph = (inspect.getdoc(kind) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())
