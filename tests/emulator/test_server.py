import asyncio
import hashlib
import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

from recamera_gitops.emulator import __main__ as command
from recamera_gitops.emulator.faults import parse
from recamera_gitops.emulator.server import EmulatedFleet, serve

KEY = "/cgi-bin/entry.cgi/system/key"


def ask(fleet, path=KEY, *, camera=0, timeout=10):
    connection = http.client.HTTPConnection(
        fleet.hosts[camera], fleet.ports[camera], timeout=timeout
    )
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_each_camera_has_its_own_address():
    with EmulatedFleet(count=3, port=0) as fleet:
        assert fleet.hosts == ["127.11.0.1", "127.11.0.2", "127.11.0.3"]
        assert fleet.urls[2] == f"http://127.11.0.3:{fleet.ports[2]}"
        for number, camera in enumerate(fleet.cameras):
            status, headers, body = ask(fleet, camera=number)
            assert (status, headers["content-type"]) == (200, "application/json;charset-utf8")
            assert json.loads(body)["sPublicKey"]
            assert camera.log[-1][:3] == ("GET", KEY, 200)
        _, _, state = ask(fleet, "/emulator/state", camera=1)
        assert json.loads(state)["serial"] == "RC1126B-EMU-0002"
    with pytest.raises(ConnectionRefusedError):
        ask(fleet)


def test_settings_reach_every_camera():
    with EmulatedFleet(port=0, serials=["A", "B"], flavours=["first-use"]) as fleet:
        assert [camera.serial for camera in fleet.cameras] == ["A", "B"]
        _, _, body = ask(fleet, "/cgi-bin/entry.cgi/system/check", camera=1)
        assert json.loads(body) == {"bFirst": True}


def test_one_port_for_all_and_a_taken_one_is_told():
    with socket.create_server(("127.11.7.2", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), EmulatedFleet(2, "127.11.7.1", port):
            pass


def test_a_failed_start_is_told(monkeypatch):
    monkeypatch.setattr("aiohttp.web.SockSite.start", lambda _site: asyncio.sleep(1 / 0))
    with pytest.raises(ZeroDivisionError), EmulatedFleet(port=0):
        pass


def test_https_with_a_pinned_certificate():
    with EmulatedFleet(count=2, port=0, https=True) as fleet:
        assert fleet.fingerprints[0] != fleet.fingerprints[1]
        assert fleet.cameras[0].documents["/system/secure"] == {"sEnable": True}
        for number, host in enumerate(fleet.hosts):
            pem = ssl.get_server_certificate((host, fleet.ports[number]))
            der = ssl.PEM_cert_to_DER_cert(pem)
            assert hashlib.sha256(der).hexdigest() == fleet.fingerprints[number]
            context = ssl.create_default_context(cadata=pem)
            plain = socket.create_connection((host, fleet.ports[number]), timeout=10)
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(f"GET {KEY} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert secure.recv(100).startswith(b"HTTP/1.1 200 OK")


def faulty(kind, **settings):
    return EmulatedFleet(
        port=0, faults=parse([{"fault": kind, "match": {"path": "/system/key"}, **settings}])
    )


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_a_dropped_connection_is_reset(kind):
    with faulty(kind) as fleet:
        with pytest.raises(ConnectionError):
            ask(fleet)
        assert ask(fleet)[0] == 200


def test_a_truncated_answer():
    with faulty("truncate") as fleet, pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(fleet)


def test_a_slow_answer():
    with faulty("slow", seconds=5) as fleet, pytest.raises(TimeoutError):
        ask(fleet, timeout=0.2)


def test_a_dripping_answer_arrives_in_time():
    with faulty("drip", seconds=0.3) as fleet:
        started = time.monotonic()
        assert json.loads(ask(fleet)[2])["sPublicKey"]
        assert time.monotonic() - started > 0.2


def test_an_endless_answer_ends_when_the_client_leaves():
    with faulty("endless") as fleet:
        with socket.create_connection((fleet.hosts[0], fleet.ports[0])) as client:
            client.sendall(f"GET {KEY} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            received = 0
            while received < 50 << 20:
                received += len(client.recv(1 << 20))
        assert ask(fleet)[0] == 200


def test_a_delay_holds_requests_in_flight():
    with EmulatedFleet(port=0, delay=0.2) as fleet:
        threads = [threading.Thread(target=ask, args=(fleet,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert fleet.cameras[0].max_in_flight == 3
        assert fleet.cameras[0].violations == []


def test_serving_ends_with_a_signal():
    lines = []

    def announce(line):
        lines.append(line)
        signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    serve(EmulatedFleet(port=0, https=True), announce)
    assert signal.getsignal(signal.SIGTERM) is before
    url, serial, pin = lines[0].split()
    assert url.startswith("https://127.11.0.1:")
    assert serial == "RC1126B-EMU-0001"
    assert pin.startswith("sha256:")


def test_the_module_is_a_command(tmp_path):
    script = tmp_path / "faults.json"
    script.write_text('[{"fault": "html"}]')
    arguments = ["--count", "2", "--port", "0", "--flavour", "sed", "--faults", str(script)]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-W", "error", "-m", "recamera_gitops.emulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=20)
    assert [line.split()[1] for line in lines] == ["RC1126B-EMU-0001", "RC1126B-EMU-0002"]
    assert (process.returncode, out, error) == (0, "", "")


def test_the_command_makes_the_fleet_it_was_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr(command, "serve", lambda fleet, _announce: made.append(fleet))
    monkeypatch.setattr(sys, "argv", ["emulator", "--https", "--delay", "0.5", "--port", "9"])
    command.main()
    assert (made[0].https, made[0].delay, made[0].port, made[0].count) == (True, 0.5, 9, 1)
