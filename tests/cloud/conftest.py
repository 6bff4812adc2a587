"""SenseCraft behind a real socket, with a clock that does not wait, and somebody who is logged in there."""

import io
import zipfile

import pytest

from recamera_gitops.cloud.http import HttpTransport
from recamera_gitops.cloud.service import Service
from recamera_gitops.cloud.sources import checked
from recamera_gitops.emulator.cloud import CloudState, onnx
from recamera_gitops.emulator.cloud_server import EmulatedCloud
from recamera_gitops.secret import Secret
from tests.conftest import Timeless, canary


class Sky:
    """The service, and a user of it; `told` is what was told of what takes long."""

    def __init__(self, tmp_path, *flavours):
        self.clock = Timeless()
        self.token, self.user = canary("token"), canary("user")
        self.state = CloudState(
            frozenset(flavours), clock=self.clock, token=self.token, user=self.user
        )
        self.emulated = EmulatedCloud(state=self.state)
        self.folder, self.told = tmp_path, []

    def __enter__(self):
        self.emulated.__enter__()
        self.transport = HttpTransport(self.clock)
        self.service = Service(self.transport, self.clock, self.emulated.url, Secret(self.user))
        return self

    def __exit__(self, *error):
        self.emulated.__exit__(*error)
        assert self.state.violations == []

    def tell(self, told):
        self.told.append((told.text, told.percent))

    def model(self, content=b"", name="yolo.onnx"):
        path = self.folder / name
        path.write_bytes(onnx(content))
        return path

    def source(self, content=b"", dataset=None, prompt=None):
        return checked(self.model(content), dataset, prompt)

    def pictures(self, *names):
        path = self.folder / "pictures.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names or ("a.jpg",):
                archive.writestr(name, b"picture")
        return path

    def later(self, seconds=60):
        self.clock.now += seconds


@pytest.fixture
def sky(tmp_path):
    """Makes the service in some flavours; nobody may have broken its rules when the test ends."""
    opened = []

    def make(*flavours):
        made = Sky(tmp_path, *flavours)
        opened.append(made)
        return made.__enter__()

    yield make
    for each in opened:
        each.__exit__(None, None, None)


def archive(*names):
    """A zip archive in memory."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, b"x")
    return content.getvalue()
