"""The JSON Schema of what `discover` tells, written by hand: its form is promised, so it changes only here."""

from typing import Final

from recamera_gitops.desired.promised import COUNT, Schema, list_of, object_of, text, text_or_null

_ADDRESS: Final = object_of(
    "One address.",
    {
        "address": text("The address, as it is written."),
        "port": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": 65535,
            "description": "Where it answered; null where nothing did.",
        },
        "scheme": {"enum": ["http", "https", None], "description": "How it answered."},
        "fingerprint": {
            **text_or_null("Of the certificate that it showed."),
            "pattern": "^sha256:[0-9a-f]{64}$",
        },
        "device": text_or_null("Name of the camera in the fleet, where it is known."),
        "declared_host": text_or_null("Where the file of that camera says that it is."),
        "reason": text_or_null("Why it is no camera, or cannot be reached."),
        "same_certificate_at": text_or_null("Another address that showed the same certificate."),
        "notes": list_of("What is remarkable about a camera.", text("One sentence.")),
    },
)


def _addresses(says: str) -> Schema:
    return list_of(says, {"$ref": "#/$defs/address"})


DISCOVER_SCHEMA: Final[Schema] = {
    **object_of(
        "Who answers at which address, in the order of the addresses.",
        {
            "format_version": {"const": "1.0", "description": "Version of this form."},
            "addresses": {**COUNT, "description": "How many addresses were to be looked at."},
            "complete": {
                "type": "boolean",
                "description": "Whether all of them were; false after an interruption.",
            },
            "reachable": _addresses("Those that answer: the next two lists together."),
            "recamera": _addresses("Cameras."),
            "not_recamera": _addresses("Those that answer and are no camera."),
            "unreachable": _addresses("Those that do not answer."),
        },
    ),
    "$defs": {"address": _ADDRESS},
}
