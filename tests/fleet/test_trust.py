"""Trust looks at a certificate before anything is said, and refuses a changed one."""

import contextlib

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.known import KnownCamera, write
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.run import Run
from recamera_gitops.reconcile.plan import Status
from tests.conftest import Timeless, canary

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of the server's event loop


@contextlib.contextmanager
def opened(root, password, known=None, flavours=()):
    with EmulatedFleet(
        1, "127.17.0.1", 0, https=True, password=password, flavours=flavours
    ) as fleet:
        (root / "devices").mkdir(exist_ok=True)
        (root / "fleet.yaml").write_text(
            'fleet: acme\ndefaults: {connection: {password: "${env:PW}"}}\n'
        )
        (root / "devices" / "gate.yaml").write_text(
            f"device: gate\nhost: {fleet.hosts[0]}\nconnection: {{port: {fleet.ports[0]}}}\n"
            "config: {osd: {font: {size: 16}}}\n"
        )
        if known is not None:
            write(root, {"gate": known(fleet)})
        yield fleet, load(root)


def run_over(fleet, password):
    environment = Environment(variables={"PW": password}, clock=Timeless())
    return Run(fleet, fleet.devices, environment, lambda _progress: None)


def logins(emulated):
    return [each for each in emulated.cameras[0].log if each.path.endswith("/system/login")]


def test_the_first_look_learns_serial_and_certificate(tmp_path):
    password = canary("trust")
    with opened(tmp_path, password) as (emulated, fleet), run_over(fleet, password) as run:
        (seen,) = run.trust()
        assert seen.serial == emulated.cameras[0].serial
        assert seen.fingerprint == emulated.fingerprints[0]
        assert seen.exit_code is ExitCode.DONE


def test_without_a_pin_nothing_is_said_over_https(tmp_path):
    password = canary("trust")
    with opened(tmp_path, password) as (emulated, fleet), run_over(fleet, password) as run:
        (planned,) = run.plan().devices
        assert planned.status is Status.FAILED
        assert not emulated.cameras[0].log


def test_a_changed_certificate_is_refused_before_any_credential(tmp_path):
    password = canary("trust")
    old = KnownCamera("RC1126B-EMU-0001", "ab" * 32)
    with opened(tmp_path, password, lambda _fleet: old) as (emulated, fleet):
        with run_over(fleet, password) as run:
            (planned,) = run.plan().devices
            (seen,) = run.trust()
        assert planned.status is Status.FAILED
        assert seen.exit_code is ExitCode.FAILED
        assert seen.fingerprint == emulated.fingerprints[0]
        assert not emulated.cameras[0].log
        with run_over(fleet, password) as run:
            (seen,) = run.trust(replace_known=True)
        assert seen.exit_code is ExitCode.DONE
        assert len(logins(emulated)) == 1


def test_the_known_certificate_opens_the_way(tmp_path):
    password = canary("trust")

    def known(emulated):
        return KnownCamera("RC1126B-EMU-0001", emulated.fingerprints[0])

    with opened(tmp_path, password, known) as (emulated, fleet), run_over(fleet, password) as run:
        (outcome,) = run.apply(run.plan()).outcomes
        assert outcome.exit_code is ExitCode.DONE
        assert emulated.cameras[0].violations == []


def test_a_camera_with_its_factory_password_shows_its_certificate(tmp_path):
    password = canary("trust")
    with (
        opened(tmp_path, password, flavours=["first-use"]) as (emulated, fleet),
        run_over(fleet, password) as run,
    ):
        (seen,) = run.trust()
        assert (seen.serial, seen.first_use, seen.error) == (None, True, None)
        assert seen.fingerprint == emulated.fingerprints[0]
        assert seen.exit_code is ExitCode.DONE


def test_a_certificate_may_be_known_before_the_serial_number(tmp_path):
    write(tmp_path, {"gate": KnownCamera(None, "ab" * 32)})
    assert 'gate: {fingerprint: "sha256:abab' in (tmp_path / "known_cameras.yaml").read_text()
    (tmp_path / "fleet.yaml").write_text("fleet: acme\n")
    assert load(tmp_path).known == {"gate": KnownCamera(None, "ab" * 32)}
