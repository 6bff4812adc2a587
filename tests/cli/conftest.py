"""The command line in this process, against a fleet on disk and a run that is made up."""

import io
from dataclasses import dataclass, field, replace

import pytest

from recamera_gitops.cli import console, running
from recamera_gitops.cli.main import main
from recamera_gitops.errors import ExitCode, Place
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.run import Applied
from recamera_gitops.reconcile.outcome import (
    DeviceOutcome,
    Outcome,
    Phase,
    Progress,
    Verdict,
    gravest,
)
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    Plan,
    PlannedRequest,
    ResourcePlan,
    Status,
)

DEVICES = {"gate": "{site: hq}", "dock": "{site: hq}", "yard": "{site: far}"}


@pytest.fixture
def fleet(tmp_path, monkeypatch):
    """A repository of three cameras; `yard` is protected."""
    (tmp_path / "devices").mkdir()
    (tmp_path / "fleet.yaml").write_text(
        "fleet: acme\n"
        'defaults: {connection: {username: admin, password: "${env:CAMERA}"}}\n'
        "drift: {ignore: [osd.font.size]}\n",
        encoding="utf-8",
    )
    for number, (name, labels) in enumerate(DEVICES.items()):
        (tmp_path / "devices" / f"{name}.yaml").write_text(
            f"device: {name}\nhost: 192.0.2.{number}\nlabels: {labels}\n"
            f"protected: {'true' if name == 'yard' else 'false'}\n"
            "config: {osd: {font: {size: auto}}}\n",
            encoding="utf-8",
        )
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    monkeypatch.setenv("CAMERA", "camera-password")
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):  # these tests may run in such a job
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def changed(name, path="image.rotation", **more):
    change = Change(path, 0, 180, source=Place("devices/gate.yaml", 4, 10))
    resource = ResourcePlan("image", Action.UPDATE, ("none",), "sha256:0", (change,))
    request = PlannedRequest("PUT", "/image/0/rotation", "image: rotation")
    return DevicePlan(
        name,
        "192.0.2.0",
        Status.CHANGED,
        "RC1",
        "V1",
        resources=(resource,),
        steps=(request,),
        **more,
    )


def unchanged(name):
    return DevicePlan(name, "192.0.2.0", Status.UNCHANGED, "RC1", "V1")


def broken(name, code):
    status = Status.UNREACHABLE if code is ExitCode.UNREACHABLE else Status.FAILED
    return DevicePlan(name, "192.0.2.0", status, error="so it is", exit_code=code)


@dataclass
class Script:
    """What the made-up run says, and what it was asked."""

    devices: tuple = ()
    ends: dict = field(default_factory=dict)
    identities: tuple = ()
    raises: BaseException | None = None
    interrupts: bool = False
    recovered: tuple = ()
    created: str | None = None
    asked: list = field(default_factory=list)
    clusters: list = field(default_factory=list)

    def run(self, fleet, devices, environment, progress, noted, cluster=None):
        self.clusters.append(cluster)
        return _Run(self, fleet, devices, environment, progress)


class _Run:
    def __init__(self, script, fleet, devices, environment, progress):
        self.script, self.fleet, self.devices = script, fleet, {each.name: each for each in devices}
        self.environment, self.progress = environment, progress

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def plan(self, targets=()):
        self.script.asked.append(("plan", tuple(self.devices), targets))
        if self.script.raises:
            raise self.script.raises
        for name in self.devices:
            self.progress(Progress(name, Phase.READING))
        devices = tuple(each for each in self.script.devices if each.device in self.devices)
        created = self.script.created or self.environment.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return Plan(self.fleet.name, created, "0.1.0", devices, targets)

    def recover(self):
        return self.script.recovered

    def apply(self, plan, way, kind, **facts):
        names = tuple(each.device for each in plan.devices)
        self.script.asked.append(("apply", names, way.one_by_one))
        if self.script.interrupts:
            self.environment.stop.request()
        outcomes = tuple(self._applied(each) for each in plan.devices)
        ends = [each.exit_code for each in outcomes]
        ends += [ExitCode.INTERRUPTED] * self.environment.stop.requested
        return Applied(None, outcomes, exit_code=gravest(ends))

    def _applied(self, planned):
        code = self.script.ends.get(planned.device, ExitCode(planned.exit_code))
        if planned.status is not Status.CHANGED:
            return DeviceOutcome(planned.device, planned.host, code, planned.error)
        self.progress(Progress(planned.device, Phase.WRITING, "image"))
        self.progress(Progress(planned.device, Phase.DONE, "verified"))
        verdict = Verdict.FAILED if code else Verdict.VERIFIED
        outcomes = tuple(Outcome(each.address, verdict) for each in planned.resources)
        return DeviceOutcome(planned.device, planned.host, code, None, outcomes)

    def trust(self, *, replace_known=False):
        self.script.asked.append(("trust", tuple(self.devices), replace_known))
        return tuple(
            replace(each, before=self.fleet.known.get(each.device))
            for each in self.script.identities
        )


@pytest.fixture
def script(monkeypatch):
    made = Script()
    monkeypatch.setattr(running, "Run", made.run)
    return made


@pytest.fixture
def plans():
    class Plans:
        pass

    Plans.changed, Plans.unchanged, Plans.broken = map(staticmethod, (changed, unchanged, broken))
    return Plans


@dataclass
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def rcg(capsys, monkeypatch):
    """rcg("plan", "gate", answer="yes") with a person at the terminal, or without one."""

    def call(*arguments, answer=None):
        typed = "" if answer is None else answer + "\n"
        stdin = io.StringIO(typed)
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr(
            console, "is_terminal", lambda stream: stream is stdin and answer is not None
        )
        code = main([str(each) for each in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call


@pytest.fixture
def within(tmp_path, monkeypatch):
    """Stand in a repository, and have the program find the environment of what is made there."""

    def stand(made):
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
        monkeypatch.setattr(Environment, "real", classmethod(lambda _cls, **_: made.environment))
        return made

    return stand
