"""Looking at many addresses, some of them at a time, for whoever answers like a camera.

All ports of an address are dialled at once, so one that nobody has costs one short wait. TLS is tried
first, and spoken as with every camera: the certificate is looked at, and then pinned for the question.
"""

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Final

from recamera_gitops.device.connection import Connection
from recamera_gitops.device.discovery import QUESTION, Sighting, Verdict, best, objection
from recamera_gitops.device.tls import fetch_certificate, reason
from recamera_gitops.device.transport import HttpTransport
from recamera_gitops.errors import CameraError, Unreachable
from recamera_gitops.sockets import make_room

_PATIENCE: Final = 3.0  # seconds at least; who does not speak TLS may wait for the end of a line
_SLOWER: Final = 2  # times the wait for a connection
_LONGEST_ANSWER: Final = 64 * 1024
_SLICE_MS: Final = 250  # how late, at most, a stop is noticed while a connection is waited for
_BEAT: Final = 0.2


class Prober:
    """Looks at one address after another, for any number of threads.

    `seconds` is how long a connection is waited for; a handshake and an answer may each take twice that,
    and three seconds at least. `stopped` tells that nothing more is wanted.
    """

    def __init__(
        self, ports: Sequence[int], seconds: float, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.ports = tuple(dict.fromkeys(ports))
        self._seconds = seconds
        self._patience = max(_PATIENCE, _SLOWER * seconds)
        self.stopped = stopped

    def look(self, address: str) -> Sighting | None:
        """What is there; None where it was not looked at to the end."""
        opened, failure = self._dial(address)
        found = [] if opened else [Sighting(address, Verdict.UNREACHABLE, reason=failure)]
        for port in opened:
            if self.stopped():
                break
            found.append(self._asked(address, port))
            if found[-1].verdict is Verdict.RECAMERA:
                return found[-1]
        return None if self.stopped() else best(found)

    def _asked(self, address: str, port: int) -> Sighting:
        """What answers at an open port: over TLS where it is spoken, else in the clear."""
        secure = Connection(address, "https", port, timeout=self._patience)
        try:
            fingerprint = fetch_certificate(secure, self._patience)
        except Unreachable as error:
            if self.stopped():
                return Sighting(address, Verdict.UNREACHABLE, reason=error.message)
            return _answered(replace(secure, scheme="http"))
        return _answered(replace(secure, fingerprint=fingerprint))

    def _dial(self, address: str) -> tuple[list[int], str]:
        """The ports at which a connection can be made, and why there is none."""
        with _Dialling() as dialling:
            for port in self.ports:
                dialling.begin(address, port)
            until = time.monotonic() + self._seconds
            while (left := until - time.monotonic()) > 0 and not self.stopped():
                if not dialling.go_on(min(_SLICE_MS, left * 1000)):
                    break
        failures = [*dialling.failures, "timed out"]
        return [port for port in self.ports if port in dialling.opened], failures[0]


class _Dialling(contextlib.ExitStack):
    """Connections that are being made, side by side in one thread; none of them outlives it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: set[int] = set()
        self.failures: list[str] = []
        self._waiting: dict[int, tuple[int, socket.socket]] = {}
        self._poll = select.poll()

    def begin(self, address: str, port: int) -> None:
        """Dial one more port."""
        flags = socket.AI_NUMERICHOST
        try:
            (family, kind, protocol, _, place), *_ = socket.getaddrinfo(
                address, port, type=socket.SOCK_STREAM, flags=flags
            )
            sock = self.enter_context(socket.socket(family, kind, protocol))
            sock.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                sock.connect(place)
        except OSError as error:
            self.failures.append(reason(error))
        else:
            self._waiting[sock.fileno()] = (port, sock)
            self._poll.register(sock, select.POLLOUT)

    def go_on(self, milliseconds: float) -> bool:
        """Wait for some news; whether there may be more."""
        for number, _ in self._poll.poll(milliseconds) if self._waiting else ():
            port, sock = self._waiting.pop(number)
            self._poll.unregister(number)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                self.failures.append(os.strerror(code).lower())
            else:
                self.opened.add(port)
        return bool(self._waiting)


def _answered(connection: Connection) -> Sighting:
    """What is made of the answer to the question; an open port alone proves nothing."""
    transport = HttpTransport(connection, limit=_LONGEST_ANSWER)
    verdict, why = Verdict.NOT_RECAMERA, None
    try:
        why = objection(transport.send(QUESTION))
        verdict = Verdict.RECAMERA if why is None else verdict
    except Unreachable as error:
        verdict, why = Verdict.UNREACHABLE, error.message
    except CameraError as error:
        why = error.message
    finally:
        transport.close()
    return Sighting(
        connection.host,
        verdict,
        connection.effective_port,
        connection.scheme,
        connection.fingerprint,
        why,
    )


def scan(
    addresses: Iterable[str],
    prober: Prober,
    at_once: int,
    beat: Callable[[Sequence[Sighting]], None],
) -> list[Sighting]:
    """Look at every address, at most so many at a time, and fewer where the system has not the room.

    `beat` is shown now and then, by the waiting thread, what was found so far. After a stop the rest is
    not looked at.
    """
    queue = _Queue(addresses)
    found: list[Sighting] = []

    def work() -> None:
        while not prober.stopped() and (address := queue.next()) is not None:
            sighting = prober.look(address)
            if sighting is not None:
                found.append(sighting)

    threads = max(1, make_room(at_once * len(prober.ports)) // len(prober.ports))
    with ThreadPoolExecutor(min(at_once, threads), "probe") as pool:
        futures = [pool.submit(work) for _ in range(min(at_once, threads))]
        pending = set(futures)
        while pending:
            _, pending = wait(pending, timeout=_BEAT)
            beat(found)
    for future in futures:
        future.result()
    return found


class _Queue:
    """Addresses that are made when a thread asks for the next one."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._addresses: Iterator[str] = iter(addresses)
        self._lock = threading.Lock()

    def next(self) -> str | None:
        """The next one; None after the last."""
        with self._lock:
            return next(self._addresses, None)
