"""Reboot, factory reset, and the configuration as a file."""

import io
import json
import tarfile
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers, sessions
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import DOWNLOAD, Call, Json
from recamera_gitops.emulator.clips import Clip
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.relay import part
from recamera_gitops.emulator.system import DEVICE_INFO
from recamera_gitops.emulator.trees import copied
from recamera_gitops.emulator.uploads import resumable
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

TAR_SECONDS = 60.0  # then the file is deleted [cgi]
MEMBER = "config/state.json"
RESET = "factory-reset"
TOKEN_EXPIRED = 10002


def routes(flavours: Flavours) -> Routes:
    """Their addresses."""
    del flavours
    return {
        "/system/reboot": {"POST": _reboot},
        "/system/factory-reset": {"POST": _factory_reset},
        "/config/export": {"GET": _export},
        DOWNLOAD: {"GET": _download},
        "/config/upload": {"POST": resumable(_import)},
    }


def _reboot(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    camera.count("reboot")
    camera.reboot()
    return answers.success()


def _factory_reset(camera: "EmulatedCamera", call: Call) -> Response:
    """Without a body a token, with the token the reset [ref]."""
    session = sessions.cookie(call)
    if not call.request.body:
        token = camera.confirmations.issue(camera, RESET, session)
        return answers.data({"code": 0, "message": "success", "sConfirmToken": token})
    sent = call.document().get("sConfirmToken")
    if not camera.confirmations.spend(camera, RESET, session, sent):
        code = TOKEN_EXPIRED if "reset-10002" in camera.flavours else 401
        raise Refusal(code, "Confirm token expired")
    camera.count(RESET)
    camera.agenda.at(camera.clock() + camera.reset_seconds, camera.factory_reset)
    return answers.success()


def snapshot(camera: "EmulatedCamera") -> bytes:
    """The configuration as a tar; identity and version are no part of it."""
    documents = {path: value for path, value in camera.documents.items() if path != DEVICE_INFO}
    state = {
        "documents": documents,
        "password": camera.sessions.password,
        "first_use": camera.sessions.first_use,
    }
    packed = json.dumps(state).encode()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        member = tarfile.TarInfo(MEMBER)
        member.size = len(packed)
        tar.addfile(member, io.BytesIO(packed))
    return stream.getvalue()


def _export(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    exported = snapshot(camera)
    camera.exported = (exported, camera.clock() + TAR_SECONDS)
    camera.count("config-export")
    return answers.data({"size": len(exported), "url": DOWNLOAD})


def _download(camera: "EmulatedCamera", call: Call) -> Response:
    exported, until = camera.exported
    if not exported or camera.clock() >= until:
        return answers.console()
    wanted = "" if "download-whole" in camera.flavours else call.header("range")
    return part(Clip(exported), wanted)


def _import(camera: "EmulatedCamera", call: Call, packed: bytes) -> Response:
    """Takes effect after the next reboot [wiki][cgi]."""
    del call
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            member = tar.extractfile(MEMBER)
            state: Json = json.loads(member.read()) if member is not None else {}
        camera.imported = copied(state)
    except (tarfile.TarError, KeyError, ValueError):
        raise Refusal(400, "Failed to import config") from None
    camera.count("config-import")
    if "import-reboots" in camera.flavours:
        camera.reboot()
    return answers.success("success to import config")
