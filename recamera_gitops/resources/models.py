"""Model files on the camera: brought from the repository, described, or taken away."""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from pydantic import Field

from recamera_gitops.artifact import Artifact
from recamera_gitops.errors import Diagnostic, InvalidInput, Rejected, Unavailable
from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import (
    Complaint,
    FlowShape,
    Impact,
    Leaf,
    Resource,
    Section,
    Stage,
    Values,
    Wire,
    decode,
    dig,
    leaves,
    nested,
    patch,
    wire,
)
from recamera_gitops.resources.codecs import COUNT, REAL, Around, Codec
from recamera_gitops.resources.declared import is_below
from recamera_gitops.resources.items import Values as PlainValues
from recamera_gitops.resources.keyed import Collection, WordOrMapping
from recamera_gitops.resources.values import MISSING, Unknown, integer, like_real, real

LIST: Final = "/model/list"
INFO: Final = "/model/info"
UPLOAD: Final = "/model/upload"
KEY: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*\.(?:rknn|rkllm)"
_SETTING: Final = re.compile(rf"models\.({KEY})\.(source|info\..+)")
_CHUNK: Final = 524288
_PERCENT: Final = 100
_RATIOS: Final = ("iou", "confidence", "hight_thresh", "low_thresh", "match_thresh")
# What cannot be guessed of a model that the camera knows nothing about.
_REQUIRED: Final = ("category", "algorithm", "classes", "metrics")


@dataclass(frozen=True)
class Content(Codec):
    """A file of the repository against the size and MD5 that the camera shows."""

    from_file = True

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """Size and MD5; None where the camera has the file, but tells nothing of it."""
        del around
        return raw[0] if isinstance(raw[0], dict) else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """Nothing: content does not travel in the object."""
        del value, raw, around
        return (MISSING,)

    def stated(self, live: Any) -> Any:
        """Nothing: the camera does not know where in a repository its file is."""
        del live
        return MISSING

    def equal(self, one: Any, other: Any) -> bool:
        """The same MD5, and no other size."""
        if isinstance(one, dict) and isinstance(other, dict):
            return one == other
        (md5, size), (other_md5, other_size) = _known_by(one), _known_by(other)
        return md5 == other_md5 and (size == other_size or None in (size, other_size))

    def canonical(self, value: Any) -> Json:
        """The MD5, by which content is known."""
        return _known_by(value)[0]


def _known_by(content: Any) -> tuple[str | None, int | None]:
    if isinstance(content, Artifact):
        return content.md5, content.size
    known = content if isinstance(content, dict) else {}
    md5 = known.get("md5")
    return (md5.lower() if isinstance(md5, str) else None), known.get("size")


@dataclass(frozen=True)
class Ratio(Codec):
    """A part of one; some cameras show percent [ref][web], others fractions [ext].

    Where the number itself does not tell, the other models on the camera do.
    """

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The fraction."""
        number = real(raw[0])
        if number is None:
            return Unknown(raw)
        return number / _PERCENT if _in_percent(raw[0], around) else number

    def target(self, declared: Any, live: Any, around: Around) -> Any:
        """The part of one, also where it was written in percent."""
        del live, around
        return declared / _PERCENT if declared > 1 else declared

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The number on the camera's scale and in its type."""
        if not _in_percent(raw[0], around):
            return (like_real(value, raw[0]),)
        return (like_real(round(value * _PERCENT, 4), 0 if raw[0] is MISSING else raw[0]),)


def _in_percent(raw: Json, around: Around) -> bool:
    number = None if raw is MISSING else real(raw)
    if number is None or number in (0, 1):
        return around.get("percent") is True
    return number > 1


def _ratio(key: str, says: str) -> Any:
    return wire(
        key, f"{says} From 0 to 1, or in percent.", codec=Ratio(), ge=0, le=100, source="ext"
    )


class Metrics(Section):
    """Thresholds; which of them a model has depends on its category."""

    iou: float | None = _ratio("iou", "Overlap above which two boxes are one thing.")
    confidence: float | None = _ratio("confidence", "Least confidence of a result.")
    max_obj: int | None = wire("max_obj", "Most results.", codec=COUNT, ge=1, source="ext")
    topk: int | None = wire("topk", "How many classes are told.", codec=COUNT, ge=1, source="ref")
    hight_thresh: float | None = _ratio("hight_thresh", "Tracking: confidence of a sure result.")
    low_thresh: float | None = _ratio("low_thresh", "Tracking: confidence of an unsure result.")
    match_thresh: float | None = _ratio("match_thresh", "Tracking: overlap of one and the same.")
    angle_range: float | None = wire(
        "angle_range", "Oriented boxes: range of angles.", codec=REAL, ge=0, le=360, source="web"
    )


class Info(Section):
    """What the camera knows about a model. A model that is new to it needs all of it."""

    name: str | None = wire("name", "Name for people.", min_length=1, source="ref")
    framework: Literal["rknn", "rkllm"] | None = wire(
        "framework", "What it is made for.", source="ref"
    )
    version: str | None = wire("version", "Version of the model.", source="ref")
    category: str | None = wire(
        "category", "What it does.", min_length=1, examples=["Detection"], source="ext"
    )
    algorithm: str | None = wire(
        "algorithm", "Its family.", min_length=1, examples=["YOLO11"], source="ref"
    )
    description: str | None = wire("description", "A sentence about it.", source="ref")
    author: str | None = wire("author", "Who made it.", source="ref")
    classes: list[str] | None = wire(
        "classes", "Names of what it tells apart, in its order.", codec=PlainValues(), source="ref"
    )
    metrics: Metrics | None = nested("metrics", "Its thresholds.")


class Model(Section):
    """A model file that the camera must have."""

    source: str | None = wire(
        "file",
        "The file, relative to the repository; it is uploaded where the camera's differs.",
        codec=Content(),
        min_length=1,
        examples=["models/yolo11n.rknn"],
        source="ref",
    )
    info: Info | None = nested("info", "What the camera is told about it.")


def cards_of(listing: Json) -> dict[str, Json]:
    """File name → info, empty where the camera has none; a list or an object of one [ref, sdk]."""
    entries = listing.get("lModels") if isinstance(listing, dict) else listing
    found = (
        [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    )
    cards = {str(each.get("model")): each.get("modelInfo") for each in found}
    return {name: card if isinstance(card, dict) else {} for name, card in cards.items()}


def on_camera() -> Generator[str, Json, dict[str, Any]]:
    """`models`: what the camera lists, and whether it counts in `percent`."""
    cards = cards_of((yield LIST))
    return {"models": cards, "percent": _count_in_percent(cards)}


def card(info: Info, file: str, cards: Mapping[str, Json], shown: Json) -> Json:
    """What the camera is told of a file: what it shows of it, with what is stated laid over that.

    InvalidInput where it knows nothing of the file and too little is stated. `cards` are those of all
    its files, which tell how it counts.
    """
    stated = info.model_dump(exclude_none=True)
    missing = [] if shown else [each for each in _REQUIRED if each not in stated]
    if missing:
        message = f"the camera knows nothing about {file}; its info lacks {', '.join(missing)}"
        raise InvalidInput([Diagnostic("info-needed", message)])
    around = {"percent": _count_in_percent(cards)}
    wished = []
    for leaf in leaves(Info):
        value = dig(stated, tuple(leaf.path.split(".")))
        if value is not MISSING:
            live = decode(shown, leaf, around)
            wished.append((leaf, leaf.wire.codec.target(value, live, around)))
    return patch({**({} if shown else _fresh(file)), **shown}, wished, around)


def _count_in_percent(cards: Mapping[str, Json]) -> bool:
    shown = [card.get("metrics") for card in cards.values()]
    numbers = [
        number
        for metrics in shown
        if isinstance(metrics, dict)
        for key in _RATIOS
        if (number := real(metrics.get(key))) is not None
    ]
    return any(number > 1 for number in numbers)


def _of_file(name: str) -> Generator[str, Json, Json]:
    """Its info, and what that tells of the file."""
    cards = cards_of((yield LIST))
    if name not in cards:
        return {"model": name, "info": {}}
    try:
        answer = yield f"{INFO}?File-name={quote(name, safe='')}"
    except Rejected as error:
        if isinstance(error, Unavailable):
            raise
        answer = None
    info = answer if isinstance(answer, dict) else {}
    file = {"size": integer(info.get("size")), "md5": info.get("md5sum") or None}
    return {"model": name, "info": info, "file": file}


def _presence(name: str) -> Generator[str, Json, Json]:
    cards = cards_of((yield LIST))
    return {"model": name, "state": "present" if name in cards else "absent"}


def _arguments(targets: Values, differing: set[str], live: Values) -> dict[str, Any]:
    del live
    return {
        "file": targets["source"] if "source" in differing else None,
        "describe": bool(differing - {"source"}),
    }


def _bodies(raw: Json, patched: Json) -> dict[str, Any]:
    """The info as it is sent; what of a new one is not stated and needs no thought."""
    fresh = {} if raw["info"] else _fresh(raw["model"])
    return {"name": raw["model"], "info": {**fresh, **patched["info"]}}


def _fresh(file: str) -> dict[str, Json]:
    stem, _, framework = file.rpartition(".")
    return {"name": stem, "framework": framework, **dict.fromkeys(_PLAIN, "")}


_PLAIN: Final = ("version", "description", "author")


def _preview(arguments: Values) -> Iterator[tuple[str, str, str, Json]]:
    """The writes of the conversation; the number of an upload is known only then."""
    name, file = arguments["name"], arguments["file"]
    address = f"models.{name}"
    if file is not None:
        chunks = -(-file.size // _CHUNK)
        yield "POST", f"{UPLOAD}?upload-type=resumable", f"{address}: upload {file.file}", None
        yield (
            "POST",
            f"{UPLOAD}?id=(number)",
            f"{address}: {chunks} parts of up to {_CHUNK} bytes",
            None,
        )
        query = f"start=(number)&md5sum={file.md5}&File-name={name}"
        yield "POST", f"{UPLOAD}?{query}", f"{address}: end of the upload", None
    if arguments["describe"]:
        of_file = {} if file is None else {"size": file.size, "md5sum": file.md5}
        body = {**arguments["info"], **of_file}
        yield "POST", f"{INFO}?File-name={name}", f"{address}: info", body
    yield "POST", "/model/inference?id=0", f"{address}: restart, if it runs", None


def _no_arguments(targets: Values, differing: set[str], live: Values) -> dict[str, Any]:
    del targets, differing, live
    return {}


def _its_name(raw: Json, patched: Json) -> dict[str, Any]:
    del patched
    return {"name": raw["model"]}


def _deletion(arguments: Values) -> Iterator[tuple[str, str, str, Json]]:
    name = arguments["name"]
    yield "POST", "/model/inference?id=0", f"models.{name}: stop, if it runs", None
    yield "DELETE", f"/model/delete?File-name={name}", f"models.{name}: delete", None


@cache
def _member(name: str) -> Resource:
    return Resource(
        f"models.{name}",
        Model,
        stage=Stage.MODELS,
        reads=lambda: _of_file(name),
        flow="model",
        impact=(Impact.INFERENCE_RESTART,),
        settles=10.0,
    )


@cache
def _absentee(name: str) -> Resource:
    says = Wire(("state",), source="ref")
    return Resource(
        f"models.{name}",
        Section,
        stage=Stage.CLEANUP,
        reads=lambda: _presence(name),
        flow="model_absent",
        whole=Leaf("", ("state",), says),
        impact=(Impact.INFERENCE_RESTART, Impact.IRREVERSIBLE),
        settles=10.0,
    )


def _fits_the_camera(values: Values, around: Around) -> Iterator[Complaint]:
    """What the camera has no file of needs a source, and what it knows nothing about an info."""
    cards = around.get("models")
    for name, stated in _stated(values).items():
        card = {} if cards is None else cards.get(name)
        paths = tuple(f"models.{name}.{each}" for each in stated)
        if card is None and "source" not in stated:
            message = f"the camera has no model {name}"
            yield Complaint("no-such-model", paths, message, "say its source")
        missing = [
            each for each in _REQUIRED if not any(is_below(path, f"info.{each}") for path in stated)
        ]
        if cards is not None and not card and "source" in stated and missing:
            message = f"the camera knows nothing about {name}; its info lacks {', '.join(missing)}"
            yield Complaint("info-needed", paths, message)


def _stated(values: Values) -> dict[str, dict[str, Any]]:
    """The settings of each model that is to be there, by file name."""
    found: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        matched = _SETTING.fullmatch(path)
        if matched is not None:
            found.setdefault(matched[1], {})[matched[2]] = value
    return found


def _absent_is_not_needed(values: Values, around: Around) -> Iterator[Complaint]:
    """A model that inference is to run cannot be taken away."""
    del around
    running = values.get("inference.model")
    path = f"models.{running}"
    if values.get(path) == "absent" and values.get("inference.enabled") is not False:
        message = f"inference runs {running}, which is to be absent"
        hint = "declare another inference.model, or inference.enabled: false"
        yield Complaint("absent-but-running", (path, "inference.model"), message, hint)


_Key = Annotated[str, Field(pattern=rf"^{KEY}$", examples=["yolo11n.rknn"])]

MODELS: Final = Collection(
    "models",
    KEY,
    "Model files by name; `absent` deletes one. A file that is not named here is left alone.",
    dict[_Key, WordOrMapping[Model, Literal["absent"]] | None],
    member=_member,
    word=_absentee,
    rules=(_fits_the_camera, _absent_is_not_needed),
)

FLOWS: Final = {
    "model": FlowShape(_arguments, _preview, _bodies),
    "model_absent": FlowShape(_no_arguments, _deletion, _its_name),
}
