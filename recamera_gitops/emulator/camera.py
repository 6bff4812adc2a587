"""One emulated camera: a state machine from request to response, without a socket.

It is strict on purpose. What a real camera might swallow but a careful client must never send is
noted in `violations`; every request is kept in `log`. `handle` may be called from any thread.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa

from recamera_gitops.emulator import answers, calls, control, image, sessions, trees
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.documents import Handler
from recamera_gitops.emulator.faults import ConnectionDropped, Fault, Faults, spoiled
from recamera_gitops.emulator.firmware import firmware
from recamera_gitops.emulator.flavours import checked
from recamera_gitops.emulator.models import INFERENCE, key_of
from recamera_gitops.emulator.network import Radio
from recamera_gitops.emulator.sessions import Sessions
from recamera_gitops.emulator.system import DEVICE_INFO
from recamera_gitops.exchange import Request, Response

LOG_LENGTH = 100_000
MOST_IN_FLIGHT = 4
SERIAL_PORT = "/api/v1/device/serial-port"  # the one endpoint outside the CGI
# Served by the media and record processes, which a write of /notify/cfg restarts [sdk-local].
MEDIA = ("/video/", "/osd/", "/image/", "/record/", "/model/inference", "/notify/")
DROPPED = 0


class Exchange(NamedTuple):
    """One line of the wire log; the status is 0 where the connection was dropped."""

    method: str
    path: str
    status: int
    at: float


@cache
def shared_key() -> rsa.RSAPrivateKey:
    """The key of every camera that was given none: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class EmulatedCamera:
    """A camera with the given flavours.

    Tests set the plain attributes: `firmware`, `restart_seconds`, `reboot_seconds`, `edit_seconds`,
    `inference_seconds`, `public_key` (a hostile PEM), `radio`, `sessions`, `faults`, and
    `on_request(index, request)`, which runs before each request, outside the lock.
    """

    def __init__(
        self,
        serial: str = "RC1126B-EMU-0001",
        *,
        flavours: frozenset[str] = frozenset(),
        password: str = "recamera",  # noqa: S107
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        self.serial = serial
        self.flavours = checked(flavours)
        self.clock = clock
        self.wall = wall
        self.restart_seconds = 1.0
        self.reboot_seconds = 2.0
        self.edit_seconds = 300.0
        self.inference_seconds = 0.5
        self.public_key: str | None = None
        self.https = False
        self.on_request: Callable[[int, Request], object] | None = None
        self._password = password
        self._key = key
        self._lock = threading.RLock()
        self._traffic = threading.Lock()
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """The first day again: factory documents, no sessions, an empty log, no faults."""
        software = firmware(self.flavours)
        self.routes = software.routes
        self.factory = software.factory
        self.documents: dict[str, Any] = trees.copied(software.initial)
        self.documents[DEVICE_INFO]["sSerialNumber"] = self.serial
        self.documents["/system/secure"]["sEnable"] = self.https
        first_use = "first-use" in self.flavours
        self.sessions = Sessions(self.clock, sessions.digest(self._password), first_use)
        self.radio = Radio()
        self.edit: image.Edit | None = None
        self.faults = Faults()
        self.log: deque[Exchange] = deque(maxlen=LOG_LENGTH)
        self.violations: list[str] = []
        self.requests = self.writes = self.max_in_flight = self.boots = 0
        self._index = count()
        self._late: list[tuple[float, Request, str]] = []
        self.power = True
        self.media_back_at = self.inference_settles_at = self.booted_at = self.clock()
        self._clock_offset = 0.0

    # What the camera answers.

    def handle(self, request: Request, client: str = "127.0.0.1") -> Response:
        """Answer one request, or raise `ConnectionDropped`."""
        self.arrived()
        try:
            return self.respond(request, client)
        finally:
            self.answered()

    def arrived(self) -> None:
        """Count a request in flight; the server counts them from first byte to last."""
        with self._traffic:
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
            crowded = self.in_flight > MOST_IN_FLIGHT
        if crowded:
            self.breach(f"in-flight: more than {MOST_IN_FLIGHT} requests at once")

    def answered(self) -> None:
        """The request is no longer in flight."""
        with self._traffic:
            self.in_flight -= 1

    def respond(self, request: Request, client: str) -> Response:
        """`handle` without counting the request as in flight."""
        if request.path.startswith(control.PREFIX):
            with self._lock:
                return control.respond(self, request, client)
        if self.on_request is not None:
            self.on_request(next(self._index), request)
        with self._lock:
            status = DROPPED
            try:
                response = self._powered(request, client)
                status = response.status
            finally:
                self.requests += 1
                self.log.append(Exchange(request.method, request.path, status, self.clock()))
            return response

    def _powered(self, request: Request, client: str) -> Response:
        if not self.power or self.clock() < self.booted_at:
            raise ConnectionDropped(executed=False)
        self._catch_up()
        fault = self.faults.take(request)
        if fault is None:
            return self._answer(request, client)
        return self._faulty(fault, request, client)

    def _catch_up(self) -> None:
        """Do what is due by now."""
        due = [entry for entry in self._late if entry[0] <= self.clock()]
        self._late = [entry for entry in self._late if entry[0] > self.clock()]
        for _, request, client in due:
            self._answer(request, client)
        image.expire(self)

    def _faulty(self, fault: Fault, request: Request, client: str) -> Response:
        response = answers.success()
        if fault.executes:
            response = self._answer(request, client)
        if fault.kind == "late":
            self._late.append((self.clock() + fault.seconds, request, client))
        if fault.merge:
            self.patch(fault.document or calls.endpoint(request.path)[0], fault.merge)
        return spoiled(fault, response)

    def _answer(self, request: Request, client: str) -> Response:
        call = calls.parse(request, client)
        if not request.path.startswith(calls.CGI) and call.path != SERIAL_PORT:
            if call.writes:
                self.breach(f"unknown-endpoint: {call.method} {call.path}")
            return answers.console()
        try:
            return self._admitted(call)
        except Refusal as refusal:
            if refusal.breach is not None:
                self.breach(refusal.breach)
            return answers.refused(refusal, as_200="errors-as-200" in self.flavours)

    def _admitted(self, call: Call) -> Response:
        sessions.authorise(self, call)
        handler = self._route(call)
        if self.clock() < self.media_back_at and call.path.startswith(MEDIA):
            raise Refusal(500, "Backend connection failed: -1")
        if call.writes and call.path not in sessions.OPEN_PATHS:
            self.writes += 1
        return handler(self, call)

    def _route(self, call: Call) -> Handler:
        handlers = self.routes.get(call.path)
        breach = None
        if call.writes and not _disputed(call):
            breach = f"unknown-endpoint: {call.method} {call.path}"
        if handlers is None:
            raise Refusal(404, "API Not Found", breach=breach)
        try:
            return handlers[call.method]
        except KeyError:
            raise Refusal(405, "Method not allowed", breach=breach) from None

    # What the domains need from it.

    @property
    def firmware(self) -> str:
        """The version that the camera reports."""
        version: str = self.documents[DEVICE_INFO]["sFirmwareVersion"]
        return version

    @firmware.setter
    def firmware(self, version: str) -> None:
        self.documents[DEVICE_INFO]["sFirmwareVersion"] = version

    @property
    def logins(self) -> int:
        """How many logins succeeded."""
        return self.sessions.logins

    @property
    def failed_logins(self) -> int:
        """How many logins were rejected, for the password or for a lock."""
        return self.sessions.failed_logins

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The key that passwords are encrypted for."""
        return self._key or shared_key()

    def breach(self, violation: str) -> None:
        """Note what a careful client must not do; reads `kind: what`, and never holds a value."""
        self.violations.append(violation)

    def presented(self, value: Json) -> Json:
        """A document the way this camera's flavours show it."""
        shown: Any = value
        if "float-noise" in self.flavours:
            shown = trees.single_precision(shown)
        if "lists-shuffled" in self.flavours:
            shown = trees.reordered(shown)
        result: Json = shown
        return result

    def noted(self, entries: list[Json]) -> list[Json]:
        """Read-only entries, with the undocumented field where there is one."""
        if "vendor-fields" not in self.flavours:
            return entries
        return [trees.decorated(entry, "kept") for entry in entries]

    def written(self, new: Json | None = None) -> Response:
        """The answer to a write that was carried out; `new` is the object that was written."""
        if new is not None and "echo-writes" in self.flavours:
            return answers.data(new)
        return answers.success(code=200 if "code-200" in self.flavours else 0)

    def current_model(self) -> Json:
        """The card of the model that inference is set to."""
        card: Json = self.documents[key_of(self.documents[INFERENCE]["sModel"])]
        return card

    def time(self) -> float:
        """What the camera's own clock says, in Unix seconds."""
        return self.wall() + self._clock_offset

    def set_time(self, stamp: float) -> None:
        """Set the camera's own clock."""
        self._clock_offset = stamp - self.wall()
        if "time-costs-session" in self.flavours:
            self.sessions.expire_all()

    def reboot(self) -> None:
        """Vanish for `reboot_seconds`; what was not saved is lost, tokens stay valid."""
        self.boots += 1
        self.edit = None
        self.booted_at = self.clock() + self.reboot_seconds

    # What people and tests do to it.

    def patch(self, path: str, merge: object) -> None:
        """Change a stored document as somebody at the camera's own web page would."""
        with self._lock:
            self.documents[path] = trees.merged(self.documents[path], merge)


def _disputed(call: Call) -> bool:
    """Whether the sources tell a client to try this write and live with a 404 or 405."""
    return call.path == "/image/0/scene-save" or call.path.endswith("/encode")
