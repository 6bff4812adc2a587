"""A configuration object of the camera: how it is shown, checked, and written.

The three readings of an incomplete write come from different sources; each document names the
worst one that its sources allow. Whatever the camera would swallow but a careful client must not
send (an object that was not read just before, a changed read-only field, a field that the camera
did not show) is recorded as a violation.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import Shape, problems
from recamera_gitops.emulator.trees import copied
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

Handler = Callable[["EmulatedCamera", Call], Response]
Routes = Mapping[str, Mapping[str, Handler]]
NOTHING: frozenset[str] = frozenset()


class Omitted(Enum):
    """What becomes of a key that a write leaves out."""

    KEPT = "kept"  # top-level keys; inside a block that was sent they fall back
    RESET = "reset"  # back to the factory's value
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Document:
    """`read_only`, `volatile` (read-only and moving by itself) and `optional` hold dotted paths.

    `rule` may complete the object it is given; `shown` returns a new view and changes nothing.
    """

    path: str
    factory: Json
    shape: Mapping[str, Shape] = field(default_factory=dict)
    omitted: Omitted = Omitted.RESET
    verbs: tuple[str, ...] = ()
    read_only: frozenset[str] = NOTHING
    volatile: frozenset[str] = NOTHING
    optional: frozenset[str] = NOTHING
    rule: Callable[["EmulatedCamera", Json], None] | None = None
    shown: Callable[["EmulatedCamera", Json, Call], Json] | None = None
    applied: Callable[["EmulatedCamera", Json, Json], None] | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """The three states of an object that a write is judged by."""

    stored: Json
    shown: Json
    factory: Json


def read(document: Document, camera: "EmulatedCamera", call: Call) -> Response:
    """Answer a GET."""
    return answers.data(_shown(document, camera, call))


def write(document: Document, camera: "EmulatedCamera", call: Call) -> Response:
    """Answer a POST or PUT."""
    body = call.document()
    before = camera.documents[document.path]
    values = Values(before, _shown(document, camera, call), camera.factory[document.path])
    after = revised(document, camera, values, body)
    camera.documents[document.path] = after
    if document.applied is not None:
        document.applied(camera, before, after)
    return camera.written(_shown(document, camera, call))


def revised(document: Document, camera: "EmulatedCamera", values: Values, body: Json) -> Json:
    """The object after the write; refuses what the camera refuses."""
    for breach in _breaches(document, values.shown, body):
        camera.breach(breach)
    after = _overlaid(document, values, body, document.omitted)
    for problem in problems(document.shape, after):
        raise Refusal(400, problem)
    if document.rule is not None:
        document.rule(camera, after)
    return after


def _shown(document: Document, camera: "EmulatedCamera", call: Call) -> Json:
    value: Json = camera.documents[document.path]
    if document.shown is not None:
        value = document.shown(camera, value, call)
    return camera.presented(value)


def _overlaid(
    document: Document, values: Values, body: Json, omitted: Omitted, where: str = ""
) -> Json:
    inner = Omitted.RESET if omitted is Omitted.KEPT else omitted
    after: Json = {}
    for key, old in values.stored.items():
        place = where + key
        if place in document.read_only or place in document.volatile:
            after[key] = old
        elif key not in body:
            after[key] = _left_out(document, values, omitted, place)
        elif isinstance(old, dict) and isinstance(body[key], dict):
            deeper = Values(old, {}, values.factory.get(key, old))
            after[key] = _overlaid(document, deeper, body[key], inner, place + ".")
        else:
            after[key] = body[key]
    return after


def _left_out(document: Document, values: Values, omitted: Omitted, place: str) -> object:
    key = place.rpartition(".")[2]
    if omitted is Omitted.KEPT or place in document.optional:
        return values.stored[key]
    if omitted is Omitted.REFUSED:
        raise Refusal(400, f"Missing parameter: missing required section/field {place}")
    return copied(values.factory.get(key, values.stored[key]))


def _breaches(document: Document, shown: Json, body: Json, where: str = "") -> Iterator[str]:
    for key, value in shown.items():
        place = where + key
        if place in document.volatile:
            continue
        if key not in body:
            if place not in document.optional and place not in document.read_only:
                yield f"partial: {document.path} {place} left out"
        elif isinstance(value, dict) and isinstance(body[key], dict):
            yield from _breaches(document, value, body[key], place + ".")
        else:
            yield from _field_breaches(document, place, value, body[key])
    for key in body.keys() - shown.keys():
        yield f"invented: {document.path} {where + key} was never shown"


def _field_breaches(document: Document, place: str, shown: object, sent: object) -> Iterator[str]:
    if _kind(shown) is not _kind(sent):
        yield f"type: {document.path} {place} sent in another JSON type"
    elif sent == shown:
        return
    elif place in document.read_only:
        yield f"read-only: {document.path} {place} changed"
    elif not _described(document.shape, place):
        yield f"unknown-field: {document.path} {place} changed"


def _kind(value: object) -> type:
    """The JSON type of a value: integers and fractions are one."""
    return float if type(value) is int else type(value)


def _described(shape: Shape, place: str) -> bool:
    for key in place.split("."):
        if not isinstance(shape, Mapping) or key not in shape:
            return False
        shape = shape[key]
    return True
