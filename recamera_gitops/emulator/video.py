"""Encoders and the streams that carry them away."""

from typing import TYPE_CHECKING

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import FLAG, TEXT, Field, Shape, among, digits, text, whole
from recamera_gitops.emulator.documents import Document, Omitted
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.scenes import SCENES, too_long

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

STREAMS = (0, 1)
NAMES = ("main", "sub")
WIDTHS, HEIGHTS = range(384, 3841), range(384, 2161)
MULTICAST = r"(22[4-9]|23\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}"
STORED_URL = "rtsp://192.168.42.1:554/live"
# Only one of these may be on at a time [cgi].
EXCLUSIVE = (("rtsp", "rtmp", "onvif"), ("rtsp", "rtmp"))


def _resolution(value: object) -> bool:
    if not isinstance(value, str):
        return False
    width, _, height = value.partition("*")
    return (
        width.isdecimal() and height.isdecimal() and int(width) in WIDTHS and int(height) in HEIGHTS
    )


STREAM_SHAPE: dict[str, Shape] = {
    "rtsp": {
        "iEnabled": FLAG,
        "iAuthType": FLAG,
        "sUserName": TEXT,
        "sPassword": TEXT,
    },
    "rtmp": {"iEnabled": FLAG, "sURL": text(r"(rtmps?://\S+)?")},
    "onvif": {"iEnabled": FLAG, "iAuthType": FLAG, "sUserName": TEXT, "sPassword": TEXT},
    "muticast": {"iEnabled": FLAG, "sAddress": text(MULTICAST), "sPort": digits(1, 65535)},
}


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """Two encoders, two streams."""
    encoders = [_encoder(stream, flavours) for stream in STREAMS]
    return (*encoders, *(_stream(stream, flavours) for stream in STREAMS))


def _encoder(stream: int, flavours: Flavours) -> Document:
    fast = "max-rate-200000" in flavours
    return Document(
        f"/video/{stream}/encode",
        {
            "id": stream,
            "sStreamType": f"{NAMES[stream]}Stream",
            "iEnabled": 1,
            "sResolution": ("3840*2160", "640*480")[stream],
            "sOutputDataType": "H.264",
            "sFrameRate": "30",
            "iMaxRate": 100000 if fast and stream == 0 else (16384, 4096)[stream],
            "iGOP": 60,
            "sRCMode": "VBR",
            "sRCQuality": "high",
        },
        {
            "iEnabled": FLAG,
            "sResolution": Field(_resolution, "W*H from 384*384 to 3840*2160"),
            "sOutputDataType": among("H.264", "H.265"),
            "sFrameRate": digits(1, 120),
            "iMaxRate": whole(3, 200000 if fast else 65536),
            "iGOP": whole(1, 120),
            "sRCMode": among("CBR", "VBR"),
            "sRCQuality": among("highest", "high", "medium", "low"),
        },
        Omitted.KEPT,
        ("POST",) if "post-only-encode" in flavours else ("PUT", "POST"),
        frozenset({"id", "sStreamType"}),
        applied=_watch_shutter,
    )


def _watch_shutter(camera: "EmulatedCamera", before: Json, after: Json) -> None:
    """A frame rate may not be raised past a manual shutter time; the camera itself is silent."""
    if before["sFrameRate"] == after["sFrameRate"]:
        return
    for scene in SCENES:
        exposure = camera.documents["/image/0"]["profile"][scene]["exposure"]
        if exposure["sExposureMode"] == "manual" and too_long(camera, exposure):
            camera.breach(f"shutter-too-long: scene {scene} at {after['sFrameRate']} frames")


def _stream(stream: int, flavours: Flavours) -> Document:
    stored = "rtsp-url-stored" in flavours
    account = {"iAuthType": 1, "sUserName": "admin", "sPassword": "admin"}
    return Document(
        f"/video/{stream}/stream",
        {
            "rtsp": {"iEnabled": 1, "sURL": STORED_URL if stored else "", **account},
            "rtmp": {"iEnabled": 0, "sURL": ""},
            "onvif": {"iEnabled": 0, **account},
            "muticast": {"iEnabled": 0, "sAddress": "224.1.1.1", "sPort": str(8868 + stream)},
        },
        STREAM_SHAPE,
        Omitted.KEPT if "stream-merge" in flavours else Omitted.RESET,
        ("POST", "PUT"),
        frozenset({"rtsp.sURL"}),
        rule=None if "streams-not-exclusive" in flavours else EXCLUSIONS[stream],
        shown=None if stored else ADDRESSES[stream],
    )


def _exclusive(stream: int, after: Json) -> None:
    if sum(after[protocol]["iEnabled"] for protocol in EXCLUSIVE[stream]) > 1:
        names = "/".join(EXCLUSIVE[stream]).upper()
        raise Refusal(400, f"Only one of {names} can be enabled")


def _addressed(camera: "EmulatedCamera", stream: int, value: Json, call: Call) -> Json:
    """The RTSP address is derived from the Host header of whoever asks [cgi]."""
    host = call.header("host").rpartition("@")[2].partition(":")[0] or "127.0.0.1"
    port = camera.ports.get("rtsp", 554)
    return {**value, "rtsp": {**value["rtsp"], "sURL": f"rtsp://{host}:{port}/{NAMES[stream]}"}}


EXCLUSIONS = (
    lambda _camera, after: _exclusive(0, after),
    lambda _camera, after: _exclusive(1, after),
)
ADDRESSES = (
    lambda camera, value, call: _addressed(camera, 0, value, call),
    lambda camera, value, call: _addressed(camera, 1, value, call),
)
