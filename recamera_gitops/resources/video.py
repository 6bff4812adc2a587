"""Encoding of the main and the sub stream."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from recamera_gitops.resources.base import (
    Complaint,
    Impact,
    Resource,
    Section,
    Stage,
    View,
    wire,
)
from recamera_gitops.resources.codecs import COUNT, COUNT_AS_TEXT, ON_OFF, Resolution
from recamera_gitops.resources.meanings import means
from recamera_gitops.resources.values import Each

SMALLEST: Final = (384, 384)
LARGEST: Final = (3840, 2160)


def _resolution_in_range(view: View) -> Iterator[Complaint]:
    size = re.fullmatch(r"(\d+)x(\d+)", str(view("resolution")))
    if size is None:
        return
    width, height = int(size[1]), int(size[2])
    if not (SMALLEST[0] <= width <= LARGEST[0] and SMALLEST[1] <= height <= LARGEST[1]):
        yield Complaint(
            "out-of-range",
            ("resolution",),
            f"{width}x{height} is not between 384x384 and 3840x2160",
        )


def _quality_needs_vbr(view: View) -> Iterator[Complaint]:
    if view("quality") is not None and view("rate_control") == "CBR":
        yield Complaint(
            "quality-needs-vbr",
            ("quality",),
            "quality has a meaning only with rate_control: VBR, and it is CBR here",
            "set rate_control: VBR, or take quality out (quality: null)",
        )


class Encode(Section):
    """How a stream is encoded. A change restarts the encoder: viewers and recordings see a gap."""

    rules = (_resolution_in_range, _quality_needs_vbr)

    enabled: bool | None = wire(
        "iEnabled", "Whether the stream is encoded at all.", codec=ON_OFF, factory=True
    )
    resolution: str | None = wire(
        "sResolution",
        "Width and height in pixels, from 384x384 to 3840x2160.",
        codec=Resolution(),
        pattern=r"^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}$",
        factory=Each({"main": "3840x2160", "sub": "640x480"}),
        examples=["3840x2160", "1920x1080", "640x480"],
    )
    codec: Literal["H.264", "H.265"] | None = wire("sOutputDataType", "Video codec.")
    frame_rate: int | None = wire(
        "sFrameRate", "Frames a second.", codec=COUNT_AS_TEXT, ge=1, le=120, factory=30
    )
    max_bitrate: int | None = wire(
        "iMaxRate", "Highest bit rate in kbit/s.", codec=COUNT, ge=3, le=65536
    )
    gop: int | None = wire(
        "iGOP", "Frames from one key frame to the next.", codec=COUNT, ge=1, le=120
    )
    rate_control: Literal["CBR", "VBR"] | None = wire(
        "sRCMode",
        "Constant or variable bit rate.",
        **means(
            {
                "CBR": "Constant: always about max_bitrate.",
                "VBR": "Variable: as much as `quality` needs, at most max_bitrate.",
            }
        ),
        factory="VBR",
    )
    quality: Literal["highest", "high", "medium", "low"] | None = wire(
        "sRCQuality",
        "Picture quality aimed at; with rate_control VBR only.",
        follows="rate_control",
        factory="high",
    )


STREAMS: Final = {"main": 0, "sub": 1}

RESOURCES: Final = tuple(
    Resource(
        f"video.{name}",
        Encode,
        stage=Stage.VIDEO,
        get=f"/video/{number}/encode",
        put=f"/video/{number}/encode",
        impact=(Impact.STREAM_RESTART, Impact.RECORDING_GAP),
    )
    for name, number in STREAMS.items()
)
