"""What inference finds, one message for each picture, in the form of the template [ref].

The form without a template is not published: a list of objects with the names of the placeholders
(inferred). Nothing is told while inference does not run.
"""

import json
from typing import TYPE_CHECKING, Any

from recamera_gitops.emulator.models import INFERENCE, is_running

if TYPE_CHECKING:
    from recamera_gitops.emulator.device import Device

NOTIFY = "/notify/cfg"
TEMPLATES: dict[object, str] = {
    "Detection": "sDetection",
    "Object Detection": "sDetection",
    "Classification": "sClassification",
    "Segmentation": "sSegmentation",
    "Tracking": "sTracking",
    "Keypoint": "sKeypoint",
    "OBB": "sOBB",
}
WHOLE_PICTURE = (0.0, 0.0, 1.0, 1.0)
MOST = 3


def pause(camera: "Device") -> float:
    """Seconds from one picture to the next."""
    return 1.0 / max(1, int(camera.documents[INFERENCE]["iFPS"]))


def message(camera: "Device", picture: int) -> str | None:
    """What is said of the picture with this number; None where nothing is."""
    if not is_running(camera):
        return None
    card = camera.current_model()
    found = _found(card, picture)
    stamp = int(camera.time() * 1000)
    templates = camera.documents[NOTIFY]["dTemplate"]
    template = templates.get(TEMPLATES.get(card["category"], ""), "")
    if template:
        return "\n".join(_filled(template, {"timestamp": stamp, **each}) for each in found)
    return json.dumps({"timestamp": stamp, "model": card["name"], "results": found})


def _found(card: dict[str, Any], picture: int) -> list[dict[str, object]]:
    """Of a detection none to three, of a classification always one."""
    classes = card["classes"]
    if not classes:
        return []
    if card["category"] == "Classification":
        return [_one(classes, picture, WHOLE_PICTURE)]
    return [
        _one(classes, picture + each, _box(picture, each)) for each in range(picture % (MOST + 1))
    ]


def _box(picture: int, number: int) -> tuple[float, float, float, float]:
    left, top = (picture % 20) / 40, number * 0.2
    return left, top, round(left + 0.2, 3), round(top + 0.3, 3)


def _one(
    classes: list[str], number: int, box: tuple[float, float, float, float]
) -> dict[str, object]:
    place = dict(zip(("x1", "y1", "x2", "y2"), box, strict=True))
    return {
        "class": classes[number % len(classes)],
        "confidence": round(0.5 + number % 50 / 100, 2),
        **place,
    }


def _filled(template: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template
