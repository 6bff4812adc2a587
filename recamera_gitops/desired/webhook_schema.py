"""The JSON Schema of what `drift --webhook` posts, written by hand: its form is promised."""

from typing import Final

from recamera_gitops.desired.drift_schema import DIRECTION, SEVERITY
from recamera_gitops.desired.plan_schema import PLAN_SCHEMA
from recamera_gitops.desired.promised import COUNT, Schema, list_of, object_of, text

_DIFFERENCE: Final = object_of(
    "A setting that differs.",
    {
        "device": text("Name of the camera."),
        "path": text("Path of the setting below config."),
        "before": {"description": "What the camera shows; null where sensitive or not shown."},
        "after": {"description": "What the files say; null where sensitive."},
        "sensitive": {"type": "boolean", "description": "Whether both values are withheld."},
        "direction": DIRECTION,
        "severity": SEVERITY,
        "source": {"$ref": "#/$defs/source", "description": "Where the wish was written."},
        "new": {"type": "boolean", "description": "Whether it was not posted before."},
    },
)

WEBHOOK_SCHEMA: Final[Schema] = {
    **object_of(
        "Posted by `drift --webhook` when something differs that was not posted before, and once when"
        " nothing differs any more; no secret is in it.",
        {
            "format_version": {"const": "1.0", "description": "Version of this form."},
            "event": {
                "enum": ["drift", "resolved"],
                "description": "Something new differs, or nothing does any more.",
            },
            "at": text("When the look ended, in UTC.", format="date-time"),
            "fleet": text("Name of the fleet."),
            "fingerprint": text("Digest of all cameras and paths that differ.", pattern="^sha256:"),
            "text": text("The whole in one sentence."),
            "summary": {
                "$ref": "#/$defs/summary",
                "description": "Counts of cameras by status, and of differences.",
            },
            "unreachable": list_of("Cameras of which nobody knows.", {"type": "string"}),
            "differences": list_of(
                "What differs on the cameras that were seen: new first, then grave ones.",
                {"$ref": "#/$defs/difference"},
            ),
            "left_out": {**COUNT, "description": "How many more differences there are."},
        },
    ),
    "$defs": {
        "difference": _DIFFERENCE,
        "source": PLAN_SCHEMA["$defs"]["source"],
        "summary": PLAN_SCHEMA["$defs"]["summary"],
    },
}
