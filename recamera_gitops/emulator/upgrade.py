"""Firmware: offered, confirmed, fetched, flashed, and started by a reboot.

    check      POST ?upload-type=network, with or without sReleaseURL: what there is, and a token
    confirm    the same address with the token: the download begins
    progress   GET, until `success` or an error; then flashing, a reboot, the new version

An image may be uploaded instead. Between confirming and the reboot nothing should be written.
"""

import io
import re
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers, sessions
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.uploads import resumable
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

UPGRADE = "/system/firmware-upgrade"
PROGRESS = "/system/firmware-download-progress"
CANCEL = "/system/firmware-download-cancel"
PURPOSE = "firmware-upgrade"
DEFAULT_SOURCE = "https://github.com/Seeed-Studio/reCamera-Pro-OTA"  # [cgi]
SOURCE = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/?")
MEMBERS = frozenset({"boot.img", "rootfs.img", "RK_OTA_update.sh"})  # [cgi]
VERSION = "VERSION"
TOKEN_EXPIRED, BUSY = 10002, 10003
MEGABYTES = 96.0
DOWNLOADING = "downloading"


@dataclass(slots=True)
class Upgrade:
    """One upgrade; `busy` from the confirmation to the reboot."""

    status: str = "idle"
    version: str = ""
    started: float = 0.0
    busy: bool = False


def routes(flavours: Flavours) -> Routes:
    """Its addresses; which of the two tells the progress is disputed [seed][web]."""
    handlers: dict[str, dict[str, object]] = {
        UPGRADE: {"GET": _progress, "POST": _post},
        PROGRESS: {"GET": _progress},
        CANCEL: {"POST": _cancel},
    }
    if "progress-web" in flavours:
        del handlers[UPGRADE]["GET"]
    if "progress-seed" in flavours:
        del handlers[PROGRESS]
    return handlers  # type: ignore[return-value]


def firmware_image(version: str, content: bytes = b"") -> bytes:
    """An image to upload: a tar with what the camera looks for [cgi], and its version."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name in (*sorted(MEMBERS), VERSION):
            packed = version.encode() if name == VERSION else content
            member = tarfile.TarInfo(name)
            member.size = len(packed)
            tar.addfile(member, io.BytesIO(packed))
    return stream.getvalue()


def _post(camera: "EmulatedCamera", call: Call) -> Response:
    if call.query.get("upload-type") != "network":
        return UPLOADED(camera, call)
    body = call.document() if call.request.body else {}
    if "sConfirmToken" in body:
        return _confirm(camera, call, body["sConfirmToken"])
    return _check(camera, call, body.get("sReleaseURL", DEFAULT_SOURCE))


def _check(camera: "EmulatedCamera", call: Call, source: object) -> Response:
    if not isinstance(source, str) or SOURCE.fullmatch(source) is None:
        raise Refusal(400, "Invalid parameter: sReleaseURL must be a GitHub repository")
    if "no-internet" in camera.flavours:
        raise Refusal(500, "GitHub API rate limit exceeded")
    latest = camera.releases[-1] if camera.releases else camera.firmware
    offered = latest != camera.firmware
    busy = camera.upgrade.busy
    answer: Json = {
        "code": 0,
        "iUpdateAvailable": offered if "update-bool" in camera.flavours else int(offered),
        "sCurrentVersion": camera.firmware,
        "sLatestVersion": latest,
        "sUpdating": busy,  # a boolean despite its prefix
    }
    if offered and not busy:
        session = sessions.cookie(call)
        answer["sConfirmToken"] = camera.confirmations.issue(camera, PURPOSE, session)
    return answers.data(answer)


def _confirm(camera: "EmulatedCamera", call: Call, token: object) -> Response:
    """What is fetched is the latest release now, not the one that was shown."""
    if not camera.confirmations.spend(camera, PURPOSE, sessions.cookie(call), token):
        raise Refusal(TOKEN_EXPIRED, "Token expired")
    if camera.upgrade.busy:
        raise Refusal(BUSY, "Firmware download already running")
    camera.count("firmware-download")
    camera.upgrade = current = Upgrade(DOWNLOADING, camera.releases[-1], camera.clock(), busy=True)
    camera.agenda.at(
        camera.clock() + camera.download_seconds, lambda at: _fetched(camera, current, at)
    )
    return answers.success("Download started")


def _fetched(camera: "EmulatedCamera", current: Upgrade, at: float) -> None:
    if camera.upgrade is not current or current.status != DOWNLOADING:
        return
    if "upgrade-sha256-error" in camera.flavours:
        current.status, current.busy = "sha256_error", False
        return
    current.status = "success"
    camera.agenda.at(at + camera.flash_seconds, lambda then: _flashed(camera, current, then))


def _flashed(camera: "EmulatedCamera", current: Upgrade, at: float) -> None:
    """The new version starts; no token survives."""
    if camera.upgrade is not current:
        return
    camera.count("firmware-flash")
    version = camera.firmware
    if "upgrade-resets-config" in camera.flavours:
        camera.forget_settings()
    if "upgrade-brings-settings" in camera.flavours:
        camera.outgrow("upgrade-brings-settings")
    camera.firmware = version if "upgrade-unchanged" in camera.flavours else current.version
    camera.sessions.tokens.clear()
    camera.reboot(at)


def _progress(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    current = camera.upgrade
    done = 0.0
    if current.status == DOWNLOADING:
        done = min(1.0, (camera.clock() - current.started) / camera.download_seconds)
    elif current.status != "idle":
        done = 1.0
    return answers.data(
        {
            "iCurrent": round(MEGABYTES * done, 2),  # floats despite their prefix [ref]
            "iTotal": MEGABYTES if current.status != "idle" else 0.0,
            "iPercent": int(100 * done),
            "sStatus": current.status,
        }
    )


def _cancel(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    if camera.upgrade.status == DOWNLOADING:
        camera.upgrade = Upgrade()
    return camera.written()


def _uploaded(camera: "EmulatedCamera", call: Call, packed: bytes) -> Response:
    del call
    if camera.upgrade.busy:
        raise Refusal(BUSY, "Firmware download already running")
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            names = set(tar.getnames())
            told = tar.extractfile(VERSION) if VERSION in names else None
            version = told.read().decode() if told is not None else camera.firmware
    except (tarfile.TarError, ValueError):
        names, version = set(), ""
    if not names >= MEMBERS:
        raise Refusal(400, "Invalid firmware package")
    now = camera.clock()
    camera.upgrade = current = Upgrade("success", version, now, busy=True)
    camera.agenda.at(now + camera.flash_seconds, lambda at: _flashed(camera, current, at))
    return answers.success()


UPLOADED = resumable(_uploaded)
