"""The emulator's own addresses under /emulator/, for people and tests on this machine.

GET  /emulator/state           everything the camera holds, its violations and counters
GET  /emulator/log             the requests so far
POST /emulator/patch           {"path": "/osd/cfg", "merge": {…}}: the human at the web page;
                               an object laid over a list addresses entries: {"profile": {"2": …}}
POST /emulator/reset           the first day again
POST /emulator/faults          a list of faults to add, [] to clear
POST /emulator/power           {"on": false}: drop every connection until it is on again
POST /emulator/expire-tokens   every token has come to its end
"""

import json
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers, faults
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Json
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
        "counters": {
            "requests": camera.requests,
            "writes": camera.writes,
            "logins": camera.logins,
            "failed_logins": camera.failed_logins,
            "max_in_flight": camera.max_in_flight,
            "boots": camera.boots,
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


def _expire_tokens(camera: "EmulatedCamera", body: Json) -> Json:
    del body
    camera.sessions.expire_all()
    return {"code": 0}


ACTIONS = {
    ("GET", "state"): state,
    ("GET", "log"): _log,
    ("POST", "patch"): _patch,
    ("POST", "reset"): _reset,
    ("POST", "faults"): _faults,
    ("POST", "power"): _power,
    ("POST", "expire-tokens"): _expire_tokens,
}
