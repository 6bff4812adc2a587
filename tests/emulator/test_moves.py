"""A camera that changes its address, its scheme or its certificate, over real sockets."""

import http.client
import json
import ssl
import threading
import time

import pytest

from recamera_gitops.emulator.server import EmulatedFleet

CGI = "/cgi-bin/entry.cgi"
KEY = f"{CGI}/system/key"


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Visitor:
    """Asks wherever it is told to; has a session with every camera."""

    def __init__(self, fleet, number=0):
        self.camera = fleet.cameras[number]
        token = self.camera.sessions.issue()
        self.headers = {"Cookie": f"token={token}", "Content-Type": "application/json"}

    def ask(self, path=KEY, method="GET", body=None, *, scheme=None, host=None, port=None):
        scheme = scheme or self.camera.scheme
        host, port = host or self.camera.host, port or self.camera.ports[scheme]
        if scheme == "https":
            connection = http.client.HTTPSConnection(host, port, timeout=5, context=trusting())
        else:
            connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            raw = None if body is None else json.dumps(body)
            connection.request(method, path, raw, self.headers if path != KEY else {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def write(self, path, body, method="POST"):
        status, _, answer = self.ask(CGI + path, method, body)
        assert status == 200, answer
        return json.loads(answer)

    def static(self, address):
        shown = json.loads(self.ask(f"{CGI}/network/lan")[2])
        shown["dIpv4"] |= {"sV4Method": "static", "sV4Address": address}
        shown["dLink"]["bEnableMethod"] = True
        return self.write("/network/lan", shown, "PUT")


def eventually(found, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found():
                return
        except OSError:
            pass
        threading.Event().wait(0.01)
    pytest.fail("it did not happen in time")


def gone(visitor, host):
    try:
        visitor.ask(host=host)
    except ConnectionRefusedError:
        return True
    return False


def test_https_is_switched_on_and_off():
    with EmulatedFleet(port=0) as fleet:
        visitor, camera = Visitor(fleet), fleet.cameras[0]
        plain, secure = camera.ports["http"], camera.ports["https"]
        assert fleet.urls == [f"http://127.11.0.1:{plain}"]
        status, headers, _ = visitor.ask(scheme="https")
        assert (status, headers["location"]) == (307, f"http://127.11.0.1:{plain}{KEY}")
        assert visitor.write("/system/secure", {"sEnable": True})["code"] == 0
        assert fleet.urls == [f"https://127.11.0.1:{secure}"]
        assert fleet.ports == [secure]
        status, headers, _ = visitor.ask(scheme="http")
        assert (status, headers["location"]) == (307, f"https://127.11.0.1:{secure}{KEY}")
        assert visitor.ask()[0] == 200
        assert visitor.write("/system/secure", {"sEnable": False})["code"] == 0
        assert visitor.ask(scheme="http")[0] == 200
        assert camera.violations == []


def test_both_ports_can_be_chosen():
    with EmulatedFleet(port=0) as fleet:
        ports = dict(fleet.cameras[0].ports)
    with EmulatedFleet(port=ports["https"], other_port=ports["http"], https=True) as fleet:
        assert fleet.cameras[0].ports == ports
        assert fleet.urls == [f"https://127.11.0.1:{ports['https']}"]


def test_the_other_port_may_be_closed():
    with EmulatedFleet(port=0, flavours=["no-redirect"]) as fleet, pytest.raises(OSError):  # noqa: PT011
        Visitor(fleet).ask(scheme="https")


def test_a_camera_moves_and_answers_before():
    with EmulatedFleet(port=0, address="127.11.8.1", count=2) as fleet:
        visitor = Visitor(fleet)
        keeping = http.client.HTTPConnection("127.11.8.1", fleet.ports[0], timeout=5)
        keeping.request("GET", KEY)
        keeping.getresponse().read()
        assert visitor.static("127.11.8.99")["message"] == "SUCCESS TO SET IP"
        eventually(lambda: visitor.ask()[0] == 200)
        assert fleet.hosts == ["127.11.8.99", "127.11.8.2"]
        assert fleet.urls[0] == f"http://127.11.8.99:{fleet.ports[0]}"
        assert gone(visitor, "127.11.8.1")
        assert keeping.sock.recv(1) == b""
        keeping.close()
        assert visitor.ask(scheme="https")[0] == 307
        assert visitor.static("127.11.8.98")["code"] == 0
        eventually(lambda: visitor.ask(host="127.11.8.98")[0] == 200)
        assert fleet.cameras[0].violations == []


def test_a_camera_moves_without_an_answer():
    with EmulatedFleet(port=0, address="127.11.9.1", flavours=["lan-reply-lost"]) as fleet:
        visitor = Visitor(fleet)
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            visitor.static("127.11.9.99")
        eventually(lambda: visitor.ask(host="127.11.9.99")[0] == 200)


def test_where_somebody_else_lives_a_camera_vanishes():
    with EmulatedFleet(port=0, address="127.11.10.1") as first:
        port = first.ports[0]
        with EmulatedFleet(port=port, address="127.11.10.5") as second:
            visitor = Visitor(second)
            visitor.static("127.11.10.1")
            eventually(lambda: gone(visitor, "127.11.10.5"))
            heard = second.cameras[0].requests
            assert visitor.ask(host="127.11.10.1", port=port)[0] == 200
            assert (first.cameras[0].requests, second.cameras[0].requests) == (1, heard)
            second.cameras[0].move("127.11.10.6")
            eventually(lambda: visitor.ask(host="127.11.10.6")[0] == 200)


def test_a_factory_reset_happens_by_itself_with_a_new_certificate():
    flavours = ["reset-new-certificate"]
    with EmulatedFleet(port=0, https=True, address="127.11.12.1", flavours=flavours) as fleet:
        visitor, camera = Visitor(fleet), fleet.cameras[0]
        camera.reset_seconds, camera.reboot_seconds = 0.1, 0.1
        camera.patch("/network/lan", {"dIpv4": {"sV4Address": "127.11.12.50"}})
        eventually(lambda: visitor.ask()[0] == 200)
        before = ssl.get_server_certificate(("127.11.12.50", fleet.ports[0]))
        pin = fleet.fingerprints[0]
        token = visitor.write("/system/factory-reset", None)["sConfirmToken"]
        assert visitor.write("/system/factory-reset", {"sConfirmToken": token})["code"] == 0
        eventually(lambda: visitor.ask(host="127.11.12.1")[0] == 200)
        assert ssl.get_server_certificate(("127.11.12.1", fleet.ports[0])) != before
        assert fleet.fingerprints[0] != pin


def test_files_and_uploads_pass_through():
    with EmulatedFleet(port=0, address="127.11.13.1") as fleet:
        visitor = Visitor(fleet)
        control = {"sAction": "RELAY", "sSlotDevPath": "/dev/mmcblk0p8", "sTask": "SYNC"}
        relay = visitor.write("/record/storage/control", control)["dRelayStatus"]
        clip = f"/storage/relay/{relay['sRelayDirectory']}/2026-08-20/clip_0002.mp4"
        visitor.headers["Range"] = "bytes=0-3"
        status, headers, body = visitor.ask(clip)
        assert (status, headers["content-range"], len(body)) == (206, "bytes 0-3/1036", 4)
        status, headers, _ = visitor.ask("/storage/relay/nothing")
        assert status == 404
        connection = http.client.HTTPConnection(fleet.hosts[0], fleet.ports[0], timeout=5)
        text = {"Cookie": visitor.headers["Cookie"], "Content-Type": "text/plain"}
        path = f"{CGI}/config/upload"
        told = text | {"File-Size": "524288"}
        connection.request("POST", f"{path}?upload-type=resumable", b"", told)
        response = connection.getresponse()
        response.read()
        told = text | {"Content-Range": "bytes 0-524287"}
        connection.request("POST", f"{path}?id={response.headers['File-Id']}", b"x" * 524288, told)
        assert json.loads(connection.getresponse().read())["code"] == 0
        connection.close()
        assert fleet.cameras[0].violations == []
