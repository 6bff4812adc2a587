"""A camera without a socket, its clock, and a client that talks to it."""

from dataclasses import dataclass, field

import pytest

from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.emulator import EmulatedCamera
from recamera_gitops.secret import Secret
from tests.conftest import CGI, InProcess, Timeless

PASSWORD = "Camera-1"


@dataclass
class Visit:
    """One client at one camera; `told` is what it said while it went on."""

    camera: EmulatedCamera
    client: Client
    clock: Timeless
    transport: InProcess
    told: list = field(default_factory=list)

    def converse(self, flow):
        return self.client.converse(flow, self.told.append)

    def writes(self, path):
        """What was sent to change something there: the queries of it."""
        return [
            each.path.partition("?")[2]
            for each in self.transport.requests
            if each.method != "GET" and each.path.partition("?")[0] == CGI + path
        ]


@pytest.fixture
def visit():
    def make(*flavours, password=PASSWORD, **settings):
        clock = Timeless()
        first = "first-use" in flavours
        camera = EmulatedCamera(
            flavours=frozenset(flavours), password="recamera" if first else PASSWORD, clock=clock
        )
        transport = InProcess(camera)
        known = {"scheme": "http", "password": Secret(password), **settings}
        client = Client(Connection("camera.test", **known), transport, clock=clock, name="gate")
        return Visit(camera, client, clock, transport)

    return make
