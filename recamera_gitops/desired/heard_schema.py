"""The JSON Schema of a line of `logs` and `watch`, written by hand: its form is promised."""

from typing import Final

from recamera_gitops.desired.promised import COUNT, Schema, object_of, text, text_or_null

_DEVICE: Final = text("Name of the camera.")
_AT: Final = text("When it was heard, in UTC.", format="date-time")


def _befell(name: str, says: str, facts: Schema) -> Schema:
    event = {"const": name, "description": "What has happened to the connection."}
    return object_of(says, {"device": _DEVICE, "at": _AT, "event": event, **facts})


def _seconds(says: str) -> Schema:
    return {"type": "number", "minimum": 0, "description": f"Seconds. {says}"}


_LINES: Final[Schema] = {
    "line": object_of(
        "A line of a log.",
        {
            "device": _DEVICE,
            "time": {
                **text_or_null("When the camera wrote it, by its own clock, in UTC."),
                "format": "date-time",
            },
            "level": text_or_null("How grave it is, in the camera's words."),
            "text": text("What it says, on one line, passwords masked."),
        },
    ),
    "result": object_of(
        "A result of inference.",
        {
            "device": _DEVICE,
            "at": _AT,
            "result": {"description": "What the camera told: its JSON, or its text."},
        },
    ),
    "lost": _befell(
        "lost",
        "A connection is gone.",
        {"error": text("Why."), "again_in": _seconds("Until it is made again.")},
    ),
    "back": _befell(
        "back",
        "It stands again.",
        {
            "after": _seconds("For which nothing was heard."),
            "complete": {
                "type": "boolean",
                "description": "Whether nothing is missing; false where that is not known.",
            },
        },
    ),
    "left": _befell(
        "left",
        "A camera is not listened to any more.",
        {
            "error": text("Why."),
            "exit_code": {
                **COUNT,
                "description": "What this camera alone would end the program with.",
            },
        },
    ),
}

HEARD_SCHEMA: Final[Schema] = {
    "description": "A line of what is heard from cameras.",
    "oneOf": [{"$ref": f"#/$defs/{name}"} for name in _LINES],
    "$defs": _LINES,
}
