"""The tables behind the image pipeline: sections, their fields, and the rules inside a section."""

from fractions import Fraction
from typing import TYPE_CHECKING

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Json
from recamera_gitops.emulator.checks import (
    FLAG,
    OPEN_OR_CLOSE,
    PERCENT,
    Shape,
    among,
    text,
    whole,
)
from recamera_gitops.emulator.documents import Document, Omitted
from recamera_gitops.emulator.flavours import Flavours

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

SCENES = (0, 1, 2)  # general, day, night
SECTIONS = {
    "imageAdjustment": "adjustment",
    "exposure": "exposure",
    "BLC": "blc",
    "whiteBlance": "white-blance",  # misspelled on the device in both places [ext]
    "imageEnhancement": "enhancement",
}
FORCED_DENOISE = 50  # what both levels become while denoising is off [ref]

# Factory values as seen on V1.1.1 [sdk].
FACTORY: dict[str, Json] = {
    "imageAdjustment": {
        "iBrightness": 50,
        "iContrast": 50,
        "iHue": 50,
        "iSaturation": 50,
        "iSharpness": 50,
    },
    "exposure": {
        "sExposureMode": "auto",
        "sExposureTime": "1/6",
        "sGainMode": "auto",
        "iExposureGain": 1,
    },
    "BLC": {
        "sBLCRegion": "close",
        "iBLCStrength": 1,
        "sHDR": "close",
        "iHDRLevel": 1,
        "sHLC": "close",
        "iHLCLevel": 1,
        "iDarkBoostLevel": 50,
    },
    "whiteBlance": {"sWhiteBlanceStyle": "auto", "iWhiteBalanceCT": 2800},
    "imageEnhancement": {
        "iNoiseReduceMode": 1,
        "iSpatialDenoiseLevel": 50,
        "iTemporalDenoiseLevel": 50,
    },
}
SHAPES: dict[str, dict[str, Shape]] = {
    "imageAdjustment": dict.fromkeys(FACTORY["imageAdjustment"], PERCENT),
    "exposure": {
        "sExposureMode": among("auto", "manual"),
        "sExposureTime": text(r"[1-9]\d*(/[1-9]\d*)?"),
        "sGainMode": among("auto", "manual"),
        "iExposureGain": whole(1, 128),
    },
    "BLC": {
        "sBLCRegion": OPEN_OR_CLOSE,
        "iBLCStrength": PERCENT,
        "sHDR": OPEN_OR_CLOSE,
        "iHDRLevel": among(1),
        "sHLC": OPEN_OR_CLOSE,
        "iHLCLevel": whole(1, 100),
        "iDarkBoostLevel": whole(1, 100),
    },
    "whiteBlance": {
        "sWhiteBlanceStyle": among("auto", "manual", "daylight", "streetlamp", "outdoor"),
        "iWhiteBalanceCT": whole(2800, 7500),
    },
    "imageEnhancement": {
        "iNoiseReduceMode": FLAG,
        "iSpatialDenoiseLevel": PERCENT,
        "iTemporalDenoiseLevel": PERCENT,
    },
}


def factory_profile(flavours: Flavours) -> Json:
    """One scene's sections as the factory left them."""
    profile: Json = {key: dict(section) for key, section in FACTORY.items()}
    if flavours & {"no-dark-boost", "upgrade-brings-settings"}:
        del profile["BLC"]["iDarkBoostLevel"]
    elif "dark-boost-zero" in flavours:
        profile["BLC"]["iDarkBoostLevel"] = 0
    if "noise-reduce-s" in flavours:
        mode = profile["imageEnhancement"].pop("iNoiseReduceMode")
        profile["imageEnhancement"] = {"sNoiseReduceMode": mode, **profile["imageEnhancement"]}
    return profile


def scene_section(key: str, scene: int, flavours: Flavours) -> Document:
    """How one section of one scene is written."""
    factory = factory_profile(flavours)[key]
    shape = {name: _field(key, name, flavours) for name in factory}
    return Document(
        f"/image/0/{scene}/{SECTIONS[key]}",
        factory,
        shape,
        Omitted.KEPT if "image-merge" in flavours else Omitted.RESET,
        rule=RULES.get(key),
    )


def _field(key: str, name: str, flavours: Flavours) -> Shape:
    if name == "iDarkBoostLevel" and "dark-boost-zero" in flavours:
        return PERCENT
    return FLAG if name == "sNoiseReduceMode" else SHAPES[key][name]


def _one_backlight(camera: "EmulatedCamera", section: Json) -> None:
    del camera
    if sum(section[key] == "open" for key in ("sBLCRegion", "sHDR", "sHLC")) > 1:
        raise Refusal(400, "Only one of BLC, HDR and HLC can be open")


def _within_frame(camera: "EmulatedCamera", section: Json) -> None:
    if section["sExposureMode"] == "manual" and too_long(camera, section):
        raise Refusal(400, "Exposure time exceeds the frame period")


def too_long(camera: "EmulatedCamera", section: Json) -> bool:
    """Whether the shutter time is longer than a frame of the main stream lasts."""
    rate = int(camera.documents["/video/0/encode"]["sFrameRate"])
    return Fraction(section["sExposureTime"]) > Fraction(1, rate)


def _forced_denoise(camera: "EmulatedCamera", section: Json) -> None:
    del camera
    if 0 in (section.get("iNoiseReduceMode"), section.get("sNoiseReduceMode")):
        section["iSpatialDenoiseLevel"] = section["iTemporalDenoiseLevel"] = FORCED_DENOISE


def _dusk_after_dawn(camera: "EmulatedCamera", section: Json) -> None:
    del camera
    if section["iDuskTime"] <= section["iDawnTime"]:
        raise Refusal(400, "iDuskTime must be later than iDawnTime")


RULES = {"BLC": _one_backlight, "exposure": _within_frame, "imageEnhancement": _forced_denoise}
VIDEO_ADJUSTMENT = Document(
    "/image/0/video-adjustment",
    {"iImageRotation": 0, "sImageFlip": "close", "sPowerLineFrequencyMode": "NTSC(60HZ)"},
    {
        "iImageRotation": among(0, 90, 180, 270),
        "sImageFlip": among("close", "mirror", "flip", "centrosymmetric"),
        "sPowerLineFrequencyMode": among("PAL(50HZ)", "NTSC(60HZ)"),
    },
)
NIGHT_TO_DAY = Document(
    "/image/0/night-to-day",
    {
        "iMode": 0,
        "iNightToDayFilterLevel": 0,
        "iNightToDayFilterTime": 5,
        "iDawnTime": 28800,
        "iDuskTime": 64800,
        "iProfileSelect": 0,
        "iProfileCur": 0,
    },
    {
        "iMode": among(0, 1, 2),
        "iNightToDayFilterLevel": among(0, 1, 2),
        "iNightToDayFilterTime": whole(1, 60),
        "iDawnTime": whole(0, 86400),
        "iDuskTime": whole(0, 86400),
        "iProfileSelect": among(*SCENES),
    },
    read_only=frozenset({"iProfileCur"}),
    rule=_dusk_after_dawn,
)
