"""The example fleet on disk, emulated cameras behind real sockets, and the program as its own process."""

import http.client
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

from recamera_gitops.emulator.server import EmulatedFleet
from tests.conftest import ROOT, betrayed, canary

NAMES = ("gate-north", "dock-east", "lobby")
LONGEST = 120


def address():
    """Loopback addresses that no other worker uses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"127.{60 + int(worker)}.{os.getpid() % 250}.1"


@dataclass
class Ended:
    code: int
    out: str
    err: str


class Site:
    """A copy of the example fleet with its cameras; `rcg` runs the program in it."""

    def __init__(self, root, *, https=False, delay=0.0):
        self.root = root / "acme"
        self.password = canary("camera")
        shutil.copytree(ROOT / "examples" / "fleet", self.root)
        self.fleet = EmulatedFleet(3, address(), 0, https, password=self.password, delay=delay)
        self.fleet.__enter__()
        self._point_at_cameras("https" if https else "http")
        self.variables = {
            **os.environ,
            "RECAMERA_PASSWORD": self.password,
            "MQTT_PASSWORD": canary("mqtt"),
            "PLANT_WIFI_PASSWORD": "plant-wifi-pass",
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
        }
        self.number = 0

    def _point_at_cameras(self, scheme):
        for number, name in enumerate(NAMES):
            file = self.root / "devices" / f"{name}.yaml"
            text = file.read_text().replace(f"127.11.0.{number + 1}", self.fleet.hosts[number])
            port = f"connection: {{scheme: {scheme}, port: {self.fleet.ports[number]}}}"
            file.write_text(text.replace("\nlabels:", f"\n{port}\nlabels:"))

    def close(self):
        self.fleet.__exit__(None, None, None)

    def camera(self, name):
        return self.fleet.cameras[NAMES.index(name)]

    def start(self, *arguments):
        command = [sys.executable, "-W", "error", "-m", "recamera_gitops.cli", *arguments]
        return subprocess.Popen(  # noqa: S603 - this very program
            command,
            cwd=self.root,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def rcg(self, *arguments):
        return self.ended(self.start(*arguments))

    def ended(self, process, timeout=LONGEST):
        out, err = process.communicate(timeout=timeout)
        assert not betrayed((out + err).encode()), "a secret was shown"
        assert "Traceback" not in err, err
        return Ended(process.returncode, out, err)

    def by_hand(self, name, path, merge):
        """What somebody does on the camera's own web page."""
        number = NAMES.index(name)
        body = json.dumps({"path": path, "merge": merge})
        connection = http.client.HTTPConnection(
            self.fleet.hosts[number], self.fleet.ports[number], timeout=10
        )
        try:
            connection.request("POST", "/emulator/patch", body)
            assert connection.getresponse().status == 200
        finally:
            connection.close()

    @property
    def violations(self):
        return [each for camera in self.fleet.cameras for each in camera.violations]

    @property
    def writes(self):
        return [camera.writes for camera in self.fleet.cameras]

    @property
    def logins(self):
        return [
            sum(each.path.endswith("/system/login") for each in camera.log)
            for camera in self.fleet.cameras
        ]


@pytest.fixture
def site(tmp_path):
    made = []

    def make(**options):
        made.append(Site(tmp_path, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
