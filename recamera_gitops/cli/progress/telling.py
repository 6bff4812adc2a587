"""What of a run is worth a line that stays: what happens to it as a whole, and every trouble once.

A part that only looks has none, since its result follows at once and tells every trouble: a plan of
500 cameras is silent. What it told is not told again.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.report.outcomes import trouble
from recamera_gitops.report.values import bounded, counted
from recamera_gitops.secret import printable

_WIDEST_NAME: Final = 40
_WIDEST_REASON: Final = 200
_WRITING: Final = ("apply",)
_NO_TROUBLE: Final = (ExitCode.DONE, ExitCode.INTERRUPTED)


class Line(NamedTuple):
    """A line, and the role of a `Paint` for it."""

    role: str
    text: str


class Telling:
    """Makes the lines of one run; knows which it has made."""

    def __init__(self) -> None:
        self._told: set[Line] = set()
        self._is_looking = True

    def step(self, progress: Progress) -> tuple[Line, ...]:
        """The trouble that a camera ended with, if there is any."""
        done = progress.phase is Phase.DONE
        return self._ended(progress.device, progress.exit_code, progress.detail) if done else ()

    def note(self, event: str, facts: Mapping[str, Json]) -> tuple[Line, ...]:
        """What has happened to the run."""
        match event:
            case "part":
                self._is_looking = facts["part"] not in _WRITING
                return ()
            case "device":
                code = ExitCode(facts["exit_code"])
                return self._ended(facts["device"], code, facts["error"] or "")
            case "check":
                return tuple(
                    Line("trouble", f"{named(device)}: not well: {_reason(reason)}")
                    for device, reason in facts["unwell"].items()
                )
            case _:
                return tuple(_happened(event, facts))

    def _ended(self, device: str, code: ExitCode, reason: str) -> tuple[Line, ...]:
        if code in _NO_TROUBLE:
            return ()
        line = Line("trouble", f"{named(device)}: {trouble(code)}: {_reason(reason)}")
        known = self._is_looking or line in self._told
        self._told.add(line)
        return () if known else (line,)


def _happened(event: str, facts: Mapping[str, Json]) -> Iterator[Line]:
    match event:
        case "wave" if not is_everything(facts):
            count = len(facts["devices"])
            alone = ", one by one" if facts.get("alone") and count > 1 else ""
            yield Line("heading", f"{wave_of(facts)}: {counted(count, 'camera')}{alone}")
        case "soak":
            yield Line("dim", f"wave {facts['wave']}: waiting {facts['seconds']:g} s")
        case "stop":
            yield Line("trouble", f"stopped: {_reason(facts['reason'])}")
        case "rollback":
            yield Line("trouble", f"rolling back {counted(len(facts['devices']), 'camera')}")
        case "warning":
            yield Line("change", f"warning: {_reason(facts['message'])}")
        case _:
            pass


def wave_of(facts: Mapping[str, Json]) -> str:
    """`wave 2.1 of 3`."""
    return f"wave {printable(str(facts['wave']))} of {facts['waves']}"


def is_everything(facts: Mapping[str, Json]) -> bool:
    """Whether a wave is the only one, and whole: then it is not worth a word."""
    return str(facts["wave"]) == str(facts["waves"]) == "1"


def named(device: str) -> str:
    """The name of a camera in a line."""
    return bounded(printable(device), _WIDEST_NAME)


def _reason(text: str) -> str:
    return bounded(printable(text), _WIDEST_REASON)
