"""The words that schemas of promised JSON are written in: what the program tells, other programs read."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

COUNT: Final[Schema] = {"type": "integer", "minimum": 0}


def object_of(says: str, properties: Schema, optional: Iterable[str] = ()) -> Schema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "description": says,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def text(says: str, **more: object) -> Schema:
    """A string."""
    return {"type": "string", "description": says, **more}


def text_or_null(says: str) -> Schema:
    """A string that may be missing."""
    return {"type": ["string", "null"], "description": says}


def list_of(says: str, items: Schema) -> Schema:
    """A list of the same."""
    return {"type": "array", "description": says, "items": items}
