"""The JSON Schema of a line of `--events`, written by hand: its form is promised, so it changes only here."""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.desired.promised import (
    COUNT,
    Schema,
    list_of,
    object_of,
    text,
    text_or_null,
)

_DEVICE: Final = text("Name of a camera in the fleet.")
_WAVE: Final = text("Wave of the rollout, with its part where it has several.", examples=["2.1"])
_ENDING: Final[Schema] = {
    **COUNT,
    "description": "What this alone would end the program with; 0 where all is well.",
}
_OUTCOME: Final = object_of(
    "The verdict on one resource.",
    {
        "address": text("Name of the resource.", examples=["image.scenes.night"]),
        "verdict": {
            "enum": ["verified", "unverified", "failed", "unknown", "not attempted"],
            "description": "What is known about it.",
        },
        "reason": text_or_null("Why it is not verified."),
    },
)


def _event(
    name: str, says: str, facts: Schema, optional: tuple[str, ...] = ()
) -> tuple[str, Schema]:
    head: Schema = {
        "at": text("When it happened, in UTC.", format="date-time"),
        "event": {"const": name, "description": "What has happened."},
    }
    return name, object_of(says, {**head, **facts}, optional)


# Every event that there is, with every fact that may be told of it.
EVENTS: Final[Mapping[str, Schema]] = dict(
    (
        _event(
            "part",
            "A part of the run begins; most runs have one, apply has two.",
            {
                "part": text(
                    "Comparing (plan), reading (read), looking at identities (trust), writing (apply), or"
                    " the command of a single operation, such as device reboot."
                ),
                "cameras": {**COUNT, "description": "How many cameras it is about."},
                "fleet": text("Name of the fleet."),
            },
        ),
        _event(
            "begin",
            "Something is about to be written, and everything from here to the end is in a journal.",
            {
                "run": text("Name of the run, as `runs show` takes it."),
                "kind": text(
                    "What for.", examples=["apply", "resume", "repair", "rollback", "recover"]
                ),
                "fleet": text("Name of the fleet."),
                "checksum": text("Digest of the plan that is applied."),
                "saved": object_of(
                    "The saved plan that it is, or is a part of.",
                    {
                        "checksum": text("Digest of it."),
                        "created": text("When it was made, in UTC.", format="date-time"),
                    },
                ),
            },
            optional=("fleet", "checksum", "saved"),
        ),
        _event(
            "phase",
            "A camera has come to a phase; done ends its work in this part of the run.",
            {
                "device": _DEVICE,
                "phase": {
                    "enum": ["reading", "writing", "verifying", "done"],
                    "description": "What it is doing.",
                },
                "detail": text("The resource, how far it is, how it ended, or why it failed."),
                "percent": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 100,
                    "description": "How far something is that takes a while.",
                },
                "exit_code": _ENDING,
            },
            optional=("detail", "percent", "exit_code"),
        ),
        _event(
            "wave",
            "Cameras of a wave are begun.",
            {
                "wave": _WAVE,
                "waves": {**COUNT, "description": "How many waves there are."},
                "devices": list_of("Which cameras.", _DEVICE),
                "alone": {
                    "type": "boolean",
                    "description": "Whether one is begun after the other.",
                },
            },
            optional=("alone",),
        ),
        _event(
            "soak",
            "The rollout waits before it looks at the cameras of a wave again.",
            {
                "wave": _WAVE,
                "seconds": {"type": "number", "minimum": 0, "description": "How long."},
            },
        ),
        _event(
            "check",
            "The cameras of a wave have been looked at again.",
            {
                "wave": _WAVE,
                "unwell": {
                    "type": "object",
                    "description": "Cameras that are not well, each with the reason.",
                    "additionalProperties": {"type": "string"},
                },
            },
        ),
        _event(
            "stop",
            "The rollout begins nothing more.",
            {"reason": text("Why.")},
        ),
        _event(
            "rollback",
            "Cameras are given back what they had.",
            {"devices": list_of("Which cameras.", _DEVICE)},
        ),
        _event(
            "device",
            "What became of a camera in this part of the run.",
            {
                "device": _DEVICE,
                "exit_code": _ENDING,
                "error": text_or_null("Why it failed, or was left alone."),
                "status": {
                    "enum": ["changed", "unchanged", "unreachable", "failed"],
                    "description": "What planning found.",
                },
                "changes": {**COUNT, "description": "How many settings would change."},
                "outcomes": list_of("What became of its resources.", _OUTCOME),
            },
            optional=("status", "changes", "outcomes"),
        ),
        _event("warning", "Something is not as it might be.", {"message": text("What.")}),
        _event("end", "What is in the journal is over.", {"exit_code": _ENDING}),
        _event(
            "exit",
            "The program is about to end; one without this line was killed.",
            {
                "exit_code": {**COUNT, "description": "What it ends with."},
                "error": text("Why the run as a whole did not come to its end."),
            },
            optional=("error",),
        ),
    )
)

EVENT_SCHEMA: Final[Schema] = {
    "description": "A line of --events: something that has happened in a run; no secret is in it.",
    "oneOf": [{"$ref": f"#/$defs/{name}"} for name in EVENTS],
    "$defs": dict(EVENTS),
}
