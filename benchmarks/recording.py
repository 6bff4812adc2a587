"""What a camera is asked and answers in one plan.

An emulated camera without a socket is made what the files say; then somebody changes one setting at
its web page. The plan of that camera is recorded: its requests are what every client sends, its answers
are what the replaying server says. So a plan has one change a camera, as on an ordinary day.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.fleet import PASSWORD, VARIABLES, planned
from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.state import Fleet
from recamera_gitops.device.clock import SystemClock
from recamera_gitops.emulator.camera import EmulatedCamera, shared_key
from recamera_gitops.exchange import Request, Response
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.run import Run

# Of the recorded camera; in answers of another one its number stands instead.
OWN_TEXTS: Final = ("RC1126B-EMU-{:04d}", "camera-{:04d}")
_TOKEN: Final = re.compile(r"token=[^;\r]+")
_LOGIN: Final = ("/system/key", "/system/login")
_BY_HAND: Final = {"profile": {"2": {"exposure": {"sExposureMode": "auto"}}}}
_HEAD: Final = (
    "HTTP/1.1 {status} OK\r\nDate: Mon, 02 Nov 2026 08:00:00 GMT\r\nServer: replay\r\n"
    "{headers}Content-Length: {length}\r\n\r\n"
)


class Recorder:
    """A transport to an emulated camera in this process that keeps every exchange."""

    def __init__(self, camera: EmulatedCamera) -> None:
        self.exchanges: list[tuple[Request, Response]] = []
        self._camera = camera

    def send(self, request: Request) -> Response:
        """Exchange, and remember."""
        response = self._camera.handle(request)
        self.exchanges.append((request, response))
        return response

    def hurry(self, seconds: float) -> None:
        """Nothing takes long here."""

    def close(self) -> None:
        """There is no connection."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What one camera is asked in one plan: `gets` without the login, answers by `METHOD path`."""

    gets: tuple[str, ...]
    answers: dict[str, str]
    token: str
    key: str

    def save(self, file: Path) -> None:
        """For the server's process."""
        parts = {
            "answers": self.answers,
            "token": self.token,
            "key": self.key,
            "password": PASSWORD,
            "own_texts": OWN_TEXTS,
        }
        file.write_text(json.dumps(parts), encoding="utf-8")


def record(root: Path) -> Recording:
    """Plan the first camera of the repository against the emulator and keep what was said."""
    fleet = load(root)
    camera = EmulatedCamera(OWN_TEXTS[0].format(1), password=PASSWORD)
    _converge(fleet, camera)
    camera.patch("/image/0", _BY_HAND)
    recorder = Recorder(camera)
    plan = planned(fleet, fleet.devices[:1], _recorded(recorder))
    changes = [
        change.path for part in plan.devices for each in part.resources for change in each.changes
    ]
    if len(changes) != 1:
        raise RuntimeError(f"one change was expected in the recorded plan, not {changes}")
    return _recording(recorder)


def _recorded(recorder: Recorder) -> Environment:
    return Environment(VARIABLES, SystemClock(), transport=lambda _: recorder)


def _converge(fleet: Fleet, camera: EmulatedCamera) -> None:
    """Make the camera what the files say."""
    surroundings = _recorded(Recorder(camera))
    with Run(fleet, fleet.devices[:1], surroundings, lambda _: None) as run:
        run.apply(run.plan())


def _recording(recorder: Recorder) -> Recording:
    answers = {f"{ask.method} {ask.path}": _wire(answer) for ask, answer in recorder.exchanges}
    gets = [
        ask.path for ask, _ in recorder.exchanges if not ask.path.partition("?")[0].endswith(_LOGIN)
    ]
    cookie = next(found for answer in answers.values() if (found := _TOKEN.search(answer)))
    pem = shared_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Recording(tuple(gets), answers, cookie.group(), pem.decode())


def _wire(answer: Response) -> str:
    """An answer as it stands on the wire; what the emulator says is ASCII."""
    kept = {k: v for k, v in answer.headers.items() if k.lower() != "content-length"}
    headers = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
    head = _HEAD.format(status=answer.status, headers=headers, length=len(answer.body))
    return head + answer.body.decode("latin-1")
