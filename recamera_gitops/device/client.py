"""One camera, spoken to in JSON: who we are, what an answer means, and what may be asked again.

Reads are repeated when nothing, or "the process is restarting", came back. Writes never are, except
where no connection could be made at all; and a login is never sent twice.
"""

import contextlib
import functools
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, TypeAlias, TypeVar

from recamera_gitops.device import fetching
from recamera_gitops.device.asking import (
    Ask,
    Fetch,
    Flow,
    Now,
    Pause,
    Piece,
    Received,
    Restart,
    Told,
    Upload,
)
from recamera_gitops.device.clock import Clock, SystemClock
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.device.envelope import SessionEnded, read
from recamera_gitops.device.paths import wire_path
from recamera_gitops.device.patience import Patience
from recamera_gitops.device.session import CHANGE_PATH, KEY_PATH, Access, Session, Standing
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    NotUnderstood,
    SessionRenewed,
)
from recamera_gitops.exchange import Json, Request, Response
from recamera_gitops.secret import Secret

if TYPE_CHECKING:
    from recamera_gitops.device.transport import Transport

T = TypeVar("T")
_IDENTITY_PATH: Final = "/system/device-info"
_CLOCK_PATH: Final = "/system/time"  # tokens are judged by the clock that a write of it sets [cgi]
_OPEN: Final = (KEY_PATH, "/system/check")  # [wiki]
_JSON: Final = {"Content-Type": "application/json"}
_NO_HEADERS: Final[Mapping[str, str]] = {}


Witness: TypeAlias = Callable[[str], AbstractContextManager[None]]


def _unseen(request: str) -> AbstractContextManager[None]:
    """Nobody is told."""
    del request
    return contextlib.nullcontext()


def _nobody(told: Told) -> None:
    """Nobody waits."""
    del told


@dataclass(frozen=True, slots=True)
class Identity:
    """Which camera answers, and what it runs."""

    serial: str
    firmware: str


class Client:
    """A camera to talk to, for any number of threads. `name` is what messages call it.

    `witness` is told of every write, the login aside, before it is sent, and sees what comes of it.
    """

    def __init__(
        self,
        connection: Connection,
        transport: "Transport",
        *,
        gate: CredentialGate | None = None,
        clock: Clock | None = None,
        name: str = "",
        witness: Witness = _unseen,
    ) -> None:
        self.connection = connection
        self._transport = transport
        self._clock = clock or SystemClock()
        self._patience = Patience(self._clock, connection.timeout)
        self._witness = witness
        self._session = Session(
            connection,
            gate or CredentialGate(),
            name or connection.host,
            fetch=self._told_to_everybody,
            post=self._sent_once,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def get(self, path: str, *, patient: bool = True) -> Json:
        """Read; the path is written as in the reference. None where the camera has nothing to say.

        What a camera tells everybody is asked without a credential. Whoever is not `patient` asks once.
        """
        ask = functools.partial(self._read_openly if path in _OPEN else self._read, wire_path(path))
        if path not in _OPEN:
            self._session.standing()  # a login follows rules of its own
        return self._patience.read(ask) if patient else ask()

    def fetch(self, wanted: Fetch) -> Piece:
        """Read a file, or a part of it, as its bytes."""
        self._session.standing()
        return self._patience.read(lambda: self._fetched(wanted))

    def send(self, method: str, path: str, body: Json = None) -> Json:
        """Write, once. SessionRenewed and Unreachable(sent=True) leave the caller to look again."""
        if body is None:
            return self.exchange(method, path)[0]
        content = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return self.exchange(method, path, content.encode(), _JSON)[0]

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> tuple[Json, Response]:
        """Write bytes, once, and see the response's headers too: what an upload needs."""
        standing = self._session.standing()
        request = Request(method, wire_path(path), {**headers, **standing.headers}, body)
        try:
            with self._witness(f"{method} {path}"):
                response = self._sent_once(request)
                self._session.remember(standing, response)
                answer = read(request, response)
        except SessionEnded as error:
            self._session.renew(standing)
            message = "the session had ended; a new one is open, and nothing was repeated"
            raise SessionRenewed(message, request=error.request) from None
        if path == _CLOCK_PATH:
            self._session.expect_end()
        return answer, response

    def opened(self, door: Callable[[Connection, Mapping[str, str]], T]) -> T:
        """What opens with the headers that prove who we are; once more where the session had ended."""
        while True:
            standing = self._session.standing()
            try:
                return door(self.connection, standing.headers)
            except SessionEnded:
                self._session.renew(standing)

    def converse(self, flow: Flow[T], tell: Callable[[Told], None] = _nobody) -> T:
        """Hold a conversation and return what it ends with; `tell` hears how far it is."""
        try:
            ask = next(flow)
            while True:
                if isinstance(ask, Told):
                    tell(ask)
                    ask = next(flow)
                    continue
                try:
                    answer = self._ask(ask)
                except (CameraError, Interrupted) as error:
                    ask = flow.throw(error)
                else:
                    ask = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    def identify(self) -> Identity:
        """Read which camera this is."""
        answer = self.get(_IDENTITY_PATH)
        found = answer if isinstance(answer, dict) else {}
        serial, firmware = found.get("sSerialNumber"), found.get("sFirmwareVersion")
        if not isinstance(serial, str) or not isinstance(firmware, str):
            raise NotUnderstood(
                "no serial number and firmware version came back", request=f"GET {_IDENTITY_PATH}"
            )
        return Identity(serial, firmware)

    def access(self) -> Access:
        """How the camera is spoken to; logs in when that has not happened yet."""
        return self._session.access()

    @property
    def peer(self) -> str:
        """The address under which the camera was reached last; empty before the first contact."""
        return self._transport.peer

    def public_key(self) -> str:
        """What the camera is known by before anybody logs in."""
        return self._session.public_key().strip()

    def relocate(self, connection: Connection, transport: "Transport") -> None:
        """Go on with the same camera at another address; a login follows when it is needed."""
        left, self._transport = self._transport, transport
        self.connection = connection
        self._session.leave(connection.place)
        left.close()

    def adopt_key(self, key: Secret | None) -> None:
        """Go on with another API key where one is used; None where the key opens nothing any more."""
        self._session.adopt_key(key)

    def change_password(self, new: Secret) -> None:
        """Change the password that this client logs in with, once, and go on with the new one."""
        with self._witness(f"PUT {CHANGE_PATH}"):
            self._session.change_password(new)

    def hurry(self, seconds: float) -> None:
        """From now on no request takes longer than this, what is under way included."""
        self._transport.hurry(seconds)

    def close(self) -> None:
        """Let go of the connections until something is asked; the session on the camera is left to lapse.

        Logging out may end the sessions of people who use the same account [cgi, ext].
        """
        self._transport.close()

    def _ask(self, ask: Ask | Pause | Now | Restart | Upload | Fetch) -> Json:
        match ask:
            case Restart():
                self._session.expect_end()
            case Pause():
                if not self._clock.sleep(ask.seconds):
                    raise Interrupted("interrupted in the middle of a conversation")
            case Now():
                return self._clock.monotonic()
            case _:
                return self._request(ask)
        return None

    def _request(self, ask: Ask | Upload | Fetch) -> Json:
        if isinstance(ask, Fetch):
            return self.fetch(ask)
        if isinstance(ask, Upload):
            headers = {"Content-Type": "text/plain", **ask.headers}
            body, response = self.exchange("POST", ask.path, ask.content, headers)
            return Received(body, response.headers)
        if ask.method == "GET":
            return self.get(ask.path, patient=ask.patient)
        return self.send(ask.method, ask.path, ask.body)

    def _read(self, path: str) -> Json:
        return self._understood(lambda standing: Request("GET", path, standing.headers), read)

    def _fetched(self, wanted: Fetch) -> Piece:
        return self._understood(
            functools.partial(fetching.request, wanted), functools.partial(fetching.piece, wanted)
        )

    def _understood(
        self,
        request_as: Callable[[Standing], Request],
        understand: Callable[[Request, Response], T],
    ) -> T:
        """Ask; again after a new login, of which there is at most one."""
        while True:
            standing = self._session.standing()
            request = request_as(standing)
            response = self._transport.send(request)
            self._session.remember(standing, response)
            try:
                return understand(request, response)
            except SessionEnded:
                self._session.renew(standing)

    def _told_to_everybody(self, path: str) -> Json:
        return self._patience.read(functools.partial(self._read_openly, wire_path(path)))

    def _read_openly(self, path: str) -> Json:
        request = Request("GET", path)
        return read(request, self._transport.send(request))

    def _sent_once(self, request: Request) -> Response:
        return self._patience.write(functools.partial(self._transport.send, request))
