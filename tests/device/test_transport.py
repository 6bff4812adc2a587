"""The door to the network, against servers that misbehave."""

import contextlib
import inspect
import logging
import socket
import threading
import time

import pytest
import requests  # noqa: TID251 to count its exceptions
import urllib3

from recamera_gitops.device import transport as door
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.transport import HttpTransport
from recamera_gitops.errors import CameraError, NotUnderstood, Unreachable, Untrusted
from recamera_gitops.exchange import Request

GET = Request("GET", "/thing")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def transport_to(closing, connection_to):
    def make(port, limit=4 * 1024 * 1024, **options):
        return closing(HttpTransport(connection_to(port, **options), limit=limit))

    return make


def reading(then):
    """A script that reads one request head and then does something."""

    def script(sock):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = sock.recv(4096)
            if not piece:
                return
            data += piece
        then(sock)

    return script


def test_a_request_arrives_as_it_was_said(http_server, transport_to):
    server = http_server(lambda *_: (200, [("X-Thing", "1"), ("X-Thing", "2")], b"{}"))
    transport = transport_to(server.port)
    response = transport.send(Request("POST", "/a?b=c%20d", {"Cookie": "token=t"}, b'{"x":1}'))
    method, path, headers, body = server.requests[0]
    assert (method, path, body) == ("POST", "/a?b=c%20d", b'{"x":1}')
    assert headers == {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": "recamera-gitops",
        "Accept-Encoding": "identity",
        "Cookie": "token=t",
        "Content-Length": "7",
    }
    assert (response.status, response.body, response.headers["x-thing"]) == (200, b"{}", "1\n2")


def test_a_write_without_a_body_says_so(http_server, transport_to):
    server = http_server(lambda *_: (200, [], b"{}"))
    transport_to(server.port).send(Request("POST", "/a"))
    assert server.requests[0][2]["Content-Length"] == "0"


def test_a_read_is_prepared_once_for_each_set_of_headers(http_server, transport_to):
    server = http_server(lambda *_: (200, [], b"{}"))
    transport = transport_to(server.port)
    for token in ("a", "a", "b"):
        transport.send(Request("GET", "/a", {"Cookie": f"token={token}"}))
    assert len(transport._remembered) == 2
    assert [seen[2]["Cookie"] for seen in server.requests] == ["token=a", "token=a", "token=b"]
    for number in range(300):
        transport.send(Request("GET", f"/{number}"))
    assert len(transport._remembered) <= 128


@pytest.mark.parametrize("path", ["", "thing", "/a b", "/a\r\nX: y", "/ä", "http://other/"])
def test_a_path_that_could_become_something_else_is_not_sent(path, raw_server, transport_to):
    server = raw_server(lambda sock: None)
    with pytest.raises(NotUnderstood, match="nothing was sent"):
        transport_to(server.port).send(Request("GET", path))
    assert server.accepted == 0


def test_at_most_four_requests_are_in_flight(http_server, transport_to):
    def slow(*_):
        time.sleep(0.02)  # noqa: TID251 a server that takes its time
        return 200, [], b"{}"

    server = http_server(slow)
    transport = transport_to(server.port)
    threads = [threading.Thread(target=transport.send, args=(GET,)) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 24
    assert server.most_at_once == 4


def test_nothing_listens(transport_to):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match="connection refused") as caught:
        transport_to(port).send(GET)
    assert not caught.value.sent


def test_a_name_that_does_not_exist_was_not_sent_to(closing, connection_to, monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    connection = connection_to(80)
    object.__setattr__(connection, "host", "no-such-camera.invalid")
    with pytest.raises(Unreachable, match="name or service not known") as caught:
        closing(HttpTransport(connection)).send(GET)
    assert not caught.value.sent


def test_a_resolver_that_hangs_is_not_waited_for(closing, connection_to, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(20) and [])
    connection = connection_to(80, timeout=0.3)
    object.__setattr__(connection, "host", "slow.invalid")
    started = time.monotonic()
    with pytest.raises(Unreachable):
        closing(HttpTransport(connection)).send(GET)
    release.set()
    assert time.monotonic() - started < 1.3


def test_ipv6_in_brackets(raw_server, closing, connection_to):
    heads = []
    script = reading(lambda sock: sock.sendall(OK))

    def keep(sock):
        heads.append(sock.recv(4096, socket.MSG_PEEK))
        script(sock)

    try:
        server = raw_server(keep, family=socket.AF_INET6, host="::1")
    except OSError:
        pytest.skip("no IPv6 loopback here")
    connection = connection_to(server.port)
    object.__setattr__(connection, "host", "[::1]")
    assert closing(HttpTransport(connection)).send(GET).status == 200
    assert f"Host: [::1]:{server.port}\r\n".encode() in heads[0]


def drip(prefix):
    def script(sock):
        sock.sendall(prefix)
        for _ in range(200):
            sock.sendall(b"x")
            time.sleep(0.05)  # noqa: TID251 the point of it

    return reading(script)


def half_open(sock):
    sock.recv(1)
    while sock.recv(65536):
        pass


SLOW = {
    "headers that drip": drip(b"HTTP/1.1 200 OK\r\nX-A: "),
    "a status line that drips": drip(b"HTTP/1.1 200 "),
    "a body that drips": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
    "a body without an end": drip(b"HTTP/1.1 200 OK\r\n\r\n"),
    "chunks that drip": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\n"),
    "no answer at all": half_open,
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW.keys())
def test_the_deadline_is_on_the_wall(script, raw_server, transport_to):
    transport = transport_to(raw_server(script).port, timeout=0.4)
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        transport.send(GET)
    assert caught.value.sent
    assert time.monotonic() - started < 1.4


def test_a_camera_that_does_not_read_is_noticed(raw_server, transport_to):
    server = raw_server(lambda sock: server.stopped.wait(20))
    transport = transport_to(server.port, timeout=0.4)
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        transport.send(Request("POST", "/a", {}, b"x" * 50_000_000))
    assert caught.value.sent
    assert time.monotonic() - started < 1.4


def test_a_stop_signal_hurries_what_is_under_way_and_what_follows(raw_server, transport_to):
    transport = transport_to(raw_server(half_open).port)
    timer = threading.Timer(0.2, transport.hurry, args=(0.3,))
    timer.start()
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(Unreachable):
            transport.send(GET)
    timer.join()
    assert time.monotonic() - started < 2


def test_after_a_hurry_requests_still_work(http_server, transport_to):
    transport = transport_to(http_server(lambda *_: (200, [], b"{}")).port)
    transport.hurry(2)
    assert transport.send(GET).status == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_longer_than_the_limit_is_left(chunked, raw_server, transport_to):
    framing = b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n"

    def script(sock):
        sock.sendall(b"HTTP/1.1 200 OK\r\n" + framing)
        while True:
            sock.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n" if chunked else b"x" * 1024)

    with pytest.raises(NotUnderstood, match="longer than 10000 bytes"):
        transport_to(raw_server(reading(script)).port, limit=10_000).send(GET)


def test_an_answer_exactly_at_the_limit_is_taken(http_server, transport_to):
    server = http_server(lambda *_: (200, [], b"x" * 10_000))
    assert len(transport_to(server.port, limit=10_000).send(GET).body) == 10_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_compressed_answer_is_not_unpacked(encoding, http_server, transport_to):
    server = http_server(lambda *_: (200, [("Content-Encoding", encoding)], b"\x1f\x8b" * 100))
    with pytest.raises(NotUnderstood, match="compressed"):
        transport_to(server.port).send(GET)


GARBAGE = {
    "not a status line": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "an unknown protocol": b"HTTP/9.9 200 OK\r\n\r\n",
    "a status that is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "an endless header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab",
    "a bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
    "an announced length that does not come": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
    "nothing": b"",
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_never_an_answer(data, raw_server, transport_to, caplog):
    def script(sock):
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)

    with pytest.raises((NotUnderstood, Unreachable)) as caught:
        transport_to(raw_server(reading(script)).port).send(GET)
    assert getattr(caught.value, "sent", True)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_connection_closed_while_idle_is_replaced_before_a_write(raw_server, transport_to):
    def script(sock):
        reading(lambda sock: sock.sendall(OK))(sock)  # and then it closes

    server = raw_server(script)
    transport = transport_to(server.port)
    for _ in range(3):
        assert transport.send(Request("POST", "/a", {}, b"{}")).status == 200
        time.sleep(0.05)  # noqa: TID251 the close has to arrive
    assert server.accepted == 3


def test_a_connection_is_kept(raw_server, transport_to):
    def script(sock):
        while True:
            reading(lambda sock: sock.sendall(OK))(sock)

    server = raw_server(script)
    transport = transport_to(server.port)
    for _ in range(5):
        transport.send(GET)
    assert server.accepted == 1
    transport.close()
    transport.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/x",
        "//127.0.0.1:{port}/x",
        "http://user:pass@127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/x?token=1",
        "http://127.0.0.1:{port}@evil/",
        "/elsewhere",
        "http://[broken",
        "\x1b[31mhttp://127.0.0.1:{port}",
    ],
)
def test_a_redirect_is_never_followed(status, target, http_server, raw_server, transport_to):
    attacker = raw_server(lambda sock: None)
    location = target.format(port=attacker.port)
    server = http_server(lambda *_: (status, [("Location", location)], b""))
    with pytest.raises(NotUnderstood, match="redirects to") as caught:
        transport_to(server.port).send(Request("POST", "/login", {"Cookie": "token=t"}, b"pw"))
    assert attacker.accepted == 0
    assert len(server.requests) == 1
    assert "pass" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "token" not in str(caught.value)


@pytest.fixture
def trap(raw_server, monkeypatch, tmp_path, identity):
    """An environment that wants to be obeyed, and the server that it points to."""
    server = raw_server(lambda sock: None)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(identity.file))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login root password stolen\n")
    return server


def test_proxies_and_netrc_have_no_say(trap, http_server, transport_to):
    server = http_server(lambda *_: (200, [], b"{}"))
    assert transport_to(server.port).send(GET).status == 200
    assert "Authorization" not in server.requests[0][2]
    assert trap.accepted == 0


def test_ca_variables_have_no_say(trap, http_server, transport_to, identity, other_identity):
    secure = http_server(lambda *_: (200, [], b"{}"), identity.context)
    for options in ({}, {"ca_file": other_identity.file}, {"fingerprint": other_identity.pin}):
        with pytest.raises(Untrusted):
            transport_to(secure.port, scheme="https", **options).send(GET)
    assert secure.requests == []
    assert trap.accepted == 0


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", 80, "10.0.0.1:80"),
        ("::1", None, "[::1]"),
        ("fe80::1%eth0", 8080, "[fe80::1]:8080"),
        ("[::1]", 81, "[::1]:81"),
    ],
)
def test_the_host_header(host, port, said):
    assert door._host(Connection(host, scheme="http", port=port)) == said


def test_the_library_does_not_log_what_a_camera_says(raw_server, transport_to, caplog):
    caplog.set_level(logging.DEBUG)
    answer = b"HTTP/1.1 200 OK\r\nbroken \x1b[31m header\r\nContent-Length: 2\r\n\r\n{}"
    server = raw_server(reading(lambda sock: sock.sendall(answer)))
    with contextlib.suppress(CameraError):
        transport_to(server.port, timeout=2).send(GET)
    assert caplog.records == []


def _exceptions(*modules):
    found = set()
    for module in modules:
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, Exception):
                found.add(value)
    ours = ("requests.", "urllib3.")
    return {kind for kind in found if kind.__module__.startswith(ours)} - set(_warnings(found))


def _warnings(kinds):
    return (kind for kind in kinds if issubclass(kind, Warning))


def _made(kind):
    if kind is urllib3.exceptions.IncompleteRead:
        return kind(1, 2)
    return kind.__new__(kind)


@pytest.mark.parametrize(
    "kind",
    sorted(_exceptions(requests.exceptions, urllib3.exceptions), key=repr),
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
@pytest.mark.parametrize("sent", [False, True])
def test_every_foreign_exception_has_a_meaning(kind, sent, connection_to):
    assert issubclass(kind, door._FOREIGN)
    flight = door.Flight(1)
    flight.sent = sent
    error = _made(kind)
    meaning = HttpTransport(connection_to(1))._translated(error, flight)
    assert isinstance(meaning, CameraError)
    assert isinstance(meaning, NotUnderstood) or meaning.sent is sent
