"""A wall-clock limit for one exchange, kept at the socket.

A timeout of a socket starts anew with every byte, so a camera that drips holds a request for ever.
Here a blocking call is cut into short slices with a look at the clock between them. The limit may be
tightened by another thread while the exchange waits: that is how a stop signal hurries it.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar, cast

CONNECT_TIMEOUT: Final = 5.0
SLICE: Final = 0.25  # how late, at most, a passed deadline is noticed
T = TypeVar("T")
Address: TypeAlias = tuple[Any, ...]  # two parts for IPv4, four for IPv6


class Flight:
    """One exchange under way: until when it may take, and whether a byte of it may have left.

    `peer` is the address that a connection was made to, empty where an open one was used.
    """

    __slots__ = ("peer", "sent", "until")

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.sent = False
        self.peer = ""

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def hurry(self, seconds: float) -> None:
        """Leave at most so many seconds from now."""
        self.until = min(self.until, time.monotonic() + seconds)


class _Thread(threading.local):
    flight: Flight


# Libraries stand between the exchange and its socket; both ends are in one thread.
current: Final = _Thread()


def _bounded(call: Callable[..., T], *arguments: object) -> T:
    flight = current.flight
    while True:
        flight.remaining()
        with contextlib.suppress(TimeoutError):
            return call(*arguments)


class BoundedSocket(socket.socket):
    """A socket whose waiting ends with the flight of the thread that waits."""

    __slots__ = ()

    def recv_into(self, buffer: object, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive, in slices."""
        return _bounded(super().recv_into, buffer, nbytes or 0, flags)

    def sendall(self, data: object, flags: int = 0) -> None:
        """Send everything, in slices; a peer that stops reading is noticed too."""
        view = memoryview(cast("bytes", data)).cast("B")
        while view:
            view = view[_bounded(super().send, view, flags) :]


class BoundedTlsSocket(BoundedSocket, ssl.SSLSocket):
    """The same over TLS."""


def dial(host: str, port: int, flight: Flight) -> BoundedSocket:
    """A connected socket, within five seconds over all addresses of the name; OSError otherwise."""
    until = time.monotonic() + min(CONNECT_TIMEOUT, flight.remaining())
    addresses = _resolve(host, port, until)
    failure: OSError = socket.gaierror("the name has no address")
    for number, (family, address) in enumerate(addresses):
        share = (until - time.monotonic()) / (len(addresses) - number)
        if share <= 0:
            break
        try:
            return _connect(family, address, share)
        except OSError as error:
            failure = error
    raise failure


def _connect(family: int, address: Address, seconds: float) -> BoundedSocket:
    sock = BoundedSocket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _resolve(host: str, port: int, until: float) -> list[tuple[int, Address]]:
    """Address families and addresses; a name is looked up aside, as the resolver knows no deadline."""
    found: list[tuple[int, Address]] = []
    failures: list[OSError] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            failures.append(error)
        except UnicodeError:
            failures.append(socket.gaierror("not a host name"))
        else:
            found.extend((answer[0], answer[4]) for answer in answers)

    if _is_address(host):
        look_up()
    else:
        resolver = threading.Thread(target=look_up, name="resolver", daemon=True)
        resolver.start()
        resolver.join(max(0.0, until - time.monotonic()))
        if resolver.is_alive():
            raise TimeoutError("the name was not resolved in time")
    if failures:
        raise failures[0]
    return found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
