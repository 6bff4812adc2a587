"""Open websockets: what is said on them, what is heard, and what a fault makes of it."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from recamera_gitops.emulator import results
from recamera_gitops.emulator.answers import Upgraded
from recamera_gitops.emulator.camera import EmulatedCamera
from recamera_gitops.emulator.sessions import digest
from recamera_gitops.emulator.shell import Shell
from recamera_gitops.emulator.streams import LOGS, RESULTS, TERMINAL, TTY

LOOK_SECONDS = 0.02
HUGE_BYTES = 17 << 20
FRAME_OF_NO_KIND = b"\xf7\x7f\x00\x00"
# The protocol of ttyd: a letter in front of what follows.
INPUT, RESIZE, PAUSE, RESUME = b"0", b"1", b"2", b"3"
OUTPUT, TITLE, PREFERENCES = b"0", b"1", b"2"
NORMAL, PROTOCOL_ERROR, ABNORMAL = 1000, 1002, 1011


@dataclass(slots=True)
class Feed:
    """One websocket, from the consent to its end."""

    camera: EmulatedCamera
    incoming: web.BaseRequest
    consent: Upgraded
    socket: web.WebSocketResponse = field(init=False)
    boots: int = field(init=False)
    said: int = 0
    befallen: bool = False
    shell: Shell | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    held: list[bytes] | None = None  # output that is kept back while the other side wants none

    def __post_init__(self) -> None:
        self.boots = self.camera.boots

    async def served(self) -> web.StreamResponse:
        """Say and hear until one of the two ends, or the camera is gone."""
        self.socket = web.WebSocketResponse(compress=False, protocols=(TTY,), timeout=0.2)
        await self.socket.prepare(self.incoming)
        path = self.incoming.path
        parts = {RESULTS: self._results, LOGS: self._logs, TERMINAL: self._terminal}
        tasks = [asyncio.create_task(each()) for each in (parts[path], self._hear)]
        try:
            while self._is_there():
                done, _ = await asyncio.wait(tasks, timeout=0.05, return_when="FIRST_COMPLETED")
                if done:
                    break
            else:
                self.cut()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self.socket

    def _is_there(self) -> bool:
        camera = self.camera
        restarting = self.incoming.path == RESULTS and camera.clock() < camera.media_back_at
        return camera.power and camera.boots == self.boots and not restarting

    def cut(self) -> None:
        """End the connection with a reset."""
        if self.incoming.transport is not None:
            self.incoming.transport.abort()

    async def _results(self) -> None:
        picture = 0
        while True:
            found = results.message(self.camera, picture)
            if found is not None:
                await self._say(found)
                picture += 1
            await asyncio.sleep(results.pause(self.camera))

    async def _logs(self) -> None:
        """First everything that is kept, as an array, then line by line."""
        log = self.camera.syslog
        written = log.written
        await self._say(json.dumps([each.shown for each in log.after(0)]))
        while True:
            for each in log.after(written):
                await self._say(json.dumps(each.shown))
                written = each.number
            await asyncio.sleep(LOOK_SECONDS)

    async def _terminal(self) -> None:
        """Everything here is an answer: who types is heard elsewhere."""
        await self.over.wait()
        failed = self.shell is not None and self.shell.ended
        await self.socket.close(code=ABNORMAL if failed else NORMAL)

    async def _hear(self) -> None:
        async for message in self.socket:
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                continue
            if self.incoming.path == RESULTS and isinstance(message.data, str):
                await self._say(message.data)
            elif self.incoming.path == TERMINAL:
                await self._typed(
                    message.data.encode() if isinstance(message.data, str) else message.data
                )

    async def _typed(self, content: bytes) -> None:
        if self.shell is None:
            await self._begin(content)
            return
        kind, rest = content[:1], content[1:]
        if kind == INPUT:
            await self._show(self.shell.hear(rest.decode(errors="replace")).encode())
            if self.shell.ended is not None:
                self.over.set()
        elif kind == RESIZE:
            size = json.loads(rest)
            self.shell.columns, self.shell.rows = size["columns"], size["rows"]
        elif kind == PAUSE:
            self.held = self.held or []
        elif kind == RESUME:
            held, self.held = self.held or [], None
            for each in held:
                await self._show(each)
        else:
            await self._refuse("a frame of a kind that ttyd does not know")

    async def _begin(self, content: bytes) -> None:
        """The first frame is the size of the window, and a token that nobody needs here."""
        try:
            first = json.loads(content)
            size = int(first["columns"]), int(first["rows"])
            known = isinstance(first["AuthToken"], str)
        except (ValueError, TypeError, KeyError):
            known, size = False, (0, 0)
        if not known:
            await self._refuse("the terminal was not told token, columns and rows first")
            return
        asks = "terminal-login" in self.camera.flavours
        sessions = self.camera.sessions
        self.shell = Shell(lambda typed: digest(typed) == sessions.password, asks, *size)
        self.camera.count("terminal")
        await self._say(TITLE + b"sh (reCamera)")
        await self._say(PREFERENCES + b'{"fontSize":14}')
        await self._show(self.shell.prompt.encode())

    async def _refuse(self, why: str) -> None:
        self.camera.breach(f"ttyd: {why}")
        await self.socket.close(code=PROTOCOL_ERROR)

    async def _show(self, content: bytes) -> None:
        if self.held is not None:
            self.held.append(content)
        elif content:
            await self._say(OUTPUT + content)

    async def _say(self, message: str | bytes) -> None:
        """One message, and the fault that waits for its turn."""
        await self._befall()
        if not self._is_there():
            return
        self.said += 1
        with contextlib.suppress(ConnectionError):
            if isinstance(message, bytes):
                await self.socket.send_bytes(message)
            else:
                await self.socket.send_str(message)
        await self._befall()

    async def _befall(self) -> None:
        if self.consent.fault and self.said >= self.consent.after and not self.befallen:
            self.befallen = True
            await FAULTS[self.consent.fault](self)


async def _broken_off(feed: Feed) -> None:
    feed.cut()


async def _garbage(feed: Feed) -> None:
    """A message that is none, and then on as before."""
    await feed.socket.send_str("\x1b]0;gone\x07{not json")


async def _noise(feed: Feed) -> None:
    """What is no frame at all."""
    if feed.incoming.transport is not None:
        feed.incoming.transport.write(FRAME_OF_NO_KIND)


async def _huge(feed: Feed) -> None:
    await feed.socket.send_str(" " * HUGE_BYTES)


async def _silent(feed: Feed) -> None:
    """Nothing comes any more, not even an answer to a ping, and nothing is cut."""
    if feed.incoming.transport is not None:
        feed.incoming.transport.pause_reading()
    await asyncio.Event().wait()


FAULTS: dict[str, Callable[[Feed], Awaitable[None]]] = {
    "stream-cut": _broken_off,
    "stream-garbage": _garbage,
    "stream-huge": _huge,
    "stream-noise": _noise,
    "stream-silent": _silent,
}
