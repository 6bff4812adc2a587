"""What a camera says: one GET per route, only for what is asked, everything of one round side by side."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from recamera_gitops.errors import CameraError, NotUnderstood, Rejected
from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import Context, Resource, dig
from recamera_gitops.resources.catalog import CONTEXTS, resources
from recamera_gitops.resources.declared import Declared
from recamera_gitops.resources.values import MISSING

# Reads several routes of one camera at once: an answer, or the reason why there is none, by path.
Gather = Callable[[Sequence[str]], Mapping[str, "Json | CameraError"]]
IDENTITY: Final = "/system/device-info"


@dataclass(frozen=True, slots=True)
class Observation:
    """A camera as it was a moment ago.

    `objects` holds, by resource path, the raw object of each resource that was asked for, `missing`
    why there is none: the firmware has no such endpoint, or no such object in its answer. `around`
    holds what rules and codecs need beside them; `notes` say what of that could not be read.
    """

    serial: str
    firmware: str
    objects: Mapping[str, Json]
    around: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    missing: Mapping[str, CameraError] = field(default_factory=dict)


def managed_resources(declared: Declared) -> tuple[Resource, ...]:
    """The resources in which something is declared, in the order of the catalogue."""
    return resources(declared)


def wanted_contexts(declared: Declared) -> tuple[Context, ...]:
    """The contexts that the declared settings call for."""
    return tuple(context for context in CONTEXTS if context.wanted(declared))


def is_not_there(error: CameraError) -> bool:
    """Whether an error says that this firmware has no such resource."""
    return isinstance(error, Rejected) and error.is_not_known


def observe(
    gather: Gather,
    wanted: Iterable[Resource],
    contexts: Iterable[Context],
    may_fail: Callable[[CameraError], bool] = is_not_there,
) -> Observation:
    """Read what the wanted resources and contexts need, and who answers.

    Raises the CameraError of the first read that failed, but for a resource that `may_fail` like
    this; a context that the camera refuses to tell is noted instead.
    """
    wanted, contexts = tuple(wanted), tuple(contexts)
    talks = {("identity", IDENTITY): _single(IDENTITY)}
    talks |= {("resource", each.path): each.documents() for each in wanted}
    talks |= {("context", each.name): each.reads() for each in contexts}
    made = _converse(gather, talks)
    around, notes = _surroundings(contexts, made)
    identity = _checked(made["identity", IDENTITY])
    found = {each.path: _object(each, made["resource", each.path], may_fail) for each in wanted}
    return Observation(
        serial=_text(identity, "sSerialNumber"),
        firmware=_text(identity, "sFirmwareVersion"),
        objects={path: each for path, each in found.items() if not isinstance(each, CameraError)},
        around=around,
        notes=notes,
        missing={path: each for path, each in found.items() if isinstance(each, CameraError)},
    )


def _single(path: str) -> Generator[str, Json, Json]:
    return (yield path)


Key = tuple[str, str]


def _converse(gather: Gather, talks: Mapping[Key, Generator[str, Json, Json]]) -> dict[Key, Json]:
    """Drive all conversations in rounds; every route is read once, whoever asks for it."""
    known: dict[str, Json | CameraError] = {}
    made: dict[Key, Json] = {}
    asking: dict[Key, str] = {}
    for key, talk in talks.items():
        asking[key] = next(talk)
    while asking:
        missing = [path for path in dict.fromkeys(asking.values()) if path not in known]
        if missing:
            known |= gather(missing)
        answered, asking = asking, {}
        for key, path in answered.items():
            try:
                asking[key] = _tell(talks[key], known[path])
            except StopIteration as done:
                made[key] = done.value
            except CameraError as error:
                made[key] = error
    return made


def _tell(talk: Generator[str, Json, Json], answer: Json) -> str:
    return talk.throw(answer) if isinstance(answer, CameraError) else talk.send(answer)


def _surroundings(
    contexts: tuple[Context, ...], made: Mapping[Key, Json]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    around: dict[str, Any] = {}
    notes: list[str] = []
    for context in contexts:
        facts = made["context", context.name]
        if isinstance(facts, Rejected | NotUnderstood):
            notes.append(f"not checked against the {context.says}: {facts}")
        else:
            around |= _checked(facts)
    return around, tuple(notes)


def _checked(answer: Json) -> Json:
    if isinstance(answer, CameraError):
        raise answer
    return answer


def _text(identity: Json, key: str) -> str:
    value = identity.get(key) if isinstance(identity, dict) else None
    if not isinstance(value, str) or not value:
        raise NotUnderstood(f"the answer names no {key}", request=f"GET {IDENTITY}")
    return value


def _object(
    resource: Resource, document: Json, may_fail: Callable[[CameraError], bool]
) -> Json | CameraError:
    """The object of a resource, or the error that says why there is none."""
    if isinstance(document, CameraError) and may_fail(document):
        return document
    found = dig(_checked(document), resource.at)
    where = ".".join(map(str, resource.at)) or "its root"
    if found is MISSING:
        return NotUnderstood(f"the answer does not show {where}", request=f"GET {resource.get}")
    if not isinstance(found, dict):
        message = f"the answer shows something else than an object at {where}"
        error = NotUnderstood(message, request=f"GET {resource.get}")
        if may_fail(error):
            return error
        raise error
    return found
