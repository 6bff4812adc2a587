"""Bytes to a camera and back: the one door through which `requests` is used.

A `requests.Session` would look into the environment, netrc and a cookie jar on every call, and follow
redirects with the password in the body. So there is none: its adapter is used directly, with requests
prepared once, over one connection pool that knows one origin. Nothing ambient has a say.
"""

import contextlib
import http.client
import logging
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any, Final, Protocol, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Retry, Timeout

from recamera_gitops.device.connection import Connection
from recamera_gitops.device.deadline import CONNECT_TIMEOUT, SLICE, Flight, current, dial
from recamera_gitops.device.envelope import refuse_redirect
from recamera_gitops.device.parse import MAX_BYTES
from recamera_gitops.device.tls import PinningContext, context_for, reason
from recamera_gitops.errors import CameraError, NotUnderstood, Unreachable, Untrusted
from recamera_gitops.exchange import Request, Response
from recamera_gitops.secret import foreign

_PATH: Final = re.compile(r"/[!-~]*")
_REMEMBERED: Final = 128
_TIMEOUT: Final = Timeout(connect=SLICE, read=SLICE)  # the flight's deadline counts; this wakes it
# The table of foreign exceptions: everything that requests, urllib3 and the layers below can raise.
_FOREIGN: Final = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    urllib3.exceptions.ProxySchemeUnsupported,
    http.client.HTTPException,
    OSError,
)
_GARBAGE: Final = (
    http.client.BadStatusLine,
    http.client.UnknownProtocol,
    http.client.LineTooLong,
    urllib3.exceptions.InvalidHeader,
    urllib3.exceptions.InvalidChunkLength,
    urllib3.exceptions.DecodeError,
    requests.exceptions.InvalidHeader,
)
# The library logs what a camera said as it came, and paths with their queries.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class Transport(Protocol):
    """One request out, one response back, or a CameraError.

    `peer` is the address that the last connection was made to; empty before the first.
    """

    peer: str

    def send(self, request: Request) -> Response:
        """Exchange; never repeats and never follows."""
        ...

    def hurry(self, seconds: float) -> None:
        """From now on nothing takes longer than this, what is under way included."""
        ...

    def close(self) -> None:
        """Let go of every connection."""
        ...


class HttpTransport:
    """A Transport over HTTP(S) to one camera, for any number of threads."""

    def __init__(self, connection: Connection, *, limit: int = MAX_BYTES) -> None:
        self._connection = connection
        self._limit = limit
        self._slots = threading.BoundedSemaphore(connection.concurrency)
        self._lock = threading.Lock()
        self._flights: set[Flight] = set()
        self._patience = connection.timeout
        self._hurried = False
        self._adapter: _CameraAdapter | None = None
        self._remembered: dict[tuple[object, ...], requests.PreparedRequest] = {}
        self.peer = ""
        self._common = {
            "Host": _host(connection),
            "User-Agent": "recamera-gitops",
            "Accept-Encoding": "identity",
        }

    def send(self, request: Request) -> Response:
        """One exchange within the connection's timeout; see errors.py for what it raises."""
        prepared = self._prepared(request)
        with self._flight(request.seconds) as flight:
            try:
                response = self._exchange(prepared, request.most or self._limit)
            except _FOREIGN as error:
                raise self._translated(error, flight) from error
            except ValueError as error:  # what the layers below say of an answer beyond parsing
                raise NotUnderstood("the answer is not HTTP") from error
        self.peer = flight.peer or self.peer
        refuse_redirect(response)
        return response

    def hurry(self, seconds: float) -> None:
        """From now on nothing takes longer than this, what is under way included."""
        with self._lock:
            self._hurried, self._patience = True, min(self._patience, seconds)
            for flight in self._flights:
                flight.hurry(seconds)

    def close(self) -> None:
        """Close the pooled connections; a later `send` opens new ones."""
        with self._lock:
            adapter, self._adapter = self._adapter, None
            self._remembered = {}
        if adapter is not None:
            adapter.close()

    @contextlib.contextmanager
    def _flight(self, seconds: float) -> Iterator[Flight]:
        with self._slots:
            flight = Flight(self._patience if self._hurried else max(seconds, self._patience))
            with self._lock:
                self._flights.add(flight)
            current.flight = flight
            try:
                yield flight
            finally:
                with self._lock:
                    self._flights.discard(flight)

    def _opened(self) -> "_CameraAdapter":
        adapter = self._adapter
        if adapter is None:
            with self._lock:
                adapter = self._adapter = self._adapter or _CameraAdapter(self._connection)
        return adapter

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        if request.method != "GET":
            return self._prepare(request)
        key = (request.path, *request.headers.items())
        prepared = self._remembered.get(key)
        if prepared is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            prepared = self._remembered[key] = self._prepare(request)
        return prepared

    def _prepare(self, request: Request) -> requests.PreparedRequest:
        if not _PATH.fullmatch(request.path):
            raise NotUnderstood(
                f"{foreign(request.path)} cannot stand in a request; nothing was sent"
            )
        headers = {**self._common, **request.headers}
        if request.method != "GET" or request.body:
            headers["Content-Length"] = str(len(request.body))
        prepared = requests.PreparedRequest()
        prepared.method = request.method
        prepared.url = request.path  # the adapter below speaks origin-form
        prepared.headers = cast(
            "Any", headers
        )  # a plain dict: nobody here looks up by another case
        prepared.body = request.body or None
        return prepared

    def _exchange(self, prepared: requests.PreparedRequest, most: int) -> Response:
        raw = self._opened().send(prepared, timeout=cast("Any", _TIMEOUT)).raw
        try:
            return Response(raw.status, _lowered(raw.headers), _body(raw, most))
        except BaseException:
            raw.close()
            raise

    def _translated(self, error: Exception, flight: Flight) -> CameraError:
        causes = tuple(_causes(error))
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return Untrusted(f"the certificate is not vouched for by {self._connection.ca_file}")
        if any(_is_garbage(cause) for cause in causes):
            return NotUnderstood("the answer is not HTTP")
        why = foreign(reason(causes[-1]))
        if flight.sent:
            return Unreachable(f"the connection broke before a complete answer: {why}", sent=True)
        return Unreachable(f"no connection to {self._connection.origin}: {why}", sent=False)


def _body(raw: urllib3.HTTPResponse, most: int) -> bytes:
    """All of it, at most so many bytes; a shorter one than announced is an error of the library's."""
    if raw.headers.get("content-encoding", "identity") != "identity":
        raise NotUnderstood("the answer is compressed, which was not asked for")
    pieces: list[bytes] = []
    left = most + 1
    while piece := raw.read(left, decode_content=False):
        pieces.append(piece)
        left -= len(piece)
        if left <= 0:
            raise NotUnderstood(f"the answer is longer than {most} bytes")
        if raw.length_remaining == 0:
            break
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class _CameraAdapter(HTTPAdapter):
    """The adapter of requests, for one origin: one pool, no proxies, no redirects, no retries."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(max_retries=cast("Any", Retry(total=False)))
        self._pool = _pool(connection)

    def get_connection_with_tls_context(
        self, *_: object, **__: object
    ) -> urllib3.HTTPConnectionPool:
        """The one pool; what it may talk to was decided when it was made."""
        return self._pool

    def cert_verify(self, *_: object, **__: object) -> None:
        """Nothing to choose: the pool's context verifies, and no argument or variable changes it."""

    def request_url(self, request: requests.PreparedRequest, *_: object) -> str:
        """Always origin-form."""
        return str(request.url)

    def build_response(self, req: requests.PreparedRequest, resp: object) -> requests.Response:
        """Only the raw response is of use; no cookie jar is filled."""
        del req
        response = requests.Response.__new__(requests.Response)
        response.raw = resp
        return response

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()
        super().close()


class _Http(HTTPConnection):
    """A connection that dials within the flight, and notes when bytes may have left."""

    def _new_conn(self) -> socket.socket:
        return _dialled(self)

    def send(self, data: object) -> None:
        """Send, on a connection that stands."""
        if self.sock is None:
            self.connect()
        current.flight.sent = True
        super().send(cast("bytes", data))

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3
        """The head of the answer; after one that is refused, no half-read file keeps the socket."""
        sock = self.sock
        try:
            return super().getresponse()
        except BaseException:
            if sock is not None and (descriptor := sock.detach()) >= 0:
                socket.close(descriptor)
            raise


class _Https(_Http, HTTPSConnection):
    """The same over TLS; by the time `send` runs, the certificate has been accepted."""


def _dialled(connection: HTTPConnection) -> socket.socket:
    flight = current.flight
    try:
        sock = dial(connection.host, connection.port, flight)
    except OSError as error:  # named here, because urllib3 passes over a reset
        where = f"{connection.host}:{connection.port}"
        raise Unreachable(f"no connection to {where}: {reason(error)}") from error
    flight.peer = sock.getpeername()[0]
    secure = isinstance(connection, HTTPSConnection)
    sock.settimeout(min(CONNECT_TIMEOUT, flight.remaining()) if secure else SLICE)
    return sock


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def _host(connection: Connection) -> str:
    """What the Host header says: the port only where it is not the scheme's own."""
    authority = re.sub(r"%[^\]]*", "", connection.origin.partition("//")[2])  # a zone is ours alone
    return authority if connection.port else authority.rpartition(":")[0]


def _pool(connection: Connection) -> urllib3.HTTPConnectionPool:
    host, port = connection.host.strip("[]"), connection.effective_port
    if connection.scheme == "http":
        return _HttpPool(host, port, maxsize=connection.concurrency, timeout=_TIMEOUT)
    context = context_for(connection)
    return _HttpsPool(
        host,
        port,
        maxsize=connection.concurrency,
        timeout=_TIMEOUT,
        ssl_context=context,
        cert_reqs=context.verify_mode,
        assert_fingerprint=context.fingerprint if isinstance(context, PinningContext) else None,
    )


def _lowered(headers: urllib3.HTTPHeaderDict) -> dict[str, str]:
    """Lower-case names; a header that came several times has one value a line."""
    lowered: dict[str, str] = {}
    for name, value in headers.iteritems():
        key = name.lower()
        lowered[key] = f"{lowered[key]}\n{value}" if key in lowered else value
    return lowered


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, outermost first."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        inner = next((part for part in cause.args if isinstance(part, BaseException)), None)
        cause = inner or cause.__cause__ or cause.__context__


def _is_garbage(error: BaseException) -> bool:
    return isinstance(error, _GARBAGE) and not isinstance(error, http.client.RemoteDisconnected)
