"""One camera's ports on one address, kept where the camera says that it lives.

Of the two for requests one speaks TLS and the other does not; which of the two serves and which
redirects is the camera's business. On the one that serves websockets may be opened. A third one, where
it is wanted, shows the picture. When its address has changed, all are closed and opened anew a moment
later, so that the answer which announced the move is out; connections that are open are cut.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator

from aiohttp import web

from recamera_gitops.emulator.answers import Upgraded
from recamera_gitops.emulator.camera import EmulatedCamera
from recamera_gitops.emulator.certificates import Certificates
from recamera_gitops.emulator.faults import ConnectionDropped, Shaped
from recamera_gitops.emulator.feeds import Feed
from recamera_gitops.emulator.rtsp import LONGEST_HEAD, Viewer
from recamera_gitops.exchange import Request, Response

BACKLOG = 512
SHUTDOWN_SECONDS = 0.2
MOVE_SECONDS = 0.05
SCHEMES = ("http", "https")
RTSP = "rtsp"


class House:
    """The listeners of one camera; made in any thread, opened and closed in the loop's."""

    def __init__(self, camera: EmulatedCamera, delay: float) -> None:
        self.camera = camera
        self.certificates = Certificates()
        self._delay = delay
        self._runner: web.ServerRunner | None = None
        self._sockets: dict[str, socket.socket] = {}
        self._sites: list[web.SockSite] = []
        self._eye: asyncio.Server | None = None
        self._viewers: set[asyncio.Task[None]] = set()
        self._address = ""
        self._moving = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._move: asyncio.Task[None] | None = None

    def bind(self, host: str, ports: dict[str, int]) -> None:
        """Take the ports of an address, 0 for any free one."""
        try:
            for scheme, port in ports.items():
                self._sockets[scheme] = socket.create_server((host, port), backlog=BACKLOG)
                self.camera.ports[scheme] = self._sockets[scheme].getsockname()[1]
        except OSError:
            self.unbind()
            raise
        self._address = host

    def unbind(self) -> None:
        """Give the ports back."""
        for listener in self._sockets.values():
            listener.close()
        self._sockets.clear()
        self._address = ""

    async def open(self) -> None:
        """Begin to serve, and to follow the camera."""
        self._loop = asyncio.get_running_loop()
        server = web.Server(_handler(self.camera, self._delay), access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        await self._start(self._runner)
        self.camera.listener = self._look

    async def close(self) -> None:
        """Serve no more."""
        self.camera.listener = None
        for pending in (self._alarm, self._move):
            if pending is not None:
                pending.cancel()
        self._blink()
        if self._runner is not None:
            await self._runner.cleanup()
        self.unbind()

    async def _start(self, runner: web.ServerRunner) -> None:
        for scheme, listener in self._sockets.items():
            if scheme == RTSP:
                self._eye = await asyncio.start_server(
                    self._watched, sock=listener, limit=LONGEST_HEAD
                )
                continue
            context = self.certificates.context() if scheme == "https" else None
            site = web.SockSite(runner, listener, ssl_context=context, backlog=BACKLOG)
            self._sites.append(site)
            await site.start()

    async def _watched(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        viewing = asyncio.create_task(Viewer(self.camera, reader, writer).served())
        self._viewers.add(viewing)
        viewing.add_done_callback(self._viewers.discard)

    def _blink(self) -> None:
        """Nobody sees the picture any more."""
        for viewing in self._viewers:
            viewing.cancel()
        if self._eye is not None:
            self._eye.close()
            self._eye = None

    def _look(self) -> None:
        """Called after every request, in whatever thread it was answered."""
        camera = self.camera
        self.certificates.identity = camera.identity
        moved = camera.host != self._address and not self._moving
        if moved or camera.agenda.next is not None:
            self._moving = self._moving or moved
            assert self._loop is not None  # noqa: S101 - the loop set the listener
            self._loop.call_soon_threadsafe(self._follow)

    def _follow(self) -> None:
        """In the loop: plan the move, and the camera's next deed of its own."""
        assert self._loop is not None  # noqa: S101
        if self._moving and self._move is None:
            assert self._runner is not None  # noqa: S101
            self._move = self._loop.create_task(self._relocate(self._runner))
        when = self.camera.agenda.next
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if when is not None:
            pause = max(0.0, when - self.camera.clock()) + 0.001
            self._alarm = self._loop.call_later(pause, self.camera.tick)

    async def _relocate(self, runner: web.ServerRunner) -> None:
        """Move; where the new address cannot be taken the camera is gone."""
        await asyncio.sleep(MOVE_SECONDS)
        for site in self._sites:
            await site.stop()
        self._sites.clear()
        self._blink()
        self.unbind()
        for connection in [] if runner.server is None else runner.server.connections:
            connection.force_close()
        self._address = host = self.camera.host
        try:
            self.bind(host, dict(self.camera.ports))
            await self._start(runner)
        except OSError:
            self._address = host
        self._moving, self._move = False, None
        self._look()


def _handler(
    camera: EmulatedCamera, delay: float
) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(incoming: web.BaseRequest) -> web.StreamResponse:
        camera.arrived()
        try:
            response = await _exchanged(camera, delay, incoming)
            if isinstance(response, Shaped):
                return await shaped(incoming, response)
        except ConnectionDropped:
            return cut(incoming)
        finally:
            camera.answered()
        if isinstance(response, Upgraded):  # no request any more
            return await Feed(camera, incoming, response).served()
        return web.Response(body=response.body, status=response.status, headers=response.headers)

    return answer


async def _exchanged(camera: EmulatedCamera, delay: float, incoming: web.BaseRequest) -> Response:
    body = await incoming.read()
    if delay:
        await asyncio.sleep(delay)
    request = Request(incoming.method, incoming.raw_path, incoming.headers, body)
    return camera.respond(request, incoming.remote or "", SCHEMES[incoming.secure])


def cut(incoming: web.BaseRequest) -> web.StreamResponse:
    """End the connection with a reset; what is returned goes nowhere."""
    if incoming.transport is not None:
        incoming.transport.abort()
    return web.Response()


async def shaped(incoming: web.BaseRequest, response: Shaped) -> web.StreamResponse:
    """Send a response in its own way; ends early when the client leaves."""
    await asyncio.sleep(response.delay)
    outgoing = web.StreamResponse(status=response.status, headers=response.headers)
    if not response.endless:
        outgoing.content_length = len(response.body) * (2 if response.truncated else 1)
    await outgoing.prepare(incoming)
    for piece in _pieces(response):
        await outgoing.write(piece)
        await asyncio.sleep(response.drip)
    return cut(incoming) if response.truncated else outgoing


def _pieces(response: Shaped) -> Iterator[bytes]:
    if response.drip:
        yield from (response.body[at : at + 1] for at in range(len(response.body)))
        return
    yield response.body
    while response.endless:
        yield response.body
