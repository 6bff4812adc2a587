"""The same moves over real sockets and TLS."""

import json

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet import moving
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.run import Run
from recamera_gitops.reconcile.outcome import Verdict


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(moving, "_STAYS", 2.0)
    monkeypatch.setattr(moving, "_PAUSE", 0.1)
    monkeypatch.setattr(moving, "DEADLINE", 8.0)


@pytest.fixture
def applied(tmp_path, quick):
    def apply(emulated, config, tls=""):
        (tmp_path / "devices").mkdir(exist_ok=True)
        scheme, _, authority = emulated.urls[0].partition("://")
        host, _, port = authority.rpartition(":")
        (tmp_path / "fleet.yaml").write_text("fleet: acme\n")
        (tmp_path / "devices" / "gate.yaml").write_text(
            f"device: gate\nhost: {host}\n"
            f'connection: {{scheme: {scheme}, port: {port}, password: "${{env:CAMERA}}"{tls}}}\n'
            f"config: {json.dumps(config)}\n"
        )
        fleet = load(tmp_path)
        real = Environment.real()
        environment = Environment({"CAMERA": emulated.password}, real.clock, real.stop)
        with Run(fleet, fleet.devices, environment, lambda _: None) as run:
            (outcome,) = run.apply(run.plan()).outcomes
        return outcome

    return apply


def test_https_is_switched_on_and_the_pin_holds(applied):
    with EmulatedFleet(address="127.31.0.1", port=0) as emulated:
        pin = f', tls: {{fingerprint: "sha256:{emulated.fingerprints[0]}"}}'
        outcome = applied(emulated, {"system": {"https": {"enabled": True}}}, pin)
        assert outcome.exit_code is ExitCode.DONE, outcome
        assert emulated.cameras[0].scheme == "https"
        assert emulated.cameras[0].violations == []


def test_without_a_pin_no_credential_is_sent(applied):
    with EmulatedFleet(address="127.31.0.11", port=0) as emulated:
        camera = emulated.cameras[0]
        outcome = applied(emulated, {"system": {"https": {"enabled": True}}})
        (https,) = outcome.outcomes
        assert https.verdict is Verdict.UNVERIFIED
        assert emulated.fingerprints[0] in https.reason
        assert "scheme: https" in https.reason
        assert "trust gate" in https.reason
        assert camera.scheme == "https"
        assert camera.logins == 1


def test_with_the_wrong_pin_it_is_not_followed(applied):
    with EmulatedFleet(address="127.31.0.21", port=0) as emulated:
        pin = f', tls: {{fingerprint: "sha256:{"00" * 32}"}}'
        outcome = applied(emulated, {"system": {"https": {"enabled": True}}}, pin)
        assert outcome.outcomes[0].verdict is Verdict.UNKNOWN
        assert "certificate has changed" in outcome.error
        assert emulated.cameras[0].logins == 1


def test_the_address_moves(applied):
    with EmulatedFleet(address="127.31.0.31", port=0) as emulated:
        lan = {
            "method": "static",
            "address": "127.31.0.41",
            "netmask": "255.0.0.0",
            "gateway": "127.255.255.254",
            "dns": ["9.9.9.9"],
        }
        outcome = applied(emulated, {"network": {"lan": lan}})
        assert outcome.exit_code is ExitCode.DONE, outcome
        assert emulated.cameras[0].host == "127.31.0.41"
        assert emulated.cameras[0].actions["move"] == 1
        assert "host: 127.31.0.41" in outcome.warnings[-1]
