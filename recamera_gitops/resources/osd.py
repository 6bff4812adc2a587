"""What is drawn into the picture, and what is blacked out of it; one object for both streams."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from recamera_gitops.resources.base import (
    Complaint,
    Resource,
    Section,
    Stage,
    View,
    nested,
    wire,
)
from recamera_gitops.resources.codecs import ON_OFF, POSITION, REAL, Lower, Words
from recamera_gitops.resources.items import Items
from recamera_gitops.resources.values import FLOAT_NOISE

Fraction = Annotated[float, Field(ge=0, le=1)]
Point = Annotated[list[Fraction], Field(min_length=2, max_length=2)]
MOST_MASKS: Final = 6
_WHERE: Final = "Upper left corner as [x, y], in parts of the frame from 0 to 1."
_POSITION: Final = ("iPositionX", "iPositionY")


class Font(Section):
    """How all overlays are written."""

    size: Literal["auto", 16, 32, 48, 64] | None = wire(
        "iOSDFontSize",
        "Height of the letters in pixels, or auto.",
        codec=Words({"auto": 0, 16: 16, 32: 32, 48: 48, 64: 64}),
        source="ref",
    )
    color_mode: Literal["auto", "custom"] | None = wire(
        "sOSDFrontColorMode",
        "Black or white chosen by the camera, or the colour given here.",
        codec=Words({"auto": 0, "custom": 1}),
        source="ref",
    )
    color: str | None = wire(
        "sOSDFrontColor",
        "Six hexadecimal digits for red, green and blue, in quotes if they are all decimal.",
        codec=Lower(),
        pattern=r"^[0-9A-Fa-f]{6}$",
        examples=["fff799"],
        source="ref",
    )


class ChannelName(Section):
    """The name of the camera, in the picture."""

    enabled: bool | None = wire("iEnabled", "Whether it is drawn.", codec=ON_OFF)
    text: str | None = wire("sChannelName", "The name.", examples=["Gate N"])
    position: Point | None = wire(_POSITION, _WHERE, codec=POSITION, examples=[[0.05, 0.05]])


class DateTime(Section):
    """The camera's clock, in the picture."""

    enabled: bool | None = wire("iEnabled", "Whether it is drawn.", codec=ON_OFF)
    weekday: bool | None = wire(
        "iDisplayWeekEnabled", "Whether the day of the week is drawn too.", codec=ON_OFF
    )
    date_format: (
        Literal[
            "CHR-YYYY-MM-DD",
            "CHR-DD-MM-YYYY",
            "CHR-MM-DD-YYYY",
            "NUM-YYYY-MM-DD",
            "NUM-DD-MM-YYYY",
            "NUM-MM-DD-YYYY",
        ]
        | None
    ) = wire("sDateStyle", "Order of year, month and day, with characters or numbers.")
    time_format: Literal["12hour", "24hour"] | None = wire("sTimeStyle", "Twelve or 24 hours.")
    position: Point | None = wire(_POSITION, _WHERE, codec=POSITION, examples=[[0.7, 0.05]])


class SerialNumber(Section):
    """The serial number, in the picture."""

    enabled: bool | None = wire("iEnabled", "Whether it is drawn.", codec=ON_OFF)
    position: Point | None = wire(_POSITION, _WHERE, codec=POSITION, examples=[[0.05, 0.9]])


class InferenceOverlay(Section):
    """Boxes and labels of the running model, in the picture."""

    enabled: bool | None = wire("iEnabled", "Whether they are drawn.", codec=ON_OFF)


class Mask(Section):
    """A black rectangle, in parts of the frame from 0 to 1."""

    x: Fraction = wire("iPositionX", "Left edge.", codec=REAL, required=True)
    y: Fraction = wire("iPositionY", "Upper edge.", codec=REAL, required=True)
    width: Annotated[float, Field(gt=0, le=1)] = wire(
        "iMaskWidth", "Width.", codec=REAL, required=True
    )
    height: Annotated[float, Field(gt=0, le=1)] = wire(
        "iMaskHeight", "Height.", codec=REAL, required=True
    )


class PrivacyMasks(Section):
    """Parts of the scene that must not be seen, neither in a stream nor by a model."""

    enabled: bool | None = wire("iEnabled", "Whether the masks are drawn.", codec=ON_OFF)
    regions: list[Mask] | None = wire(
        "privacyMask",
        "All masks, at most six; the camera numbers them in this order.",
        codec=Items(Mask, numbered="id"),
        max_length=MOST_MASKS,
        examples=[[{"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}]],
    )


def _masks_inside_the_frame(view: View) -> Iterator[Complaint]:
    regions = view("privacy_masks.regions")
    for number, mask in enumerate(regions if isinstance(regions, list) else []):
        for start, size in (("x", "width"), ("y", "height")):
            if mask[start] + mask[size] > 1 + FLOAT_NOISE:
                yield Complaint(
                    "mask-outside-frame",
                    (f"privacy_masks.regions[{number}]",),
                    f"mask {number + 1} leaves the frame: {start} {mask[start]:g} + {size}"
                    f" {mask[size]:g} is more than 1",
                )


class Osd(Section):
    """Overlays and privacy masks, for both streams together."""

    rules = (_masks_inside_the_frame,)

    font: Font | None = nested("attribute", "How all overlays are written.")
    channel_name: ChannelName | None = nested("channelNameOverlay", "The camera's name.")
    date_time: DateTime | None = nested("dateTimeOverlay", "The camera's clock.")
    serial_number: SerialNumber | None = nested("SNOverlay", "The serial number.")
    inference: InferenceOverlay | None = nested("inferenceOverlay", "Boxes and labels.")
    privacy_masks: PrivacyMasks | None = nested("maskOverlay", "What must not be seen.")


RESOURCES: Final = (
    Resource("osd", Osd, stage=Stage.OVERLAY, get="/osd/cfg", method="POST", put="/osd/cfg"),
)
