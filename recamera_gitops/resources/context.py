"""What is read beside the managed settings because a rule or a codec needs it."""

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

from recamera_gitops.exchange import Json
from recamera_gitops.resources.values import integer

Facts = dict[str, Any]


def frame_rate() -> Generator[str, Json, Facts]:
    """`frame_rate`: frames a second of the main stream, against which a shutter time is checked."""
    encode = yield "/video/0/encode"
    return {"frame_rate": integer(encode.get("sFrameRate")) if isinstance(encode, dict) else None}


def shutters() -> Generator[str, Json, Facts]:
    """`shutters`: scene number → shutter time, of scenes whose exposure is manual."""
    image = yield "/image/0"
    profiles = image.get("profile") if isinstance(image, dict) else None
    exposures = {
        number: profile.get("exposure")
        for number, profile in enumerate(profiles if isinstance(profiles, list) else [])
        if isinstance(profile, dict)
    }
    return {
        "shutters": {
            number: exposure.get("sExposureTime")
            for number, exposure in exposures.items()
            if isinstance(exposure, dict) and exposure.get("sExposureMode") == "manual"
        }
    }


def running_model() -> Generator[str, Json, Facts]:
    """`model`, its `classes`, and whether it `detects` or `classifies`; nothing without a model.

    The chosen model counts also while inference is off: rules will be judged by it.
    Category words differ: "Object Detection" [ref], "Detection" [ext].
    """
    inference = yield "/model/inference?id=0"
    name = inference.get("sModel") if isinstance(inference, dict) else None
    if not isinstance(name, str) or not name:
        return {}
    info = yield f"/model/info?File-name={quote(name, safe='')}"
    if not isinstance(info, dict):
        return {"model": name}
    category = str(info.get("category", "")).lower()
    classes = info.get("classes")
    return {
        "model": name,
        "classes": tuple(map(str, classes)) if isinstance(classes, list) else (),
        "detects": "detect" in category,
        "classifies": "classif" in category,
    }


def pins_and_ports() -> Generator[str, Json, Facts]:
    """`gpios`: pin name → number, and `ttys`: names of serial ports, as the camera lists them [ref]."""
    info = yield "/record/rule/info"
    if not isinstance(info, dict):
        return {}
    pins, ports = info.get("dAvailableGPIOs"), info.get("dAvailableTTYs")
    return {
        "gpios": {
            name: integer(pin.get("iNum")) if isinstance(pin, dict) else None
            for name, pin in (pins if isinstance(pins, dict) else {}).items()
        },
        "ttys": tuple(ports) if isinstance(ports, dict) else (),
    }
