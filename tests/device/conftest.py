"""Small servers on the loopback, a camera without a socket, and a clock that does not wait."""

import base64
import contextlib
import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from recamera_gitops.device.connection import Connection
from recamera_gitops.exchange import Response
from recamera_gitops.secret import Secret

PASSWORD = "correct horse"


class RawServer:
    """Accepts, and lets `script(socket)` do what it likes; `script` runs in a thread each."""

    def __init__(self, script, family=socket.AF_INET, host="127.0.0.1"):
        self.script = script
        self.accepted = 0
        self._listener = socket.create_server((host, 0), family=family)
        self.port = self._listener.getsockname()[1]
        self._sockets = []
        self._threads = [threading.Thread(target=self._accept)]
        self.stopped = threading.Event()
        self._threads[0].start()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._sockets.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock):
        with contextlib.suppress(OSError), sock:
            self.script(sock)

    def close(self):
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)


class HttpServer:
    """HTTP/1.1 with keep-alive; `answer(method, path, headers, body)` → (status, headers, body)."""

    def __init__(self, answer, context=None):
        self.answer = answer
        self.context = context
        self.requests = []
        self.sockets = []
        self.most_at_once = 0
        self.now = 0
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.outer = self
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        for sock in self.sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        self._thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self):
        outer = self.server.outer
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with outer.lock:
            outer.requests.append((self.command, self.path, dict(self.headers), body))
            outer.now += 1
            outer.most_at_once = max(outer.most_at_once, outer.now)
        status, headers, content = outer.answer(self.command, self.path, self.headers, body)
        with outer.lock:
            outer.now -= 1
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 the library's names

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = False

    def get_request(self):
        sock, address = super().get_request()
        self.outer.sockets.append(sock)
        return sock, address

    def finish_request(self, request, client_address):
        if self.outer.context is not None:
            try:
                request = self.outer.context.wrap_socket(request, server_side=True)
            except OSError:
                return
            self.outer.sockets.append(request)
        with contextlib.suppress(OSError):
            super().finish_request(request, client_address)
        request.close()

    def handle_error(self, *_):
        pass


@pytest.fixture
def closing():
    with contextlib.ExitStack() as stack:
        yield lambda thing: stack.enter_context(contextlib.closing(thing))


@pytest.fixture
def raw_server(closing):
    return lambda script, **options: closing(RawServer(script, **options))


@pytest.fixture
def http_server(closing):
    return lambda answer, context=None: closing(HttpServer(answer, context))


def connection_to(port, **options):
    return Connection(
        "127.0.0.1", **{"scheme": "http", "port": port, "password": Secret(PASSWORD), **options}
    )


@pytest.fixture(name="connection_to")
def connection_to_fixture():
    return connection_to


class FakeClock:
    def __init__(self):
        self.now = 0.0
        self.slept = []
        self.stopped = False

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        return not self.stopped


@pytest.fixture
def clock():
    return FakeClock()


RSA_KEY = rsa.generate_private_key(65537, 2048)


def pem_of(key, form=serialization.PublicFormat.PKCS1):
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture(name="pem_of", scope="session")
def pem_of_fixture():
    return pem_of


@pytest.fixture(scope="session")
def rsa_key():
    return RSA_KEY


class Camera:
    """The login of a camera, in process; other paths are answered by `routes`, in turn if a list."""

    def __init__(self, routes=None, password=PASSWORD):
        self.routes = routes or {}
        self.password = password
        self.seen = []
        self.logins = 0
        self.failed_logins = 0
        self.token = None
        self.login_answer = None
        self.closed = False
        self._lock = threading.Lock()

    def send(self, request):
        path = request.path.removeprefix("/cgi-bin/entry.cgi")
        with self._lock:
            self.seen.append((request.method, path))
            if path == "/system/key":
                return answer({"sPublicKey": pem_of(RSA_KEY)})
            if path == "/system/login":
                return self._login(json.loads(request.body))
            if request.headers.get("Cookie") != f"token={self.token}":
                return answer({"code": 401, "message": "Token expired"})
            reply = self.routes.get(path, {"code": 404, "message": "API Not Found"})
            if isinstance(reply, list) and reply:
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Response) else answer(reply)

    def _login(self, form):
        if self.login_answer is not None:
            if isinstance(self.login_answer, Exception):
                self.logins += 1
                raise self.login_answer
            return self.login_answer
        clear = RSA_KEY.decrypt(base64.b64decode(form["sPassword"]), padding.PKCS1v15()).decode()
        if clear != self.password:
            self.failed_logins += 1
            return answer({"iStatus": -1, "iAuth": 0, "sWaittime": 0})
        self.logins += 1
        self.token = f"token{self.logins}"
        return answer(
            {"iStatus": 0, "iAuth": 1, "sWaittime": 0},
            {"set-cookie": f"token={self.token}; Max-Age=86400; Path=/"},
        )

    def close(self):
        self.closed = True


def answer(body, headers=None, status=200):
    content = {"content-type": "application/json;charset-utf8", **(headers or {})}
    return Response(status, content, json.dumps(body).encode())


@pytest.fixture(name="answer")
def answer_fixture():
    return answer


@pytest.fixture(name="make_camera")
def camera_fixture():
    return Camera


def _certificate(names):
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime(2026, 1, 1)  # noqa: DTZ001 the library takes it as UTC
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3650))
        .not_valid_after(now + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


class Identity:
    """A self-signed certificate, as a server context, a pin and a CA file."""

    def __init__(self, directory, names):
        certificate, key = _certificate(names)
        self.file = directory / "certificate.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file = directory / "key.pem"
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.pin = certificate.fingerprint(hashes.SHA256()).hex()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.file, key_file)


@pytest.fixture(scope="session")
def identity(tmp_path_factory):
    """What a camera shows: made out to localhost only."""
    return Identity(tmp_path_factory.mktemp("camera"), [x509.DNSName("localhost")])


@pytest.fixture(scope="session")
def other_identity(tmp_path_factory):
    """Another certificate, made out to the loopback address."""
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return Identity(tmp_path_factory.mktemp("other"), names)
