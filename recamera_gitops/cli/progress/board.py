"""Where a run is, for people who look at it: what is done, who is at work, and in which wave."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from recamera_gitops.cli.progress.telling import is_everything, wave_of
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.report.outcomes import trouble

_PARTS: Final = {
    "plan": "planning",
    "read": "reading",
    "trust": "looking at identities",
    "apply": "applying",
}


class Board:
    """One part of a run; `running` has the cameras at work, who began first first."""

    def __init__(self, title: str = "", total: int = 0) -> None:
        self.title = title
        self.total = total
        self.running: dict[str, Progress] = {}
        self.ended: dict[str, ExitCode] = {}
        self._wave = title

    @property
    def troubles(self) -> Mapping[str, int]:
        """How many cameras ended in which way, if not well."""
        return Counter(trouble(code) for code in self.ended.values() if code)

    def step(self, progress: Progress) -> None:
        """One camera has come to a phase."""
        if progress.phase is Phase.DONE:
            self._end(progress.device, progress.exit_code)
        else:
            self.ended.pop(progress.device, None)
            self.running[progress.device] = progress

    def note(self, event: str, facts: Mapping[str, Json]) -> "Board":
        """Something has happened to the run; the answer is the board from then on."""
        match event:
            case "part":
                part = str(facts["part"])  # a single operation goes by the name of its command
                return Board(_PARTS.get(part, part), facts["cameras"])
            case "rollback":
                return Board("rolling back", len(facts["devices"]))
            case "wave" if not is_everything(facts):
                self.title = self._wave = wave_of(facts)
            case "soak":
                self.title = f"{self._wave}, waiting {facts['seconds']:g} s"
            case "check":
                self.title = self._wave
                for device in facts["unwell"]:
                    self._end(device, ExitCode.FAILED)
            case "device":
                self._end(facts["device"], ExitCode(facts["exit_code"]))
            case _:
                pass
        return self

    def _end(self, device: str, code: ExitCode) -> None:
        self.running.pop(device, None)
        self.ended[device] = code
