"""A repository of cameras behind real sockets, for commands that go on for a while."""

import os
import signal
import threading
import time

import pytest

from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.fleet import listening
from tests.conftest import canary

NAMES = ("gate", "dock")


class Site:
    """Two cameras, gate and dock; dock is protected where that is asked for."""

    def __init__(self, fleet, root):
        self.fleet = fleet
        self.root = root

    def camera(self, name):
        return self.fleet.cameras[NAMES.index(name)]

    @property
    def violations(self):
        return [each for camera in self.fleet.cameras for each in camera.violations]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Makes a site; its keywords go to the emulated fleet, `more` to the file of dock."""
    made = []

    def make(more="", **options):
        password = canary("login")
        fleet = EmulatedFleet(2, "127.11.12.1", 0, password=password, **options)
        fleet.__enter__()
        made.append(fleet)
        (tmp_path / "devices").mkdir()
        (tmp_path / "fleet.yaml").write_text(
            'fleet: acme\ndefaults: {connection: {username: admin, password: "${env:PW}"}}\n'
        )
        for name, camera, pin in zip(NAMES, fleet.cameras, fleet.fingerprints, strict=True):
            tls = f", tls: {{fingerprint: 'sha256:{pin}'}}" if fleet.https else ""
            port = camera.ports[camera.scheme]
            (tmp_path / "devices" / f"{name}.yaml").write_text(
                f"device: {name}\nhost: {camera.host}\n"
                f"connection: {{scheme: {camera.scheme}, port: {port}{tls}}}\n"
                f"{more if name == 'dock' else ''}config: {{osd: {{font: {{size: auto}}}}}}\n"
            )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PW", password)
        monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
        monkeypatch.setattr(listening, "_FIRST_PAUSE", 0.05)
        return Site(fleet, tmp_path)

    yield make
    for each in made:
        each.__exit__(None, None, None)


@pytest.fixture
def meanwhile():
    """Does things in turn while a command runs: each once its condition holds; a Ctrl-C at the end."""
    threads = []

    def start(*deeds, interrupt=True):
        thread = threading.Thread(target=_in_turn, args=(deeds, interrupt))
        threads.append(thread)
        thread.start()

    yield start
    for each in threads:
        each.join(10)


def _in_turn(deeds, interrupt):
    for holds, deed in deeds:
        until = time.monotonic() + 10
        while not holds() and time.monotonic() < until:
            time.sleep(0.01)  # noqa: TID251 - a person who waits for something
        deed()
    if interrupt:
        os.kill(os.getpid(), signal.SIGINT)
