"""Models on the device and the inference that runs one of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import (
    FLAG,
    PERCENT,
    TEXT,
    ListOf,
    Shape,
    among,
    problems,
    real,
    whole,
)
from recamera_gitops.emulator.documents import (
    Document,
    Handler,
    Omitted,
    Routes,
    Values,
    read,
    revised,
    write,
)
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.uploads import resumable
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera
    from recamera_gitops.emulator.device import Device

INFERENCE = "/model/inference"
INFO = "/model/info"
ALGORITHMS = {
    "lDetection": ["YOLOV5", "YOLOV8", "YOLO11", "YOLOX"],
    "lClassification": ["MobileNet", "ResNet"],
    "lSegmentation": ["YOLO11-seg"],
    "lTracking": ["ByteTrack"],
    "lKeypoint": ["YOLO11-pose"],
}
TEXTS = ("name", "framework", "version", "category", "algorithm", "description", "author", "md5sum")
DETECTION = {"iou", "confidence", "max_obj"}
# Which numbers a card holds, by category [web].
METRICS: dict[object, tuple[set[str], ...]] = {
    "Detection": (DETECTION,),
    "Object Detection": (DETECTION,),
    "Segmentation": (DETECTION,),
    "Keypoint": (DETECTION,),
    "Classification": ({"confidence", "topk"},),
    "Tracking": (DETECTION | {"hight_thresh", "low_thresh", "match_thresh"},),
    "OBB": (DETECTION | {"angle_range"},),
}
CLASSES = ["person", "bicycle", "car", "motorcycle", "bus", "truck", "cat", "dog"]


def installed(flavours: Flavours) -> dict[str, Json]:
    """The models that the camera comes with, by file name."""
    scale = 100 if "metrics-percent" in flavours else 1
    detection = {"iou": 0.45 * scale, "confidence": 0.25 * scale, "max_obj": 100}
    classification = {"confidence": 0.5 * scale, "topk": 5}
    if scale != 1:
        detection = {name: int(value) for name, value in detection.items()}
        classification = {name: int(value) for name, value in classification.items()}
    return {
        "yolo11n.rknn": {
            **_card("YOLO11n", "Detection", "YOLO11"),
            "classes": CLASSES,
            "metrics": detection,
            "size": 6291456,
        },
        "mobilenet.rknn": {
            **_card("MobileNet v2", "Classification", "MobileNet"),
            "classes": ["empty", "occupied"],
            "metrics": classification,
            "size": 4194304,
        },
    }


def _card(name: str, category: str, algorithm: str) -> Json:
    return {
        "name": name,
        "framework": "rknn",
        "version": "1.0.0",
        "category": category,
        "algorithm": algorithm,
        "description": f"{category} model that comes with the camera",
        "author": "Seeed Studio",
        "md5sum": "d41d8cd98f00b204e9800998ecf8427e",
    }


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What the camera knows about a file without its card."""

    size: int
    md5: str


def files(cards: Mapping[str, Json]) -> dict[str, ModelFile]:
    """The model files behind the cards among these documents."""
    prefix = key_of("")
    return {
        key.removeprefix(prefix): ModelFile(card["size"], card["md5sum"])
        for key, card in cards.items()
        if key.startswith(prefix)
    }


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """Inference, the list of algorithms, and one card per installed model."""
    return (
        Document(
            INFERENCE,
            {
                "iEnable": 1,
                "sModel": "yolo11n.rknn",
                "iFPS": 15,
                "iActualFPS": 15,
                "sStatus": "running",
            },
            {"iEnable": FLAG, "sModel": TEXT, "iFPS": whole(0)},
            Omitted.KEPT,
            volatile=frozenset({"iActualFPS", "sStatus"}),
            rule=_known_model,
            shown=_live,
            applied=_start,
        ),
        Document("/model/algorithm", dict(ALGORITHMS)),
        *(Document(key_of(name), card) for name, card in installed(flavours).items()),
    )


def routes(flavours: Flavours) -> Routes:
    """What takes a parameter: the list, the cards, inference."""
    settings = documents(flavours)[0]
    return {
        "/model/list": {"GET": _list},
        INFO: {"GET": _show_card, "POST": _write_card},
        "/model/upload": {"POST": resumable(_install)},
        "/model/delete": {"DELETE": _delete},
        "/model/inference-restart": {"POST": _of_camera_zero(_restart)},
        INFERENCE: {
            "GET": _of_camera_zero(partial(read, settings)),
            "POST": _of_camera_zero(partial(write, settings)),
        },
    }


def key_of(name: str) -> str:
    """Where the card of a model file is kept among the camera's documents."""
    return f"{INFO}?File-name={name}"


def _list(camera: "EmulatedCamera", call: Call) -> Response:
    """A file that was uploaded has an empty card until one is written [ref]."""
    del call
    models = [
        {"model": name, "modelInfo": camera.presented(camera.documents.get(key_of(name), {}))}
        for name in camera.models
    ]
    return answers.data({"lModels": models} if "models-object" in camera.flavours else models)


def _card_of(camera: "EmulatedCamera", call: Call) -> tuple[str, Json]:
    key = key_of(call.parameter("File-name"))
    if key not in camera.documents:
        raise Refusal(404, "Model info not found")
    return key, camera.documents[key]


def _show_card(camera: "EmulatedCamera", call: Call) -> Response:
    return answers.data(camera.presented(_card_of(camera, call)[1]))


def _write_card(camera: "EmulatedCamera", call: Call) -> Response:
    """Every key is required [ext]."""
    body = call.document()
    key, card = _known_or_new(camera, call, body)
    shape = _card_shape(camera, card)
    for problem in problems(shape, body):
        raise Refusal(400, problem)
    read_only = frozenset({"size", "md5sum"})
    document = Document(key, card, shape, Omitted.REFUSED, read_only=read_only)
    values = Values(card, camera.presented(card), card)
    camera.count("model-info")
    camera.documents[key] = after = revised(document, camera, values, body)
    return camera.written(after)


def _card_shape(camera: "EmulatedCamera", card: Json) -> dict[str, Shape]:
    fraction = PERCENT if "metrics-percent" in camera.flavours else real(0, 1)
    numbers = {"max_obj": whole(1), "topk": whole(1), "angle_range": real(0, 360)}
    metrics: dict[str, Shape] = {name: numbers.get(name, fraction) for name in card["metrics"]}
    return {
        **dict.fromkeys(TEXTS, TEXT),
        "framework": among("rknn", "rkllm"),
        "classes": ListOf(TEXT),
        "metrics": metrics,
        "size": whole(0),
    }


def _known_or_new(camera: "EmulatedCamera", call: Call, body: Json) -> tuple[str, Json]:
    """The card that is written; that of a new file has what is sent, but its own size and MD5."""
    name = call.parameter("File-name")
    file = camera.models.get(name)
    if file is None or key_of(name) in camera.documents:
        return _card_of(camera, call)
    metrics = body.get("metrics")
    if not isinstance(metrics, dict) or metrics.keys() not in METRICS.get(body.get("category"), ()):
        raise Refusal(400, "Invalid parameter: metrics do not fit the category")
    new = {key: body.get(key) for key in (*TEXTS, "classes", "metrics")}
    return key_of(name), {**new, "size": file.size, "md5sum": file.md5}


def _install(camera: "EmulatedCamera", call: Call, content: bytes) -> Response:
    """The card stays as it is; a model that runs goes on as it was loaded [ext]."""
    name = call.parameter("File-name")
    if not name.endswith((".rknn", ".rkllm")) or "/" in name:
        raise Refusal(400, "unknown model framework")
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    camera.models[name] = file = ModelFile(len(content), md5)
    card = camera.documents.get(key_of(name))
    if card is not None:
        camera.documents[key_of(name)] = {**card, "size": file.size, "md5sum": file.md5}
    return camera.written()


def _delete(camera: "EmulatedCamera", call: Call) -> Response:
    """What becomes of the one that runs is not described: refused, unless a flavour differs."""
    name = call.parameter("File-name")
    if name not in camera.models:
        raise Refusal(404, "Model info not found")
    setting = camera.documents[INFERENCE]
    active = setting["iEnable"] == 1 and setting["sModel"] == name
    if active:
        camera.breach("active-model: the model that runs was to be deleted")
        if "delete-active" not in camera.flavours:
            raise Refusal(400, "Model is in use")
    camera.count("model-delete")
    del camera.models[name]
    camera.documents.pop(key_of(name), None)
    return camera.written()


def _restart(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    camera.inference_settles_at = camera.clock() + camera.inference_seconds
    return camera.written()


def _known_model(camera: "EmulatedCamera", after: Json) -> None:
    if key_of(after["sModel"]) not in camera.documents:
        raise Refusal(400, "Model info not found")


def _start(camera: "EmulatedCamera", before: Json, after: Json) -> None:
    del before, after
    camera.inference_settles_at = camera.clock() + camera.inference_seconds


def is_running(camera: "Device") -> bool:
    """Whether the pipeline looks at pictures at the moment."""
    value = camera.documents[INFERENCE]
    found = key_of(value["sModel"]) in camera.documents
    return bool(value["iEnable"]) and found and camera.clock() >= camera.inference_settles_at


def _live(camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    """The settings with what the pipeline does at the moment [ext]."""
    del call
    moving = camera.clock() < camera.inference_settles_at
    stopped = "stop" if "inference-stop" in camera.flavours else "stopped"
    found = key_of(value["sModel"]) in camera.documents
    idle = ("starting", "running" if found else "error")
    names = idle if value["iEnable"] else ("stopping", stopped)
    running = is_running(camera)
    return {
        **value,
        "iActualFPS": value["iFPS"] if running else 0,
        "sStatus": names[not moving],
    }


def _of_camera_zero(handler: Handler) -> Handler:
    """The handler, for calls that say `?id=0`."""

    def guarded(camera: "EmulatedCamera", call: Call) -> Response:
        if call.parameter("id") != "0":
            raise Refusal(400, "Invalid parameter: id")
        return handler(camera, call)

    return guarded
