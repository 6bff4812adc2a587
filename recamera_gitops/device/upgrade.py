"""The network upgrade of the firmware: offered, confirmed once, fetched, flashed, started by a restart.

The confirmation is never sent twice: where its answer is lost, the progress and in the end the version
tell. Until the camera has come back nothing else is asked of it.
"""

from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, Restart, Told
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
    Unsettled,
    WrongCamera,
)
from recamera_gitops.exchange import Json
from recamera_gitops.secret import Secret, foreign
from recamera_gitops.versions import is_same

_IDENTITY: Final = "/system/device-info"
_UPGRADE: Final = "/system/firmware-upgrade?upload-type=network"
_REQUEST: Final = "POST /system/firmware-upgrade"
# Which of the two tells the progress is disputed [seed][web].
_PROGRESS: Final = ("/system/firmware-upgrade", "/system/firmware-download-progress")
_BETWEEN_LOOKS: Final = 2.0  # as the console [web]
_MOST_LOOKS: Final = 900
_IDLE_LOOKS: Final = 10
_BETWEEN_CALLS: Final = 5.0  # likewise
_MOST_CALLS: Final = 120  # ten minutes [web]
_FAILED: Final = ("error", "fail", "cancel")
_REFUSED: Final = 1
_WHOLE: Final = 100  # percent


def firmware(*, version: str, url: str | None = None) -> Flow[None]:
    """Bring the camera to this version; ends when it runs."""
    serial = _text((yield Ask("GET", _IDENTITY)), "sSerialNumber")
    offer = yield Ask("POST", _UPGRADE, None if url is None else {"sReleaseURL": url})
    token = _token(offer, version)
    lost: CameraError | None = None
    try:
        yield Ask("POST", _UPGRADE, {"sConfirmToken": token.reveal()})
    except (Unreachable, NotUnderstood) as error:
        if isinstance(error, Unreachable) and not error.sent:
            raise
        lost = error
    try:
        yield Restart()  # all tokens may die as soon as it is flashed [ext]
        yield from _fetched(lost)
        yield from _restarted(serial, version)
    except Interrupted as error:
        raise Unsettled(f"{error}; the camera goes on upgrading itself to {version}") from error


def _token(offer: Json, version: str) -> Secret:
    """The right to confirm, for exactly the version that is wanted."""
    if not isinstance(offer, dict):
        raise NotUnderstood("the offer is not an object", request=_REQUEST)
    if offer.get("sUpdating") is True:
        raise Rejected("another upgrade is under way", request=_REQUEST, code=_REFUSED)
    latest, token = offer.get("sLatestVersion"), offer.get("sConfirmToken")
    if not is_same(latest, version):
        found = foreign(str(latest))
        message = f"the latest release is {found}, not {version}; nothing was confirmed"
        raise Rejected(message, request=_REQUEST, code=_REFUSED)
    if not isinstance(token, str) or not token:
        raise Rejected("the camera offers no upgrade", request=_REQUEST, code=_REFUSED)
    return Secret(token)


def _fetched(lost: CameraError | None) -> Flow[None]:
    """Wait until the download has ended, or the camera has gone to restart."""
    paths, idle = list(_PROGRESS), 0
    for _ in range(_MOST_LOOKS):
        status = yield from _status(paths)
        idle += status == "idle"
        if idle > _IDLE_LOOKS and lost is not None:
            message = f"no download began, and the confirmation was not repeated: {lost}"
            raise Rejected(message, request=_REQUEST, code=_REFUSED)
        if status in (None, "success") or idle > _IDLE_LOOKS:
            return
        yield Pause(_BETWEEN_LOOKS)
    raise Unsettled("the download has not ended within half an hour; look again later")


def _status(paths: list[str]) -> Flow[str | None]:
    """How far the download is, None where nobody tells; a path that the camera does not know is dropped."""
    while paths:
        try:
            progress = yield Ask("GET", paths[0])
        except (Unreachable, Unavailable):
            return None
        except Rejected as error:
            if not error.is_not_known:
                raise Unsettled(f"the upgrade was confirmed; then: {error}") from error
            del paths[0]
            continue
        status = _text(progress, "sStatus").lower()
        if any(word in status for word in _FAILED):
            raise Rejected(
                f"the upgrade failed: {foreign(status)}", request=_REQUEST, code=_REFUSED
            )
        percent = progress.get("iPercent")
        if isinstance(percent, int | float) and 0 <= percent <= _WHOLE:
            yield Told(f"firmware {percent:.0f} % fetched", int(percent))
        return status
    return None


def _restarted(serial: str, version: str) -> Flow[None]:
    """Wait for the same camera with the new version."""
    shown = "no answer"
    for _ in range(_MOST_CALLS):
        yield Pause(_BETWEEN_CALLS)
        yield Restart()
        try:
            identity = yield Ask("GET", _IDENTITY)
        except (Unreachable, Unavailable, NotUnderstood) as error:
            shown = str(error)
            continue
        found, shown = _text(identity, "sSerialNumber"), _text(identity, "sFirmwareVersion")
        if found != serial:
            raise WrongCamera(f"{foreign(found)} answers after the upgrade of {foreign(serial)}")
        if is_same(shown, version):
            return
    raise Unsettled(f"{version} does not run ten minutes after its download: {foreign(shown)}")


def _text(answer: Json, key: str) -> str:
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, str):
        raise NotUnderstood(f"the answer names no {key}", request=_REQUEST)
    return value
