"""Websockets to a camera: who is spoken to, what is believed, and how an end is noticed."""

import base64
import contextlib
import hashlib
import logging
import socket
import threading
import time

import pytest

from recamera_gitops.device import streams
from recamera_gitops.device.client import Client
from recamera_gitops.device.envelope import Redirected, SessionEnded
from recamera_gitops.device.streams import Closed, open_stream
from recamera_gitops.device.transport import HttpTransport
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import (
    AuthenticationFailed,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
    Untrusted,
)
from recamera_gitops.secret import Secret

LOGS, RESULTS, TERMINAL = "/ws/system/logs", "/ws/inference/results", "/ws/system/terminal"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@pytest.fixture
def emulated():
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(EmulatedFleet(port=0, **options))


@pytest.fixture
def client_of(closing, connection_to):
    """A client of the first camera of an emulated fleet."""

    def make(fleet, **options):
        https = fleet.cameras[0].scheme == "https"
        reached = {"fingerprint": fleet.fingerprints[0], "scheme": "https"} if https else {}
        options = {"password": Secret("recamera"), **reached, **options}
        connection = connection_to(fleet.ports[0], **options)
        object.__setattr__(connection, "host", fleet.hosts[0])
        return closing(Client(connection, HttpTransport(connection)))

    return make


@pytest.fixture
def opened(closing):
    """Opens a websocket as a client, with a clock of its own where one is given."""

    def make(client, path, monotonic=time.monotonic, **options):
        def door(connection, headers):
            return open_stream(connection, headers, path, monotonic=monotonic, **options)

        return closing(client.opened(door))

    return make


@pytest.fixture
def bare(closing, connection_to):
    """A websocket to a port, with no client and a made-up cookie."""

    def make(port, path=LOGS, monotonic=time.monotonic, subprotocol=None, **options):
        headers = {"Cookie": "token=t"}
        connection = connection_to(port, **{"timeout": 2.0, **options})
        return closing(
            open_stream(connection, headers, path, monotonic=monotonic, subprotocol=subprotocol)
        )

    return make


def head_of(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(4096)
        if not piece:
            return data
        data += piece
    return data


def accepted(head, *more):
    key = next(
        each for each in head.split(b"\r\n") if each.lower().startswith(b"sec-websocket-key")
    )
    digest = hashlib.sha1(key.partition(b": ")[2] + GUID, usedforsecurity=False).digest()
    lines = [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: upgrade",
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest),
        *more,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def saying(*frames, more=(), then=lambda sock: sock.recv(1)):
    """A server that opens a websocket, and sends these bytes."""

    def script(sock):
        sock.sendall(accepted(head_of(sock), *more))
        for frame in frames:
            sock.sendall(frame)
        then(sock)

    return script


def answering(content):
    def script(sock):
        head_of(sock)
        sock.sendall(content)

    return script


def frame(opcode, content=b"", *, fin=True):
    first = bytes([(0x80 if fin else 0) | opcode])
    if len(content) < 126:
        return first + bytes([len(content)]) + content
    return first + b"\x7f" + len(content).to_bytes(8, "big") + content


def all_of(stream, seconds=2):
    said = []
    try:
        while (message := stream.receive(seconds)) is not None:
            said.append(message)
    except (Closed, NotUnderstood) as error:
        return said, error
    pytest.fail("the stream goes on")


@pytest.mark.parametrize("https", [False, True])
def test_what_a_camera_says_arrives(emulated, client_of, opened, https):
    fleet = emulated(https=https)
    stream = opened(client_of(fleet), LOGS)
    assert '"kernel: Booting' in stream.receive(2)
    assert stream.receive(0) is None
    fleet.cameras[0].syslog.write("info", "good morning")
    assert '"good morning"' in stream.receive(2)
    assert fleet.cameras[0].violations == []
    assert fleet.cameras[0].in_flight == 0


def test_what_is_said_is_echoed_where_results_come(emulated, client_of, opened):
    fleet = emulated()
    fleet.cameras[0].documents["/model/inference"]["iEnable"] = 0
    stream = opened(client_of(fleet), RESULTS)
    stream.send("hello")
    assert stream.receive(2) == "hello"


def test_a_key_opens_a_stream_too(emulated, client_of, opened):
    fleet = emulated()
    key = "0123456789abcdefghijklmnopqrstuv"
    fleet.cameras[0].documents["/web/setting"] |= {"sEnable": True, "sApiKey": key}
    client = client_of(fleet, password=None, token=Secret(key))
    assert "kernel" in opened(client, LOGS).receive(2)
    assert fleet.cameras[0].logins == 0
    fleet.cameras[0].documents["/web/setting"]["sApiKey"] = key[::-1]
    with pytest.raises(AuthenticationFailed, match="API key was rejected"):
        opened(client, LOGS)
    assert sum(each.path == LOGS for each in fleet.cameras[0].log) == 2


def test_a_session_that_has_ended_is_renewed_once(emulated, client_of, opened):
    fleet = emulated()
    camera, client = fleet.cameras[0], client_of(fleet)
    opened(client, LOGS)
    camera.sessions.expire_all()
    assert "kernel" in opened(client, LOGS).receive(2)
    assert camera.logins == 2
    camera.sessions.expire_all()
    with pytest.raises(AuthenticationFailed, match="ended again after a new login"):
        opened(client, LOGS)
    assert camera.logins == 2
    assert camera.failed_logins == 0


def test_a_camera_that_opens_to_nobody_is_asked_twice(emulated, client_of, opened):
    fleet = emulated()
    fleet.cameras[0].faults.add("unauthorized", path="/ws/*", every=True)
    with pytest.raises(AuthenticationFailed, match="ended again after a new login"):
        opened(client_of(fleet), LOGS)
    assert sum(each.path == LOGS for each in fleet.cameras[0].log) == 2


def test_another_certificate_is_left_before_any_header(emulated, client_of, opened):
    fleet = emulated(https=True)
    client = client_of(fleet)
    client.access()
    seen = len(fleet.cameras[0].log)
    object.__setattr__(client.connection, "fingerprint", "0" * 64)
    with pytest.raises(Untrusted, match="the certificate has changed"):
        opened(client, LOGS)
    object.__setattr__(client.connection, "fingerprint", None)
    with pytest.raises(Untrusted, match="unknown certificate"):
        opened(client, LOGS)
    assert len(fleet.cameras[0].log) == seen


def test_an_authority_vouches_for_a_stream_as_for_a_request(
    raw_server, bare, other_identity, identity
):
    def script(sock):
        with other_identity.context.wrap_socket(sock, server_side=True) as secured:
            saying(frame(1, b"hello"))(secured)

    server = raw_server(script)
    stream = bare(server.port, scheme="https", ca_file=other_identity.file)
    assert stream.receive(2) == "hello"
    with pytest.raises(Untrusted, match="not vouched for by"):
        bare(server.port, scheme="https", ca_file=identity.file)


def test_a_redirect_is_not_followed(emulated, bare):
    fleet = emulated(https=True, address="127.0.0.1")
    port = fleet.cameras[0].ports["http"]
    with pytest.raises(Redirected, match="opens under the scheme that serves") as caught:
        bare(port)
    assert f"redirects to https://127.0.0.1:{fleet.ports[0]}, which is not followed" in str(
        caught.value
    )


def test_no_proxy_of_the_environment_is_asked(raw_server, bare, monkeypatch):
    proxy = raw_server(lambda sock: None)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY"):
        for spelled in (name, name.lower()):
            monkeypatch.setenv(spelled, f"http://127.0.0.1:{proxy.port}")
    assert bare(raw_server(saying(frame(1, b"hello"))).port).receive(2) == "hello"
    assert proxy.accepted == 0


def test_the_request_says_who_we_are_and_nothing_more(raw_server, bare):
    heads = []

    def script(sock):
        head = head_of(sock)
        heads.append(head)
        sock.sendall(accepted(head))

    bare(raw_server(script).port)
    lines = heads[0].decode().strip().split("\r\n")
    names = {each.partition(":")[0] for each in lines[1:]}
    assert lines[0] == f"GET {LOGS} HTTP/1.1"
    assert names == {
        "Host",
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "User-Agent",
        "Cookie",
    }


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", Unreachable, "broke before the stream was open"),
        (b"HTTP/1.1 101", Unreachable, "broke before the stream was open"),
        (b"SSH-2.0-dropbear\r\n\r\n", NotUnderstood, "no websocket"),
        (b"HTTP/1.1 101 Ok\r\n\r\n", NotUnderstood, "no websocket"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", NotUnderstood, "opened no stream"),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", SessionEnded, "HTTP 401"),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", Rejected, "HTTP 404"),
        (b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", Unavailable, "HTTP 502"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", NotUnderstood, "no websocket"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 999, NotUnderstood, "no websocket"),
        (b"x" * 99999, NotUnderstood, "no websocket"),
    ],
)
def test_what_opens_nothing_is_said_as_of_every_request(content, error, says, raw_server, bare):
    with pytest.raises(error, match=says):
        bare(raw_server(answering(content)).port)


def test_a_consent_to_something_else_is_none(raw_server, bare):
    with pytest.raises(NotUnderstood, match="no websocket"):
        bare(raw_server(saying(more=[b"Sec-WebSocket-Extensions: permessage-deflate"])).port)
    with pytest.raises(NotUnderstood, match="does not speak the language"):
        bare(raw_server(saying()).port, TERMINAL, subprotocol="tty")


def test_nobody_is_waited_for_longer_than_a_request_may_take(raw_server, bare):
    server = raw_server(lambda sock: server.stopped.wait(5))
    started = time.monotonic()
    with pytest.raises(Unreachable, match="did not open in time"):
        bare(server.port, timeout=0.3)
    assert time.monotonic() - started < 1


def test_nothing_listens(bare):
    with pytest.raises(
        Unreachable, match=r"no connection to http://127\.0\.0\.1:1: connection refused"
    ):
        bare(1)


def test_a_message_may_come_in_parts_with_a_ping_between(raw_server, bare):
    pongs = []
    parts = [frame(1, b"he", fin=False), frame(9, b"there?"), frame(0, b"llo"), frame(2, b"\x00")]
    stream = bare(raw_server(saying(*parts, then=lambda sock: pongs.append(sock.recv(99)))).port)
    assert [stream.receive(2), stream.receive(2)] == ["hello", b"\x00"]
    assert all_of(stream)[0] == []
    assert pongs[0][0] == 0x8A


def test_a_broken_character_does_not_end_a_stream(raw_server, bare):
    stream = bare(raw_server(saying(frame(1, b"caf\xe9"), frame(1, b"next"))).port)
    assert [stream.receive(2), stream.receive(2)] == ["caf\ufffd", "next"]


@pytest.mark.parametrize(
    ("frames", "error", "says", "orderly"),
    [
        ([frame(8, (1000).to_bytes(2, "big"))], Closed, "the camera closed it (1000)", True),
        (
            [frame(8, (1011).to_bytes(2, "big") + b"no\x1b[2J")],
            Closed,
            r"the camera closed it (1011: no\u001b[2J)",
            False,
        ),
        ([b"\xf7\x7f\x00"], NotUnderstood, "no websocket message", None),
        ([frame(0, b"x")], NotUnderstood, "no websocket message", None),
        ([frame(1, b" " * (5 << 20))], NotUnderstood, "longer than 4194304 bytes", None),
        (
            [frame(1, b" " * (3 << 20), fin=False), frame(0, b" " * (3 << 20))],
            NotUnderstood,
            "longer than 4194304 bytes",
            None,
        ),
        ([], Closed, "the connection was cut", False),
    ],
)
def test_an_end_is_told_after_what_came_before_it(frames, error, says, orderly, raw_server, bare):
    script = saying(frame(1, b"first"), *frames, then=lambda sock: None)
    said, met = all_of(bare(raw_server(script).port))
    assert said == ["first"]
    assert isinstance(met, error)
    assert says in str(met)
    assert getattr(met, "orderly", None) is orderly


def test_nothing_is_said_on_a_stream_that_has_ended(raw_server, bare):
    stream = bare(raw_server(saying(then=lambda sock: None)).port)
    all_of(stream)
    with pytest.raises(Closed):
        stream.send("hello")
    assert stream.waiting


def test_what_the_camera_says_is_received_though_nothing_can_be_sent(raw_server, bare):
    stream = bare(raw_server(saying(frame(1, b"last words"))).port)
    stream._sock.shutdown(socket.SHUT_WR)
    for _ in range(2):
        with pytest.raises(Closed, match="broken pipe"):
            stream.send("are you there")
    said, error = all_of(stream)
    assert (said, str(error)) == (["last words"], "the connection was cut")


def test_a_silent_camera_is_asked_and_then_given_up(raw_server, bare):
    class Hours:
        now = 0.0

        def __call__(self):
            return self.now

    hours, heard, gone = Hours(), [], threading.Event()

    def listen(sock):
        heard.append(sock.recv(99))
        heard.append(sock.recv(99))
        gone.set()

    stream = bare(raw_server(saying(then=listen)).port, monotonic=hours)
    hours.now += streams.PING_AFTER
    stream._listen(0.05)
    stream._listen(0.05)
    hours.now += streams.DEAD_AFTER
    with pytest.raises(Closed, match="nothing came for 30 s, not even an answer to a ping"):
        stream.receive(1)
    stream.close()
    assert gone.wait(10)
    assert [each[:1] for each in heard] == [b"\x89", b""]


def test_whoever_looked_away_for_long_does_not_take_the_camera_for_dead(raw_server, bare):
    class Hours:
        now = 0.0

        def __call__(self):
            return self.now

    hours = Hours()
    stream = bare(raw_server(saying(frame(1, b"still here"))).port, monotonic=hours)
    hours.now += 3600
    assert stream.receive(1) == "still here"
    hours.now += 3600
    stream._listen(0.05)
    assert stream._ended is None


def test_an_answer_to_a_ping_is_a_sign_of_life(emulated, client_of, opened):
    class Hours:
        now = 0.0

        def __call__(self):
            return self.now

    hours = Hours()
    stream = opened(client_of(emulated()), LOGS, monotonic=hours)
    stream.receive(2)
    for _ in range(4):
        hours.now += streams.PING_AFTER + 1
        stream._listen(0.2)
        stream._listen(0.2)
    assert stream._ended is None


def test_who_reads_nothing_any_more_is_noticed(raw_server, bare):
    server = raw_server(saying(then=lambda sock: server.stopped.wait(5)))
    stream = bare(server.port, timeout=0.3)
    with pytest.raises(Closed, match="the connection broke: timed out"):
        stream.send(b"x" * (32 << 20))


def test_leaving_says_goodbye(raw_server, bare):
    heard = []
    server = raw_server(saying(then=lambda sock: heard.append(sock.recv(99))))
    bare(server.port).close()
    for thread in server._threads[1:]:
        thread.join(2)
    assert heard[0][0] == 0x88


def test_the_library_logs_nothing(raw_server, bare, caplog):
    caplog.set_level(logging.DEBUG)
    all_of(bare(raw_server(saying(b"\xf7\x7f\x00")).port))
    assert caplog.records == []
