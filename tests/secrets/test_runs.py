"""A whole run over cameras in process whose secrets come from everywhere."""

import json
import threading
from dataclasses import replace

import pytest

from recamera_gitops.desired.origins import Ended, Lacking
from recamera_gitops.errors import ExitCode, Interrupted, InvalidInput
from recamera_gitops.reconcile.plan import plan_json
from tests.conftest import canary
from tests.fleet.conftest import Yard

CONFIG = (
    'stream: {main: {rtsp: {auth: password, username: v, password: "${sops:s.yaml#rtsp}"}, '
    'rtmp: {url: "rtmp://host/${cmd:tell rtmp}"}}}, '
    'system: {ftp: {password: "${keyring:cams/ftp}"}}, '
    'notify: {mqtt: {password: "${file:mqtt}"}}'
)


class Secrets:
    """A sops, a keyring and a command that know these; `asked` counts them."""

    def __init__(self):
        self.known = {name: canary(name, 14) for name in ("rtsp", "rtmp", "ftp", "mqtt")}
        self.asked = []

    def run(self, program, stop):
        assert isinstance(stop, threading.Event)
        self.asked.append(program.words[0])
        if program.words[0] == "sops":
            return Ended(json.dumps({"rtsp": self.known["rtsp"]}).encode())
        return Ended(self.known[program.words[1]].encode())

    def keyring(self, service, user):
        self.asked.append(service)
        return self.known[user]


@pytest.fixture
def secrets():
    return Secrets()


@pytest.fixture
def yard(tmp_path, environment, secrets):
    made = Yard(tmp_path, environment, config=f"{{{CONFIG}}}")
    (tmp_path / "s.yaml").write_text("")
    # The canary sweep looks into every file of the repository, so this one is no canary.
    secrets.known["mqtt"] = "from-the-file"
    (tmp_path / "mqtt").write_text("from-the-file\n")
    origins = {"run": secrets.run, "keyring": secrets.keyring, "allow_cmd": True}
    made.environment = replace(made.environment, **origins)
    return made


@pytest.fixture
def contacted(yard):
    """How many requests any camera has seen."""
    return lambda: sum(len(camera.log) for camera in yard.cameras.values())


def test_a_run_asks_once_for_each_secret_and_shows_none(yard, secrets, capfd):
    with yard.run() as run:
        plan = run.plan()
        outcomes = run.apply(plan).outcomes
    assert [o.exit_code for o in outcomes] == [ExitCode.DONE] * 3, outcomes[0]
    assert sorted(secrets.asked) == ["cams", "sops", "tell"]
    shown = json.dumps(plan_json(plan)) + repr(outcomes) + "".join(capfd.readouterr())
    assert not any(secret in shown for secret in secrets.known.values())
    kept = [json.dumps(camera.documents, default=repr) for camera in yard.cameras.values()]
    assert all(secret in each for secret in secrets.known.values() for each in kept)
    with yard.run() as run:
        assert not any(device.changes for device in run.plan().devices)


@pytest.mark.parametrize("verb", ["plan", "trust", "recover"])
def test_everything_that_is_lacking_is_told_before_any_camera_is_asked(
    yard, secrets, contacted, tmp_path, verb
):
    (tmp_path / "mqtt").unlink()
    nothing = Lacking("keyring-failed", "there is no keyring on this machine")
    ended = {"sops": Ended(code=128), "tell": Ended(b"half", 1)}
    yard.environment = replace(
        yard.environment,
        run=lambda program, _: ended[program.words[0]],
        keyring=lambda *_: nothing,
        variables={},
    )
    with yard.run() as run, pytest.raises(InvalidInput) as caught:
        getattr(run, verb)()
    found = [(each.rule, each.path) for each in caught.value.diagnostics]
    per_camera = [
        ("sops-failed", "config.stream.main.rtsp.password"),
        ("command-failed", "config.stream.main.rtmp.url"),
        ("keyring-failed", "config.system.ftp.password"),
        ("unreadable", "config.notify.mqtt.password"),
    ]
    assert sorted(found) == sorted([("unset-variable", "connection.password"), *per_camera * 3])
    assert all(each.place is not None for each in caught.value.diagnostics)
    assert contacted() == 0


def test_without_the_option_a_plan_runs_nothing_and_asks_no_camera(yard, secrets, contacted):
    yard.environment = replace(yard.environment, allow_cmd=False)
    with yard.run() as run, pytest.raises(InvalidInput) as caught:
        run.plan()
    assert {each.rule for each in caught.value.diagnostics} == {"needs-allow-cmd"}
    assert "tell" not in secrets.asked
    assert contacted() == 0


def test_an_interruption_while_secrets_are_looked_up_ends_the_run(yard, contacted):
    def interrupted(*_):
        raise Interrupted("x")

    yard.environment = replace(yard.environment, run=interrupted)
    with yard.run() as run, pytest.raises(Interrupted):
        run.plan()
    assert contacted() == 0
