"""What inference finds, as a camera tells it: JSON of its own, or whatever a template makes of it.

The camera's own form is not published. So nothing of it is relied on: whatever has a name of a class is
taken for something that was found, wherever it stands, and the message is handed on as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.parse import parse
from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign, masked, without_logins

PATH: Final = "/ws/inference/results"
_CLASSES: Final = (
    "class",
    "class_name",
    "className",
    "label",
    "name",
    "sClass",
    "sLabel",
    "target",
)
_CONFIDENCES: Final = (
    "confidence",
    "score",
    "conf",
    "prob",
    "probability",
    "fConfidence",
    "fScore",
)
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found, and how sure the model is of it."""

    what: str
    confidence: float


def result(message: str | bytes) -> Json:
    """Its JSON, or its text where it is none. Known secrets and logins in it are masked."""
    content = message.encode() if isinstance(message, str) else message
    try:
        told = parse(content)
    except NotUnderstood:
        told = content.decode(errors="replace")
    return _masked(told)


def found(told: Json) -> tuple[Found, ...] | None:
    """What was found according to a result; None where that cannot be told from it."""
    if not isinstance(told, dict | list):
        return None
    things = list(_things(told))
    if not things and not _has_room_for_some(told):
        return None
    return tuple(things[:_MOST])


def _things(told: Json) -> Iterator[Found]:
    if isinstance(told, list):
        for each in told:
            yield from _things(each)
        return
    if not isinstance(told, dict):
        return
    what = next((told[key] for key in _CLASSES if isinstance(told.get(key), str)), None)
    confidence = next((told[key] for key in _CONFIDENCES if _is_number(told.get(key))), None)
    if what is not None and confidence is not None:
        yield Found(foreign(what), float(confidence))
        return
    for each in told.values():
        yield from _things(each)


def _has_room_for_some(told: Json) -> bool:
    """Whether there is an empty list, which tells that nothing was found."""
    inside = told.values() if isinstance(told, dict) else told
    return told == [] or any(each == [] for each in inside)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _masked(told: Json) -> Json:
    if isinstance(told, str):
        return without_logins(masked(told))
    if isinstance(told, dict):
        return {masked(key): _masked(value) for key, value in told.items()}
    return [_masked(each) for each in told] if isinstance(told, list) else told
