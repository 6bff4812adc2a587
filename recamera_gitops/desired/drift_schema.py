"""The JSON Schema of what `drift` tells, written by hand: its form is promised, so it changes only here."""

from typing import Final

from recamera_gitops.desired.plan_schema import PLAN_SCHEMA
from recamera_gitops.desired.promised import Schema, list_of, object_of, text, text_or_null
from recamera_gitops.resources.grave import LEVELS

DIRECTION: Final[Schema] = {
    "enum": ["camera", "files", "unknown"],
    "description": "Whose doing it is: changed on the camera, or a wish newer than the last apply;"
    " unknown where no run tells.",
}
SEVERITY: Final[Schema] = {
    "enum": [str(each) for each in LEVELS],
    "description": "How grave it is, as drift.severity has it.",
}
_IGNORED: Final = object_of(
    "A difference that is no drift.",
    {
        "device": text("Name of the camera."),
        "path": text("Path of the setting below config."),
        "ignored_path": text("Path in drift.ignore that covers it."),
        "reason": text_or_null("Why, as stated there."),
        "until": text_or_null("Last day on which it is none, as stated there."),
    },
)
_PLANNED: Final[Schema] = PLAN_SCHEMA["$defs"]
_CHANGE: Final[Schema] = {
    **_PLANNED["change"],
    "description": "One setting that differs.",
    "properties": {
        **_PLANNED["change"]["properties"],
        "direction": DIRECTION,
        "severity": SEVERITY,
    },
    "required": [*_PLANNED["change"]["required"], "direction", "severity"],
}

DRIFT_SCHEMA: Final[Schema] = {
    **PLAN_SCHEMA,
    "description": "What differs on the cameras of a fleet from the files; no secret is in it.",
    "properties": {
        **PLAN_SCHEMA["properties"],
        "ignored": list_of("Differences that are no drift.", {"$ref": "#/$defs/ignored"}),
    },
    "required": [*PLAN_SCHEMA["required"], "ignored"],
    "$defs": {**_PLANNED, "change": _CHANGE, "ignored": _IGNORED},
}
