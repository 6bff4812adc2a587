"""Connections on which a camera tells what happens while it happens: the one door for `websockets`.

The library keeps the protocol and nothing else: it is handed bytes, and hands out bytes. The connection
below is dialled, encrypted and compared like those for requests, before the first byte that proves who
we are. So there is no proxy, no redirect and no thread of which nobody knows; and what a camera sends is
bounded in size, what it leaves out in time.
"""

import contextlib
import logging
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidMessage, InvalidStatus, PayloadTooBig
from websockets.frames import Frame, Opcode
from websockets.http11 import Response as Answer
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import WebSocketURI

from recamera_gitops.device.connection import Connection
from recamera_gitops.device.deadline import CONNECT_TIMEOUT, SLICE, Flight, current, dial
from recamera_gitops.device.envelope import Redirected, read
from recamera_gitops.device.parse import MAX_BYTES
from recamera_gitops.device.paths import wire_path
from recamera_gitops.device.tls import context_for, reason
from recamera_gitops.errors import CameraError, NotUnderstood, Unreachable, Untrusted
from recamera_gitops.exchange import Request, Response
from recamera_gitops.secret import foreign

if TYPE_CHECKING:
    import socket

PING_AFTER: Final = 15.0  # seconds of silence; a web server in between ends a connection after 60
DEAD_AFTER: Final = 15.0  # more without an answer
_PIECE: Final = 65536
_NORMAL: Final = 1000
# The library tells of frames as they came, and of cookies.
logging.getLogger("websockets").setLevel(logging.CRITICAL + 1)


class Closed(Unreachable):
    """The stream has ended; `code` is what the camera said of that, None where it was cut."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        self.code = code
        super().__init__(message, sent=True)

    @property
    def orderly(self) -> bool:
        """Whether the camera says that all is well."""
        return self.code == _NORMAL


class Stream:
    """A websocket to one camera, for one thread at a time; see errors.py for what it raises.

    A camera that says nothing for a while is asked whether it is there.
    """

    def __init__(
        self,
        sock: "socket.socket",
        protocol: ClientProtocol,
        monotonic: Callable[[], float],
        timeout: float,
    ) -> None:
        self._sock = sock
        self._protocol = protocol
        self._monotonic = monotonic
        self._timeout = timeout
        self._heard = monotonic()
        self._asked: float | None = None
        self._answer: Answer | None = None
        self._ended: Closed | NotUnderstood | None = None
        self._deaf: Closed | None = None
        self._part: bytearray | None = None
        self._is_text = True
        self._messages: deque[str | bytes] = deque()

    def begin(self, headers: Mapping[str, str], flight: Flight) -> None:
        """Ask for the websocket, as whom the headers prove us to be; returns once it is there."""
        request = self._protocol.connect()
        request.headers["User-Agent"] = "recamera-gitops"
        for name, value in headers.items():
            request.headers[name] = value
        self._protocol.send_request(request)
        self._flush()
        while self._answer is None and self._protocol.handshake_exc is None:
            if self._ended is not None:
                raise self._ended
            try:
                self._listen(min(flight.remaining(), SLICE))
            except TimeoutError as error:
                raise Unreachable("the stream did not open in time", sent=True) from error
        if self._protocol.handshake_exc is not None:
            raise _refusal(self._protocol.handshake_exc, self._answer, request.path)
        if self._protocol.available_subprotocols and self._protocol.subprotocol is None:
            message = "what answers there does not speak the language that it was asked for"
            raise NotUnderstood(message, request=f"GET {request.path}")

    def receive(self, seconds: float) -> str | bytes | None:
        """The next message; None when none has come in so many seconds. Closed after the last one."""
        until = self._monotonic() + seconds
        while not self._messages:
            if self._ended is not None:
                raise self._ended
            left = until - self._monotonic()
            if left <= 0:
                return None
            self._listen(min(left, SLICE))
        return self._messages.popleft()

    def send(self, message: str | bytes) -> None:
        """Say something, as text or as bytes; Closed where the camera takes nothing any more.

        What it has said by then can still be received.
        """
        if (ended := self._ended or self._deaf) is not None:
            raise ended
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()

    def fileno(self) -> int:
        """What `select` waits for, beside other things, while nothing is `waiting`."""
        return self._sock.fileno()

    @property
    def waiting(self) -> bool:
        """Whether `receive` has something at once, which `select` need not know of."""
        pending = getattr(self._sock, "pending", int)  # of TLS: decrypted, and not read yet
        return bool(self._messages) or self._ended is not None or bool(pending())

    def close(self) -> None:
        """Take leave, as far as anybody listens."""
        with contextlib.suppress(CameraError):
            if self._is_open and (self._ended or self._deaf) is None:
                self._protocol.send_close(_NORMAL)
                self._flush()
        self._sock.close()

    def _listen(self, seconds: float) -> None:
        """Take in what comes within the time; where the connection has ended, that is noted."""
        self._sock.settimeout(seconds)
        try:
            data = self._sock.recv(_PIECE)
        except TimeoutError:
            self._keep_alive()
            return
        except OSError as error:
            self._ended = _broken(error)
            return
        self._heard, self._asked = self._monotonic(), None
        self._take(data)

    def _keep_alive(self) -> None:
        """Ask a silent camera whether it is there; it may be we who have not listened for long."""
        now = self._monotonic()
        if self._asked is not None and now - self._asked >= DEAD_AFTER:
            silent = now - self._heard
            self._ended = Closed(f"nothing came for {silent:.0f} s, not even an answer to a ping")
        elif self._asked is None and now - self._heard >= PING_AFTER and self._is_open:
            self._asked = now
            self._protocol.send_ping(b"")
            with contextlib.suppress(Closed):  # it is noted
                self._flush()

    @property
    def _is_open(self) -> bool:
        return self._protocol.state is State.OPEN

    def _take(self, data: bytes) -> None:
        protocol = self._protocol
        if data:
            protocol.receive_data(data)
        else:
            protocol.receive_eof()
        for event in protocol.events_received():
            if isinstance(event, Answer):
                self._answer = event
            elif isinstance(event, Frame):
                self._assemble(event)
        with contextlib.suppress(Closed):  # it is noted, and what came before it counts
            self._flush()
        if protocol.state in {State.CLOSING, State.CLOSED} and protocol.handshake_exc is None:
            self._ended = _ending(protocol)

    def _assemble(self, frame: Frame) -> None:
        if frame.opcode in {Opcode.TEXT, Opcode.BINARY}:
            self._part, self._is_text = bytearray(), frame.opcode is Opcode.TEXT
        elif frame.opcode is not Opcode.CONT:
            return
        if self._part is None:
            return
        self._part += frame.data
        if frame.fin:
            whole, self._part = bytes(self._part), None
            # A camera passes on names of networks as they are; an odd one is no reason to hang up.
            self._messages.append(whole.decode(errors="replace") if self._is_text else whole)

    def _flush(self) -> None:
        """Send what the library has to say; its wish to half-close is met when all is closed."""
        current.flight = Flight(self._timeout)
        try:
            for data in self._protocol.data_to_send():
                self._sock.sendall(data)
        except OSError as error:
            self._deaf = _broken(error)
            if isinstance(error, TimeoutError):
                self._ended = self._deaf
            # Otherwise what has arrived by now can still be read.
            raise self._deaf from error


def open_stream(
    connection: Connection,
    headers: Mapping[str, str],
    path: str,
    *,
    monotonic: Callable[[], float],
    subprotocol: str | None = None,
) -> Stream:
    """The websocket at a path, opened as whom the headers prove us to be.

    SessionEnded where they prove nothing (any more); a camera that points elsewhere is not followed.
    """
    flight = Flight(connection.timeout)
    host = connection.host.strip("[]").partition("%")[0]  # a zone is ours alone
    secure, port = connection.scheme == "https", connection.effective_port
    uri = WebSocketURI(secure, host, port, wire_path(path), "")
    offered = None if subprotocol is None else [Subprotocol(subprotocol)]
    protocol = ClientProtocol(uri, subprotocols=offered, max_size=MAX_BYTES)
    stream = Stream(_connected(connection, flight), protocol, monotonic, connection.timeout)
    try:
        stream.begin(headers, flight)
    except BaseException:
        stream.close()
        raise
    return stream


def _connected(connection: Connection, flight: Flight) -> "socket.socket":
    """A connection over which somebody speaks whom we trust."""
    context = context_for(connection) if connection.scheme == "https" else None
    host = connection.host.strip("[]")
    try:
        sock = dial(host, connection.effective_port, flight)
        return sock if context is None else _secured(sock, context, host, flight)
    except ssl.SSLCertVerificationError as error:
        message = f"the certificate is not vouched for by {connection.ca_file}"
        raise Untrusted(message) from error
    except OSError as error:
        raise Unreachable(f"no connection to {connection.origin}: {reason(error)}") from error


def _secured(
    sock: "socket.socket", context: ssl.SSLContext, host: str, flight: Flight
) -> "socket.socket":
    try:
        sock.settimeout(min(CONNECT_TIMEOUT, flight.remaining()))
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


def _refusal(error: Exception, answer: Answer | None, path: str) -> CameraError:
    """What is said of a camera that opened nothing: what its answer means, as for every request."""
    request = Request("GET", path)
    if isinstance(error, InvalidStatus) and answer is not None:
        headers: dict[str, str] = {}
        for name, value in answer.headers.raw_items():
            headers.setdefault(name.lower(), value)
        try:
            read(request, Response(answer.status_code, headers, bytes(answer.body)))
        except Redirected as met:
            message = f"{met.message}: a stream opens under the scheme that serves, or not at all"
            return Redirected(message, request=met.request, target=met.target)
        except CameraError as met:
            return met
        return NotUnderstood("it answered, and opened no stream", request=f"GET {path}")
    if isinstance(error, InvalidMessage) and isinstance(error.__cause__, EOFError):
        return Unreachable("the connection broke before the stream was open", sent=True)
    return NotUnderstood("what answers there is no websocket", request=f"GET {path}")


def _ending(protocol: ClientProtocol) -> Closed | NotUnderstood:
    """Why a stream that was open is not any more."""
    error, said = protocol.parser_exc, protocol.close_rcvd
    if isinstance(error, PayloadTooBig):
        return NotUnderstood(f"a message is longer than {MAX_BYTES} bytes")
    if error is not None and not isinstance(error, EOFError):
        return NotUnderstood("what came is no websocket message")
    if said is None:
        return Closed("the connection was cut")
    why = f": {foreign(said.reason)}" if said.reason else ""
    message = f"the camera closed it ({int(said.code)}{why})"
    return Closed(message, code=int(said.code))


def _broken(error: OSError) -> Closed:
    return Closed(f"the connection broke: {reason(error)}")
