"""What is recorded, when, and what starts it."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import (
    Complaint,
    Resource,
    Section,
    Stage,
    View,
    nested,
    wire,
)
from recamera_gitops.resources.codecs import COUNT, TRUE_FALSE, Around, Words
from recamera_gitops.resources.items import ClassNames, GpioName, Items, Polygons, Values
from recamera_gitops.resources.meanings import means
from recamera_gitops.resources.osd import Fraction, Point

_WEEK: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY: Final = f"({'|'.join(_WEEK)})"
_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
FULL_FRAME: Final = ((0, 0), (1, 0), (1, 1), (0, 1))


class RecordRule(Section):
    """Whether anything is recorded, and as what."""

    enabled: bool | None = wire("bRuleEnabled", "Whether recording is on.", codec=TRUE_FALSE)
    format: Literal["MP4", "JPG", "RAW"] | None = wire(
        "dWriterConfig.sFormat",
        "Clips of a minute (MP4), or single pictures.",
        codec=Words(
            {"MP4": "MP4", "JPG": "JPG", "RAW": "RAW"},
            also=({"MP4": "mp4", "JPG": "jpg", "RAW": "raw"},),
        ),
        source="ref",
    )
    min_interval_ms: int | None = wire(
        "dWriterConfig.iIntervalMs",
        "Least time from one recording to the next, in milliseconds.",
        codec=COUNT,
        ge=0,
        source="ref",
        factory=0,
    )


class Window(Section):
    """A span of the week; it may last over several days."""

    start: str = wire(
        "sStart",
        "Day and time at which it begins.",
        required=True,
        pattern=f"^{_DAY} {_CLOCK}$",
        examples=["Mon 09:00:00"],
    )
    end: str = wire(
        "sEnd",
        "Day and time at which it ends; 24:00:00 is the end of that day.",
        required=True,
        pattern=f"^{_DAY} ({_CLOCK}|24:00:00)$",
        examples=["Mon 18:00:00"],
    )


def moment(text: str) -> int:
    """Seconds from the beginning of the week to `Mon 09:00:00`; `Sun 24:00:00` is its end."""
    day, _, clock = text.partition(" ")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return _WEEK.index(day) * 86_400 + hours * 3_600 + minutes * 60 + seconds


class Schedule(Section):
    """When recording is allowed; by the camera's clock and time zone."""

    enabled: bool | None = wire(
        "bEnabled",
        "Whether the windows count; recording is always allowed otherwise.",
        codec=TRUE_FALSE,
        source="sdk",
    )
    windows: list[Window] | None = wire(
        "lActiveWeekdays",
        "Spans of the week in which recording is allowed, in any order.",
        codec=Items(Window, ordered=False),
        source="ref",
    )


def _new_rule(around: Around) -> dict[str, Json]:
    """What the vendor's own client sends for settings that nobody stated [sdk].

    A classification model needs an empty region list, any other one at least one polygon [seed].
    """
    whole = [] if around.get("classifies") else [{"lPolygon": [list(p) for p in FULL_FRAME]}]
    return {
        "iDebounceTimes": 3,
        "lConfidenceFilter": [0.25, 1],
        "lClassFilter": [],
        "lRegionFilter": whole,
    }


class InferenceRule(Section):
    """Starts a recording when the running model sees something."""

    id: str = wire("sID", "Name of the rule, unique.", required=True, min_length=1)
    debounce: int | None = wire(
        "iDebounceTimes",
        "Results in a row that must agree.",
        codec=COUNT,
        ge=0,
        factory=3,
        source="sdk",
    )
    confidence: Annotated[list[Fraction], Field(min_length=2, max_length=2)] | None = wire(
        "lConfidenceFilter",
        "Lowest and highest confidence that count, from 0 to 1.",
        codec=Values(),
        examples=[[0.5, 1.0]],
        source="sdk",
    )
    classes: list[str] | None = wire(
        "lClassFilter",
        "Class names of the running model; an empty list means every class.",
        codec=ClassNames(),
        examples=[["person"]],
        source="sdk",
    )
    regions: list[list[Point]] | None = wire(
        "lRegionFilter",
        "Polygons of three or more [x, y] points in parts of the frame; empty for classification models.",
        codec=Polygons(),
        examples=[[[[0, 0], [1, 0], [1, 1], [0, 1]]]],
        source="ref",
    )


class Timer(Section):
    """Starts a recording again and again."""

    interval_s: int | None = wire(
        "iIntervalSeconds",
        "Seconds from one recording to the next.",
        codec=COUNT,
        ge=1,
        source="ref",
    )


class Gpio(Section):
    """Starts a recording when an input pin changes."""

    name: str | None = wire(
        ("sName", "iNum"),
        "Name of the pin, as the camera lists it.",
        codec=GpioName(),
        examples=["GPIO_01"],
        min_length=1,
        source="sdk",
    )
    pull: Literal["FLOATING", "PULL_UP", "PULL_DOWN", "DISABLED"] | None = wire(
        "sState", "Resistor of the pin.", source="sdk"
    )
    signal: Literal["HIGH", "LOW", "RISING", "FALLING"] | None = wire(
        "sSignal", "Level or edge that starts a recording.", source="sdk"
    )
    debounce_ms: int | None = wire(
        "iDebounceDurationMs",
        "How long the signal must last, in milliseconds.",
        codec=COUNT,
        ge=0,
        source="ref",
    )


class Tty(Section):
    """Starts a recording when a command arrives over a serial line."""

    name: str | None = wire(
        "sName", "Serial port, as the camera lists it.", min_length=1, source="ref"
    )
    command: str | None = wire(
        "sCommand", "The command; ASCII only.", pattern=r"^[\x20-\x7e]*$", source="wiki"
    )


def _polygons_have_three_points(view: View) -> Iterator[Complaint]:
    for index, rule in enumerate(view("inference") or []):
        for number, polygon in enumerate(rule.get("regions") or []):
            if len(polygon) < 3:  # noqa: PLR2004 - a triangle
                yield Complaint(
                    "polygon-too-small",
                    (f"inference[{index}].regions[{number}]",),
                    f"region {number + 1} of {rule['id']!r} has {len(polygon)} points;"
                    " a polygon has three or more",
                )


def _confidence_is_a_range(view: View) -> Iterator[Complaint]:
    for index, rule in enumerate(view("inference") or []):
        low, high = rule.get("confidence") or (0, 1)
        if low > high:
            yield Complaint(
                "confidence-range",
                (f"inference[{index}].confidence",),
                f"confidence of {rule['id']!r} runs from {low:g} down to {high:g}",
                "write the lower bound first",
            )


def _rule_names_are_unique(view: View) -> Iterator[Complaint]:
    names = [rule["id"] for rule in view("inference") or []]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Complaint(
            "duplicate-rule", ("inference",), f"two inference rules are called {name!r}"
        )


class Trigger(Section):
    """What starts a recording: exactly one kind at a time; the settings of the others are kept."""

    rules = (_polygons_have_three_points, _confidence_is_a_range, _rule_names_are_unique)

    type: Literal["inference", "timer", "gpio", "tty", "http", "always_on"] | None = wire(
        "sCurrentSelected",
        "The kind in force.",
        **means(
            {
                "inference": "What the running model sees, by the rules of `inference`.",
                "timer": "Again and again, by `timer`.",
                "gpio": "A change of the input pin that `gpio` names.",
                "tty": "The command of `tty` over a serial line.",
                "http": "A request to the camera.",
                "always_on": "Nothing: recording never stops.",
            }
        ),
        codec=Words(
            {
                "inference": "INFERENCE_SET",
                "timer": "TIMER",
                "gpio": "GPIO",
                "tty": "TTY",
                "http": "HTTP",
                "always_on": "ALWAYS_ON",
            },
            also=({"inference": "InferenceSet", "timer": "Timer"},),
        ),
        source="sdk",
    )
    inference: list[InferenceRule] | None = wire(
        "lInferenceSet",
        "Rules on the results of the running model, in any order.",
        codec=Items(
            InferenceRule,
            identity="id",
            fresh=_new_rule,
            ordered=False,
            spread={"lSourceFilter": ["builtin"]},
        ),
        source="sdk",
    )
    timer: Timer | None = nested("dTimer", "Again and again.")
    gpio: Gpio | None = nested("dGPIO", "On a change of an input pin.")
    tty: Tty | None = nested("dTTY", "On a command over a serial line.")


def classes_exist(view: View, around: Around) -> Iterator[Complaint]:
    """Every class name is one of the running model's."""
    classes = around.get("classes")
    for index, rule in enumerate(view("record.trigger.inference") or []):
        unknown = [name for name in rule.get("classes") or [] if classes and name not in classes]
        if unknown:
            yield Complaint(
                "unknown-class",
                (f"record.trigger.inference[{index}].classes",),
                f"the running model {around.get('model')} has no class"
                f" {', '.join(map(repr, unknown))} (rule {rule['id']!r})",
                f"it has {_some(classes)}",
            )


def regions_fit_the_model(view: View, around: Around) -> Iterator[Complaint]:
    """A classification model takes no regions, a detection model at least one [seed]."""
    for index, rule in enumerate(view("record.trigger.inference") or []):
        regions = rule.get("regions")
        if around.get("classifies") and regions:
            message = f"{around.get('model')} classifies whole pictures: regions of {rule['id']!r} must be []"
        elif around.get("detects") and regions == []:
            message = f"{around.get('model')} detects: {rule['id']!r} needs at least one region"
        else:
            continue
        yield Complaint(
            "regions-and-model", (f"record.trigger.inference[{index}].regions",), message
        )


def pins_exist(view: View, around: Around) -> Iterator[Complaint]:
    """Pins and serial ports are ones that the camera lists [sdk]."""
    for path, key in (("gpio.name", "gpios"), ("tty.name", "ttys")):
        name, known = view(f"record.trigger.{path}"), around.get(key)
        if isinstance(name, str) and known and name not in known:
            yield Complaint(
                "unknown-port",
                (f"record.trigger.{path}",),
                f"the camera has no {name!r}",
                f"it has {_some(sorted(known))}",
            )


def _some(names: Any) -> str:
    shown = [str(each) for each in names][:8]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")


RESOURCES: Final = (
    Resource(
        "record",
        RecordRule,
        stage=Stage.RECORDING,
        get="/record/rule/config",
        method="POST",
        put="/record/rule/config",
    ),
    Resource(
        "record.schedule",
        Schedule,
        stage=Stage.RECORDING,
        get="/record/rule/schedule-rule-config",
        method="POST",
        put="/record/rule/schedule-rule-config",
    ),
    Resource(
        "record.trigger",
        Trigger,
        stage=Stage.RECORDING,
        get="/record/rule/record-rule-config",
        method="POST",
        put="/record/rule/record-rule-config",
    ),
)
