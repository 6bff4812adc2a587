"""The camera's picture over RTSP: JPEG in RTP, interleaved with what is said over one TCP connection.

The first frames that a viewer is sent are old ones: they show what the last viewer saw at the end, however
long ago that was, and come at once [seed].
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from recamera_gitops.emulator.camera import EmulatedCamera
from recamera_gitops.emulator.jpeg import packet
from recamera_gitops.emulator.sight import ENDLESS, GARBAGE, SILENT, Sight, sight
from recamera_gitops.emulator.video import NAMES

STALE_FRAMES = 120
LONGEST_HEAD = 1 << 14
CLOCK = 90_000  # ticks of RTP in a second
JPEG = 26
REALM = "reCamera"
TOGETHER = re.compile(rb"interleaved=(\d{1,2})\b")
SDP = (
    "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=main\r\nt=0 0\r\n"
    f"m=video 0 RTP/AVP {JPEG}\r\na=control:trackID=0\r\n"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One request of a viewer."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass(slots=True)
class Viewer:
    """One connection, from its first word to its end."""

    camera: EmulatedCamera
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    channel: int = 0
    playing: asyncio.Task[None] | None = None

    async def served(self) -> None:
        """Answer until the viewer leaves, or asks for what there is not."""
        try:
            while (said := await self._heard()) is not None and (
                self._moved(said) or await self._answered(said)
            ):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            if self.playing is not None:
                self.playing.cancel()
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()

    async def _heard(self) -> Said | None:
        """The next request; reports about the stream, which come in between, are passed over."""
        first = await self.reader.readexactly(1)
        while first == b"$":
            _, high, low = await self.reader.readexactly(3)
            await self.reader.readexactly(high << 8 | low)
            first = await self.reader.readexactly(1)
        head = first + await self.reader.readuntil(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").strip().split("\r\n")
        method, target, _ = line.split(" ", 2)
        pairs = (each.partition(":") for each in rest)
        return Said(method, target, {key.strip().lower(): value.strip() for key, _, value in pairs})

    def _moved(self, said: Said) -> bool:
        kind = said.headers.get("authorization", "").partition(" ")[0]
        self.camera.viewed.append((said.method, kind))
        elsewhere = self.camera.elsewhere.get(said.method)
        return elsewhere is not None and self._say(said, 302, Location=elsewhere)

    async def _answered(self, said: Said) -> bool:
        setting = self.camera.documents["/video/0/stream"]["rtsp"]
        if not setting["iEnabled"] or not self.camera.power:
            return False
        if said.method == "OPTIONS":
            return self._say(said, 200, Public="OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        if setting["iAuthType"] and not self._admitted(said, setting):
            return self._say(said, 401, WWW_Authenticate=self._challenge())
        if not self._is_here(said.target):
            return self._say(said, 404)
        handlers = {"DESCRIBE": self._describe, "SETUP": self._setup, "PLAY": self._play}
        handler = handlers.get(said.method)
        if handler is None:
            return self._say(said, 200) and said.method != "TEARDOWN"
        return await handler(said)

    def _is_here(self, target: str) -> bool:
        names = {NAMES[0], *(["live"] if "rtsp-url-stored" in self.camera.flavours else [])}
        return urlsplit(target).path.strip("/").partition("/")[0] in names

    async def _describe(self, said: Said) -> bool:
        if self.camera.picture == ENDLESS:
            while True:
                self.writer.write(b"RTSP/1.0 200 OK\r\nX-More: and more\r\n" * 64)
                await self.writer.drain()
        base = said.target.rstrip("/") + "/"
        return self._say(said, 200, SDP, Content_Base=base, Content_Type="application/sdp")

    async def _setup(self, said: Said) -> bool:
        found = TOGETHER.search(said.headers.get("transport", "").encode())
        if found is None:
            return self._say(said, 461)
        self.channel = int(found[1])
        transport = f"RTP/AVP/TCP;unicast;interleaved={self.channel}-{self.channel + 1}"
        return self._say(said, 200, Transport=transport, Session=self.nonce)

    async def _play(self, said: Said) -> bool:
        self._say(said, 200, Session=self.nonce, Range="npt=0.000-")
        if self.playing is None and self.camera.picture != SILENT:
            self.playing = asyncio.create_task(self._play_on())
        return True

    async def _play_on(self) -> None:
        old = self.camera.seen
        with contextlib.suppress(OSError):
            for frame in range(STALE_FRAMES):
                await self._show(frame, old)
            frame = STALE_FRAMES
            while self.camera.power:
                self.camera.seen = sight(self.camera)
                await self._show(frame, self.camera.seen)
                await asyncio.sleep(1 / (self._rate() * self.camera.haste))
                frame += 1
        self.writer.close()

    async def _show(self, frame: int, seen: Sight) -> None:
        content = packet(seen.shades(frame))
        if self.camera.picture == GARBAGE:
            content = secrets.token_bytes(len(content))
        ticks = frame * CLOCK // self._rate()
        head = bytes((0x80, 0x80 | JPEG)) + (frame & 0xFFFF).to_bytes(2, "big")
        content = head + (ticks & 0xFFFFFFFF).to_bytes(4, "big") + b"EMUL" + content
        self.writer.write(b"$" + bytes((self.channel,)) + len(content).to_bytes(2, "big") + content)
        await self.writer.drain()

    def _rate(self) -> int:
        return int(self.camera.documents["/video/0/encode"]["sFrameRate"])

    def _say(self, said: Said, status: int, body: str = "", **headers: str) -> bool:
        lines = [f"RTSP/1.0 {status} {PHRASES[status]}", f"CSeq: {said.headers.get('cseq', '0')}"]
        lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        return True

    def _challenge(self) -> str:
        if "rtsp-basic" in self.camera.flavours:
            return f'Basic realm="{REALM}"'
        return f'Digest realm="{REALM}", nonce="{self.nonce}"'

    def _admitted(self, said: Said, setting: dict[str, str]) -> bool:
        kind, _, told = said.headers.get("authorization", "").partition(" ")
        user, password = setting["sUserName"], setting["sPassword"]
        if "rtsp-basic" in self.camera.flavours:
            meant = base64.b64encode(f"{user}:{password}".encode()).decode()
            return kind == "Basic" and hmac.compare_digest(told, meant)
        parts = dict(re.findall(r'(\w+)="([^"]*)"', told))
        who = _md5(f"{user}:{REALM}:{password}")
        what = _md5(f"{said.method}:{parts.get('uri', '')}")
        meant = _md5(f"{who}:{self.nonce}:{what}")
        return kind == "Digest" and hmac.compare_digest(parts.get("response", ""), meant)


PHRASES = {
    200: "OK",
    302: "Moved Temporarily",
    401: "Unauthorized",
    404: "Not Found",
    461: "Unsupported Transport",
}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
