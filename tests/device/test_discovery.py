"""Who is taken for a camera, over real sockets: cameras, web servers, and ports at which nobody speaks."""

import contextlib
import http.server
import json
import socket
import threading

import pytest

from recamera_gitops.device import probing
from recamera_gitops.device.discovery import Sighting, Verdict, best, objection
from recamera_gitops.device.probing import Prober, scan
from recamera_gitops.emulator import EmulatedCamera
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import Unreachable
from recamera_gitops.exchange import Request, Response
from tests.conftest import CGI

HOST = "127.0.0.1"
SECONDS = 1.0


def answer(body, status=200, **headers):
    return Response(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


KEY = json.loads(EmulatedCamera().handle(Request("GET", f"{CGI}/system/key")).body)


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (answer(KEY), None),
        (answer({**KEY, "sMore": 1}), None),
        (answer(KEY, 201), "HTTP 201"),
        (answer(KEY, 404), "HTTP 404"),
        (answer(b""), "no public key came back"),
        (answer([KEY]), "no public key came back"),
        (answer({"sPublicKey": 7}), "no public key came back"),
        (answer({"sPublicKey": "hello"}), "what came back is not a public key"),
        (answer({"code": 500, "message": "no"}), "no"),
        (
            answer(b"<html>", **{"content-type": "text/html"}),
            "a web page came back instead of JSON",
        ),
        (
            answer(b"", 307, location="https://elsewhere/x"),
            "it redirects to https://elsewhere, which is not followed",
        ),
    ],
)
def test_only_a_public_key_proves_a_camera(response, why):
    assert objection(response) == why


def test_a_host_is_the_best_that_one_of_its_ports_is():
    sightings = [Sighting(HOST, verdict, port) for port, verdict in enumerate(reversed(Verdict))]
    assert best(sightings).port == 2
    assert best(sightings[:2]).port == 1
    assert best([sightings[0], sightings[0]]) is sightings[0]


@contextlib.contextmanager
def web_server(content):
    """Answers everything with this, and keeps what it was asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1], asked
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def listener(speak):
    """Takes connections, one after the other, and lets `speak` have each."""
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(0.05)
        ended = threading.Event()

        def work():
            while not ended.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        connection.settimeout(2)
                        speak(connection)

        thread = threading.Thread(target=work)
        thread.start()
        yield server.getsockname()[1]
        ended.set()
        thread.join()


def closed_port():
    with socket.create_server((HOST, 0)) as server:
        return server.getsockname()[1]


def seen(*ports, address=HOST):
    return Prober(ports, SECONDS).look(address)


@pytest.fixture
def secure():
    with EmulatedFleet(count=1, address=HOST, port=0, https=True) as fleet:
        yield fleet


def test_a_camera_over_tls_is_shown_with_its_certificate(secure):
    port = secure.ports[0]
    found = Sighting(HOST, Verdict.RECAMERA, port, "https", secure.fingerprints[0])
    assert seen(port) == found


def test_a_redirect_is_not_followed_but_the_other_port_is_asked(secure):
    ports = secure.cameras[0].ports
    assert seen(ports["http"]).verdict is Verdict.NOT_RECAMERA
    assert "which is not followed" in seen(ports["http"]).reason
    both = seen(ports["http"], ports["https"])
    assert (both.verdict, both.scheme) == (Verdict.RECAMERA, "https")


def test_a_camera_without_tls_is_found_where_it_answers():
    with EmulatedFleet(count=1, address=HOST, port=0) as fleet:
        found = seen(closed_port(), fleet.ports[0])
        assert found == Sighting(HOST, Verdict.RECAMERA, fleet.ports[0], "http")
        logins = [each for each in fleet.cameras[0].log if each.method != "GET"]
        assert logins == []


def test_a_web_server_is_none_and_is_sent_nothing_but_the_question():
    with web_server(b"hello") as (port, asked):
        found = seen(port)
    assert (found.verdict, found.reason) == (Verdict.NOT_RECAMERA, "the answer is not JSON")
    ((path, headers),) = asked
    assert path == f"{CGI}/system/key"
    assert not {"Authorization", "Cookie"} & headers.keys()


def test_an_endless_answer_is_not_read_to_its_end():
    with web_server(b"x" * 1_000_000) as (port, _):
        assert seen(port).reason == "the answer is longer than 65536 bytes"


def test_who_speaks_something_else_is_no_camera():
    with listener(lambda connection: connection.sendall(b"SSH-2.0-x\r\n")) as port:
        found = seen(port)
    assert (found.verdict, found.reason) == (Verdict.NOT_RECAMERA, "the answer is not HTTP")


def test_a_port_at_which_nobody_answers_proves_nothing(monkeypatch):
    monkeypatch.setattr(probing, "_PATIENCE", 0.1)
    monkeypatch.setattr(probing, "_SLOWER", 0)
    with listener(lambda connection: connection.recv(1) and threading.Event().wait(0.5)) as port:
        found = seen(port)
    assert found.verdict is Verdict.UNREACHABLE
    assert "timed out" in found.reason


@pytest.mark.parametrize(("seconds", "patience"), [(0.1, 3.0), (1.5, 3.0), (5.0, 10.0)])
def test_how_long_a_handshake_and_an_answer_may_take_follows_from_what_was_said(
    monkeypatch, seconds, patience
):
    waited = []

    def handshake(connection, deadline):
        waited.extend((connection.timeout, deadline))
        raise Unreachable("timed out")

    monkeypatch.setattr(probing, "fetch_certificate", handshake)
    with web_server(b"") as (port, _):
        Prober((port,), seconds).look(HOST)
    assert waited == [patience, patience]


def test_after_a_stop_in_the_handshake_nothing_is_asked(monkeypatch):
    stopped = []

    def handshake(*_):
        stopped.append(True)
        raise Unreachable("timed out")

    monkeypatch.setattr(probing, "fetch_certificate", handshake)
    with web_server(b"") as (port, asked):
        assert Prober((port,), SECONDS, lambda: bool(stopped)).look(HOST) is None
        assert not asked


def test_a_closed_port_is_refused_at_once():
    assert seen(closed_port(), closed_port()) == Sighting(
        HOST, Verdict.UNREACHABLE, reason="connection refused"
    )


def test_an_address_without_an_interface_is_a_reason_and_no_defect():
    found = seen(80, address="fe80::1%nowhere0")
    assert (found.verdict, bool(found.reason)) == (Verdict.UNREACHABLE, True)


def test_who_stays_silent_costs_one_short_wait_for_all_ports(monkeypatch):
    waited = []

    class Silent(probing._Dialling):
        def begin(self, address, port):
            waited.append(port)

        def go_on(self, milliseconds):
            return threading.Event().wait(milliseconds / 1000) or True

    monkeypatch.setattr(probing, "_Dialling", Silent)
    found = Prober((1, 2, 3), 0.05).look(HOST)
    assert (found.reason, waited) == ("timed out", [1, 2, 3])


# --- many ----------------------------------------------------------------------------------------


def test_a_scan_finds_the_cameras_among_many_addresses():
    with EmulatedFleet(count=3, address="127.77.3.1", port=0) as fleet:
        addresses = [f"127.77.3.{number}" for number in range(1, 60)]
        found = scan(addresses, Prober(fleet.ports, SECONDS), 8, lambda _: None)
    cameras = {each.address for each in found if each.verdict is Verdict.RECAMERA}
    assert cameras == {"127.77.3.1", "127.77.3.2", "127.77.3.3"}
    assert sorted(each.address for each in found) == sorted(addresses)


class Made:
    """A prober that only counts: how many addresses are looked at, and how many at a time."""

    def __init__(self, stop_after=None, delay=0.0):
        self.ports = (443, 80)
        self.count = self.now = self.most = 0
        self._lock = threading.Lock()
        self._stop_after, self._delay = stop_after, delay

    def stopped(self):
        return self._stop_after is not None and self.count >= self._stop_after

    def look(self, address):
        with self._lock:
            self.count += 1
            self.now += 1
            self.most = max(self.most, self.now)
        threading.Event().wait(self._delay)
        with self._lock:
            self.now -= 1
        return Sighting(address, Verdict.UNREACHABLE, reason="timed out")


def test_no_more_are_looked_at_at_a_time_than_was_said():
    prober = Made(delay=0.002)
    assert len(scan(map(str, range(200)), prober, 5, lambda _: None)) == 200
    assert 1 < prober.most <= 5


def test_a_system_with_few_sockets_gets_fewer_threads(monkeypatch):
    monkeypatch.setattr(probing, "make_room", lambda _: 5)
    prober = Made(delay=0.002)
    scan(map(str, range(50)), prober, 100, lambda _: None)
    assert prober.most <= 2


def test_after_a_stop_the_rest_is_not_even_enumerated():
    made = []
    addresses = (made.append(number) or str(number) for number in range(1_000_000))
    found = scan(addresses, Made(stop_after=10), 4, lambda _: None)
    assert 10 <= len(found) <= 14
    assert len(made) < 20


def test_an_address_that_is_left_before_its_end_is_in_no_list():
    prober = Prober((closed_port(),), SECONDS, lambda: True)
    assert prober.look(HOST) is None


def test_a_defect_met_by_one_thread_is_not_swallowed():
    class Broken(Made):
        def look(self, address):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scan(["192.0.2.1"], Broken(), 1, lambda _: None)
