"""A real cluster on loopback: a scheduler, and workers of several sites, each a process, over TLS."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recamera_gitops.emulator.server import EmulatedFleet
from tests.conftest import ROOT
from tests.end_to_end.conftest import LONGEST, Ended, address

PASSWORD = "cAn4ry-of-the-cluster"
CONFIG = (
    "{osd: {font: {size: 16}}, image: {scenes: {night: {exposure: {mode: manual, time: 1/30}}}}}"
)
EXPOSURE = "PUT /image/0/2/exposure"


class Authority:
    """A CA that is thrown away, and what it has signed."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _named("throwaway CA")
        self.file = folder / "ca.pem"
        made = self._certificate(self.name, self.key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.file.write_bytes(_pem(made.sign(self.key, hashes.SHA256())))

    def signed(self, name):
        """The files of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._certificate(_named(name), key).sign(self.key, hashes.SHA256())
        certificate, private = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(_pem(made))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return str(certificate), str(private)

    def _certificate(self, subject, key):
        now = dt.datetime.fromtimestamp(time.time(), tz=dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(hours=1))
        )


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Cluster:
    """A scheduler, and workers that are started when they are needed; what they say goes into files."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(folder)
        self.processes = {}
        self.logs = folder / "logs"
        self.logs.mkdir()
        told = folder / "scheduler.json"
        options = ("--protocol", "tls", "--host", "127.0.0.1", "--port", "0")
        self._started("scheduler", *options, "--scheduler-file", str(told), "--no-dashboard")
        _until(lambda: told.exists() and told.read_text(), self.said)
        self.address = json.loads(told.read_text())["address"]

    def _started(self, name, *options, **variables):
        certificate, key = self.authority.signed(name)
        kind = "scheduler" if name == "scheduler" else "worker"
        tls = (
            "--tls-ca-file",
            str(self.authority.file),
            "--tls-cert",
            certificate,
            "--tls-key",
            key,
        )
        command = (sys.executable, "-m", f"distributed.cli.dask_{kind}", *options, *tls)
        with (self.logs / name).open("w") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - dask's own programs
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
            )

    def worker(self, name, site):
        """Start a worker, and wait until it may be given work."""
        options = ("--no-dashboard", "--no-nanny", "--nthreads", "4", "--name", name)
        where = ("--resources", f"site-{site}=1", "--local-directory", str(self.folder / name))
        self._started(name, self.address, *options, *where, CLUSTER_PW=PASSWORD)
        return name

    def ready(self, *names):
        for name in names:
            _until(lambda name=name: "Registered to" in (self.logs / name).read_text(), self.said)

    def kill(self, name):
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def said(self):
        return "\n".join(each.read_text() for each in self.logs.iterdir())

    def close(self):
        for each in reversed(self.processes.values()):
            each.kill()
        for each in self.processes.values():
            each.wait()

    @property
    def client(self):
        """What a client needs to be let in."""
        certificate, key = self.authority.signed("client")
        return {
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(self.authority.file),
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT": certificate,
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY": key,
        }


def _until(true, said=lambda: ""):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, said()
        threading.Event().wait(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.ready(made.worker("hq", "hq"), made.worker("yard", "yard"))
        yield made
    finally:
        made.close()


class Fleet:
    """Three cameras of two sites; only the workers have what opens them."""

    names = ("hq-1", "hq-2", "yard-1")

    def __init__(self, root, cluster, emulated):
        self.root, self.cluster, self.emulated = root, cluster, emulated
        self.variables = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            **cluster.client,
        }
        (root / "devices").mkdir(parents=True)
        login = 'scheme: http, username: admin, password: "${env:CLUSTER_PW}"'
        (root / "fleet.yaml").write_text(f"fleet: acme\ndefaults: {{connection: {{{login}}}}}\n")
        for name in self.names:
            self.move(name, name.partition("-")[0])

    def move(self, name, site):
        number = self.names.index(name)
        self._declare(name, site, self.emulated.hosts[number], self.emulated.ports[number])

    def _declare(self, name, site, host, port):
        (self.root / "devices" / f"{name}.yaml").write_text(
            f"device: {name}\nhost: {host}\nlabels: {{site: {site}}}\n"
            f"connection: {{port: {port}}}\nconfig: {CONFIG}\n"
        )

    def add(self, name, site):
        self._declare(name, site, "127.0.0.1", 1)

    def camera(self, name):
        return self.emulated.cameras[self.names.index(name)]

    def begun(self, *arguments, **variables):
        command = [sys.executable, "-W", "error", "-m", "recamera_gitops.cli", *arguments]
        return subprocess.Popen(  # noqa: S603 - this very program
            [*command, "-C", str(self.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.variables, **variables},
        )

    def rcg(self, *arguments, **variables):
        return _ended(self.begun(*arguments, **variables))

    def far(self, *arguments):
        """What has the workers reach the cameras."""
        return (*arguments, "--executor", "dask", "--scheduler", self.cluster.address)

    def journal(self):
        files = sorted((self.root / ".recamera" / "runs").glob("*/journal.jsonl"))
        return [json.loads(line) for line in files[-1].read_text().splitlines()] if files else []

    def comes_to(self, event, device, request):
        wanted = {"event": event, "device": device, "request": request}
        with suppress(ValueError):  # a line that is being written
            return any(wanted.items() <= each.items() for each in self.journal())
        return False


def _ended(process):
    out, err = process.communicate(timeout=LONGEST)
    return Ended(process.returncode, out, err)


@pytest.fixture
def fleet(tmp_path, cluster):
    with EmulatedFleet(3, address(), 0, password=PASSWORD) as emulated:
        made = Fleet(tmp_path / "acme", cluster, emulated)
        yield made
        for file in made.root.rglob("*"):
            assert not file.is_file() or PASSWORD not in file.read_text(), file
        assert PASSWORD not in cluster.said()


def test_two_sites_plan_and_apply_what_one_machine_would(fleet):
    here = fleet.rcg("plan", "--format", "json", CLUSTER_PW=PASSWORD)
    there = fleet.rcg(*fleet.far("plan", "--format", "json"))
    assert (there.code, there.err) == (0, here.err)
    plan = json.loads(there.out)
    assert {**plan, "created": ""} == {**json.loads(here.out), "created": ""}
    fleet.add("lab-1", "lab")
    applied = fleet.rcg(*fleet.far("apply", "--auto-approve", "--format", "json"))
    told = json.loads(applied.out)
    assert applied.code == 4
    ends = {each["device"]: each["exit_code"] for each in told["devices"]}
    assert ends == {"hq-1": 0, "hq-2": 0, "lab-1": 4, "yard-1": 0}
    (lab,) = [each for each in told["devices"] if each["device"] == "lab-1"]
    assert lab["error"] == "no worker of the cluster declares site-lab"
    workers = {e["device"]: e["worker"] for e in fleet.journal() if e["event"] == "worker"}
    assert workers == {"hq-1": "hq", "hq-2": "hq", "yard-1": "yard"}
    for name in fleet.names:
        camera = fleet.camera(name)
        assert (camera.violations, camera.edit) == ([], None)
    assert fleet.rcg(*fleet.far("drift"), "hq-*", "yard-*").code == 0


def test_a_worker_killed_in_the_middle_leaves_the_truth_and_the_other_site_goes_on(fleet):
    fleet.cluster.ready(fleet.cluster.worker("dock", "dock"))
    fleet.move("hq-2", "dock")
    fleet.camera("hq-2").faults.add("slow", "/image/0/2/exposure", seconds=30)
    process = fleet.begun(*fleet.far("apply", "--auto-approve", "--format", "json"))
    _until(lambda: fleet.comes_to("intent", "hq-2", EXPOSURE))
    fleet.cluster.kill("dock")
    told = {each["device"]: each for each in json.loads(_ended(process).out)["devices"]}
    assert {name: each["exit_code"] for name, each in told.items()} == {
        "hq-1": 0,
        "hq-2": 3,
        "yard-1": 0,
    }
    reason = (
        "worker dock was lost; the last that was heard is PUT /image/0/scene: acknowledged;"
        f" nobody knows what came of {EXPOSURE}"
    )
    assert told["hq-2"]["error"] == f"image.scenes.night: {reason}"
    verdicts = {each["address"]: each["verdict"] for each in told["hq-2"]["outcomes"]}
    assert verdicts == {"osd": "verified", "image.scenes.night": "unknown"}
    fleet.move("hq-2", "hq")
    fleet.camera("hq-2").faults.clear()
    again = fleet.rcg(*fleet.far("apply", "--auto-approve", "--resume", "latest"))
    assert again.code == 0, again
    assert "hq-2: the edit mode of an interrupted run has been left" in again.err
    assert (fleet.camera("hq-2").violations, fleet.camera("hq-2").edit) == ([], None)


def test_whoever_asks_to_end_is_heard_by_a_worker_in_the_middle_of_a_request(fleet):
    fleet.camera("yard-1").faults.add("slow", "/image/0/2/exposure", seconds=60)
    process = fleet.begun(*fleet.far("apply", "yard-1", "--auto-approve"))
    _until(lambda: fleet.comes_to("intent", "yard-1", EXPOSURE))
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    ended = _ended(process)
    assert time.monotonic() - began < 20
    assert ended.code == 130, ended
    assert fleet.journal()[-1]["event"] == "end"
    assert fleet.camera("yard-1").edit is None
    assert list((fleet.root / ".recamera" / "editing").iterdir()) == []


def test_a_scheduler_is_trusted_with_a_certificate_or_not_at_all(fleet, tmp_path):
    stranger = Authority(tmp_path / "stranger")
    certificate, key = stranger.signed("stranger")
    shown = {
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT": certificate,
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY": key,
    }
    cases = (
        (fleet.far("plan"), shown, f"the scheduler {fleet.cluster.address} cannot be reached"),
        (
            fleet.far("plan"),
            {**shown, "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY": "nowhere.key"},
            "name them in DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY",
        ),
        (
            ("plan", "--executor", "dask", "--scheduler", "10.1.2.3:8786"),
            {},
            "tcp://10.1.2.3:8786 is spoken to without TLS, and is not on this machine",
        ),
    )
    for arguments, variables, message in cases:
        ended = fleet.rcg(*arguments, **variables)
        assert (ended.code, ended.out) == (1, "")
        assert message in ended.err
    assert not any(camera.log for camera in fleet.emulated.cameras)
