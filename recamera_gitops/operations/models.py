"""The models of a camera: listed, told of, brought, taken away.

A model is brought in the order that the camera wants: file, info, inference. What is there already is
not sent again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote

from recamera_gitops.artifact import Artifact
from recamera_gitops.device.asking import Ask, Flow, is_in_doubt, may_be_done
from recamera_gitops.device.inferring import INFERENCE, STOPPED, inferring, runs, switched
from recamera_gitops.device.modelling import (
    LIST,
    Seen,
    brought,
    described,
    info_of,
    listed,
    restarted,
    seen,
)
from recamera_gitops.errors import (
    CameraError,
    NotSettled,
    NotUnderstood,
    Refused,
    Rejected,
    Unsettled,
)
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer
from recamera_gitops.secret import foreign

_ALGORITHMS: Final = "/model/algorithm"
_DELETE: Final = "/model/delete"
_NOT_THERE: Final = 404
# From every info on the camera, and the one of this model, to what it is to be told.
Card: TypeAlias = Callable[[dict[str, Json], Json], Json]


@dataclass(frozen=True, slots=True)
class Model:
    """A model file as the list shows it; without an info it cannot run. `runs`: it does, or is to."""

    file: str
    name: str | None
    framework: str | None
    category: str | None
    algorithm: str | None
    size_bytes: int | None
    md5: str | None
    has_info: bool
    runs: bool


@dataclass(frozen=True, slots=True)
class Models:
    """Every model file of a camera, in its order."""

    models: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """A threshold, on the scale that the camera uses."""

    name: str
    value: float | int | str | None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Everything that the camera knows about a model."""

    file: str
    name: str | None
    framework: str | None
    version: str | None
    category: str | None
    algorithm: str | None
    description: str | None
    author: str | None
    size_bytes: int | None
    md5: str | None
    classes: tuple[str, ...]
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Algorithms:
    """What kinds of models the camera can run, by what they do."""

    detection: tuple[str, ...]
    classification: tuple[str, ...]
    segmentation: tuple[str, ...]
    tracking: tuple[str, ...]
    keypoint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UploadedModel:
    """A model that the camera has now; `was_sent` tells whether it had to be sent for that."""

    file: str
    size_bytes: int
    md5: str
    was_sent: bool
    was_described: bool
    was_restarted: bool
    has_info: bool


@dataclass(frozen=True, slots=True)
class DeletedModel:
    """A model that is gone; `was_stopped` where inference had to be stopped for that."""

    file: str
    was_stopped: bool


def models() -> Flow[Models]:
    """List them."""
    cards = yield from listed()
    setting = yield Ask("GET", INFERENCE)
    return Models(tuple(_model(name, card, setting) for name, card in cards.items()))


def model_info(file: str) -> Flow[ModelInfo]:
    """What the camera knows about one; Rejected where it has none of that name."""
    yield from _present(file)
    request = f"GET {info_of(file)}"
    shown = (yield from seen(file)).info
    if shown is None:
        message = f"the camera knows nothing about {foreign(file)}"
        raise Rejected(message, request=request, code=_NOT_THERE)
    card = Answer(shown, request)
    return ModelInfo(
        file=foreign(file),
        name=card.maybe_text("name"),
        framework=card.maybe_text("framework"),
        version=card.maybe_text("version"),
        category=card.maybe_text("category"),
        algorithm=card.maybe_text("algorithm"),
        description=card.maybe_text("description"),
        author=card.maybe_text("author"),
        size_bytes=card.maybe_whole("size"),
        md5=card.maybe_text("md5sum"),
        classes=tuple(map(foreign, _texts(card, "classes"))),
        metrics=tuple(_metrics(card)),
    )


def algorithms() -> Flow[Algorithms]:
    """What the camera says that it can run."""
    told = Answer((yield Ask("GET", _ALGORITHMS)), f"GET {_ALGORITHMS}")
    keys = ("lDetection", "lClassification", "lSegmentation", "lTracking", "lKeypoint")
    return Algorithms(*(tuple(map(foreign, _texts(told, key))) for key in keys))


def uploaded(
    file: str, content: Artifact, card: Card | None, *, replace: bool
) -> Flow[UploadedModel]:
    """Bring a model and what is to be known about it, and restart it where it runs.

    Refused where the camera has another file of that name, unless it is to be replaced.
    """
    before = yield from seen(file)
    is_there = before.md5 == content.md5
    if before.listed and not is_there and not replace:
        raise Refused(f"the camera has {_there(file, before, content)}; say --force to replace it")
    body = None if card is None else card((yield from listed()), before.info or {})
    if is_there:
        return (yield from _settled(file, content, body, was_sent=False))
    yield from brought(file, content)
    try:
        return (yield from _settled(file, content, body, was_sent=True))
    except CameraError as error:
        raise Unsettled(f"the file was sent; then: {error}") from error


def _there(file: str, before: Seen, content: Artifact) -> str:
    """What is there by that name: surely another file, or perhaps what an upload that broke off has left."""
    if before.md5:
        return f"another {foreign(file)}, with the MD5 {foreign(before.md5)}"
    if (before.info or {}).get("size", content.size) != content.size:
        return f"another {foreign(file)}, of another size"
    return f"a {foreign(file)} of which it tells no MD5, and which may be this one"


def _settled(file: str, content: Artifact, body: Json, *, was_sent: bool) -> Flow[UploadedModel]:
    """What follows the file: its info, and a restart where it runs."""
    is_described = yield from _described(file, content, body)
    is_restarted = (yield from restarted(file)) if was_sent or is_described else False
    after = yield from _proved(file, content)
    return UploadedModel(
        file,
        content.size,
        content.md5,
        was_sent=was_sent,
        was_described=is_described,
        was_restarted=is_restarted,
        has_info=after.info is not None,
    )


def deletable(file: str, *, stop: bool) -> Flow[Model]:
    """One that may be deleted; one that runs only where it may be stopped for that."""
    cards = yield from _present(file)
    setting = yield Ask("GET", INFERENCE)
    if runs(setting, file) and not stop:
        raise Refused(f"{foreign(file)} runs; say --stop to stop it first")
    return _model(file, cards[file], setting)


def deleted(file: str, *, stop: bool) -> Flow[DeletedModel]:
    """Delete one, once, and look whether it is gone."""
    is_running = (yield from deletable(file, stop=stop)).runs
    if is_running:
        setting = yield Ask("GET", INFERENCE)
        yield from inferring(setting, switched(setting, on=False), STOPPED)
    try:
        yield from _gone(file)
    except CameraError as error:
        if not is_running:
            raise
        raise Unsettled(f"inference was stopped; then: {error}") from error
    return DeletedModel(foreign(file), was_stopped=is_running)


def _gone(file: str) -> Flow[None]:
    """Delete, once; where the answer is lost, a look decides."""
    lost: CameraError | None = None
    path = f"{_DELETE}?File-name={quote(file, safe='')}"
    try:
        yield Ask("DELETE", path)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        lost = error
    if file in (yield from listed()):
        raise _kept(file, lost)


def _kept(file: str, lost: CameraError | None) -> CameraError:
    """Why it is there still."""
    if lost is not None and not may_be_done(lost):
        return lost
    told = "" if lost is None else f", and was not deleted again: {lost.message}"
    return NotSettled(f"{foreign(file)} is still listed{told}", request=f"DELETE {_DELETE}")


def _present(file: str) -> Flow[dict[str, Json]]:
    there = yield from listed()
    if file not in there:
        names = ", ".join(map(foreign, sorted(there))) or "none"
        message = f"the camera has no model {foreign(file)}; it has: {names}"
        raise Rejected(message, request=f"GET {LIST}", code=_NOT_THERE)
    return there


def _described(file: str, content: Artifact, body: Json) -> Flow[bool]:
    """Write the info where it is wanted otherwise, or tells of another file; none where none is known."""
    now = yield from seen(file)
    if body is None:
        if now.info is None:
            return False
        return (yield from described(file, content, {}, wanted=False))
    whole = {**body, "size": content.size, "md5sum": content.md5}
    if now.info == {**(now.info or {}), **whole}:
        return False
    return (yield from described(file, content, body, wanted=True))


def _proved(file: str, content: Artifact) -> Flow[Seen]:
    """What the camera shows in the end: the file, and of what is known of it the right digest."""
    after = yield from seen(file)
    if not after.listed or (after.info is not None and after.md5 != content.md5):
        shown = foreign(after.md5) or "nothing"
        message = f"the camera shows {shown} of {foreign(file)} instead of {content.md5}"
        raise NotSettled(message, request="POST /model/upload")
    return after


def _model(file: str, card: Json, setting: Json) -> Model:
    told = Answer(card, f"GET {LIST}", f"the info of {foreign(file)}")
    return Model(
        file=foreign(file),
        name=told.maybe_text("name"),
        framework=told.maybe_text("framework"),
        category=told.maybe_text("category"),
        algorithm=told.maybe_text("algorithm"),
        size_bytes=told.maybe_whole("size"),
        md5=told.maybe_text("md5sum"),
        has_info=bool(card),
        runs=runs(setting, file),
    )


def _texts(answer: Answer, key: str) -> list[str]:
    found = answer.body.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise NotUnderstood(f"{key} is no list of names", request=answer.request)
    return found


def _metrics(card: Answer) -> Iterator[Metric]:
    found = card.body.get("metrics", {})
    if not isinstance(found, dict):
        raise NotUnderstood("metrics are no object", request=card.request)
    for name, value in found.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield Metric(foreign(name), value if number else foreign(str(value)))
