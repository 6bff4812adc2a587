"""What an editor offers to write at once: the parts of a file that one seldom writes otherwise.

In a body `$1` is where the cursor goes first, and `${1:text}` a text that is there to be replaced. A
`^` before it keeps what is no text from being quoted.
"""

from typing import Any, Final, NamedTuple


class Snippet(NamedTuple):
    """A name to choose it by, a sentence, and what is written."""

    label: str
    says: str
    body: Any


def snippet_of(name: str) -> list[dict[str, Any]]:
    """The snippet for a section, `Mask`, or for the value of a key, `Config.models`, as a schema has it."""
    found = _SNIPPETS.get(name)
    if found is None:
        return []
    return [{"label": found.label, "description": found.says, "body": found.body}]


_SNIPPETS: Final[dict[str, Snippet]] = {
    "FleetFile": Snippet(
        "a fleet",
        "A fleet whose cameras share a name and a password.",
        {
            "fleet": "${1:acme-warehouse}",
            "defaults": {
                "connection": {
                    "username": "${2:admin}",
                    "password": '"${3:\\${env:RECAMERA_PASSWORD\\}}"',
                },
                "profiles": ["${4:base}"],
            },
        },
    ),
    "ProfileFile": Snippet(
        "a profile",
        "Settings that cameras share.",
        {"profile": "${1:outdoor}", "config": {"$2": ""}},
    ),
    "DeviceFile": Snippet(
        "a camera",
        "A camera with a label and a profile.",
        {
            "device": "${1:gate-north}",
            "host": "${2:192.168.10.21}",
            "labels": {"site": "${3:hq}"},
            "profiles": ["${4:outdoor}"],
        },
    ),
    "DeviceFile.labels": Snippet("labels", "Labels by name.", {"${1:site}": "${2:hq}"}),
    "Mask": Snippet(
        "a rectangle",
        "A black rectangle, in parts of the frame.",
        {"x": "^${1:0.1}", "y": "^${2:0.1}", "width": "^${3:0.2}", "height": "^${4:0.2}"},
    ),
    "InferenceRule": Snippet(
        "a rule",
        "Record when the model is sure enough, some results in a row, to see one of these classes.",
        {
            "id": "${1:person}",
            "debounce": "^${2:3}",
            "confidence": "^[${3:0.5}, ${4:1.0}]",
            "classes": "^[${5:person}]",
        },
    ),
    "Window": Snippet(
        "a window",
        "A span of the week.",
        {"start": "${1:Mon 09:00:00}", "end": "${2:Mon 18:00:00}"},
    ),
    "Wave": Snippet(
        "a wave",
        "A part of the fleet, by label.",
        {"select": "${1:ring=canary}", "size": "^${2:1}"},
    ),
    "Config.models": Snippet(
        "a model",
        "A model file of the repository that the camera must have.",
        {"${1:yolo11n.rknn}": {"source": "models/${1:yolo11n.rknn}"}},
    ),
}
