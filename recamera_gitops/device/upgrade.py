"""The network upgrade of the firmware: offered, confirmed once, fetched, flashed, started by a restart.

The confirmation is never sent twice: where its answer is lost, the progress and in the end the version
tell. Until the camera has come back nothing else is asked of it.
"""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, Restart, Told, may_be_done
from recamera_gitops.device.restarting import IDENTITY, Seen, awaited, text
from recamera_gitops.errors import (
    AuthenticationFailed,
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

_UPGRADE: Final = "/system/firmware-upgrade?upload-type=network"
_REQUEST: Final = "POST /system/firmware-upgrade"
# Which of the two tells the progress is disputed [seed][web].
_PROGRESS: Final = ("/system/firmware-upgrade", "/system/firmware-download-progress")
_BETWEEN_LOOKS: Final = 2.0  # as the console [web]
_MOST_LOOKS: Final = 900
_IDLE_LOOKS: Final = 10
_MOST_TROUBLES: Final = 30  # useless answers in a row, after which only its version is waited for
_FAILED: Final = ("error", "fail", "cancel")
_REFUSED: Final = 1
_WHOLE: Final = 100  # percent


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What became of an upgrade that was proved: the versions before and after it.

    `followed`: it was under way already, and nothing was confirmed.
    """

    serial: str
    before: str
    after: str
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a camera says about its firmware; None where it does not say.

    The token is the right to confirm.
    """

    current: str | None
    latest: str | None
    available: bool
    under_way: bool
    token: Secret | None = None


def firmware(*, version: str, url: str | None = None, follow: bool = False) -> Flow[Upgraded]:
    """Bring the camera to this version; ends when it runs.

    An upgrade that is under way already is none of ours, unless it is to be followed to its end.
    """
    identity = yield Ask("GET", IDENTITY)
    serial, before = text(identity, "sSerialNumber"), text(identity, "sFirmwareVersion")
    offer = yield from offered(url)
    followed = offer.under_way and follow
    lost: CameraError | None = None
    if followed:
        yield Told("an upgrade is under way already, which is followed", 0)
    else:
        lost = yield from _confirmed(_right(offer, version))
    try:
        yield Restart()  # all tokens may die as soon as it is flashed [ext]
        yield from _fetched(lost, version)
        seen = yield from _restarted(serial, version)
    except Interrupted as error:
        raise Unsettled(f"{error}; the camera goes on upgrading itself to {version}") from error
    except (Rejected, WrongCamera):
        raise  # the camera itself tells how it ended
    except CameraError as error:
        raise Unsettled(f"{_begun(lost)}; then: {error}") from error
    return Upgraded(serial, before, seen.shown, followed)


def offered(url: str | None = None) -> Flow[Offer]:
    """Ask what the latest release is, there or at the vendor's; nothing begins by it.

    The camera has only a POST for that question [ref]. It looks in the Internet to answer.
    """
    offer = yield Ask("POST", _UPGRADE, None if url is None else {"sReleaseURL": url})
    if not isinstance(offer, dict):
        raise NotUnderstood("the offer is not an object", request=_REQUEST)
    token = _stated(offer, "sConfirmToken")
    return Offer(
        current=_stated(offer, "sCurrentVersion"),
        latest=_stated(offer, "sLatestVersion"),
        available=_is_true(offer, "iUpdateAvailable"),
        under_way=_is_true(offer, "sUpdating"),
        token=None if token is None else Secret(token),
    )


def _stated(offer: dict[str, Json], key: str) -> str | None:
    value = offer.get(key)
    return value if isinstance(value, str) and value else None


def _is_true(offer: dict[str, Json], key: str) -> bool:
    """Whether it says so, as a boolean or as a number [ref]."""
    return str(offer.get(key)).lower() in ("1", "true")


def _confirmed(token: Secret) -> Flow[CameraError | None]:
    """Confirm, once; the error instead of which the answer should have come, if it is lost."""
    try:
        yield Ask("POST", _UPGRADE, {"sConfirmToken": token.reveal()})
    except CameraError as error:
        if not may_be_done(error):
            raise
        return error
    return None


def _begun(lost: CameraError | None) -> str:
    return "the upgrade was confirmed" if lost is None else f"the answer was lost ({lost})"


def _right(offer: Offer, version: str) -> Secret:
    """The right to confirm, for exactly the version that is wanted."""
    if offer.under_way:
        raise Rejected("another upgrade is under way", request=_REQUEST, code=_REFUSED)
    if not is_same(offer.latest, version):
        message = f"the latest release is {foreign(str(offer.latest))}, not {version}; nothing was confirmed"
        raise Rejected(message, request=_REQUEST, code=_REFUSED)
    if offer.token is None:
        raise Rejected("the camera offers no upgrade", request=_REQUEST, code=_REFUSED)
    return offer.token


def _fetched(lost: CameraError | None, version: str) -> Flow[None]:
    """Wait until the download has ended, or the camera has gone to restart."""
    paths, idle, troubles = list(_PROGRESS), 0, 0
    for _ in range(_MOST_LOOKS):
        status = yield from _status(paths)
        idle += status == "idle"
        lost = lost if status in ("idle", "", None) else None  # a download proves the confirmation
        troubles = troubles + 1 if status == "" else 0
        if troubles > _MOST_TROUBLES:
            return
        if idle > _IDLE_LOOKS and lost is not None:
            yield from _require(version, lost)
        if status in (None, "success") or idle > _IDLE_LOOKS:
            return
        yield Pause(_BETWEEN_LOOKS)
    raise Unsettled("the download has not ended within half an hour; look again later")


def _require(version: str, lost: CameraError) -> Flow[None]:
    """Rejected unless the version runs: a download may have come and gone between two looks."""
    identity = yield Ask("GET", IDENTITY)
    if not is_same(text(identity, "sFirmwareVersion"), version):
        message = f"no download was seen, and the confirmation was not repeated: {lost}"
        raise Rejected(message, request=_REQUEST, code=_REFUSED)


def _status(paths: list[str]) -> Flow[str | None]:
    """How far the download is, None where nobody tells, empty where the answer is of no use.

    A path that the camera does not know is dropped. Its services restart, and its sessions end.
    """
    while paths:
        try:
            progress = yield Ask("GET", paths[0])
            status = text(progress, "sStatus", _REQUEST).lower()
        except (Unreachable, Unavailable):
            return None
        except CameraError as error:
            if isinstance(error, Rejected) and error.is_not_known:
                del paths[0]
                continue
            _require_passing(error)
            yield Restart()
            return ""
        if any(word in status for word in _FAILED):
            raise Rejected(
                f"the upgrade failed: {foreign(status)}", request=_REQUEST, code=_REFUSED
            )
        percent = progress.get("iPercent")
        if isinstance(percent, int | float) and 0 <= percent <= _WHOLE:
            yield Told(f"firmware {percent:.0f} % fetched", int(percent))
        return status
    return None


def _require_passing(error: CameraError) -> None:
    """Raise what is no trouble of a camera whose services restart, and whose sessions end."""
    if isinstance(error, Rejected) and error.is_definite:
        raise Unsettled(f"the upgrade was confirmed; then: {error}") from error
    if isinstance(error, Rejected | NotUnderstood):
        return
    if not isinstance(error, AuthenticationFailed) or error.rejected:
        raise error


def _restarted(serial: str, version: str) -> Flow[Seen]:
    """Wait for the same camera with the new version."""
    seen = yield from awaited(
        serial, lambda seen: is_same(seen.firmware, version), f"waits for {version}"
    )
    if not is_same(seen.firmware, version):
        raise Unsettled(f"{version} does not run ten minutes after its download: {seen.shown}")
    return seen
