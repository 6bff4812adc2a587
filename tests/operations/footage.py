"""A camera in process whose recordings are worked with, and a list of answers that drives a conversation."""

from recamera_gitops.device.asking import Pause, Told
from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.errors import Unreachable
from recamera_gitops.secret import Secret
from tests.conftest import InProcess, Rig

INTERNAL, CARD, UUID = "/dev/mmcblk0p8", "/dev/mmcblk1p1", "6A1B-2C3D"
LOST = Unreachable("lost", sent=True)


class Post(Rig):
    """A camera, and a client that is logged in to it; `told` is what was said of how far something is."""

    def __init__(self, *flavours, stop=None):
        super().__init__(*flavours, stop=stop)
        self.told = []
        connection = Connection("camera.test", scheme="http", password=Secret(self.password))
        self.client = Client(connection, InProcess(self.camera), clock=self.clock, name="gate")

    def converse(self, flow):
        return self.client.converse(flow, self.told.append)

    def document(self, path, **change):
        self.camera.documents[path] = {**self.camera.documents[path], **change}

    def slot(self, device=INTERNAL):
        return self.camera.storage.slot(device)

    @property
    def files(self):
        return self.slot().files

    def actions(self, name):
        return self.camera.actions[name]


def drive(flow, answers):
    """What is asked, and what it ends with; pauses and what is told need no answer."""
    asked, answers = [], iter(answers)
    try:
        ask = next(flow)
        while True:
            if isinstance(ask, Pause | Told):
                ask = flow.send(None)
                continue
            asked.append(ask)
            answer = next(answers)
            ask = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        return asked, end.value
