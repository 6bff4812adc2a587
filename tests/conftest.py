"""A camera without a socket, a clock that does not wait, wishes from plain data, and no secret anywhere."""

import base64
import json
import os
import threading
from functools import cache
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

from recamera_gitops import secret
from recamera_gitops.cli import clouding, discovering, operating, schemas
from recamera_gitops.cli.main import program
from recamera_gitops.cli.operation_results import RESULTS
from recamera_gitops.cli.operation_schema import operation_schema
from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.origins import Origins
from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.emulator import ConnectionDropped, EmulatedCamera, Shaped
from recamera_gitops.errors import CameraError, Place, Unreachable
from recamera_gitops.fleet import fingerprints
from recamera_gitops.fleet.cameras import _device_plan, _read
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.sender import DeviceSender
from recamera_gitops.reconcile.apply import Camera, apply_device
from recamera_gitops.reconcile.observe import observe
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.report.discovered import discovered_json
from recamera_gitops.report.operated import operated_json
from recamera_gitops.report.operations.cloud import result_json
from recamera_gitops.resources import catalog
from recamera_gitops.resources.catalog import RESOURCES, Config
from recamera_gitops.resources.declared import Wish
from recamera_gitops.secret import Secret

# Other work on the machine must not decide whether an example is too slow.
_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=25, **_PATIENT)
settings.register_profile("ci", max_examples=200, derandomize=True, **_PATIENT)
settings.register_profile("night", max_examples=2000, **_PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# A slow hash is slow to compute; tests/fleet/test_ledger.py looks at what it really costs.
REAL_COST = dict(fingerprints.COST)
fingerprints.COST["n"] = 2

CGI = "/cgi-bin/entry.cgi"
_numbers = count(1)
_canaries = {}


def canary(name, length=None):
    """A secret that occurs nowhere else; after every test everything that was said is searched for it."""
    token = f"cAn4ry+{name}/{os.getpid()}-{next(_numbers)}"
    if length is not None:
        token = f"c4n-{next(_numbers)}-".ljust(length, "x")
    raw = token.encode()
    _canaries[token] = (
        raw,
        base64.b64encode(raw).rstrip(b"="),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
        quote(token, safe="").encode(),
        quote(token).encode(),
    )
    return token


def betrayed(content):
    """The canaries that some bytes show, in whatever spelling."""
    return [token for token, forms in _canaries.items() if any(form in content for form in forms)]


@pytest.fixture(autouse=True)
def _no_secret_is_shown(request):
    """Stdout, stderr, log records and files below tmp_path hold no canary."""
    root = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    _canaries.clear()
    yield
    if not _canaries:
        return
    for when, name, text in request.node._report_sections:
        assert not betrayed(text.encode()), f"a secret is in {name} of {when}"
    for file in [] if root is None else root.rglob("*"):
        if file.is_file() and not file.is_symlink():
            assert not betrayed(file.read_bytes()), f"a secret is in {file.relative_to(root)}"


@pytest.fixture(autouse=True)
def _secrets_of_one_test_mask_nothing_in_another():
    kept = set(secret._known)
    yield
    secret._known.clear()
    secret._known.update(kept)


@pytest.fixture(name="canary")
def canary_fixture():
    return canary


def lookup(root, variables, **origins):
    """A Lookup in these variables; whoever needs a program or a keyring hands one in."""
    made = {"run": _nothing_to_run, "keyring": _nothing_to_run, **origins}
    return Lookup(root, Origins(variables, **made))


def _nothing_to_run(*asked):
    raise AssertionError(f"nobody was to be asked: {asked}")


@pytest.fixture(autouse=True)
def _what_operations_print_is_what_their_schema_promises(monkeypatch):
    def printed(name, done):
        told = operated_json(name, done)
        if name in COMMANDS:
            wrong = [each.message for each in _promised().iter_errors(told)]
            assert not wrong, f"schemas/operation.schema.json does not promise {told}"
        return told

    monkeypatch.setattr(operating, "operated_json", printed)


@pytest.fixture(autouse=True)
def _what_is_told_of_the_cloud_and_of_addresses_is_what_is_promised(monkeypatch):
    def of_the_cloud(*given):
        told = result_json(*given)
        assert not wrong_in("cloud", json.loads(told)), f"cloud.schema.json: {told}"
        return told

    def of_addresses(found):
        told = discovered_json(found)
        assert not wrong_in("discover", told), f"discover.schema.json: {told}"
        return told

    monkeypatch.setattr(clouding, "result_json", of_the_cloud)
    monkeypatch.setattr(discovering, "discovered_json", of_addresses)


def wrong_in(name, told):
    """What the schema of this name does not promise."""
    return [each.message for each in _validator(name).iter_errors(told)]


@cache
def _validator(name):
    return Draft202012Validator(schemas.every()[f"{name}.schema.json"])


COMMANDS = {" ".join(words) for words, _ in program.every_command()}


@cache
def _promised():
    return Draft202012Validator(operation_schema(RESULTS))


class Timeless:
    """Stands still until somebody sleeps; the emulator reads it by calling it."""

    def __init__(self, stop=None):
        self.now = 1000.0
        self.stop = stop or Stop()
        self._lock = threading.Lock()

    def __call__(self):
        return self.now

    monotonic = __call__

    def sleep(self, seconds):
        if self.stop.requested:
            return False
        with self._lock:
            self.now += seconds
        return True


class InProcess:
    """A Transport straight into an emulated camera; counts what it carried."""

    def __init__(self, camera):
        self.camera = camera
        self.requests = []
        self.closed = False
        self.hurried = None
        self.peer = ""

    def send(self, request):
        self.requests.append(request)
        connected = self.camera.power and self.camera.clock() >= self.camera.booted_at
        try:
            response = self.camera.handle(request)
        except ConnectionDropped as error:
            raise Unreachable("dropped", sent=connected or error.executed) from None
        if isinstance(response, Shaped) and response.truncated:
            raise Unreachable("the connection broke before a complete answer", sent=True)
        return response

    def hurry(self, seconds):
        self.hurried = seconds

    def close(self):
        self.closed = True


def wished(config):
    """Leaf path → wish, of the same plain data that stands below `config` in YAML."""
    model = Config.model_validate(config)
    values = model.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    flat = {".".join(steps): value for steps, value in catalog.settings(values)}
    return {
        path: Wish(
            Secret(value) if catalog.leaf_at(path).wire.codec.sensitive else value, _place(number)
        )
        for number, (path, value) in enumerate(flat.items(), start=3)
    }


def _place(line):
    return Place("devices/gate.yaml", line, 5)


def nested(flat):
    """`{"osd.font.size": 16}` as the mapping that YAML would say."""
    tree = {}
    for path, value in flat.items():
        *parents, last = path.split(".")
        level = tree
        for step in parents:
            level = level.setdefault(step, {})
        level[last] = value
    return tree


class Visit:
    """One run against one camera, in one thread: what fleet.Run does, request by request."""

    def __init__(self, camera, clock, declared, password):
        self.transport = InProcess(camera)
        self.declared = declared
        self.progress = []
        self.edits = []  # True: about to be entered; False: left
        connection = Connection("camera.test", scheme="http", password=Secret(password))
        self.client = Client(connection, self.transport, clock=clock, name="gate")
        self.camera = Camera(
            name="gate",
            declared=declared,
            gather=self._gather,
            sender=DeviceSender(self.client, None),
            clock=clock,
            stopped=lambda: clock.stop.requested,
            timeout=connection.timeout,
            progress=self.progress.append,
            editing=self.edits.append,
            keep=lambda _snapshot: None,
        )

    def _gather(self, paths):
        return {path: self._answer(path) for path in paths}

    def _answer(self, path):
        try:
            return _read(self.client, path)
        except CameraError as error:
            return error

    def look(self, serial=None):
        return self.camera.look(serial)

    def plan(self):
        return _device_plan(SimpleNamespace(name="gate", host="camera.test"), self.look())

    def apply(self, planned):
        return apply_device(self.camera, planned)

    def observe(self, resources=RESOURCES):
        return observe(self._gather, resources, ())

    @property
    def writes(self):
        """What was sent to change something, the login aside: method, endpoint, body."""
        return [
            (each.method, each.path.removeprefix(CGI), each.body)
            for each in self.transport.requests
            if each.method != "GET" and not each.path.endswith("/system/login")
        ]


class Rig:
    """A camera with a clock of its own; every `visit` is a new client with a new login."""

    def __init__(self, *flavours, stop=None):
        self.clock = Timeless(stop)
        self.password = canary("camera")
        self.camera = EmulatedCamera(
            flavours=frozenset(flavours),
            password=self.password,
            clock=self.clock,
            wall=lambda: 1_790_000_000.0 + self.clock(),
        )

    def visit(self, config):
        declared = config if _is_declared(config) else wished(config)
        return Visit(self.camera, self.clock, declared, self.password)

    def settle(self, config):
        """Plan and apply, all in one; everything must verify."""
        visit = self.visit(config)
        outcome = visit.apply(visit.plan())
        wrong = [each for each in outcome.outcomes if each.verdict is not Verdict.VERIFIED]
        assert not wrong, wrong
        assert outcome.exit_code == 0, outcome.error
        return visit

    def sent(self, method, path):
        """How many such requests the camera saw."""
        return sum(
            (each.method, each.path.removeprefix(CGI)) == (method, path) for each in self.camera.log
        )


def _is_declared(config):
    return all(isinstance(each, Wish) for each in config.values())


@pytest.fixture
def rig():
    """Makes a camera of some flavours: rig("no-scene-save")."""
    return Rig


@pytest.fixture(name="wished")
def wished_fixture():
    return wished


@pytest.fixture
def environment():
    """An Environment whose connections lead to emulated cameras by host name."""

    def make(cameras, variables=None, clock=None):
        clock = clock or Timeless()
        made = {}

        def transport(connection):
            made[connection.host] = InProcess(cameras[connection.host])
            return made[connection.host]

        found = Environment(
            variables=variables or {}, clock=clock, stop=clock.stop, transport=transport
        )
        object.__setattr__(found, "transports", made)
        return found

    return make


@pytest.fixture
def keyring(monkeypatch):
    """The keyring library with a keyring in memory; `keyring.set_password` fills it."""
    library = pytest.importorskip("keyring")
    kept = {}

    class Memory(library.backend.KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            return kept.get((service, username))

        def set_password(self, service, username, password):
            kept[service, username] = password

        def delete_password(self, service, username):
            del kept[service, username]

    before = library.get_keyring()
    library.set_keyring(Memory())
    yield library
    library.set_keyring(before)


def unlike(one, other, at=""):
    """Pointers to everything that is not the same, by type too: 1 is neither True nor 1.0."""
    if type(one) is not type(other):
        return [at]
    if isinstance(one, dict):
        keys = list(one) + [key for key in other if key not in one]
        missing = object()
        return [
            each
            for key in keys
            for each in unlike(one.get(key, missing), other.get(key, missing), f"{at}/{key}")
        ]
    if isinstance(one, list) and len(one) == len(other):
        pairs = zip(one, other, strict=True)
        return [e for number, pair in enumerate(pairs) for e in unlike(*pair, f"{at}/{number}")]
    return [] if one == other else [at]


ROOT = Path(__file__).parents[1]
