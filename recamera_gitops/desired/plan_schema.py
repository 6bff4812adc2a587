"""The JSON Schema of a saved plan, written by hand: its form is promised, so it changes only here."""

from typing import Final

from recamera_gitops.desired.promised import (
    COUNT,
    Schema,
    list_of,
    object_of,
    text,
    text_or_null,
)
from recamera_gitops.resources.base import Impact

_DIGEST: Final[Schema] = {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"}

_SOURCE: Final[Schema] = {
    **object_of(
        "Where the wish was written; null where no file says it.",
        {
            "file": text("Relative to the repository."),
            "line": {"type": "integer", "minimum": 1},
            "column": {"type": "integer", "minimum": 1},
        },
    ),
    "type": ["object", "null"],
}
_CHANGE: Final = object_of(
    "One setting that will move.",
    {
        "path": text("Path of the setting below config."),
        "before": {"description": "What the camera shows; null where sensitive or not shown."},
        "after": {"description": "What it is to become; null where sensitive."},
        "sensitive": {"type": "boolean", "description": "Whether both values are withheld."},
        "source": {"$ref": "#/$defs/source"},
        "known_after": text(
            "Resource of this plan without whose change nobody can tell what the camera has."
        ),
        "confirm": text("Path to be confirmed besides the approval, with apply --confirm."),
    },
    optional=("known_after", "confirm"),
)
_RESOURCE: Final = object_of(
    "The changes of one resource.",
    {
        "address": text("Name of the resource.", examples=["image.scenes.night"]),
        "action": {"enum": ["update"], "description": "What happens to it."},
        "impact": list_of("What people will notice.", {"enum": [str(each) for each in Impact]}),
        "precondition": {**_DIGEST, "description": "Digest of its managed live values."},
        "changes": list_of("Setting by setting.", {"$ref": "#/$defs/change"}),
    },
)
_STEP: Final = object_of(
    "A request that apply will send.",
    {
        "method": text("HTTP method."),
        "path": text("Path as the reference writes it."),
        "summary": text("What it is for."),
    },
)
_DEVICE: Final = object_of(
    "One camera.",
    {
        "device": text("Its name in the fleet."),
        "host": text("Where it was spoken to."),
        "serial": text_or_null("Serial number that answered."),
        "firmware": text_or_null("Firmware that answered."),
        "status": {
            "enum": ["changed", "unchanged", "unreachable", "failed"],
            "description": "What planning found.",
        },
        "error": text_or_null("Why it is unreachable or failed."),
        "warnings": list_of("What cannot be managed on it, if anything.", {"type": "string"}),
        "resources": list_of("What changes, in order.", {"$ref": "#/$defs/resource"}),
        "steps": list_of("What will be sent, in order.", {"$ref": "#/$defs/step"}),
    },
    optional=("warnings",),
)
_SUMMARY: Final = object_of(
    "Counts of cameras by status, and of changes.",
    dict.fromkeys(("devices", "changed", "unchanged", "unreachable", "failed", "changes"), COUNT),
)

PLAN_SCHEMA: Final[Schema] = {
    **object_of(
        "What would change on the cameras of a fleet; no secret is in it.",
        {
            "format_version": {"const": "1.0", "description": "Version of this form."},
            "created": text("When it was made, in UTC.", format="date-time"),
            "tool_version": text("What made it."),
            "fleet": text("Name of the fleet."),
            "checksum": {**_DIGEST, "description": "Digest of what decides what apply would do."},
            "targets": list_of("What it was narrowed to, if it was.", {"type": "string"}),
            "summary": {"$ref": "#/$defs/summary"},
            "devices": list_of("Every camera that was planned.", {"$ref": "#/$defs/device"}),
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
