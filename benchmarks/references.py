"""Other ways to ask the cameras the same: raw sockets, plain requests, nornir.

Each logs in to every camera (key, RSA, cookie), sends the recorded GETs and parses the JSON. None of
them compares, retries, bounds or verifies anything: what they take is what merely asking takes.
"""

import base64
import json
import re
import selectors
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

CGI: Final = "/cgi-bin/entry.cgi"
CONNECTIONS: Final = 4
REQUESTS_THREADS: Final = 64
NORNIR_THREADS: Final = 50
_LENGTH: Final = re.compile(rb"\r\nContent-Length: (\d+)")


@dataclass(frozen=True, slots=True)
class Workload:
    """Which cameras, by port on this machine, and what each is asked."""

    ports: Sequence[int]
    gets: Sequence[str]
    password: str


def _login_form(pem: str, password: str) -> dict[str, str]:
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)  # noqa: S101
    encrypted = base64.b64encode(key.encrypt(password.encode(), PKCS1v15())).decode()
    return {"sUserName": "admin", "sPassword": encrypted}


@dataclass(slots=True)
class _Raw:
    """One camera over raw sockets; `waiting` are the requests that are still to be sent."""

    port: int
    workload: Workload
    waiting: list[bytes] = field(default_factory=list)
    left: int = 0

    def get(self, path: str, cookie: str = "") -> bytes:
        """A request as it stands on the wire."""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode()

    def login(self, key: bytes) -> bytes:
        """The login, encrypted for the key that came."""
        form = json.dumps(_login_form(json.loads(key)["sPublicKey"], self.workload.password))
        head = f"POST {CGI}/system/login HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()

    def logged_in(self, head: bytes) -> None:
        """Take the cookie along in everything that is still to be asked."""
        token = head.partition(b"token=")[2].partition(b";")[0].decode()
        cookie = f"Cookie: token={token}\r\n"
        self.waiting = [self.get(path, cookie) for path in reversed(self.workload.gets)]
        self.left = len(self.waiting)


class _RawConnection:
    """One socket: what it waits for, and what has come of it."""

    __slots__ = ("buffer", "camera", "on_answer", "sock")

    def __init__(self, camera: _Raw) -> None:
        self.camera = camera
        self.sock = socket.create_connection(("127.0.0.1", camera.port))
        self.sock.setblocking(False)
        self.buffer = b""
        self.on_answer: Callable[[_RawConnection, bytes, bytes], None] = _nothing

    def readable(self) -> None:
        """Take what has come; hand over an answer that is complete."""
        data = self.buffer + self.sock.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        announced = _LENGTH.search(head)
        if announced is None or len(body) < int(announced.group(1)):
            self.buffer = data
            return
        self.buffer = b""
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        self.on_answer(self, head, body)


def _nothing(connection: _RawConnection, head: bytes, body: bytes) -> None:
    del connection, head, body


class _RawFleet:
    """All cameras at once in one thread, four connections each."""

    def __init__(self, workload: Workload) -> None:
        self._selector = selectors.DefaultSelector()
        self._left = len(workload.ports)
        for port in workload.ports:
            camera = _Raw(port, workload)
            connection = self._connected(camera)
            connection.on_answer = self._key
            connection.sock.send(camera.get(f"{CGI}/system/key"))

    def run(self) -> None:
        """Until every camera has answered everything."""
        while self._left:
            for key, _ in self._selector.select():
                key.data.readable()
        self._selector.close()

    def _connected(self, camera: _Raw) -> _RawConnection:
        connection = _RawConnection(camera)
        self._selector.register(connection.sock, selectors.EVENT_READ, connection)
        return connection

    def _key(self, connection: _RawConnection, head: bytes, body: bytes) -> None:
        del head
        connection.on_answer = self._login
        connection.sock.send(connection.camera.login(body))

    def _login(self, connection: _RawConnection, head: bytes, body: bytes) -> None:
        json.loads(body)
        camera = connection.camera
        camera.logged_in(head)
        others = [self._connected(camera) for _ in range(CONNECTIONS - 1)]
        for each in (connection, *others):
            each.on_answer = self._answer
            self._next(each)

    def _answer(self, connection: _RawConnection, head: bytes, body: bytes) -> None:
        del head
        json.loads(body)
        connection.camera.left -= 1
        self._left -= not connection.camera.left
        self._next(connection)

    def _next(self, connection: _RawConnection) -> None:
        if connection.camera.waiting:
            connection.sock.send(connection.camera.waiting.pop())
            return
        self._selector.unregister(connection.sock)
        connection.sock.close()


def raw(workload: Workload) -> None:
    """One thread, non-blocking sockets."""
    _RawFleet(workload).run()


def _ask_with_requests(port: int, workload: Workload) -> list[Any]:
    """One camera as most programs would do it: a session, one request after another."""
    import requests  # noqa: PLC0415, TID251 - a reference, not the program

    origin = f"http://127.0.0.1:{port}"
    with requests.Session() as session:
        key = session.get(f"{origin}{CGI}/system/key", timeout=45).json()["sPublicKey"]
        form = _login_form(key, workload.password)
        session.post(f"{origin}{CGI}/system/login", json=form, timeout=45).raise_for_status()
        return [_json(session.get(origin + path, timeout=45)) for path in workload.gets]


def _json(response: Any) -> Any:  # noqa: ANN401
    response.raise_for_status()
    return response.json()


def plain_requests(workload: Workload) -> None:
    """A session per camera, 64 threads."""
    with ThreadPoolExecutor(REQUESTS_THREADS) as pool:
        list(pool.map(lambda port: _ask_with_requests(port, workload), workload.ports))


def nornir(workload: Workload) -> None:
    """Nornir's threaded runner with 50 workers, the same session in each task."""
    from nornir.core import Nornir  # noqa: PLC0415
    from nornir.core.inventory import Groups, Host, Hosts, Inventory  # noqa: PLC0415
    from nornir.core.task import Result  # noqa: PLC0415
    from nornir.plugins.runners import ThreadedRunner  # noqa: PLC0415

    def ask(task: Any) -> Any:  # noqa: ANN401
        return Result(task.host, result=_ask_with_requests(task.host.port, workload))

    hosts = {f"c{port}": Host(f"c{port}", "127.0.0.1", port) for port in workload.ports}
    inventory = Inventory(Hosts(hosts), Groups({}))
    result = Nornir(inventory, runner=ThreadedRunner(NORNIR_THREADS)).run(ask)
    if result.failed:
        raise RuntimeError("a task of nornir has failed")


CLIENTS: Final[dict[str, Callable[[Workload], None]]] = {
    "raw sockets": raw,
    "requests": plain_requests,
    "nornir": nornir,
}
