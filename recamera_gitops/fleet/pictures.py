"""A picture of what a camera sees, taken by a program of its own from its main stream."""

import base64
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from recamera_gitops.desired.origins import Ended, Program, Trouble
from recamera_gitops.device.client import Client
from recamera_gitops.device.clock import Clock
from recamera_gitops.device.eye import MISSING
from recamera_gitops.errors import Interrupted
from recamera_gitops.fleet.gates import Stream, streaming
from recamera_gitops.fleet.luma import Light, light
from recamera_gitops.secret import foreign

STALE: Final = 120  # frames that are old when a stream is opened [seed]
APART: Final = 2.0  # seconds after which a picture must be another one
_SECONDS: Final = 60.0
_AGAIN: Final = 2.0
_MOST: Final = 64 << 20
# -P: a folder of the fleet must not bring in modules. Nothing but what Python itself is found with.
_WORDS: Final = (sys.executable, "-P", "-m", "recamera_gitops.device.eye")
_NEEDED: Final = frozenset(
    {"PATH", "HOME", "PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "LD_LIBRARY_PATH"}
)
_LIBRARY: Final = "av"
_OFF: Final = "its main stream is off over RTSP; stream.main.rtsp.enabled switches it on"
# Decoders need a processor of their own for about half of their time.
_AT_ONCE: Final = threading.BoundedSemaphore(2 * (os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame, as JPEG and as a small one, and the points that it is measured on.

    `frozen` tells that nothing at all had changed some seconds later.
    """

    width: int
    height: int
    jpeg: bytes = field(repr=False)
    small: bytes = field(repr=False)
    points: bytes = field(repr=False)
    frozen: bool

    @property
    def light(self) -> Light:
        """How light it is."""
        return light(self.points)

    @property
    def alarm(self) -> str | None:
        """What is wrong with what it shows; None for a picture of something that moves or flickers."""
        if self.light.is_black:
            return "black"
        return "frozen" if self.frozen else None


@dataclass(frozen=True, slots=True)
class Blank:
    """Why there is no picture; `missing` where there is nothing here to take one with."""

    why: str
    missing: bool = False


def require() -> None:
    """ModuleNotFoundError where the library that decodes pictures is not installed."""
    if find_spec(_LIBRARY) is None:
        raise ModuleNotFoundError(f"No module named {_LIBRARY!r}", name=_LIBRARY)


@dataclass(frozen=True, slots=True)
class Photographer:
    """Takes pictures, from any thread; whoever ends the programs of a run ends this too."""

    run: Callable[[Program], Ended]
    root: Path
    variables: Mapping[str, str]

    def take(self, host: str, stream: Stream) -> Picture | Blank:
        """The picture that a stream shows now, its old frames passed over."""
        password = None if stream.password is None else stream.password.reveal()
        shown = {"host": host, "port": stream.port, "path": stream.path}
        opened = {"username": stream.username, "password": password}
        told = json.dumps({**shown, **opened, "stale": STALE, "apart": APART}).encode()
        variables = {k: v for k, v in self.variables.items() if k in _NEEDED}
        with _AT_ONCE:
            ended = self.run(Program(_WORDS, self.root, variables, _SECONDS, _MOST, told=told))
        if ended.trouble is Trouble.TOO_SLOW:
            frames = f"{STALE} old frames and a new one"
            return Blank(f"{frames} did not come within {_SECONDS:.0f} seconds")
        if ended.failure is not None:
            return Blank(f"the decoder {ended.failure}")
        return _developed(json.loads(ended.output))

    def seen_by(self, client: Client, clock: Clock) -> Picture | Blank:
        """What the main stream of a camera shows; a CameraError where it cannot be asked for that stream."""
        stream = client.converse(streaming())
        if stream is None:
            return Blank(_OFF)
        return self.patient(client.connection.host, stream, clock)

    def patient(self, host: str, stream: Stream, clock: Clock) -> Picture | Blank:
        """The same, once more where a stream that was turned away at once may only be restarting."""
        began = clock.monotonic()
        try:
            found = self.take(host, stream)
            turned_away = isinstance(found, Blank) and not found.missing
            if turned_away and clock.monotonic() - began < _AGAIN and clock.sleep(_AGAIN):
                found = self.take(host, stream)
        except Interrupted:
            return Blank("interrupted")
        return found


def _developed(told: Mapping[str, Any]) -> Picture | Blank:
    if "trouble" in told:
        return Blank(foreign(told["trouble"]), missing=told["trouble"] == MISSING)
    content = {key: base64.b64decode(told[key]) for key in ("jpeg", "small", "points")}
    return Picture(told["width"], told["height"], **content, frozen=told["frozen"])
