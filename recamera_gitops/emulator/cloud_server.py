"""The emulated cloud behind a real socket of this machine, in a thread of its own."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from types import TracebackType
from typing import Self

from aiohttp import BodyPartReader, web

from recamera_gitops.emulator.background import Background
from recamera_gitops.emulator.cloud import CREATE, CloudState, Part, checked_cloud
from recamera_gitops.emulator.faults import ConnectionDropped, Shaped
from recamera_gitops.emulator.house import BACKLOG, SHUTDOWN_SECONDS, cut, shaped
from recamera_gitops.exchange import Request

CHUNK = 1 << 20
LAST_SECONDS = 0.02  # in which a connection that was just accepted becomes one that can be closed


class EmulatedCloud:
    """A context manager; inside it `url` is where the service is, and `state` what it knows."""

    def __init__(
        self,
        port: int = 0,
        *,
        address: str = "127.0.0.1",
        flavours: Iterable[str] = (),
        state: CloudState | None = None,
    ) -> None:
        self.state = state or CloudState(checked_cloud(flavours))
        self._place = (address, port)
        self._background: Background | None = None

    @property
    def url(self) -> str:
        """Its origin."""
        return self.state.origin

    def __enter__(self) -> Self:
        listener = socket.create_server(self._place, backlog=BACKLOG)
        self.state.origin = f"http://{self._place[0]}:{listener.getsockname()[1]}"
        self._background = Background("emulated-cloud", partial(self._serve, listener))
        self._background.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._background is not None:
            self._background.stop()

    async def _serve(
        self,
        listener: socket.socket,
        started: Callable[[], None],
        stopped: Callable[[], Awaitable[object]],
    ) -> None:
        runner = web.ServerRunner(
            web.Server(self._answer, access_log=None), shutdown_timeout=SHUTDOWN_SECONDS
        )
        await runner.setup()
        site = web.SockSite(runner, listener, backlog=BACKLOG)
        await site.start()
        started()
        await stopped()
        await site.stop()
        await asyncio.sleep(LAST_SECONDS)
        await runner.cleanup()
        await asyncio.sleep(0)

    async def _answer(self, incoming: web.BaseRequest) -> web.StreamResponse:
        try:
            form = await _form(incoming)
            request = Request(incoming.method, incoming.raw_path, incoming.headers)
            response = self.state.respond(request, form)
        except (ConnectionDropped, ConnectionError):  # the other side may go in the middle too
            return cut(incoming)
        if isinstance(response, Shaped):
            return await shaped(incoming, response)
        return web.Response(body=response.body, status=response.status, headers=response.headers)


async def _form(incoming: web.BaseRequest) -> tuple[Part, ...]:
    """The fields of a form, in order; of everything else nobody looks at the body."""
    if incoming.path != CREATE or incoming.content_type != "multipart/form-data":
        await incoming.read()
        return ()
    return tuple(
        [
            Part(part.name or "", await _content(part), part.filename)
            async for part in await incoming.multipart()
            if isinstance(part, BodyPartReader)
        ]
    )


async def _content(part: BodyPartReader) -> bytes:
    """However long it is: `read` gives up after a megabyte."""
    content = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        content += chunk
    return bytes(content)
