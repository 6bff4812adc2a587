"""The JSON Schema of a saved plan, written by hand: its form is promised, so it changes only here."""

from collections.abc import Iterable
from typing import Any, Final

from recamera_gitops.resources.base import Impact

Schema = dict[str, Any]

_DIGEST: Final[Schema] = {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}


def _object(says: str, properties: Schema, optional: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "description": says,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _text(says: str, **more: object) -> Schema:
    return {"type": "string", "description": says, **more}


def _text_or_null(says: str) -> Schema:
    return {"type": ["string", "null"], "description": says}


def _list(says: str, items: Schema) -> Schema:
    return {"type": "array", "description": says, "items": items}


_SOURCE: Final[Schema] = {
    **_object(
        "Where the wish was written; null where no file says it.",
        {
            "file": _text("Relative to the repository."),
            "line": {"type": "integer", "minimum": 1},
            "column": {"type": "integer", "minimum": 1},
        },
    ),
    "type": ["object", "null"],
}
_CHANGE: Final = _object(
    "One setting that will move.",
    {
        "path": _text("Path of the setting below config."),
        "before": {"description": "What the camera shows; null where sensitive or not shown."},
        "after": {"description": "What it is to become; null where sensitive."},
        "sensitive": {"type": "boolean", "description": "Whether both values are withheld."},
        "source": {"$ref": "#/$defs/source"},
        "known_after": _text(
            "Resource of this plan without whose change nobody can tell what the camera has."
        ),
        "confirm": _text("Path to be confirmed besides the approval, with apply --confirm."),
    },
    optional=("known_after", "confirm"),
)
_RESOURCE: Final = _object(
    "The changes of one resource.",
    {
        "address": _text("Name of the resource.", examples=["image.scenes.night"]),
        "action": {"enum": ["update"], "description": "What happens to it."},
        "impact": _list("What people will notice.", {"enum": [str(each) for each in Impact]}),
        "precondition": {**_DIGEST, "description": "Digest of its managed live values."},
        "changes": _list("Setting by setting.", {"$ref": "#/$defs/change"}),
    },
)
_STEP: Final = _object(
    "A request that apply will send.",
    {
        "method": _text("HTTP method."),
        "path": _text("Path as the reference writes it."),
        "summary": _text("What it is for."),
    },
)
_DEVICE: Final = _object(
    "One camera.",
    {
        "device": _text("Its name in the fleet."),
        "host": _text("Where it was spoken to."),
        "serial": _text_or_null("Serial number that answered."),
        "firmware": _text_or_null("Firmware that answered."),
        "status": {
            "enum": ["changed", "unchanged", "unreachable", "failed"],
            "description": "What planning found.",
        },
        "error": _text_or_null("Why it is unreachable or failed."),
        "warnings": _list("What cannot be managed on it, if anything.", {"type": "string"}),
        "resources": _list("What changes, in order.", {"$ref": "#/$defs/resource"}),
        "steps": _list("What will be sent, in order.", {"$ref": "#/$defs/step"}),
    },
    optional=("warnings",),
)
_SUMMARY: Final = _object(
    "Counts of cameras by status, and of changes.",
    dict.fromkeys(("devices", "changed", "unchanged", "unreachable", "failed", "changes"), _COUNT),
)

PLAN_SCHEMA: Final[Schema] = {
    **_object(
        "What would change on the cameras of a fleet; no secret is in it.",
        {
            "format_version": {"const": "1.0", "description": "Version of this form."},
            "created": _text("When it was made, in UTC.", format="date-time"),
            "tool_version": _text("What made it."),
            "fleet": _text("Name of the fleet."),
            "checksum": {**_DIGEST, "description": "Digest of what decides what apply would do."},
            "targets": _list("What it was narrowed to, if it was.", {"type": "string"}),
            "summary": {"$ref": "#/$defs/summary"},
            "devices": _list("Every camera that was planned.", {"$ref": "#/$defs/device"}),
        },
        optional=("targets",),
    ),
    "$defs": {
        "summary": _SUMMARY,
        "device": _DEVICE,
        "resource": _RESOURCE,
        "change": _CHANGE,
        "source": _SOURCE,
        "step": _STEP,
    },
}
