"""A fleet of emulated cameras behind real sockets, served by one event loop in its own thread."""

import asyncio
import ipaddress
import signal
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

from recamera_gitops.emulator.camera import EmulatedCamera
from recamera_gitops.emulator.certificates import self_signed
from recamera_gitops.emulator.faults import ConnectionDropped, Fault, Shaped, meant_for
from recamera_gitops.emulator.flavours import checked
from recamera_gitops.exchange import Request

BACKLOG = 512
SHUTDOWN_SECONDS = 0.2


@dataclass(slots=True)
class EmulatedFleet:
    """Cameras on consecutive loopback addresses, one port; with port 0 each has a free one.

    A context manager. Inside it `cameras`, `hosts`, `ports`, `urls` and, with https,
    `fingerprints` (SHA-256 of the certificate, hex) are parallel lists. `delay` holds every answer
    back by so many seconds.
    """

    count: int = 1
    address: str = "127.11.0.1"
    port: int = 8180
    https: bool = False
    flavours: Iterable[str] = ()
    faults: Iterable[Fault] = ()
    serials: Iterable[str] | None = None
    password: str = "recamera"  # noqa: S105
    delay: float = 0.0
    cameras: list[EmulatedCamera] = field(init=False, default_factory=list)
    hosts: list[str] = field(init=False, default_factory=list)
    ports: list[int] = field(init=False, default_factory=list)
    fingerprints: list[str] = field(init=False, default_factory=list)
    _thread: threading.Thread | None = field(init=False, default=None)
    _loop: asyncio.AbstractEventLoop | None = field(init=False, default=None)
    _stop: asyncio.Event | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        flavours = checked(self.flavours)
        serials = self.serials or (
            f"RC1126B-EMU-{number:04d}" for number in range(1, self.count + 1)
        )
        for index, serial in enumerate(serials):
            camera = EmulatedCamera(serial, flavours=flavours, password=self.password)
            camera.https = self.https
            camera.reset()
            camera.faults.extend(meant_for(self.faults, index, serial))
            self.cameras.append(camera)

    @property
    def urls(self) -> list[str]:
        """The origin of each camera."""
        scheme = "https" if self.https else "http"
        return [
            f"{scheme}://{host}:{port}" for host, port in zip(self.hosts, self.ports, strict=True)
        ]

    def __enter__(self) -> Self:
        sockets = self._bound()
        self.fingerprints.clear()
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(sockets, started)),
            name="emulated-fleet",
            daemon=True,
        )
        self._thread.start()
        try:
            started.result()
        except Exception:
            self._thread.join()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _bound(self) -> list[socket.socket]:
        first = ipaddress.IPv4Address(self.address)
        sockets: list[socket.socket] = []
        try:
            for number in range(len(self.cameras)):
                listener = socket.create_server((str(first + number), self.port), backlog=BACKLOG)
                sockets.append(listener)
        except OSError:
            for listener in sockets:
                listener.close()
            raise
        names = [listener.getsockname() for listener in sockets]
        self.hosts, self.ports = [name[0] for name in names], [name[1] for name in names]
        return sockets

    async def _serve(self, sockets: list[socket.socket], started: "Future[None]") -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runners: list[web.ServerRunner] = []
        try:
            for camera, listener in zip(self.cameras, sockets, strict=True):
                server = web.Server(_handler(camera, self.delay), access_log=None)
                runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_SECONDS)
                runners.append(runner)
                await runner.setup()
                await web.SockSite(
                    runner, listener, ssl_context=self._tls(), backlog=BACKLOG
                ).start()
            started.set_result(None)
            await self._stop.wait()
        except Exception as error:  # noqa: BLE001
            started.set_exception(error)
        finally:
            await asyncio.gather(*(runner.cleanup() for runner in runners))
            for listener in sockets:
                listener.close()

    def _tls(self) -> ssl.SSLContext | None:
        if not self.https:
            return None
        context, fingerprint = self_signed()
        self.fingerprints.append(fingerprint)
        return context


def _handler(
    camera: EmulatedCamera, delay: float
) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(incoming: web.BaseRequest) -> web.StreamResponse:
        camera.arrived()
        try:
            body = await incoming.read()
            if delay:
                await asyncio.sleep(delay)
            request = Request(incoming.method, incoming.raw_path, incoming.headers, body)
            response = camera.respond(request, incoming.remote or "")
        except ConnectionDropped:
            return _cut(incoming)
        else:
            if isinstance(response, Shaped):
                return await _shaped(incoming, response)
            return web.Response(
                body=response.body, status=response.status, headers=response.headers
            )
        finally:
            camera.answered()

    return answer


def _cut(incoming: web.BaseRequest) -> web.StreamResponse:
    """End the connection with a reset; what is returned goes nowhere."""
    if incoming.transport is not None:
        incoming.transport.abort()
    return web.Response()


async def _shaped(incoming: web.BaseRequest, response: Shaped) -> web.StreamResponse:
    """Send a response in its own way; ends early when the client leaves."""
    await asyncio.sleep(response.delay)
    outgoing = web.StreamResponse(status=response.status, headers=response.headers)
    if not response.endless:
        outgoing.content_length = len(response.body) * (2 if response.truncated else 1)
    await outgoing.prepare(incoming)
    for piece in _pieces(response):
        await outgoing.write(piece)
        await asyncio.sleep(response.drip)
    return _cut(incoming) if response.truncated else outgoing


def _pieces(response: Shaped) -> Iterator[bytes]:
    if response.drip:
        yield from (response.body[at : at + 1] for at in range(len(response.body)))
        return
    yield response.body
    while response.endless:
        yield response.body


def serve(fleet: EmulatedFleet, announce: Callable[[str], object]) -> None:
    """Run the fleet until SIGINT or SIGTERM; announces each camera on one line."""
    stopped = threading.Event()
    kept = {
        number: signal.signal(number, lambda *_signal: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with fleet:
            for index, (camera, url) in enumerate(zip(fleet.cameras, fleet.urls, strict=True)):
                pin = f"  sha256:{fleet.fingerprints[index]}" if fleet.https else ""
                announce(f"{url}  {camera.serial}{pin}")
            stopped.wait()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
