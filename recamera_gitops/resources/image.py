"""The picture itself: what holds for the whole camera, day and night, and the three scenes."""

from collections.abc import Iterator
from typing import Final, Literal

from recamera_gitops.resources.base import (
    Complaint,
    Impact,
    Resource,
    Section,
    Stage,
    View,
    When,
    wire,
    without,
)
from recamera_gitops.resources.codecs import COUNT, ON_OFF, OneOpen, TimeOfDay, Words
from recamera_gitops.resources.meanings import means

SCENES: Final = {"general": 0, "day": 1, "night": 2}
FORCED_DENOISE: Final = 50  # both levels, while denoise is off [ref]
TIME_OF_DAY: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|24:00:00)$"
_MANUAL: Final = Words({"auto": "auto", "manual": "manual"})


class Image(Section):
    """What holds for the whole camera, whatever the scene."""

    rotation: Literal[0, 90, 180, 270] | None = wire(
        "iImageRotation",
        "Clockwise rotation in degrees.",
        codec=COUNT,
        impact=(Impact.STREAM_RESTART, Impact.RECORDING_GAP),
        factory=0,
    )
    flip: Literal["none", "horizontal", "vertical", "both"] | None = wire(
        "sImageFlip",
        "Mirroring of the picture.",
        codec=Words(
            {"none": "close", "horizontal": "mirror", "vertical": "flip", "both": "centrosymmetric"}
        ),
        factory="none",
    )
    power_line_frequency: Literal["50Hz", "60Hz"] | None = wire(
        "sPowerLineFrequencyMode",
        "Mains frequency, against flicker of lamps.",
        codec=Words({"50Hz": "PAL(50HZ)", "60Hz": "NTSC(60HZ)"}),
        factory="60Hz",
    )


def _dusk_after_dawn(view: View) -> Iterator[Complaint]:
    dawn, dusk = view("dawn"), view("dusk")
    if isinstance(dawn, str) and isinstance(dusk, str) and dusk <= dawn:
        yield Complaint(
            "dusk-after-dawn", ("dusk", "dawn"), f"dusk {dusk} is not after dawn {dawn}"
        )


class DayNight(Section):
    """When the camera changes between its day and its night scene."""

    rules = (_dusk_after_dawn,)

    mode: Literal["auto", "scheduled", "fixed"] | None = wire(
        "iMode",
        "By light, by the clock, or always the scene given here.",
        **means(
            {
                "auto": "By light: see sensitivity and filter_time.",
                "scheduled": "By the clock: from dawn to dusk it is day.",
                "fixed": "Always the scene that `scene` names.",
            }
        ),
        codec=Words({"auto": 0, "scheduled": 1, "fixed": 2}),
        factory="auto",
    )
    sensitivity: Literal["high", "medium", "low"] | None = wire(
        "iNightToDayFilterLevel",
        "How little a change of light it takes in mode auto.",
        codec=Words({"high": 0, "medium": 1, "low": 2}),
        factory="high",
    )
    filter_time: int | None = wire(
        "iNightToDayFilterTime",
        "Seconds that a change of light must last in mode auto.",
        codec=COUNT,
        ge=1,
        le=60,
        factory=5,
    )
    dawn: str | None = wire(
        "iDawnTime",
        "When the day begins in mode scheduled.",
        codec=TimeOfDay(),
        pattern=TIME_OF_DAY,
        examples=["06:30:00"],
        factory="08:00:00",
    )
    dusk: str | None = wire(
        "iDuskTime",
        "When the night begins in mode scheduled; after dawn.",
        codec=TimeOfDay(),
        pattern=TIME_OF_DAY,
        examples=["18:30:00"],
        factory="18:00:00",
    )
    scene: Literal["general", "day", "night"] | None = wire(
        "iProfileSelect", "The scene of mode fixed.", codec=Words(SCENES)
    )


class Adjustment(Section):
    """The look of the picture; 50 is neutral."""

    brightness: int | None = wire(
        "iBrightness", "Brightness.", codec=COUNT, ge=0, le=100, factory=50
    )
    contrast: int | None = wire("iContrast", "Contrast.", codec=COUNT, ge=0, le=100, factory=50)
    hue: int | None = wire("iHue", "Hue.", codec=COUNT, ge=0, le=100, factory=50)
    saturation: int | None = wire(
        "iSaturation", "Strength of colours.", codec=COUNT, ge=0, le=100, factory=50
    )
    sharpness: int | None = wire("iSharpness", "Sharpness.", codec=COUNT, ge=0, le=100, factory=50)


class Exposure(Section):
    """How long, and how strongly, the sensor gathers light."""

    mode: Literal["auto", "manual"] | None = wire(
        "sExposureMode", "Who picks the shutter time.", codec=_MANUAL, factory="auto"
    )
    time: str | None = wire(
        "sExposureTime",
        "Shutter time as a fraction of a second in mode manual; no longer than a frame.",
        when=When("mode", "manual"),
        pattern=r"^[1-9][0-9]{0,5}/[1-9][0-9]{0,5}$",
        examples=["1/25"],
        factory="1/6",
    )
    gain_mode: Literal["auto", "manual"] | None = wire(
        "sGainMode", "Who picks the gain.", codec=_MANUAL, factory="auto"
    )
    gain: int | None = wire(
        "iExposureGain",
        "Gain in gain_mode manual.",
        codec=COUNT,
        when=When("gain_mode", "manual"),
        ge=1,
        le=128,
        factory=1,
        source="sdk",
    )


class Backlight(Section):
    """Against light from behind: at most one of the three ways at a time."""

    mode: Literal["off", "blc", "hdr", "hlc"] | None = wire(
        ("sBLCRegion", "sHDR", "sHLC"),
        "Off, backlight compensation, high dynamic range, or highlight compensation.",
        **means(
            {
                "off": "Nothing is done.",
                "blc": "Backlight compensation: dark things before a bright background.",
                "hdr": "High dynamic range: bright and dark parts in one picture.",
                "hlc": "Highlight compensation: lamps and headlights are dimmed.",
            }
        ),
        codec=OneOpen(("blc", "hdr", "hlc")),
        factory="off",
    )
    blc_strength: int | None = wire(
        "iBLCStrength", "Strength of blc.", codec=COUNT, ge=0, le=100, factory=1
    )
    hdr_level: int | None = wire(
        "iHDRLevel", "Level of hdr; there is one.", codec=COUNT, ge=1, le=1, factory=1
    )
    hlc_level: int | None = wire("iHLCLevel", "Level of hlc.", codec=COUNT, ge=1, le=100, factory=1)
    dark_boost: int | None = wire(
        "iDarkBoostLevel",
        "How far dark parts are lifted; not on every firmware.",
        codec=COUNT,
        only_if_shown=True,
        ge=1,
        le=100,
        factory=50,
    )


class WhiteBalance(Section):
    """What counts as white."""

    mode: Literal["auto", "manual", "daylight", "streetlamp", "outdoor"] | None = wire(
        "sWhiteBlanceStyle",
        "Found by the camera, a colour temperature, or a preset.",
        **means(
            {
                "auto": "Found by the camera.",
                "manual": "The colour temperature that `temperature` states.",
                "daylight": "A preset.",
                "streetlamp": "A preset.",
                "outdoor": "A preset.",
            }
        ),
        codec=Words(
            {each: each for each in ("auto", "manual", "daylight", "streetlamp", "outdoor")},
            also=({"auto": "autoWhiteBalance", "streetlamp": "streetlight", "outdoor": "Natural"},),
        ),
        factory="auto",
    )
    temperature: int | None = wire(
        "iWhiteBalanceCT",
        "Colour temperature in kelvin.",
        codec=COUNT,
        ge=2800,
        le=7500,
        factory=2800,
    )


def _levels_are_forced_while_off(view: View) -> Iterator[Complaint]:
    if view("enabled") is not False:
        return
    for level in ("spatial", "temporal"):
        if view(level) not in (None, FORCED_DENOISE):
            yield Complaint(
                "denoise-forced",
                (level,),
                f"the camera forces {level} to {FORCED_DENOISE} while denoise is off",
                f"set enabled: true, or take {level} out ({level}: null)",
            )


class Denoise(Section):
    """Noise reduction within a frame (spatial) and from frame to frame (temporal)."""

    rules = (_levels_are_forced_while_off,)

    enabled: bool | None = wire(
        "iNoiseReduceMode|sNoiseReduceMode",
        "Whether noise is reduced; while it is off the camera forces both levels to 50.",
        codec=ON_OFF,
        factory=True,
    )
    spatial: int | None = wire(
        "iSpatialDenoiseLevel",
        "Within a frame.",
        codec=COUNT,
        ge=0,
        le=100,
        factory=50,
        when=When("enabled", True),
    )
    temporal: int | None = wire(
        "iTemporalDenoiseLevel",
        "From frame to frame.",
        codec=COUNT,
        ge=0,
        le=100,
        factory=50,
        when=When("enabled", True),
    )


# YAML name, section, key in GET /image/0, last part of the PUT path; both misspellings are the camera's.
SECTIONS: Final = (
    ("adjustment", Adjustment, "imageAdjustment", "adjustment"),
    ("exposure", Exposure, "exposure", "exposure"),
    ("white_balance", WhiteBalance, "whiteBlance", "white-blance"),
    ("denoise", Denoise, "imageEnhancement", "enhancement"),
    (
        "backlight",
        Backlight,
        "BLC",
        "blc",
    ),  # last: changing sHDR may restart the application [rockchip]
)

RESOURCES: Final = (
    Resource(
        "image",
        Image,
        stage=Stage.IMAGE,
        get="/image/0",
        at=("videoAdjustment",),
        put="/image/0/video-adjustment",
    ),
    Resource(
        "image.day_night",
        DayNight,
        stage=Stage.IMAGE,
        get="/image/0",
        at=("nightToDay",),
        put="/image/0/night-to-day",
        shape=without("iProfileCur"),
        volatile=("iProfileCur",),
    ),
    *(
        Resource(
            f"image.scenes.{scene}.{name}",
            section,
            stage=Stage.IMAGE,
            get="/image/0",
            at=("profile", number, key),
            put=f"/image/0/{number}/{last}",
            address=f"image.scenes.{scene}",
            edits=number,
        )
        for scene, number in SCENES.items()
        for name, section, key, last in SECTIONS
    ),
)
