"""How each stream is offered and pushed, and its sound."""

from collections.abc import Iterator
from typing import Final, Literal

from recamera_gitops.resources.base import (
    Complaint,
    Impact,
    Resource,
    Rule,
    Section,
    Stage,
    View,
    nested,
    wire,
)
from recamera_gitops.resources.codecs import COUNT, COUNT_AS_TEXT, ON_OFF, SECRET, PushUrl, Words
from recamera_gitops.resources.video import STREAMS

G711_BITRATE: Final = 64000  # the only one that G.711 has [ref]
_AUTH: Final = Words({"none": 0, "password": 1})
_MULTICAST: Final = r"^2(2[4-9]|3[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}$"


class _Guarded(Section):
    """A way in that may ask for a name and a password."""

    enabled: bool | None = wire("iEnabled", "Whether it is offered.", codec=ON_OFF)
    auth: Literal["none", "password"] | None = wire(
        "iAuthType", "Whether the name and password given here are needed.", codec=_AUTH
    )
    username: str | None = wire("sUserName", "Name to log in with.", factory="admin")
    password: str | None = wire(
        "sPassword", "Password to log in with.", codec=SECRET, factory="admin"
    )


class Rtsp(_Guarded):
    """Stream fetched by viewers."""


class Rtmp(Section):
    """Stream pushed to a server."""

    enabled: bool | None = wire("iEnabled", "Whether it is pushed.", codec=ON_OFF)
    url: str | None = wire(
        "sURL",
        "Where to push; a secret, because it often carries a stream key.",
        codec=PushUrl(),
        pattern=r"^(rtmps?://\S+)?$",
    )


class Onvif(_Guarded):
    """Access for video management systems."""


class Multicast(Section):
    """Stream sent to a group of receivers at once."""

    enabled: bool | None = wire("iEnabled", "Whether it is sent.", codec=ON_OFF)
    address: str | None = wire(
        "sAddress", "Group address, 224.0.0.0 to 239.255.255.255.", pattern=_MULTICAST
    )
    port: int | None = wire("sPort", "UDP port.", codec=COUNT_AS_TEXT, ge=1, le=65535)


class _Stream(Section):
    """What both streams can be offered as."""

    rtsp: Rtsp | None = nested("rtsp", "Fetched by viewers.")
    rtmp: Rtmp | None = nested("rtmp", "Pushed to a server.")
    onvif: Onvif | None = nested("onvif", "For video management systems.")
    multicast: Multicast | None = nested("muticast", "Sent to a group of receivers.")


def _one_of(*protocols: str) -> tuple[Rule, ...]:
    """The camera takes only one of these at a time, judged on the merged object [cgi]."""

    def rule(view: View) -> Iterator[Complaint]:
        enabled = [each for each in protocols if view(f"{each}.enabled") is True]
        if len(enabled) > 1:
            yield Complaint(
                "one-protocol",
                tuple(f"{each}.enabled" for each in reversed(enabled)),
                f"{' and '.join(enabled)} would both be enabled; the camera takes one of"
                f" {', '.join(protocols)} at a time",
                f"set enabled: false for {enabled[0]}",
            )

    return (rule,)


class MainStream(_Stream):
    """How the main stream is offered: one of RTSP, RTMP and ONVIF at a time, and multicast."""

    rules = _one_of("rtsp", "rtmp", "onvif")


class SubStream(_Stream):
    """How the sub stream is offered: one of RTSP and RTMP at a time, ONVIF and multicast."""

    rules = _one_of("rtsp", "rtmp")


def _g711_has_one_bitrate(view: View) -> Iterator[Complaint]:
    codec, bitrate = view("codec"), view("bitrate")
    if str(codec).startswith("G711") and bitrate not in (None, G711_BITRATE):
        yield Complaint(
            "g711-bitrate",
            ("bitrate", "codec"),
            f"{codec} has a bit rate of {G711_BITRATE} and no other",
        )


class StreamAudio(Section):
    """Sound of a stream."""

    rules = (_g711_has_one_bitrate,)

    enabled: bool | None = wire("iEnable", "Whether there is sound.", codec=ON_OFF)
    codec: Literal["G711A", "G711U"] | None = wire("sEncodeType", "Audio codec.")
    bitrate: int | None = wire(
        "iBitRate",
        "Bit rate in bit/s; 64000 for G.711.",
        codec=COUNT,
        ge=8000,
        factory=G711_BITRATE,
        le=128000,
        source="ref",
    )


class StorageAudio(Section):
    """Sound of recordings."""

    enabled: bool | None = wire("iEnable", "Whether there is sound.", codec=ON_OFF)
    codec: Literal["MP3"] | None = wire("sEncodeType", "Audio codec; there is one.", factory="MP3")
    bitrate: int | None = wire(
        "iBitRate",
        "Bit rate in bit/s.",
        codec=COUNT,
        ge=32000,
        le=128000,
        factory=64000,
        source="ref",
    )


RESOURCES: Final = (
    *(
        Resource(
            f"stream.{name}",
            section,
            stage=Stage.STREAM,
            get=f"/video/{STREAMS[name]}/stream",
            method="POST",
            put=f"/video/{STREAMS[name]}/stream",
            impact=(Impact.STREAM_RESTART,),
        )
        for name, section in (("main", MainStream), ("sub", SubStream))
    ),
    *(
        Resource(
            f"audio.{name}",
            section,
            stage=Stage.OVERLAY,
            get=f"/audio/{last}",
            method="POST",
            put=f"/audio/{last}",
        )
        for name, section, last in (
            ("main", StreamAudio, "0"),
            ("sub", StreamAudio, "1"),
            ("storage", StorageAudio, "storage"),
        )
    ),
)
