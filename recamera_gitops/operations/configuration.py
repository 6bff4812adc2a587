"""The whole configuration of a camera as one file: taken away, and brought back.

The file has every secret of the camera in it, and its private key. It is never unpacked here.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Final

from recamera_gitops.artifact import Artifact
from recamera_gitops.device.asking import Ask, Fetch, Flow, Piece, Restart, Told, may_be_done
from recamera_gitops.device.restarting import IDENTITY, text
from recamera_gitops.device.uploading import ended, fed_surely
from recamera_gitops.errors import (
    AuthenticationFailed,
    CameraError,
    NotUnderstood,
    Rejected,
    SessionRenewed,
    Unreachable,
    Unsettled,
    Untrusted,
)
from recamera_gitops.exchange import Json
from recamera_gitops.operations.restarts import came_back
from recamera_gitops.secret import foreign

_EXPORT: Final = "/config/export"
_IMPORT: Final = "/config/upload"
_REBOOT: Final = "/system/reboot"
# The web server deletes the file a minute after it was made [cgi]. Nothing else on the camera, and no
# other host, is ever asked for because an answer says so.
_PLACE: Final = re.compile(r"/download/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.tar(\.gz)?")
_PIECE: Final = 4 << 20
_MOST: Final = 1 << 30
_EXPORTS: Final = 3
_LONGEST: Final = 120.0  # seconds for one piece, as much as the console gives the whole [web]
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """The file as the camera made it, and which camera that was."""

    serial: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Backup:
    """A configuration that is on disk here, as a whole."""

    serial: str
    file: str
    size_bytes: int
    md5: str
    sha256: str


def kept(found: Exported, file: str) -> Backup:
    """What is to be known of a configuration that was written to a file."""
    content = found.content
    return Backup(
        serial=foreign(found.serial),
        file=file,
        size_bytes=len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def exported() -> Flow[Exported]:
    """Have the file made and read it whole; made anew, a few times, where it goes before it is read."""
    serial = text((yield Ask("GET", IDENTITY)), "sSerialNumber")
    for left in reversed(range(_EXPORTS)):
        path, size = _place((yield Ask("GET", _EXPORT)))
        try:
            return Exported(serial, (yield from _read(path, size)))
        except (Unreachable, Rejected, NotUnderstood) as error:
            if not left:
                raise
            yield Told(f"the configuration is made anew: {error}", 0)
    raise AssertionError("the last one has ended it")


def _place(answer: Json) -> tuple[str, int]:
    """Where the file is, and how long; NotUnderstood for anything but a file of this camera."""
    found = answer if isinstance(answer, dict) else {}
    path, size = found.get("url"), found.get("size")
    if not isinstance(path, str) or _PLACE.fullmatch(path) is None:
        shown = foreign(str(path))
        message = f"{shown} is no place of a configuration on the camera; nothing was fetched"
        raise NotUnderstood(message, request=f"GET {_EXPORT}")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= _MOST:
        message = f"{foreign(str(size))} is no size of a configuration; nothing was fetched"
        raise NotUnderstood(message, request=f"GET {_EXPORT}")
    return path, size


def _read(path: str, size: int) -> Flow[bytes]:
    """Read as many bytes as were announced, piece by piece, and not one more."""
    content = bytearray()
    while len(content) < size:
        first = len(content)
        wanted = Fetch(path, first, min(_PIECE, size - first), size, _LONGEST)
        piece: Piece = yield wanted  # asked again from the same byte where a connection drops
        if not piece.content:
            raise NotUnderstood("an empty piece came back", request=f"GET {path}")
        if piece.total is not None and piece.total != size:
            message = f"{piece.total} bytes are there, {size} were announced"
            raise NotUnderstood(message, request=f"GET {path}")
        del content[piece.first :]  # a camera that knows no ranges begins at the start
        content += piece.content
        done = f"{len(content) / _MIB:.1f} of {size / _MIB:.1f} MiB"
        yield Told(f"configuration {done}", min(len(content), size) * 100 // size)
    if len(content) != size:
        message = f"{len(content)} bytes came, {size} were announced"
        raise NotUnderstood(message, request=f"GET {path}")
    return bytes(content)


@dataclass(frozen=True, slots=True)
class Restored:
    """A configuration that was brought to a camera.

    It holds from the next restart on. `restarted` tells whether that was seen; `opened` whether the login
    of the files still opens the camera since then, None where it was not tried; `trouble` why not.
    """

    serial: str
    file: str
    md5: str
    restarted: bool
    opened: bool | None = None
    firmware: str | None = None
    trouble: str | None = None


def restored(file: Artifact, *, restart: bool) -> Flow[Restored]:
    """Bring the file, and have it taken into use; with `restart` see the camera come back with it."""
    serial = text((yield Ask("GET", IDENTITY)), "sSerialNumber")
    number = yield from fed_surely(_IMPORT, file, "configuration")
    yield from _imported(number, file)
    yield Restart()
    taken = Restored(foreign(serial), file.file, file.md5, restarted=False)
    if not restart:
        return taken
    try:
        seen = yield from came_back(serial, (yield from _told_to_restart()))
    except (AuthenticationFailed, Untrusted) as error:
        return replace(taken, restarted=True, opened=False, trouble=str(error))
    except Unsettled as error:
        message = f"the configuration was taken; then: {error.message}"
        raise Unsettled(message, request=error.request) from error
    return replace(taken, restarted=True, opened=True, firmware=seen.shown)


def _imported(number: str, file: Artifact) -> Flow[None]:
    try:
        yield from ended(_IMPORT, number, file)
    except CameraError as error:
        if not may_be_done(error):
            raise
        raise Unsettled(
            "the file arrived whole; whether the camera takes it into use at its next restart nobody"
            f" knows, and it was not sent again: {error}"
        ) from error


def _told_to_restart() -> Flow[CameraError | None]:
    """Tell it to restart; some do by themselves [wiki], and then may be gone already."""
    try:
        yield Ask("POST", _REBOOT)
    except SessionRenewed:
        yield Ask("POST", _REBOOT)  # the first one was not carried out
    except CameraError as error:
        if not may_be_done(error) and not isinstance(error, Unreachable):
            raise
        return error
    return None
