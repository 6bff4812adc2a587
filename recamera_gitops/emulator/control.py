"""The emulator's own addresses under /emulator/, for people and tests on this machine.

GET  /emulator/state           everything the camera holds, its violations and counters
GET  /emulator/log             the requests so far
POST /emulator/patch           {"path": "/osd/cfg", "merge": {…}}: the human at the web page;
                               an object laid over a list addresses entries: {"profile": {"2": …}}
POST /emulator/reset           the first day again
POST /emulator/faults          a list of faults to add, [] to clear
POST /emulator/power           {"on": false}: drop every connection until it is on again
POST /emulator/picture         {"is": "black"}: the lens is covered; or clear, frozen, silent (no frame
                               comes), garbage (none can be decoded), endless (an answer never ends)
POST /emulator/say             {"level": "error", "text": "…"}: a line in the camera's log
POST /emulator/expire-tokens   every token has come to its end
POST /emulator/releases        ["V1.1.1"]: the firmware that is on offer, the latest last
POST /emulator/move            {"host": "127.11.0.9"}: the camera has another address
POST /emulator/plug            {"device": "/dev/sda1", "uuid": "…", "formatted": true, "data": true}:
                               a medium is put in; `data` is a data directory of somebody else
POST /emulator/unplug          {"device": "/dev/sda1"}: it is pulled out
POST /emulator/file            {"device": "/dev/mmcblk0p8", "path": "2026-08-21/clip.mp4", "size": 5000,
                               "modified": 1787306400}: a file is there, or is another one now; made of
                               "text" instead of "size" bytes, and modified now without "modified"
POST /emulator/lies            a list of entries that every directory is said to hold besides, [] to end
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from recamera_gitops.emulator import answers, clips, faults, storage
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Json
from recamera_gitops.emulator.sight import PICTURES
from recamera_gitops.errors import InvalidInput
from recamera_gitops.exchange import Request, Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

PREFIX = "/emulator/"


def respond(camera: "EmulatedCamera", request: Request, client: str) -> Response:
    """Answer a control request; only this machine may send one."""
    action = ACTIONS.get((request.method, request.path.removeprefix(PREFIX)))
    if action is None or not client.startswith(("127.", "::1")):
        return answers.console()
    try:
        body = json.loads(request.body or b"{}")
        return answers.data(action(camera, body))
    except (Refusal, InvalidInput, ValueError, KeyError, TypeError) as error:
        return answers.data({"code": 400, "message": repr(error)}, status=400)


def state(camera: "EmulatedCamera", body: Json) -> Json:
    """Everything the camera holds, as JSON."""
    del body
    edit = camera.edit
    at = camera.radio.at
    return {
        "serial": camera.serial,
        "flavours": sorted(camera.flavours),
        "documents": camera.documents,
        "edit": None if edit is None else {"scene": edit.scene, "profile": edit.profile},
        "wifi": {"saved": sorted(camera.radio.saved), "bssid": None if at is None else at.bssid},
        "violations": camera.violations,
        "power": camera.power,
        "origin": {"scheme": camera.scheme, "host": camera.host, "ports": camera.ports},
        "storage": _storage(camera),
        "models": {
            name: {"size": file.size, "md5": file.md5} for name, file in camera.models.items()
        },
        "upgrade": {"status": camera.upgrade.status, "busy": camera.upgrade.busy},
        "actions": dict(camera.actions),
        "counters": {
            "requests": camera.requests,
            "writes": camera.writes,
            "logins": camera.logins,
            "failed_logins": camera.failed_logins,
            "max_in_flight": camera.max_in_flight,
            "boots": camera.boots,
        },
    }


def _storage(camera: "EmulatedCamera") -> Json:
    store = camera.storage
    return {
        "enabled": None if store.enabled is None else store.enabled.dev_path,
        "overwritten": store.overwritten,
        "slots": {
            slot.dev_path: {"state": storage.state(camera, slot), "files": sorted(slot.files)}
            for slot in store.slots
        },
    }


def _log(camera: "EmulatedCamera", body: Json) -> list[Json]:
    del body
    return [exchange._asdict() for exchange in camera.log]


def _patch(camera: "EmulatedCamera", body: Json) -> Json:
    camera.patch(body["path"], body["merge"])
    document: Json = camera.documents[body["path"]]
    return document


def _reset(camera: "EmulatedCamera", body: Json) -> Json:
    del body
    camera.reset()
    return {"code": 0}


def _faults(camera: "EmulatedCamera", script: object) -> Json:
    parsed = faults.parse(script)
    if not parsed:
        camera.faults.clear()
    camera.faults.extend(parsed)
    return {"faults": len(camera.faults)}


def _power(camera: "EmulatedCamera", body: Json) -> Json:
    camera.power = bool(body["on"])
    return {"on": camera.power}


def _picture(camera: "EmulatedCamera", body: Json) -> Json:
    if body["is"] not in PICTURES:
        raise ValueError(body["is"])
    camera.picture = body["is"]
    return {"is": camera.picture}


def _say(camera: "EmulatedCamera", body: Json) -> Json:
    camera.syslog.write(str(body["level"]), str(body["text"]))
    return {"written": camera.syslog.written}


def _expire_tokens(camera: "EmulatedCamera", body: Json) -> Json:
    del body
    camera.sessions.expire_all()
    return {"code": 0}


def _releases(camera: "EmulatedCamera", versions: list[str]) -> Json:
    camera.releases = tuple(str(version) for version in versions)
    return {"releases": list(camera.releases)}


def _move(camera: "EmulatedCamera", body: Json) -> Json:
    camera.move(str(body["host"]))
    return {"host": camera.host}


def _plug(camera: "EmulatedCamera", body: Json) -> Json:
    slot = storage.Slot(str(body["device"]), foreign=bool(body.get("data", False)))
    if not slot.foreign:
        slot.files.clear()
    if body.get("formatted", True):
        slot.uuid, slot.label, slot.kind = str(body["uuid"]), "SDCARD", "exfat"
    else:
        slot.state, slot.kind = storage.UNFORMATTED, None
    storage.plug(camera, slot)
    return {"slots": len(camera.storage.slots)}


def _unplug(camera: "EmulatedCamera", body: Json) -> Json:
    storage.unplug(camera, body["device"])
    return {"slots": len(camera.storage.slots)}


def _file(camera: "EmulatedCamera", body: Json) -> Json:
    content = str(body["text"]).encode() if "text" in body else clips.film(int(body["size"]))
    clip = clips.Clip(content, float(body.get("modified", camera.time())))
    files = camera.storage.slot(body["device"]).files
    files[str(body["path"])] = clip
    return {"files": len(files)}


def _lies(camera: "EmulatedCamera", entries: list[Json]) -> Json:
    camera.storage.lies = [dict(entry) for entry in entries]
    return {"lies": len(entries)}


ACTIONS: dict[tuple[str, str], Callable[["EmulatedCamera", Any], object]] = {
    ("GET", "state"): state,
    ("GET", "log"): _log,
    ("POST", "patch"): _patch,
    ("POST", "reset"): _reset,
    ("POST", "faults"): _faults,
    ("POST", "power"): _power,
    ("POST", "picture"): _picture,
    ("POST", "say"): _say,
    ("POST", "expire-tokens"): _expire_tokens,
    ("POST", "releases"): _releases,
    ("POST", "move"): _move,
    ("POST", "plug"): _plug,
    ("POST", "unplug"): _unplug,
    ("POST", "file"): _file,
    ("POST", "lies"): _lies,
}
