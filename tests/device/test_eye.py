"""The program that takes one picture, against the stream of an emulated camera and a real decoder."""

import base64
import re
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from recamera_gitops.device import eye
from recamera_gitops.device.forwarding import Forwarder
from recamera_gitops.emulator.server import EmulatedFleet

HERE = "127.0.0.1"
av = pytest.importorskip("av", reason="the extra snapshot is not installed")


@pytest.fixture
def camera():
    with EmulatedFleet(port=0, rtsp_port=0) as fleet:
        fleet.cameras[0].haste = 40
        yield fleet.cameras[0]


def look(camera, **other):
    where = {"host": camera.host, "port": camera.ports["rtsp"], "path": "main"}
    opened = {"username": "admin", "password": "admin", "stale": 120, "apart": 2.0}
    return eye.seen({**where, **opened, **other})


def mean(found):
    points = base64.b64decode(found["points"])
    assert len(points) == eye.ACROSS * eye.DOWN
    return sum(points) / len(points)


def set_brightness(camera, value):
    camera.patch("/image/0", {"profile": {"0": {"imageAdjustment": {"iBrightness": value}}}})


def test_a_picture_is_taken_and_is_a_jpeg(camera):
    found = look(camera)
    assert (found["width"], found["height"], found["frozen"]) == (320, 176, False)
    assert 110 < mean(found) < 117
    for each in ("jpeg", "small"):
        content = base64.b64decode(found[each])
        assert (content[:3], content[-2:]) == (b"\xff\xd8\xff", b"\xff\xd9")


def test_no_old_frame_is_taken_for_the_picture_of_now(camera):
    before = mean(look(camera))
    set_brightness(camera, 80)
    assert abs(mean(look(camera, stale=0)) - before) < 1
    set_brightness(camera, 20)
    assert mean(look(camera)) < before - 40


def test_black_is_black_and_what_stands_still_is_frozen(camera):
    camera.picture = "frozen"
    found = look(camera)
    assert (found["frozen"], mean(found) > 100) == (True, True)
    camera.picture = "black"
    assert mean(look(camera)) == 0


@pytest.mark.parametrize("flavour", ["rtsp-basic", None])
def test_the_stream_is_opened_with_its_password(flavour):
    with EmulatedFleet(port=0, rtsp_port=0, flavours=[flavour] if flavour else []) as fleet:
        camera = fleet.cameras[0]
        camera.haste = 40
        password = "p@ss/w:rd ü'"
        camera.documents["/video/0/stream"]["rtsp"]["sPassword"] = password
        assert look(camera, password=password)["width"] == 320
        assert look(camera, password="other") == {"trouble": "401 Unauthorized"}
        assert look(camera, password=None) == {"trouble": "401 Unauthorized"}


@pytest.mark.parametrize(
    ("other", "trouble"),
    [
        ({"path": "nowhere"}, "404 Not Found"),
        ({"port": 1}, "the connection was refused"),
    ],
)
def test_why_there_is_no_picture_is_said_in_our_own_words(camera, other, trouble):
    assert look(camera, **other) == {"trouble": trouble}


@pytest.mark.parametrize(
    ("picture", "trouble"),
    [
        ("silent", "nothing came in time"),
        ("garbage", "no picture came"),
        ("endless", "what comes is no picture"),
    ],
)
def test_a_stream_that_shows_nothing_is_left_in_time(camera, monkeypatch, picture, trouble):
    monkeypatch.setattr(eye, "_OPENING", 0.5)
    monkeypatch.setattr(eye, "_READING", 0.3)
    camera.picture = picture
    assert look(camera) == {"trouble": trouble}


def test_a_stream_that_ends_before_there_is_a_picture_is_told(camera):
    ending = threading.Timer(0.3, lambda: setattr(camera, "power", False))
    ending.start()
    assert look(camera, stale=1_000_000) == {"trouble": "the stream ended early"}
    ending.join()


@contextmanager
def answering(answer):
    """A port that says this to whoever connects, and ends where it is something; and who came."""
    came = []

    def serve():
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                came.append(connection)
                connection.sendall(answer)
                if answer:
                    connection.shutdown(socket.SHUT_WR)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield listener.getsockname()[1], came
        finally:  # or whoever accepts would keep a failed test, and the process, from ending
            listener.shutdown(socket.SHUT_RDWR)
            serving.join()
            for each in came:
                each.close()


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
def test_a_stream_that_redirects_is_not_followed(camera, method):
    with answering(b"") as (port, came):
        camera.elsewhere[method] = f"rtsp://127.0.0.1:{port}/main"
        assert look(camera) == {"trouble": "it redirects, which is not followed"}
        assert came == []
    assert camera.viewed[-1][0] == method


@pytest.mark.parametrize(("flavour", "kind"), [("rtsp-basic", "Basic"), (None, "Digest")])
def test_a_rejected_password_is_tried_once(flavour, kind):
    with EmulatedFleet(port=0, rtsp_port=0, flavours=[flavour] if flavour else []) as fleet:
        assert look(fleet.cameras[0], password="other") == {"trouble": "401 Unauthorized"}
        assert fleet.cameras[0].viewed == [("OPTIONS", ""), ("DESCRIBE", ""), ("DESCRIBE", kind)]


def test_the_decoder_is_told_no_password_and_no_camera(camera, monkeypatch):
    told = []
    monkeypatch.setattr(eye, "_looked", lambda address, _: told.append(address) or {})
    look(camera, username="viewer", password="rain")
    assert re.fullmatch(r"rtsp://127\.0\.0\.1:[0-9]+/[0-9a-f]{16}/main", told[0])
    assert camera.viewed == []


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"", "nothing came in time"),
        (b"RTSP/1.0 200", "the stream ended early"),
        (b"\x00\xffHTTP/1.1 200 OK\r\n\r\n", "what comes is no picture"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "what comes is no picture"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", "what comes is no picture"),
    ],
)
def test_what_is_no_camera_is_told_for_what_it_does(monkeypatch, answer, trouble):
    monkeypatch.setattr(eye, "_OPENING", 0.5)
    with answering(answer) as (port, came):
        camera = SimpleNamespace(host="127.0.0.1", ports={"rtsp": port})
        assert look(camera) == {"trouble": trouble}
    assert len(came) == 1


def test_a_camera_that_ends_before_it_is_asked_has_ended_early():
    with answering(b"RTSP/1.0 200") as (port, _), Forwarder(HERE, port, None, 5) as forwarder:
        parts = urlsplit(forwarder.address("main"))
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as viewer:
            assert viewer.recv(1) == b""
            assert forwarder.unanswered == "the stream ended early"


def test_another_program_on_this_machine_is_not_shown_the_stream(camera, monkeypatch):
    def intrude(address, _wanted):
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as stranger:
            stranger.sendall(
                f"DESCRIBE rtsp://127.0.0.1:{parts.port}/main RTSP/1.0\r\n\r\n".encode()
            )
            assert stranger.recv(1) == b""
        raise ConnectionRefusedError

    monkeypatch.setattr(eye, "_looked", intrude)
    trouble = "another program on this machine wanted to look too"
    assert look(camera) == {"trouble": trouble}
    assert camera.viewed == []


def test_nobody_is_served_after_the_first(camera, monkeypatch):
    def come_twice(address, _wanted):
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as first:
            first.sendall(f"OPTIONS {address} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
            assert first.recv(1) == b"R"
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((parts.hostname, parts.port), timeout=5)
        return {}

    monkeypatch.setattr(eye, "_looked", come_twice)
    assert look(camera) == {}


def test_without_the_library_that_is_what_is_said(camera, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    assert look(camera) == {"trouble": eye.MISSING}


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_what_cameras_really_send_is_decoded(tmp_path, codec):
    """The stream of the emulator is JPEG; its way here is the same, the decoder is not."""
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {codec}")
    with av.open(str(tmp_path / "stream.mp4"), "w") as file:
        options = {"preset": "ultrafast", "x265-params": "log-level=none"}
        stream = file.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for number in range(150):
            shades = (60 if number < 120 else 150 + number % 2 * 20, 128, 128)
            frame = av.VideoFrame(320, 192, "yuv420p")
            for plane, shade in zip(frame.planes, shades, strict=True):
                plane.update(bytes([shade]) * plane.buffer_size)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with av.open(str(tmp_path / "stream.mp4")) as file:
        found = eye._picture(file, 120, 0.9)
    assert (found["width"], found["height"], found["frozen"]) == (320, 192, False)
    assert abs(mean(found) - (150 - 16) * 255 / 219) < 3


def test_a_small_picture_stays_small():
    frame = av.VideoFrame(1280, 720, "gray")
    noise = bytes((at * at * 7919 >> 7) & 255 for at in range(1 << 16))
    size = frame.planes[0].buffer_size
    frame.planes[0].update((noise * (size // len(noise) + 1))[:size])
    whole = eye._jpeg(frame.reformat(format="yuvj420p"), 3)
    small = eye._small(frame.reformat(640, 360, format="yuvj420p"))
    assert len(small) <= 40_000 < len(whole)


def test_light_is_measured_from_black_to_white_whatever_the_range_of_the_stream():
    for shade, meant in ((16, 0), (235, 255)):
        frame = av.VideoFrame(64, 64, "yuv420p")
        for plane, value in zip(frame.planes, (shade, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        points = frame.reformat(eye.ACROSS, eye.DOWN, format="gray", interpolation="POINT")
        assert set(eye._rows(points)) == {meant}
