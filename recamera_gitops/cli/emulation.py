"""`emulator`: the request made into a fleet that serves until a signal comes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.emulator import faults
from recamera_gitops.emulator.cloud_server import EmulatedCloud
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.emulator.server import serve as serve_fleet
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput


@dataclass(frozen=True, slots=True)
class EmulatorRequest:
    """What `emulator` was asked for."""

    count: int
    address: str
    port: int
    https: bool
    flavours: tuple[str, ...]
    faults: Path | None
    delay: float
    rtsp_port: int | None = None
    cloud_port: int | None = None


def serve(request: EmulatorRequest) -> ExitCode:
    """Serve, each camera announced on a line of its own, and the cloud on the first."""
    script = [] if request.faults is None else _script(request.faults)
    fleet = EmulatedFleet(
        count=request.count,
        address=request.address,
        port=request.port,
        https=request.https,
        flavours=request.flavours,
        faults=faults.parse(script),
        delay=request.delay,
        rtsp_port=request.rtsp_port,
    )
    with _cloud(request.cloud_port):
        serve_fleet(fleet, _announce)
    return ExitCode.DONE


@contextmanager
def _cloud(port: int | None) -> Iterator[None]:
    if port is None:
        yield
        return
    with EmulatedCloud(port) as cloud:
        _announce(f"{cloud.url}  SenseCraft, token {cloud.state.token}")
        yield


def _announce(line: str) -> None:
    console.result(line + "\n")


def _script(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except ValueError as error:
        message = "the fault script is not JSON"
        raise InvalidInput([Diagnostic("fault-script", message, str(file))]) from error
