"""A repository, cameras that somebody has configured by hand, and the command line over both."""

from dataclasses import dataclass, field

from recamera_gitops.emulator import EmulatedCamera
from recamera_gitops.fleet.environment import Environment
from tests.conftest import InProcess, Timeless, canary

FLEET = """\
# The fleet of one test.
fleet: acme   # a name
defaults:
  connection: {scheme: http, username: admin, password: "${env:PW}"}   # all alike
"""


@dataclass
class Hall:
    """Cameras `cam-00.test` … in one hall, and the files of whoever looks after it."""

    root: object
    rcg: object
    environment: object = None
    clock: Timeless = field(default_factory=Timeless)
    cameras: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)

    def __post_init__(self):
        self.password = self.variables["PW"] = canary("login")
        (self.root / "fleet.yaml").write_text(FLEET, encoding="utf-8")

    def add(self, name="gate", *flavours, serial=None):
        camera = EmulatedCamera(
            serial or f"SN-{name}",
            flavours=frozenset(flavours),
            password=self.password,
            clock=self.clock,
        )
        self.cameras[f"{name}.test"] = camera
        return camera

    def connected(self, monkeypatch):
        def transport(connection):
            return InProcess(self.cameras[connection.host])

        made = Environment(self.variables, self.clock, self.clock.stop, transport)
        monkeypatch.setattr(Environment, "real", classmethod(lambda _cls, **_: made))

    def write(self, name, text):
        file = self.root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def files(self):
        """Every file of the repository with its content; what a run notes for the next one is none."""
        return {
            file.relative_to(self.root).as_posix(): file.read_bytes()
            for file in sorted(self.root.rglob("*"))
            if file.is_file() and ".recamera" not in file.parts
        }

    def take(self, name="gate", *options, **settings):
        return self.rcg("import", f"{name}.test", "--name", name, *options, **settings)

    def plans_no_changes(self, **variables):
        self.variables.update(variables)
        ended = self.rcg("plan")
        return ended.code == 0 and ended.out.startswith("No changes: ")

    def logins(self):
        """Right and wrong ones, of all cameras together."""
        return (
            sum(each.logins for each in self.cameras.values()),
            sum(each.failed_logins for each in self.cameras.values()),
        )

    @property
    def writes(self):
        return sum(each.writes for each in self.cameras.values())
