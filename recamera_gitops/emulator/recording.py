"""When and what the camera records. Every write here replaces the whole object [sdk]."""

from typing import TYPE_CHECKING, Any

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import (
    FRACTION,
    TEXT,
    TRUTH,
    Field,
    ListOf,
    Shape,
    among,
    either,
    text,
    whole,
)
from recamera_gitops.emulator.clips import FIRST_DAY
from recamera_gitops.emulator.documents import Document, Routes
from recamera_gitops.emulator.events import CONFIG, EVENT, INFO, OWNER, begin, is_running
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

TRIGGER = "/record/rule/record-rule-config"
DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
CLOCK = r"([01]\d|2[0-3])(:[0-5]\d){2}"
WINDOW: dict[str, Shape] = {
    "sStart": text(DAY + CLOCK),
    "sEnd": text(f"{DAY}({CLOCK}|24:00:00)"),
}
KINDS = ("INFERENCE_SET", "TIMER", "GPIO", "TTY", "HTTP", "ALWAYS_ON")
OLD_NAMES = {"INFERENCE_SET": "InferenceSet", "TIMER": "Timer"}  # [web]
FRAME = [[0, 0], [1, 0], [1, 1], [0, 1]]
CORNERS = 3
NOT_PERMITTED = 30001


def _ascending(value: object) -> bool:
    """A [minimum, maximum] pair of fractions."""
    if not isinstance(value, list) or not all(FRACTION.accepts(bound) for bound in value):
        return False
    return len(value) == len(("minimum", "maximum")) and value[0] <= value[1]


def _polygon(value: object) -> bool:
    """At least three points inside the frame."""
    return (
        isinstance(value, list)
        and len(value) >= CORNERS
        and all(isinstance(point, list) and len(point) == len("xy") for point in value)
        and all(FRACTION.accepts(coordinate) for point in value for coordinate in point)
    )


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The rule's objects and the record process's view of the hardware."""
    return (
        Document(
            CONFIG,
            {"bRuleEnabled": False, "dWriterConfig": {"sFormat": "MP4", "iIntervalMs": 0}},
            {
                "bRuleEnabled": TRUTH,
                "dWriterConfig": {"sFormat": among("MP4", "JPG", "RAW"), "iIntervalMs": whole(0)},
            },
            verbs=("POST",),
        ),
        Document(
            "/record/rule/schedule-rule-config",
            {"bEnabled": False, "lActiveWeekdays": []},
            {"bEnabled": TRUTH, "lActiveWeekdays": ListOf(WINDOW)},
            verbs=("POST",),
        ),
        Document(
            TRIGGER,
            _factory_trigger(flavours),
            _trigger_shape(flavours),
            verbs=("POST",),
            rule=_trigger_rule,
        ),
        Document(INFO, _info(), shown=_current_info),
    )


def routes(flavours: Flavours) -> Routes:
    """What sets off a recording over HTTP."""
    del flavours
    return {"/record/rule/http-rule-activate": {"POST": _activate}}


def _activate(camera: "EmulatedCamera", call: Call) -> Response:
    if call.request.body:
        camera.breach(f"body: {call.method} {call.path} takes none")
    enabled = camera.documents[CONFIG]["bRuleEnabled"]
    if not enabled or camera.documents[TRIGGER]["sCurrentSelected"] != "HTTP":
        raise Refusal(NOT_PERMITTED, "EPERM: rules are off or of another kind")
    begin(camera, "HTTP")
    camera.count("rule-activate")
    return camera.written()


def _spelled(kind: str, flavours: Flavours) -> str:
    return OLD_NAMES.get(kind, kind) if "legacy-trigger-names" in flavours else kind


def _factory_trigger(flavours: Flavours) -> Json:
    rule: Json = {
        "sID": "default",
        "iDebounceTimes": 3,
        "lConfidenceFilter": [0.25, 1],
        "lClassFilter": [0] if "class-filter-ints" in flavours else ["person"],
        "lRegionFilter": [{"lPolygon": FRAME}],
    }
    if "source-filter" in flavours:
        rule["lSourceFilter"] = ["builtin"]
    trigger: Json = {
        "sCurrentSelected": _spelled("INFERENCE_SET", flavours),
        "lInferenceSet": [rule],
        "dTimer": {"iIntervalSeconds": 60},
        "dGPIO": {**_pin(flavours), "iDebounceDurationMs": 100},
        "dTTY": {"sName": "Console", "sCommand": "RECORD"},
    }
    if "sed" in flavours:
        trigger["sCurrentSelected"] = "SED"
        trigger["dSED"] = {
            "sID": "",
            "iConsecutiveWindowMs": 1000,
            "lConfidenceFilter": [0.5, 1],
            "lClassFilter": ["glass"],
        }
    return trigger


def _pin(flavours: Flavours) -> Json:
    pin: Json = {"sState": "FLOATING", "sSignal": "RISING"}
    if "gpio-number" in flavours:
        return {"iNum": 106, **pin}
    if "gpio-both" in flavours:
        return {"sName": "GPIO_01", "iNum": 106, **pin}
    return {"sName": "GPIO_01", **pin}


def _trigger_shape(flavours: Flavours) -> dict[str, Shape]:
    label: Field = either(TEXT, whole(0)) if "class-filter-ints" in flavours else TEXT
    kinds = [_spelled(kind, flavours) for kind in KINDS]
    rule: dict[str, Shape] = {
        "sID": TEXT,
        "iDebounceTimes": whole(0),
        "lConfidenceFilter": Field(_ascending, "[minimum, maximum] from 0 to 1"),
        "lClassFilter": ListOf(label),
        "lRegionFilter": ListOf({"lPolygon": Field(_polygon, "points from 0 to 1, 3 or more")}),
    }
    if "source-filter" in flavours:
        rule["lSourceFilter"] = ListOf(TEXT)
    shape: dict[str, Shape] = {
        "sCurrentSelected": among(*kinds, *(["SED"] if "sed" in flavours else [])),
        "lInferenceSet": ListOf(rule),
        "dTimer": {"iIntervalSeconds": whole(1)},
        "dGPIO": {
            "sState": among("FLOATING", "PULL_UP", "PULL_DOWN", "DISABLED"),
            "sSignal": among("HIGH", "LOW", "RISING", "FALLING"),
            "iDebounceDurationMs": whole(0),
            **{name: PIN_FIELDS[name] for name in PIN_FIELDS if name in _pin(flavours)},
        },
        "dTTY": {"sName": TEXT, "sCommand": text(r"[\x00-\x7f]*")},
    }
    if "sed" in flavours:
        shape["dSED"] = {
            "sID": TEXT,
            "iConsecutiveWindowMs": whole(0, 60000),
            "lConfidenceFilter": Field(_ascending, "[minimum, maximum] from 0 to 1"),
            "lClassFilter": ListOf(TEXT),
        }
    return shape


PIN_FIELDS: dict[str, Shape] = {"sName": TEXT, "iNum": whole(0)}


def _trigger_rule(camera: "EmulatedCamera", after: Json) -> None:
    kind = after["sCurrentSelected"]
    if kind == "GPIO":
        _known_pin(camera, after["dGPIO"])
    elif kind == "TTY" and after["dTTY"]["sName"] not in camera.documents[INFO]["dAvailableTTYs"]:
        raise Refusal(400, "Invalid parameter: dTTY.sName is not available")
    elif kind in {"INFERENCE_SET", "InferenceSet"}:
        _fitting_regions(camera, after["lInferenceSet"])
    if "class-filter-ints" in camera.flavours:
        _number_classes(camera, after["lInferenceSet"])


def _known_pin(camera: "EmulatedCamera", pin: Json) -> None:
    pins: dict[str, Json] = camera.documents[INFO]["dAvailableGPIOs"]
    names, numbers = set(pins), {entry["iNum"] for entry in pins.values()}
    if pin.get("sName", next(iter(names))) not in names or pin.get("iNum") not in {None, *numbers}:
        raise Refusal(400, "Invalid parameter: dGPIO is not available")


def _fitting_regions(camera: "EmulatedCamera", rules: list[Json]) -> None:
    """Classification wants no region, detection at least one [seed]."""
    category = camera.current_model().get("category")
    for rule in rules:
        if category == "Classification" and rule["lRegionFilter"]:
            raise Refusal(400, "Invalid parameter: lRegionFilter must be empty")
        if category == "Detection" and not rule["lRegionFilter"]:
            raise Refusal(400, "Invalid parameter: lRegionFilter must not be empty")


def _number_classes(camera: "EmulatedCamera", rules: list[Json]) -> None:
    classes: list[str] = camera.current_model().get("classes", [])
    for rule in rules:
        rule["lClassFilter"] = [_number(classes, entry) for entry in rule["lClassFilter"]]


def _number(classes: list[str], entry: str | int) -> int:
    if isinstance(entry, int):
        return entry
    if entry not in classes:
        raise Refusal(400, "Invalid parameter: lClassFilter names no class of the model")
    return classes.index(entry)


def _info() -> Json:
    pin = {"sState": "FLOATING", "lCapabilities": ["INPUT"], "sLevel": "LOW"}
    owner: dict[str, Any] = {"sRuleType": "HTTP", "sRuleID": "http"}
    return {
        "bReadyForNewEvent": True,
        EVENT: {"sStatus": "COMPLETED", "iTimestamp": FIRST_DAY},
        OWNER: {**owner, "iTimestamp": FIRST_DAY},
        "dAvailableGPIOs": {"GPIO_01": {"iNum": 106, **pin}, "GPIO_02": {"iNum": 107, **pin}},
        "dAvailableTTYs": {
            "Console": {"sSocketPath": "/dev/shm/vserial0.sock", "iBufferSize": 4096},  # noqa: S108
            "ttyS4": {"sSocketPath": "/dev/shm/vserial1.sock", "iBufferSize": 4096},  # noqa: S108
        },
        "bMediaPaused": False,
        "bVideoClipLengthSeconds": 60,  # an integer despite its prefix [sdk]
    }


def _current_info(camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    del call
    scale = 1 if "rule-seconds" in camera.flavours else 1000
    stamps = {part: int(value[part]["iTimestamp"] * scale) for part in (EVENT, OWNER)}
    free = camera.storage.enabled is not None and not is_running(camera)
    return {
        **value,
        "bReadyForNewEvent": value["bReadyForNewEvent"] and free,
        **{part: {**value[part], "iTimestamp": stamp} for part, stamp in stamps.items()},
    }
