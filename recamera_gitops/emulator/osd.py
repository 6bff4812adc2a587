"""What is drawn into the picture: one object for both streams, written only as a whole [cgi]."""

from recamera_gitops.emulator.checks import (
    FLAG,
    FRACTION,
    TEXT,
    ListOf,
    Shape,
    among,
    text,
    whole,
)
from recamera_gitops.emulator.documents import Document, Omitted
from recamera_gitops.emulator.flavours import Flavours

POSITION: dict[str, Shape] = {"iPositionX": FRACTION, "iPositionY": FRACTION}
DATES = ("YYYY-MM-DD", "DD-MM-YYYY", "MM-DD-YYYY")
DATE_STYLES = [f"{script}-{order}" for script in ("CHR", "NUM") for order in DATES]

SHAPE: dict[str, Shape] = {
    "attribute": {
        "iOSDFontSize": among(0, 16, 32, 48, 64),
        "sOSDFrontColor": text("[0-9a-fA-F]{6}"),
        "sOSDFrontColorMode": among(0, 1),  # an integer despite its prefix [cgi]
    },
    "channelNameOverlay": {"iEnabled": FLAG, **POSITION, "sChannelName": TEXT},
    "dateTimeOverlay": {
        "iEnabled": FLAG,
        "iDisplayWeekEnabled": FLAG,
        **POSITION,
        "sDateStyle": among(*DATE_STYLES),
        "sTimeStyle": among("12hour", "24hour"),
    },
    "SNOverlay": {"iEnabled": FLAG, **POSITION},
    "inferenceOverlay": {"iEnabled": FLAG},
    "maskOverlay": {
        "iEnabled": FLAG,
        "privacyMask": ListOf(
            {"id": whole(0), "iMaskWidth": FRACTION, "iMaskHeight": FRACTION, **POSITION},
            most=6,
        ),
    },
}


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The overlay object; it is the same in every flavour."""
    del flavours
    factory = {
        "attribute": {"iOSDFontSize": 0, "sOSDFrontColor": "fff799", "sOSDFrontColorMode": 0},
        "channelNameOverlay": {
            "iEnabled": 0,
            "iPositionX": 0.05,
            "iPositionY": 0.05,
            "sChannelName": "reCamera",
        },
        "dateTimeOverlay": {
            "iEnabled": 1,
            "iDisplayWeekEnabled": 0,
            "iPositionX": 0.7,
            "iPositionY": 0.05,
            "sDateStyle": "CHR-YYYY-MM-DD",
            "sTimeStyle": "24hour",
        },
        "SNOverlay": {"iEnabled": 0, "iPositionX": 0.05, "iPositionY": 0.9},
        "inferenceOverlay": {"iEnabled": 1},
        "maskOverlay": {"iEnabled": 0, "privacyMask": []},
    }
    return (Document("/osd/cfg", factory, SHAPE, Omitted.REFUSED, ("POST", "PUT")),)
