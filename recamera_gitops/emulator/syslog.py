"""What the camera writes down about itself, passwords of networks included [cgi]."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from recamera_gitops.emulator.calls import Json

KEPT = 200


class Entry(NamedTuple):
    """One line, with its number since the camera began to count."""

    number: int
    at: float
    level: str
    text: str

    @property
    def shown(self) -> Json:
        """The line as it is told; the moment is a string of seconds."""
        return {"sTimestamp": str(int(self.at)), "sLevel": self.level, "sData": self.text}


@dataclass(slots=True)
class Syslog:
    """The last lines, for those who come, and all further ones, for those who stay."""

    wall: Callable[[], float] = time.time
    entries: "deque[Entry]" = field(default_factory=lambda: deque(maxlen=KEPT))
    written: int = 0

    def write(self, level: str, text: str) -> None:
        """Add a line."""
        self.written += 1
        self.entries.append(Entry(self.written, self.wall(), level, text))

    def after(self, number: int) -> Sequence[Entry]:
        """The lines that came after the one with this number, as far as they are kept."""
        return [each for each in self.entries if each.number > number]

    def restart(self) -> None:
        """It is kept in memory: a reboot begins it anew."""
        self.entries.clear()
        self.write("info", "kernel: Booting Linux on physical CPU 0x0")
        self.write("info", "init: media process started")
