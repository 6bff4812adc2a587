"""Whom https is spoken with."""

import socket
import time

import pytest

from recamera_gitops.device.tls import fetch_certificate
from recamera_gitops.device.transport import HttpTransport
from recamera_gitops.errors import Unreachable, Untrusted
from recamera_gitops.exchange import Request

LOGIN = Request("POST", "/login", {"Cookie": "token=secret"}, b"password")


@pytest.fixture
def https_to(closing, connection_to):
    def make(port, host="127.0.0.1", **options):
        connection = connection_to(port, scheme="https", **options)
        object.__setattr__(connection, "host", host)
        return closing(HttpTransport(connection))

    return make


@pytest.fixture
def secure(http_server, identity):
    return http_server(lambda *_: (200, [], b"{}"), identity.context)


def test_a_pinned_certificate_is_enough(secure, https_to, identity):
    transport = https_to(secure.port, fingerprint=identity.pin)
    for _ in range(3):
        assert transport.send(LOGIN).body == b"{}"
    assert len(secure.requests) == 3


def test_another_certificate_gets_no_byte_of_http(secure, https_to, identity, other_identity):
    with pytest.raises(Untrusted) as caught:
        https_to(secure.port, fingerprint=other_identity.pin).send(LOGIN)
    assert identity.pin in str(caught.value)
    assert other_identity.pin in str(caught.value)
    assert secure.requests == []


def test_after_a_mismatch_the_next_request_is_checked_again(secure, https_to, other_identity):
    transport = https_to(secure.port, fingerprint=other_identity.pin)
    for _ in range(3):
        with pytest.raises(Untrusted):
            transport.send(LOGIN)
    assert secure.requests == []


def test_without_a_pin_or_a_ca_nothing_is_connected(raw_server, https_to):
    server = raw_server(lambda sock: None)
    with pytest.raises(Untrusted, match="recamera-gitops trust"):
        https_to(server.port).send(LOGIN)
    assert server.accepted == 0


def test_a_ca_vouches_for_the_right_name_only(secure, https_to, identity):
    assert https_to(secure.port, "localhost", ca_file=identity.file).send(LOGIN).status == 200
    with pytest.raises(Untrusted):
        https_to(secure.port, "127.0.0.1", ca_file=identity.file).send(LOGIN)
    assert len(secure.requests) == 1


def test_a_ca_vouches_for_an_address(http_server, https_to, other_identity):
    server = http_server(lambda *_: (200, [], b"{}"), other_identity.context)
    assert https_to(server.port, ca_file=other_identity.file).send(LOGIN).status == 200


def test_another_ca_does_not(secure, https_to, other_identity):
    with pytest.raises(Untrusted):
        https_to(secure.port, "localhost", ca_file=other_identity.file).send(LOGIN)
    assert secure.requests == []


def test_a_ca_file_that_is_not_there_is_said(secure, https_to, tmp_path):
    with pytest.raises(Untrusted, match="cannot be used"):
        https_to(secure.port, ca_file=tmp_path / "none.pem").send(LOGIN)


def test_a_server_without_tls_is_not_sent_to(raw_server, https_to, identity):
    seen = []

    def script(sock):
        seen.append(sock.recv(65536))
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        seen.append(sock.recv(65536))

    server = raw_server(script)
    with pytest.raises(Unreachable) as caught:
        https_to(server.port, fingerprint=identity.pin).send(LOGIN)
    assert not caught.value.sent
    assert not any(b"login" in data for data in seen)


@pytest.mark.parametrize("pinned", [True, False])
def test_a_handshake_that_never_ends_does(raw_server, https_to, identity, pinned):
    def silent(sock):
        while sock.recv(65536):
            pass

    options = {"fingerprint": identity.pin} if pinned else {"ca_file": identity.file}
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        https_to(raw_server(silent).port, timeout=0.4, **options).send(LOGIN)
    assert not caught.value.sent
    assert time.monotonic() - started < 1.4


def test_a_body_that_drips_over_tls_ends_too(raw_server, https_to, identity):
    def script(sock):
        with identity.context.wrap_socket(sock, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
            for _ in range(100):
                secured.sendall(b"x")
                time.sleep(0.05)  # noqa: TID251 the point of it

    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        https_to(raw_server(script).port, timeout=0.6, fingerprint=identity.pin).send(LOGIN)
    assert caught.value.sent
    assert time.monotonic() - started < 1.6


def test_a_slow_answer_survives_the_slices(raw_server, https_to, identity):
    def script(sock):
        with identity.context.wrap_socket(sock, server_side=True) as secured:
            secured.recv(65536)
            for piece in (b"HTTP/1.1 200 OK\r\n", b"Content-Length: 4\r\n\r\nab", b"cd"):
                time.sleep(0.4)  # noqa: TID251 longer than one slice
                secured.sendall(piece)

    transport = https_to(raw_server(script).port, timeout=5, fingerprint=identity.pin)
    assert transport.send(LOGIN).body == b"abcd"


def test_fetching_a_certificate_sends_no_http(secure, connection_to, identity):
    connection = connection_to(secure.port, scheme="https")
    assert fetch_certificate(connection, 5) == identity.pin
    assert secure.requests == []


def test_fetching_a_certificate_from_nobody(connection_to, raw_server):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable):
        fetch_certificate(connection_to(port), 5)
    plain = raw_server(lambda sock: sock.recv(10) and sock.sendall(b"HTTP/1.1 400 no\r\n\r\n"))
    with pytest.raises(Unreachable, match="does not speak TLS"):
        fetch_certificate(connection_to(plain.port), 5)
    silent = raw_server(lambda sock: silent.stopped.wait(10))
    started = time.monotonic()
    with pytest.raises(Unreachable, match="timed out"):
        fetch_certificate(connection_to(silent.port), 0.4)
    assert time.monotonic() - started < 1.4
