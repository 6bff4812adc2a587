"""One picture of a stream, by a program of its own: the door for PyAV, and with it for FFmpeg.

What a camera sends goes through large decoders. Whatever it does to them, it does not do it to a run
that is in the middle of something: this program is given a minute and some memory, and no secret but
the one that opens the stream. FFmpeg is given none at all, and talks to nobody but this program. It reads
from stdin what to look at and answers with one line of JSON.
"""

import base64
import hashlib
import json
import resource
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from recamera_gitops.device.challenges import Login
from recamera_gitops.device.forwarding import EARLY, LATE, Forwarder

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer

MISSING: Final = "the library av is missing"
# What points of light are measured on, whatever the size of the picture.
ACROSS, DOWN = 320, 180

_OPENING, _READING = 8.0, 5.0  # seconds for a stream to open, and for each part of it to come
_MOST_PIXELS: Final = 7680 * 4320
_MOST_MEMORY: Final = 4 << 30
_WIDTH: Final = 640  # of the small one
_SMALL: Final = 40_000  # bytes
_FINE: Final = 3
_COARSER: Final = (5, 10, 18, 31)  # quantisers, until the small one is small
_OPTIONS: Final = {
    "rtsp_transport": "tcp",
    "protocol_whitelist": "rtsp,rtp,tcp",
    "max_pixels": str(_MOST_PIXELS),
}


def main() -> None:
    """Read what to look at, look, and tell."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    sys.stdout.write(json.dumps(seen(json.loads(sys.stdin.read()))))


def seen(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The picture, or `trouble` in words of our own: FFmpeg's may repeat the address and the password."""
    try:
        from av import error
    except ModuleNotFoundError:
        return {"trouble": MISSING}
    reasons = (
        (error.HTTPUnauthorizedError, "401 Unauthorized"),
        (error.HTTPForbiddenError, "403 Forbidden"),
        (error.HTTPNotFoundError, "404 Not Found"),
        (ConnectionRefusedError, "the connection was refused"),
        ((error.ExitError, TimeoutError), LATE),
        ((EOFError, StopIteration), EARLY),
        (error.InvalidDataError, "what comes is no picture"),
        (OSError, "no picture came"),
        (MemoryError, "the picture needs too much memory"),
    )
    forwarder = _forwarder(wanted)
    try:
        with forwarder:
            return _looked(forwarder.address(wanted["path"]), wanted)
    except _TooLargeError:
        return {"trouble": "the picture is larger than 8K"}
    except (error.FFmpegError, OSError, StopIteration, MemoryError) as met:
        found = (reason for kinds, reason in reasons if isinstance(met, kinds))
        said = next(found, f"the stream cannot be read ({type(met).__name__})")
        # Where no answer comes FFmpeg complains of the one that it has not got, or of a connection that broke.
        broken = (error.InvalidDataError, error.BrokenPipeError, error.ConnectionResetError)
        unanswered = forwarder.unanswered if isinstance(met, broken) else None
        return {"trouble": forwarder.trouble or unanswered or said}


class _TooLargeError(Exception):
    """A picture of more pixels than any camera has."""


def _forwarder(wanted: Mapping[str, Any]) -> Forwarder:
    user, password = wanted.get("username"), wanted.get("password")
    login = None if password is None else Login(str(user), password)
    return Forwarder(wanted["host"], int(wanted["port"]), login, _OPENING)


def _looked(address: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    from av import open as opened

    with opened(address, options=_OPTIONS, timeout=(_OPENING, _READING)) as container:
        return _picture(container, int(wanted["stale"]), float(wanted["apart"]))


def _picture(container: "InputContainer", stale: int, apart: float) -> dict[str, Any]:
    """The first frame after the stale ones, and whether one some seconds later is another one."""
    frames = _frames(container)
    for _ in range(stale):
        next(frames)
    first = next(frames)
    width, height = first.width, first.height
    smaller = min(width, _WIDTH)
    points = first.reformat(ACROSS, DOWN, format="gray", interpolation="POINT")
    small = first.reformat(smaller, height * smaller // width // 2 * 2, format="yuvj420p")
    told = {
        "width": width,
        "height": height,
        "points": _text(_rows(points)),
        "jpeg": _text(_jpeg(first.reformat(format="yuvj420p"), _FINE)),
        "small": _text(_small(small)),
    }
    digest, began = _digest(first), first.time or 0.0
    later = next(each for each in frames if (each.time or 0.0) >= began + apart)
    return {**told, "frozen": _digest(later) == digest}


def _frames(container: "InputContainer") -> Iterator["VideoFrame"]:
    """Whole frames of the first video stream; what cannot be decoded is passed over."""
    from av.error import InvalidDataError

    streams = container.streams.video[:1]
    for packet in container.demux(streams) if streams else ():
        try:
            frames = packet.decode()
        except InvalidDataError:
            continue
        for frame in frames:
            if frame.width * frame.height > _MOST_PIXELS:
                raise _TooLargeError
            if not frame.is_corrupt:
                yield frame


def _rows(frame: "VideoFrame") -> bytes:
    """The first plane without what lies between its rows."""
    plane = frame.planes[0]
    content = bytes(plane)
    starts = range(0, plane.line_size * frame.height, plane.line_size)
    return b"".join(content[at : at + frame.width] for at in starts)


def _digest(frame: "VideoFrame") -> bytes:
    digest = hashlib.sha256()
    for plane in frame.planes:
        digest.update(bytes(plane))
    return digest.digest()


def _small(frame: "VideoFrame") -> bytes:
    found = b""
    for quantiser in _COARSER:
        found = _jpeg(frame, quantiser)
        if len(found) <= _SMALL:
            break
    return found


def _jpeg(frame: "VideoFrame", quantiser: int) -> bytes:
    from av import CodecContext

    how = {"qmin": str(quantiser), "qmax": str(quantiser)}
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base, encoder.options = Fraction(1, 25), how
    frame.pts = None
    return b"".join(bytes(each) for each in [*encoder.encode(frame), *encoder.encode(None)])


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


if __name__ == "__main__":
    main()
