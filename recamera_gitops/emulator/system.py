"""The device itself: identity, load, clock, the switch of its SSH server.

What /system/version and /system/update-status answer no source tells, so both are unknown here.

Tokens are judged by the camera's own clock: set back they are not valid yet, set on by a day they
have expired [cgi].
"""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TRUTH, Shape, among, digits, problems, text, whole
from recamera_gitops.emulator.documents import Document, Routes, Values, revised
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

TIME = "/system/time"
DEVICE_INFO = "/system/device-info"
SSH, SPACE = "/system/ssh", "/system/remain-space"
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
    known = (
        Document(DEVICE_INFO, identity),
        Document("/system/resource-info", load),
        Document(
            "/system/battery",
            {"isAttached": False, "displaySteps": 0, "totalSteps": 5, "isCharging": False},
        ),
        clock_settings(flavours),
    )
    if "system-bare" in flavours:
        return known
    ssh = Document(SSH, {"bRunning": False}, {"bRunning": TRUTH}, verbs=("POST",))
    return (*known, ssh, Document(SPACE, {"availableDisk": 20_480}))


def routes(flavours: Flavours) -> Routes:
    """The clock's setter."""
    setter = partial(_set_time, clock_settings(flavours))
    return {TIME: {"PUT": setter, "POST": setter}}


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
    shown = {**value, stamp: int(camera.time())}
    if "ntp-unsynced" in camera.flavours:
        shown["dNtpConfig"] = {**value["dNtpConfig"], "status": 1}
    if "tz-computed" in camera.flavours:
        shown["sTz"] = _offset(value["sTimezone"], camera.time()) or value["sTz"]
    return shown


def _offset(zone: str, stamp: float) -> str | None:
    """The zone's distance from UTC at that moment, None for a zone that is not known here."""
    try:
        distance = datetime.fromtimestamp(stamp, ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
    minutes = int(distance.total_seconds()) // 60 if distance is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


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
    elif "ntp-unsynced" not in camera.flavours:
        camera.follow_time_server()
    if "time-answers-code" in camera.flavours:
        return camera.written(message="Time set successfully")
    fields = {"iTimestamp": int(camera.time()), "sTimezone": camera.documents[TIME]["sTimezone"]}
    return answers.data({**fields, "sTz": camera.documents[TIME]["sTz"]})


def _stamp(stored: Json) -> str:
    return "iTimstamp" if "iTimstamp" in stored else "iTimestamp"
