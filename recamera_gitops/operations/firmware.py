"""Another firmware: what there is, what runs, and how it gets there. The version that runs is the proof."""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.artifact import Artifact
from recamera_gitops.device.asking import Ask, Flow, Restart, may_be_done
from recamera_gitops.device.restarting import IDENTITY, Seen, awaited, text
from recamera_gitops.device.upgrade import firmware, offered
from recamera_gitops.device.uploading import ended, fed_surely
from recamera_gitops.errors import CameraError, Interrupted, Unsettled, WrongCamera
from recamera_gitops.secret import foreign
from recamera_gitops.versions import is_same

_UPLOAD: Final = "/system/firmware-upgrade"
# Looks after which a camera that has been away and runs what it ran is believed to have come back for
# good: a recovery system may start first, and restart again.
_SAME_LOOKS: Final = 60


@dataclass(frozen=True, slots=True)
class Check:
    """The version that runs, and the latest release; None where the camera does not say."""

    serial: str
    current: str | None
    latest: str | None
    available: bool
    under_way: bool


def check(*, url: str | None = None) -> Flow[Check]:
    """Ask the camera what the latest release is. It is a POST on the wire, and begins nothing."""
    serial = text((yield Ask("GET", IDENTITY)), "sSerialNumber")
    offer = yield from offered(url)
    current, latest = _shown(offer.current), _shown(offer.latest)
    return Check(foreign(serial), current, latest, offer.available, offer.under_way)


def _shown(version: str | None) -> str | None:
    return None if version is None else foreign(version)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The versions before and after; `followed` where an upgrade was under way that somebody else began.

    `verified` tells whether the version proves it: not where the camera runs what it ran before.
    """

    serial: str
    before: str
    after: str
    followed: bool = False
    verified: bool = True


def upgrade(*, version: str, url: str | None = None) -> Flow[Upgrade]:
    """Bring it to this version over the network, or follow an upgrade that is under way."""
    done = yield from firmware(version=version, url=url, follow=True)
    return Upgrade(foreign(done.serial), foreign(done.before), done.after, done.followed)


def uploaded(file: Artifact, *, version: str | None = None) -> Flow[Upgrade]:
    """Bring an image and wait until it runs: this version, or any other than before."""
    identity = yield Ask("GET", IDENTITY)
    serial, before = text(identity, "sSerialNumber"), text(identity, "sFirmwareVersion")
    number = yield from fed_surely(_UPLOAD, file, "firmware")
    lost: CameraError | None = None
    try:
        yield from ended(_UPLOAD, number, file)
    except CameraError as error:
        if not may_be_done(error):
            raise
        lost = error
    yield Restart()  # all tokens may die as soon as it is flashed [ext]
    try:
        seen = yield from awaited(serial, _Flashed(before, version), "waits until the image runs")
    except Interrupted as error:
        raise Unsettled(f"{error}; the camera goes on flashing what it has") from error
    except WrongCamera:
        raise
    except CameraError as error:
        raise Unsettled(f"{_told(lost)}; then: {error}") from error
    _judge(seen, before, version, lost)
    verified = version is not None or not is_same(seen.firmware, before)
    return Upgrade(foreign(serial), foreign(before), seen.shown, verified=verified)


class _Flashed:
    """Whether an image runs, judged look by look."""

    def __init__(self, before: str, wanted: str | None) -> None:
        self._before = before
        self._wanted = wanted
        self._same = 0

    def __call__(self, seen: Seen) -> bool:
        """Whether there is nothing more to wait for."""
        if seen.firmware is None:
            return False
        if not is_same(seen.firmware, self._before):
            return self._wanted is None or is_same(seen.firmware, self._wanted)
        if not seen.was_away or not is_same(self._wanted or self._before, self._before):
            return False
        self._same += 1
        return self._wanted is not None or self._same >= _SAME_LOOKS


def _judge(seen: Seen, before: str, version: str | None, lost: CameraError | None) -> None:
    """Raise where nobody knows what became of it."""
    told = _told(lost)
    if seen.firmware is None:
        raise Unsettled(f"{told}; ten minutes later the camera does not answer: {seen.trouble}")
    if version is not None and not is_same(seen.firmware, version):
        raise Unsettled(f"{told}; ten minutes later {version} does not run, {seen.shown} does")
    if not seen.was_away and is_same(seen.firmware, before):
        raise Unsettled(f"{told}; ten minutes later it was not seen to restart: {seen.shown} runs")


def _told(lost: CameraError | None) -> str:
    return "the image was taken" if lost is None else f"the answer was lost ({lost})"
