"""The device itself: identity, load, clock, reboot."""

from functools import partial
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import Shape, among, digits, problems, text, whole
from recamera_gitops.emulator.documents import Document, Routes, Values, revised
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

TIME = "/system/time"
DEVICE_INFO = "/system/device-info"
LOAD: dict[str, Json] = {
    "resource-flat": {"iCpuUsage": 23, "iNpuUsage": 41, "iMemUsage": 50, "iStorageUsage": 31},
    "resource-strings": {
        "iCpuUsage": "23",
        "iNpuUsage": "41",
        "sMem": {"iMemTotal": "3.82", "iMemUsed": "1.91", "iMemUsage": "50"},
        "sStorage": {"iStorageTotal": "28.9", "iStorageUsed": "9.0", "iStorageUsage": "31"},
    },
    "nested": {
        "iCpuUsage": 23,
        "iNpuUsage": 41,
        "sMem": {"iMemTotal": 3.82, "iMemUsed": 1.91, "iMemUsage": 50},
        "sStorage": {"iStorageTotal": 28.9, "iStorageUsed": 9.0, "iStorageUsage": 31},
    },
}
TIME_SHAPE: dict[str, Shape] = {
    "sMethod": among("ntp", "manual"),
    "dNtpConfig": {"sAddress": text(r"\S+"), "sPort": digits(1, 65535)},
    "sTimezone": text(r"[A-Za-z0-9_+\-/]+"),
    "sTz": text(r"UTC[+-]\d{1,2}(:\d{2})?"),
}


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The read-only objects of the device."""
    load = next((LOAD[name] for name in LOAD if name in flavours), LOAD["nested"])
    identity = {
        "sSerialNumber": "unknown",
        "sFirmwareVersion": "V1.0.10",
        "sSensorModel": "SC850SL",
        "sBasePlateModel": "Base Board-V1.0,Expand Board-V1.0",
    }
    return (
        Document(DEVICE_INFO, identity),
        Document("/system/resource-info", load),
        clock_settings(flavours),
    )


def routes(flavours: Flavours) -> Routes:
    """Clock and reboot."""
    setter = partial(_set_time, clock_settings(flavours))
    return {TIME: {"PUT": setter, "POST": setter}, "/system/reboot": {"POST": _reboot}}


def clock_settings(flavours: Flavours) -> Document:
    """The clock's object; the time itself moves and is shown from the camera's clock."""
    stamp = "iTimstamp" if "time-typos" in flavours else "iTimestamp"
    return Document(
        TIME,
        {
            "sMethod": "ntp",
            "dNtpConfig": {"sAddress": "pool.ntp.org", "sPort": "123", "status": 0},
            stamp: 0,
            "sTimezone": "UTC",
            "sTz": "UTC+0",
        },
        TIME_SHAPE,
        volatile=frozenset({"iTimestamp", "iTimstamp", "dNtpConfig.status"}),
        optional=frozenset({"dNtpConfig"}),
        shown=partial(_shown, stamp),
    )


def _shown(stamp: str, camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    del call
    return {**value, stamp: int(camera.time())}


def _set_time(settings: Document, camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    manual = body.get("sMethod") == "manual"
    needed: dict[str, Shape] = {"iTimestamp": whole(0)} if manual else {"dNtpConfig": {}}
    for problem in problems(needed, body):
        raise Refusal(400, problem)
    stored = camera.documents[TIME]
    shown = camera.presented(_shown(_stamp(stored), camera, dict(stored), call))
    if _stamp(stored) != "iTimestamp" and manual:
        shown = {**shown, "iTimestamp": 0}  # always written with its right name
    values = Values(stored, shown, camera.factory[TIME])
    camera.documents[TIME] = revised(settings, camera, values, body)
    if manual:
        camera.set_time(body["iTimestamp"])
    fields = {"iTimestamp": int(camera.time()), "sTimezone": camera.documents[TIME]["sTimezone"]}
    return answers.data({**fields, "sTz": camera.documents[TIME]["sTz"]})


def _stamp(stored: Json) -> str:
    return "iTimstamp" if "iTimstamp" in stored else "iTimestamp"


def _reboot(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    camera.reboot()
    return answers.success()
