"""`demo`: the real commands, against three emulated cameras and a copy of the example fleet.

Every step says beforehand how it must end; a step that ends otherwise ends the demo with an error.
"""

import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import recamera_gitops
from recamera_gitops.cli import console
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput

_CAMERAS: Final = 3
_PORT: Final = 8180
# Of cameras, and of an access point, that exist only in this process.
_SECRETS: Final = {"RECAMERA_PASSWORD": "recamera", "PLANT_WIFI_PASSWORD": "plant-wifi-pass"}
_REFERENCE: Final = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)")
_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One command, told before it runs, and the exit code it must end with."""

    says: str
    arguments: tuple[str, ...]
    ends: ExitCode = ExitCode.DONE


BEFORE: Final = (
    Step("Are the files right? No camera is asked.", ("validate",)),
    Step("What would change? Cameras are only read.", ("plan",)),
    Step("Make it so, and read everything back.", ("apply", "--auto-approve")),
    Step("The second plan is empty.", ("plan", "--detailed-exitcode")),
)
AFTER: Final = (
    Step("Is every camera still what the files say?", ("drift",), ExitCode.DIFFERENCES),
    Step("Repair it.", ("apply", "--auto-approve")),
    Step("And again: no drift.", ("drift",)),
)


def demonstrate() -> ExitCode:
    """Play the story; ERROR when it does not end as told."""
    with tempfile.TemporaryDirectory(prefix="recamera-demo-") as directory:
        root = Path(directory) / "fleet"
        shutil.copytree(example(), root)
        with _emulated(root) as fleet:
            environment = _environment(root)
            _tell(f"Three emulated cameras are up: {', '.join(fleet.urls)}")
            good = all(_played(step, root, environment) for step in BEFORE)
            good = good and _by_hand(fleet)
            good = good and all(_played(step, root, environment) for step in AFTER)
    _tell("That is all." if good else "This did not end as told.")
    return ExitCode.DONE if good else ExitCode.ERROR


def example() -> Path:
    """The example fleet: inside an installed package, else beside the package in a checkout."""
    package = Path(recamera_gitops.__file__).parent
    for each in (package / "_example", package.parent / "examples" / "fleet"):
        if (each / "fleet.yaml").is_file():
            return each
    raise InvalidInput([Diagnostic("no-example", "the example fleet is not installed")])


@contextmanager
def _emulated(root: Path) -> Iterator[EmulatedFleet]:
    """The cameras of the fleet, on its port or, where that is taken, on another one."""
    port = _free_port()
    for file in root.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f"port: {_PORT}", f"port: {port}"), encoding="utf-8")
    with EmulatedFleet(count=_CAMERAS, port=port) as fleet:
        yield fleet


def _free_port() -> int:
    port = _PORT
    for _ in range(_TRIES):
        if all(_is_free(f"127.11.0.{number}", port) for number in range(1, _CAMERAS + 1)):
            return port
        with socket.create_server(("127.11.0.1", 0)) as taken:
            port = taken.getsockname()[1]
    raise InvalidInput([Diagnostic("no-port", "no port is free on 127.11.0.1 to 127.11.0.3")])


def _is_free(address: str, port: int) -> bool:
    try:
        socket.create_server((address, port)).close()
    except OSError:
        return False
    return True


def _environment(root: Path) -> dict[str, str]:
    """Variables for the commands: this process's, and made-up secrets for every reference."""
    texts = (file.read_text(encoding="utf-8") for file in root.rglob("*.yaml"))
    wanted = {name for text in texts for name in _REFERENCE.findall(text)}
    made_up = {name: f"made-up-{name.lower()}" for name in wanted}
    return {**os.environ, **made_up, **_SECRETS}


def _played(step: Step, root: Path, environment: dict[str, str]) -> bool:
    _tell(step.says)
    console.result(f"$ {shlex.join(('recamera-gitops', *step.arguments))}\n")
    sys.stdout.flush()
    command = (sys.executable, "-m", "recamera_gitops.cli", *step.arguments)
    done = subprocess.run(  # noqa: S603 - this very program, with arguments from above
        command,
        cwd=root,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    console.result(done.stdout)
    console.result(f"(exit code {done.returncode})\n")
    if done.returncode != step.ends:
        console.result(f"expected exit code {step.ends}\n")
    return done.returncode == step.ends


def _by_hand(fleet: EmulatedFleet) -> bool:
    """What somebody does on the first camera's own web page."""
    _tell(
        "Meanwhile somebody opens gate-north's web page and sets the night exposure to automatic."
    )
    body = {"path": "/image/0", "merge": {"profile": {"2": {"exposure": _EXPOSURE}}}}
    connection = http.client.HTTPConnection(fleet.hosts[0], fleet.ports[0], timeout=10)
    try:
        connection.request("POST", "/emulator/patch", json.dumps(body))
        return connection.getresponse().status == http.client.OK
    finally:
        connection.close()


_EXPOSURE: Final = {"sExposureMode": "auto"}


def _tell(text: str) -> None:
    console.result(f"\n# {text}\n")
