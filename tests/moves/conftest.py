"""A street of emulated cameras without sockets: a repository on disk, real runs, a clock that jumps."""

import json
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.device.envelope import refuse_redirect
from recamera_gitops.emulator.camera import EmulatedCamera
from recamera_gitops.emulator.faults import ConnectionDropped
from recamera_gitops.errors import Unreachable
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.run import Run

PASSWORD = "Camera-1"


class FakeClock:
    def __init__(self):
        self.now = 1000.0
        self.lock = threading.Lock()

    def __call__(self):
        return self.now

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        with self.lock:
            self.now += seconds
        return True


class Line:
    """A transport to whichever camera of the street lives at the connection's address."""

    def __init__(self, street, connection):
        self.street, self.connection = street, connection
        self.peer = connection.host

    def send(self, request):
        connection = self.connection
        for camera in self.street.cameras:
            if camera.host == connection.host:
                return self._asked(camera, request)
        raise Unreachable(f"no connection to {connection.origin}: no route", sent=False)

    def _asked(self, camera, request):
        connection = self.connection
        if connection.effective_port != camera.ports[connection.scheme]:
            raise Unreachable("connection refused", sent=False)
        self.street.sent.append((camera.serial, request.method, _route(request.path), request.body))
        try:
            response = camera.handle(
                request, self.street.client, scheme=connection.scheme, host=connection.host
            )
        except ConnectionDropped:
            raise Unreachable("the connection broke", sent=True) from None
        refuse_redirect(response)
        return response

    def hurry(self, seconds):
        pass

    def close(self):
        pass


def _route(path):
    return path.removeprefix("/cgi-bin/entry.cgi")


@dataclass
class Street:
    root: object
    clock: FakeClock = field(default_factory=FakeClock)
    cameras: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    variables: dict = field(default_factory=lambda: {"CAMERA": PASSWORD})
    client: str = "10.9.9.9"

    def camera(
        self, config, *, name=None, connection="", password=PASSWORD, flavours=(), host=None
    ):
        """A camera, and its device file."""
        number = len(self.cameras) + 1
        name = name or f"gate{number}"
        camera = EmulatedCamera(
            f"SERIAL-{number}", flavours=frozenset(flavours), password=password, clock=self.clock
        )
        host = host or f"192.168.10.{20 + number}"
        camera.patch("/network/lan", {"dIpv4": {"sV4Address": host}})
        self.cameras.append(camera)
        self.declare(name, host, config, connection)
        return camera

    def declare(self, name, host, config, connection=""):
        (self.root / "devices").mkdir(exist_ok=True)
        stated = f"connection: {connection}\n" if connection else ""
        (self.root / "devices" / f"{name}.yaml").write_text(
            f"device: {name}\nhost: {host}\n{stated}config: {json.dumps(config)}\n"
        )

    def run(self):
        fleet = load(self.root)
        environment = Environment(
            self.variables, self.clock, transport=lambda connection: Line(self, connection)
        )
        return Run(fleet, fleet.devices, environment, lambda _: None)

    def plan(self):
        with self.run() as run:
            return run.plan()

    def apply(self):
        """Plan and apply; the plan, and what became of it."""
        with self.run() as run:
            plan = run.plan()
            return plan, run.apply(plan).outcomes

    def writes(self, route=None):
        """What was written, logins aside."""
        return [
            (method, path, json.loads(body) if body else None)
            for _, method, path, body in self.sent
            if method != "GET" and path != "/system/login" and route in (None, path)
        ]

    def logins(self):
        return sum(path == "/system/login" for _, _, path, _ in self.sent)


@pytest.fixture
def street(tmp_path):
    (tmp_path / "fleet.yaml").write_text(
        'fleet: acme\ndefaults: {connection: {scheme: http, password: "${env:CAMERA}"}}\n'
    )
    return Street(tmp_path)


@pytest.fixture
def split():
    return urlsplit
