"""Result push. Every write restarts the media process, whether anything changed or not [cgi]."""

from typing import TYPE_CHECKING

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TEXT, Shape, among, whole
from recamera_gitops.emulator.documents import Document, Omitted
from recamera_gitops.emulator.flavours import Flavours

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

MQTT, HTTP = 1, 2
TEMPLATES = ("sDetection", "sClassification", "sSegmentation", "sTracking", "sKeypoint")
MQTT_TEXTS = ("sURL", "sTopic", "sUsername", "sPassword", "sClientId")


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The configuration and its status."""
    templates = (*TEMPLATES, "sOBB") if "template-obb" in flavours else TEMPLATES
    uart = {"sPort": "ttyS4", "sPortDev": "/dev/shm/vserial1.sock"}  # noqa: S108
    if "uart-ref" in flavours:
        uart = {"sPort": "/dev/ttyS0"}
    factory: Json = {
        "iMode": 0,
        "dMqtt": {
            "sURL": "",
            "iPort": 1883,
            "sTopic": "results/data",
            "sUsername": "admin",
            "sPassword": "admin",
            "sClientId": "recamera_1126b",
        },
        "dHttp": {"sUrl": "", "sToken": ""},
        "dUart": uart,
        "dTemplate": dict.fromkeys(templates, ""),
    }
    shape: dict[str, Shape] = {
        "iMode": among(0, MQTT, HTTP, 3),
        "dMqtt": {**dict.fromkeys(MQTT_TEXTS, TEXT), "iPort": whole(1, 65535)},
        "dHttp": {"sUrl": TEXT, "sToken": TEXT},
        "dUart": {"sPort": TEXT},
        "dTemplate": dict.fromkeys(templates, TEXT),
    }
    return (
        Document(
            "/notify/cfg",
            factory,
            shape,
            Omitted.KEPT,
            ("POST",),
            frozenset({"dUart.sPortDev"}),
            rule=_has_target,
            applied=_restart,
        ),
        Document("/notify/status", {"status": "stopped"}, shown=_status),
    )


def _has_target(camera: "EmulatedCamera", after: Json) -> None:
    del camera
    if after["iMode"] == MQTT and not after["dMqtt"]["sURL"]:
        raise Refusal(400, "Invalid parameter: dMqtt.sURL must not be empty")
    if after["iMode"] == HTTP and not after["dHttp"]["sUrl"]:
        raise Refusal(400, "Invalid parameter: dHttp.sUrl must not be empty")


def _restart(camera: "EmulatedCamera", before: Json, after: Json) -> None:
    del before, after
    camera.media_back_at = camera.clock() + camera.restart_seconds


def _status(camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    del call
    running = camera.documents["/notify/cfg"]["iMode"] != 0
    return {**value, "status": "running" if running else "stopped"}
