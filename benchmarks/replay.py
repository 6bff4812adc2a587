"""A server that replays a camera's recorded answers on many ports, in a process of its own.

The emulator parses HTTP, keeps state and decrypts logins, for which it needs several times what a fast
client needs; it would be the emulator that is measured. This one looks up bytes. It keeps the bodies
of logins and decrypts them afterwards, refuses a GET without the session cookie, and counts: so a
client that asks less than the others, or more at once than a camera takes, is found out.

`python -m benchmarks.replay FILE COUNT` prints its ports, then obeys lines on stdin:
`delay SECONDS`, and `report`, which also starts counting anew.
"""

import base64
import heapq
import itertools
import json
import os
import re
import selectors
import socket
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from benchmarks.process import many_files

_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REFUSED: Final = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"


class Camera:
    """One port, and how much is going on there."""

    __slots__ = ("answers", "in_flight", "most")

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers = answers
        self.in_flight = self.most = 0


class Connection:
    """One client's connection, with what came of a request so far."""

    __slots__ = ("buffer", "camera", "sock")

    def __init__(self, sock: socket.socket, camera: Camera) -> None:
        self.sock = sock
        self.camera = camera
        self.buffer = b""


class Replay:
    """The event loop."""

    def __init__(self, recording: dict[str, Any], count: int) -> None:
        self._token = recording["token"].encode()
        self._password = recording["password"].encode()
        key = load_pem_private_key(recording["key"].encode(), None)
        assert isinstance(key, RSAPrivateKey)  # noqa: S101
        self._key = key
        self._selector = selectors.DefaultSelector()
        self._delay = 0.0
        self._due: list[tuple[float, int, Connection, bytes]] = []
        self._number = itertools.count()
        self._cameras: list[Camera] = []
        self.ports = [self._listen(recording, number) for number in range(1, count + 1)]
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        self._anew()

    def _anew(self) -> None:
        self._asked: Counter[bytes] = Counter()
        self._logins: list[bytes] = []
        self._cpu = time.process_time()
        for camera in self._cameras:
            camera.most = 0

    def _listen(self, recording: dict[str, Any], number: int) -> int:
        own = {
            key.encode(): _made_its_own(answer, recording["own_texts"], number)
            for key, answer in recording["answers"].items()
        }
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        listener.setblocking(False)
        camera = Camera(own)
        self._cameras.append(camera)
        self._selector.register(listener, selectors.EVENT_READ, camera)
        port: int = listener.getsockname()[1]
        return port

    def run(self) -> None:
        """Serve until stdin ends."""
        while True:
            for key, _ in self._selector.select(self._patience()):
                about = key.data
                if type(about) is Connection:
                    self._readable(about)
                elif about is None:
                    if not self._command():
                        return
                else:
                    self._accept(cast("socket.socket", key.fileobj), about)
            self._deliver()

    def _patience(self) -> float | None:
        return max(0.0, self._due[0][0] - time.monotonic()) if self._due else None

    def _accept(self, listener: socket.socket, camera: Camera) -> None:
        sock, _ = listener.accept()
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ, Connection(sock, camera))

    def _readable(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            self._selector.unregister(connection.sock)
            connection.sock.close()
            return
        data = connection.buffer + data
        head, found, body = data.partition(_END)
        if not found or (data[:1] == b"P" and len(body) < _announced(head)):
            connection.buffer = data
            return
        connection.buffer = b""
        self._asked_for(connection, head, body)

    def _asked_for(self, connection: Connection, head: bytes, body: bytes) -> None:
        what = head[: head.index(b" HTTP/1.1")]
        self._asked[what] += 1
        camera = connection.camera
        answer = camera.answers[what]
        if body:
            self._logins.append(body)
        elif self._token not in head and not what.endswith(b"/key"):
            answer = _REFUSED
        if not self._delay:
            connection.sock.send(answer)
            return
        camera.in_flight += 1
        camera.most = max(camera.most, camera.in_flight)
        entry = (time.monotonic() + self._delay, next(self._number), connection, answer)
        heapq.heappush(self._due, entry)

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, connection, answer = heapq.heappop(self._due)
            connection.camera.in_flight -= 1
            connection.sock.send(answer)

    def _command(self) -> bool:
        lines = os.read(sys.stdin.fileno(), 4096).decode().splitlines()
        for line in lines:
            word, _, value = line.partition(" ")
            if word == "delay":
                self._delay = float(value)
            else:
                _say(self._report())
                self._anew()
        return bool(lines)

    def _report(self) -> dict[str, Any]:
        """`wrong_logins` are those that do not decrypt to the password."""
        cpu = time.process_time() - self._cpu
        return {
            "asked": {what.decode(): times for what, times in self._asked.items()},
            "wrong_logins": sum(not self._is_right(body) for body in self._logins),
            "most_in_flight": max(camera.most for camera in self._cameras),
            "cpu": cpu,
        }

    def _is_right(self, body: bytes) -> bool:
        encrypted = base64.b64decode(json.loads(body)["sPassword"])
        decrypted: bytes = self._key.decrypt(encrypted, PKCS1v15())
        return decrypted == self._password


def _made_its_own(answer: str, texts: list[str], number: int) -> bytes:
    for text in texts:
        answer = answer.replace(text.format(1), text.format(number))
    return answer.encode("latin-1")


def _announced(head: bytes) -> int:
    found = _LENGTH.search(head)
    return int(found.group(1)) if found else 0


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve the recording."""
    many_files()
    recording = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    server = Replay(recording, int(sys.argv[2]))
    _say(server.ports)
    server.run()


if __name__ == "__main__":
    main()
