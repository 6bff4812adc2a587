"""A fleet of cameras in process, declared by real files, and a Run over it."""

import contextlib

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.emulator import EmulatedCamera
from recamera_gitops.fleet.run import Run
from tests.conftest import Timeless, canary

_NIGHT = "{exposure: {mode: auto, gain_mode: manual, gain: 32}}"
CONFIG = f"{{osd: {{font: {{size: 16}}}}, image: {{scenes: {{night: {_NIGHT}}}}}}}"


class Yard:
    """`size` cameras cam-00, cam-01 …, each `cam-00.test`; `more` are lines of a device file by name."""

    def __init__(self, root, environment, size=3, config=CONFIG, more=None, flavours=()):
        self.root, self.more, self.config = root, more or {}, config
        self.clock, self.warnings = Timeless(), []
        self.password = canary("fleet")
        self.names = [f"cam-{number:02}" for number in range(size)]
        self.cameras = {
            f"{name}.test": EmulatedCamera(
                f"SN-{name}",
                flavours=frozenset(flavours),
                password=self.password,
                clock=self.clock,
            )
            for name in self.names
        }
        self.environment = environment(self.cameras, {"PW": self.password}, self.clock)
        (root / "devices").mkdir()
        (root / "fleet.yaml").write_text(
            "fleet: acme\n"
            'defaults: {connection: {scheme: http, username: admin, password: "${env:PW}"}}\n'
        )
        for name in self.names:
            self.declare(name)

    def declare(self, name, config=None):
        text = f"device: {name}\nhost: {name}.test\n{self.more.get(name, '')}\n"
        text += f"config: {config or self.config}\n"
        (self.root / "devices" / f"{name}.yaml").write_text(text)

    def camera(self, name):
        return self.cameras[f"{name}.test"]

    @contextlib.contextmanager
    def run(self, said=None):
        fleet = load(self.root)
        said = [] if said is None else said
        with Run(fleet, fleet.devices, self.environment, said.append, self._noted) as run:
            yield run

    def _noted(self, event, facts):
        if event == "warning":
            self.warnings.append(facts["message"])

    def sent(self, name, method, ending):
        return sum(e.method == method and e.path.endswith(ending) for e in self.camera(name).log)

    @property
    def writes(self):
        return {name: self.camera(name).writes for name in self.names if self.camera(name).writes}


@pytest.fixture
def yard(tmp_path, environment):
    return lambda **options: Yard(tmp_path, environment, **options)
