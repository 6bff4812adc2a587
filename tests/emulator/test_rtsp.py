"""The emulator's stream, as somebody with a bare socket sees it."""

import base64
import re
import socket
import time
from itertools import pairwise

import pytest

from recamera_gitops.emulator.jpeg import packet
from recamera_gitops.emulator.server import EmulatedFleet


class Viewer:
    """Speaks RTSP by hand."""

    def __init__(self, camera, path="main"):
        self.url = f"rtsp://{camera.host}:{camera.ports['rtsp']}/{path}"
        self.socket = socket.create_connection((camera.host, camera.ports["rtsp"]), timeout=5)
        self.stream = self.socket.makefile("rb")
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stream.close()
        self.socket.close()

    def ask(self, method, **headers):
        self.number += 1
        told = {"CSeq": self.number, **headers}
        lines = [f"{method} {self.url} RTSP/1.0", *(f"{k}: {v}" for k, v in told.items())]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            more = self.stream.readline()
            if not more:
                return None, head, b""
            head += more
        length = re.search(rb"Content-Length: (\d+)", head)
        return int(head.split()[1]), head, self.stream.read(int(length[1]) if length else 0)

    def play(self, **headers):
        self.ask("SETUP", Transport="RTP/AVP/TCP;unicast;interleaved=2-3", **headers)
        return self.ask("PLAY", **headers)

    def frame(self):
        mark, channel, high, low = self.stream.read(4)
        assert (mark, channel) == (ord("$"), 2)
        return self.stream.read(high << 8 | low)


@pytest.fixture
def camera():
    with EmulatedFleet(port=0, rtsp_port=0) as fleet:
        fleet.cameras[0].haste = 40
        setting = fleet.cameras[0].documents["/video/0/stream"]["rtsp"]
        setting["iAuthType"] = 0
        yield fleet.cameras[0]


def test_the_stream_is_described_and_played(camera):
    with Viewer(camera) as viewer:
        assert viewer.ask("OPTIONS")[0] == 200
        status, head, body = viewer.ask("DESCRIBE")
        assert (status, b"m=video 0 RTP/AVP 26" in body) == (200, True)
        assert f"Content-Base: {viewer.url}/".encode() in head
        assert viewer.play()[0] == 200
        frame = viewer.frame()
        assert (frame[0], frame[1] & 0x7F, frame[18:20]) == (0x80, 26, bytes((40, 22)))
        viewer.socket.sendall(b"$\x03\x00\x02xx")
        viewer.socket.sendall(f"TEARDOWN {viewer.url} RTSP/1.0\r\nCSeq: 9\r\n\r\n".encode())
        while viewer.stream.read(1 << 12):
            pass


def test_the_first_frames_are_those_that_the_last_viewer_saw(camera):
    with Viewer(camera) as viewer:
        viewer.play()
        before = viewer.frame()
    camera.patch("/image/0", {"profile": {"0": {"imageAdjustment": {"iBrightness": 100}}}})
    with Viewer(camera) as viewer:
        viewer.play()
        shown = [viewer.frame()[12:] for _ in range(121)]
    assert shown[0] == before[12:]
    assert packet(camera.seen.shades(120)) == shown[120]
    assert packet(camera.seen.shades(119)) != shown[119]


def test_frames_come_as_fast_as_the_encoder_is_set_to(camera):
    camera.haste = 1
    camera.documents["/video/0/encode"]["sFrameRate"] = "20"
    with Viewer(camera) as viewer:
        viewer.play()
        stale = [viewer.frame() for _ in range(121)]
        began = time.monotonic()
        live = [viewer.frame() for _ in range(4)]
        assert 0.15 < time.monotonic() - began < 1
    ticks = [int.from_bytes(each[4:8], "big") for each in (*stale, *live)]
    assert {later - one for one, later in pairwise(ticks)} == {4500}


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("other", "DESCRIBE", {}, 404),
        ("main", "SETUP", {"Transport": "RTP/AVP;unicast;client_port=4000-4001"}, 461),
        ("main", "GET_PARAMETER", {}, 200),
    ],
)
def test_what_is_not_there_is_told(camera, path, method, headers, status):
    with Viewer(camera, path) as viewer:
        assert viewer.ask(method, **headers)[0] == status


@pytest.mark.parametrize("how", ["power", "rtsp", "nonsense", "endless"])
def test_nobody_answers_where_nothing_is_shown(camera, how):
    if how == "power":
        camera.power = False
    if how == "rtsp":
        camera.documents["/video/0/stream"]["rtsp"]["iEnabled"] = 0
    with Viewer(camera) as viewer:
        method = {"nonsense": "\r\n", "endless": "x" * 40_000}.get(how, "OPTIONS")
        assert viewer.ask(method)[0] is None


def test_a_password_is_asked_for_in_the_way_of_the_flavour():
    basic = EmulatedFleet(port=0, rtsp_port=0, flavours=["rtsp-basic"])
    with basic as fleet, Viewer(fleet.cameras[0]) as viewer:
        status, head, _ = viewer.ask("DESCRIBE")
        assert (status, b'Basic realm="' in head) == (401, True)
        for password, answer in (("admin", 200), ("other", 401)):
            told = base64.b64encode(f"admin:{password}".encode()).decode()
            assert viewer.ask("DESCRIBE", Authorization=f"Basic {told}")[0] == answer
    with EmulatedFleet(port=0, rtsp_port=0) as fleet, Viewer(fleet.cameras[0]) as viewer:
        status, head, _ = viewer.ask("DESCRIBE")
        assert (status, b'Digest realm="' in head) == (401, True)
        told = 'Digest username="admin", uri="/main", response="00"'
        assert viewer.ask("DESCRIBE", Authorization=told)[0] == 401


def test_a_stream_may_be_said_to_be_elsewhere(camera):
    camera.elsewhere["SETUP"] = "rtsp://127.0.0.9/main"
    with Viewer(camera) as viewer:
        assert viewer.ask("DESCRIBE", Authorization="Basic x")[0] == 200
        status, head, _ = viewer.ask("SETUP")
        assert (status, b"\r\nLocation: rtsp://127.0.0.9/main\r\n" in head) == (302, True)
    assert camera.viewed == [("DESCRIBE", "Basic"), ("SETUP", "")]


def test_a_camera_that_moves_takes_its_stream_along(camera):
    with Viewer(camera) as viewer:
        viewer.play()
        camera.move("127.11.0.77")
        while viewer.stream.read(1 << 16):
            pass
    with Viewer(camera) as viewer:
        assert viewer.ask("DESCRIBE")[0] == 200
