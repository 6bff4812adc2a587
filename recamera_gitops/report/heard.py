"""What is heard from cameras while it happens: a line of text each, or a line of JSON. Pure.

In text the gaps stand beside the result, on stderr; in JSON they stand between what was heard.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.report.paint import Paint
from recamera_gitops.report.values import bounded
from recamera_gitops.secret import foreign, printable

_GRAVE: Final = ("emergency", "alert", "critical", "error")
_UNKNOWN_TIME: Final = "-".ljust(20)
_LEVEL_WIDTH: Final = 7
_WIDEST_RESULT: Final = 200
_STRANGE: Final = 1000
_NOTHING: Final = "nothing"


def prefix(device: str, devices: Sequence[str]) -> str:
    """The name of the camera in front of a line, where there are several of them."""
    if len(devices) == 1:
        return ""
    return f"{printable(device):{max(len(each) for each in devices)}}  "


def log_line(at: str | None, level: str | None, text: str, paint: Paint) -> str:
    """A line of a log, with its moment and its level in front."""
    role = "trouble" if level in _GRAVE else "change" if level == "warning" else "dim"
    told = paint(role, f"{level or '-':{_LEVEL_WIDTH}}")
    return f"{at or _UNKNOWN_TIME}  {told}  {text}"


def found_line(at: str, things: Sequence[tuple[str, float]], paint: Paint) -> str:
    """What was found at a moment: `person 0.87, car 0.61`."""
    told = ", ".join(f"{what} {_sure(confidence)}" for what, confidence in things)
    return f"{at}  {told or paint('dim', _NOTHING)}"


def _sure(confidence: float) -> str:
    """A share or a percentage; anything larger is none, and is told in few digits."""
    return f"{confidence:.2f}" if abs(confidence) < _STRANGE else f"{confidence:.3g}"


def result_line(at: str, result: Json) -> str:
    """A result of which nothing is known but that it was told."""
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    shown = " | ".join(foreign(each) for each in text.splitlines() if each)
    return f"{at}  {bounded(shown, _WIDEST_RESULT)}"


def json_line(facts: Mapping[str, Json]) -> str:
    """One object for programs, in ASCII."""
    return json.dumps(dict(facts), ensure_ascii=True).replace("\x7f", "\\u007f")


def lost_line(device: str, why: str, pause: float) -> str:
    """A connection is gone for now."""
    return f"{printable(device)}: connection lost ({printable(why)}); again in {pause:.0f} s"


def back_line(device: str, seconds: float, unheard: str) -> str:
    """It stands again; `unheard` tells what may be missing."""
    return f"{printable(device)}: connected again after {seconds:.0f} s; {unheard}"


def left_line(device: str, word: str, error: str) -> str:
    """A camera from which nothing more is heard."""
    return f"{printable(device)}  {word}: {printable(error)}"
