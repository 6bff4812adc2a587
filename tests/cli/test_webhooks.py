"""drift --webhook: a receiver behind a real socket hears of each drift once, and of its end."""

import http.server
import json
import threading

import jsonschema
import pytest

from recamera_gitops.desired.schema import schemas
from recamera_gitops.fleet import webhook
from tests.cli.drifting import Site
from tests.conftest import canary


class Receiver:
    """Takes messages at a secret path; `answers` are the next statuses, 200 once there are none."""

    def __init__(self):
        self.messages, self.answers, self.paths = [], [], []
        self.path = f"/hooks/{canary('hook')}"
        self.location = None
        self.server = http.server.HTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.thread.start()

    def _handler(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 200
                receiver.paths.append(self.path)
                if status == 200:
                    receiver.messages.append(json.loads(content))
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        return Handler

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}{self.path}"

    @property
    def told(self):
        """The events so far, each with what was new, and forgotten by this."""
        told = [
            (
                each["event"],
                *(f"{d['device']} {d['path']}" for d in each["differences"] if d["new"]),
            )
            for each in self.messages
        ]
        self.messages.clear()
        return told

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def site(tmp_path, environment, rcg, monkeypatch, within, receiver):
    made = Site(tmp_path, environment, rcg)
    within(made)
    monkeypatch.setenv("RECAMERA_GITOPS_WEBHOOK", receiver.url)
    assert rcg("apply", "--auto-approve").code == 0
    return made


def test_a_night_of_cameras_that_come_and_go(site, receiver):
    def look(*arguments):
        site.later(minutes=30)
        ended = site.rcg("drift", "--history", "--metrics-file", "drift.prom", *arguments)
        return ended.code, receiver.told

    assert look() == (0, [])
    site.turn("gate", 90)
    assert look() == (2, [("drift", "gate image.rotation")])
    assert look() == (2, [])
    site.out_of_reach("gate")
    assert look() == (4, [])
    site.out_of_reach("gate", "dock")
    assert look() == (4, [])
    site.out_of_reach("dock")
    assert look() == (2, [])
    site.turn("dock", 180)
    assert look() == (2, [])
    site.out_of_reach()
    assert look() == (2, [("drift", "dock image.rotation")])
    site.turn("gate", 180)  # the same setting, turned otherwise
    assert look() == (2, [])
    site.turn("gate", 0)
    assert look() == (2, [])
    site.out_of_reach("gate")
    site.turn("dock", 0)
    assert look() == (0 + 4, [("resolved",)])
    site.out_of_reach()
    assert look() == (0, [])
    assert (
        'drift_settings{device="gate",site="hq",severity="normal"} 0'
        in (site.root / "drift.prom").read_text()
    )
    lines = site.rcg("drift", "log").out.splitlines()[1:]
    differ = [line.split()[2] for line in reversed(lines)]
    assert differ == ["0", "1", "1", "0", "0", "1", "1", "2", "2", "1", "0", "0"]


def test_cameras_that_were_not_meant_stand_as_they_were(site, receiver):
    site.turn("gate", 90)
    site.turn("dock", 90)
    site.rcg("drift")
    assert receiver.told == [("drift", "dock image.rotation", "gate image.rotation")]
    site.turn("gate", 0)
    assert site.rcg("drift", "gate").code == 0
    assert receiver.told == []
    site.turn("dock", 0)
    site.rcg("drift", "dock")
    assert receiver.told == [("resolved",)]


def test_a_camera_that_left_the_fleet_is_forgotten(site, receiver):
    site.turn("gate", 90)
    site.rcg("drift")
    (site.root / "devices/gate.yaml").unlink()
    receiver.messages.clear()
    site.rcg("drift")
    assert receiver.told == [("resolved",)]


def test_the_message_has_the_form_that_is_promised_and_no_secret(site, receiver):
    site.declare("gate", '{image: {rotation: 0}, notify: {mqtt: {password: "${env:PW}"}}}')
    site.turn("gate", 90)
    site.out_of_reach("dock")
    assert site.rcg("drift").code == 2
    (message,) = receiver.messages
    jsonschema.validate(message, schemas()["webhook.schema.json"])
    assert message["text"] == "acme: 2 differences on 1 of 2 cameras, 2 new, 1 unreachable"
    assert message["unreachable"] == ["dock"]
    rotation, password = sorted(message["differences"], key=lambda each: each["path"])
    assert (rotation["before"], rotation["after"], rotation["direction"]) == (90, 0, "camera")
    assert (password["path"], password["before"], password["after"]) == (
        "notify.mqtt.password",
        None,
        None,
    )
    assert site.password not in json.dumps(message)


def test_slack_shows_a_text_in_which_nothing_is_a_command(site, receiver):
    site.declare("gate", '{osd: {channel_name: {text: "<!here> & co"}}}')
    site.rcg("drift", "--webhook-format", "slack")
    (message,) = receiver.messages
    first, line = message["text"].split("\n")
    assert first == "*acme: 1 difference on 1 of 2 cameras, 1 new*"
    assert line.startswith("• new: gate osd.channel_name.text: ")
    assert line.endswith('→ "&lt;!here&gt; &amp; co"')


class TestDelivery:
    """What is done where the receiver does not take it."""

    def test_it_is_tried_again_after_longer_and_longer(self, site, receiver):
        site.turn("gate", 90)
        receiver.answers = [503, 429, 500]
        before = site.clock.now
        assert site.rcg("drift").code == 2
        assert receiver.told == [("drift", "gate image.rotation")]
        assert site.clock.now - before == 1 + 4 + 15

    def test_what_was_not_delivered_is_told_the_next_time(self, site, receiver):
        site.turn("gate", 90)
        receiver.answers = [500] * 4
        ended = site.rcg("drift")
        assert (ended.code, "image.rotation" in ended.out) == (1, True)
        assert "the webhook was not delivered: the receiver answered 500" in ended.err
        assert len(receiver.paths) == 4
        assert site.rcg("drift").code == 2
        assert receiver.told == [("drift", "gate image.rotation")]

    @pytest.mark.parametrize("status", [301, 307, 400, 403, 404])
    def test_what_will_not_get_better_is_not_tried_again(self, site, receiver, status):
        site.turn("gate", 90)
        receiver.answers = [status]
        receiver.location = f"http://127.0.0.1:{receiver.server.server_port}/elsewhere"
        assert site.rcg("drift").code == 1
        assert receiver.paths == [receiver.path]

    def test_the_address_is_never_shown(self, site, receiver, monkeypatch):
        receiver.server.server_close()
        site.turn("gate", 90)
        ended = site.rcg("drift", "--webhook", receiver.url, "--debug")
        assert (ended.code, "no answer" in ended.err) == (1, True)
        assert receiver.path not in ended.out + ended.err

    def test_the_environment_does_not_send_it_elsewhere(self, site, receiver, monkeypatch):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        site.turn("gate", 90)
        assert site.rcg("drift").code == 2
        assert receiver.told == [("drift", "gate image.rotation")]

    def test_a_state_that_makes_no_sense_only_tells_again(self, site, receiver):
        site.turn("gate", 90)
        site.rcg("drift")
        (site.root / ".recamera/webhook.json").write_text('{"standing": {"gate": 7}')
        receiver.messages.clear()
        site.rcg("drift")
        assert receiver.told == [("drift", "gate image.rotation")]
        assert (site.root / ".recamera/webhook.json").stat().st_mode & 0o777 == 0o600


GOOD = [
    "https://hooks.example/a",
    "https://hooks.example:8443/a?b",
    "http://127.0.0.1:8000/x",
    "http://127.9.9.9/x",
    "http://[::1]/x",
    "http://localhost/x",
]
BAD = [
    "http://hooks.example/a",
    "ftp://hooks.example/a",
    "hooks.example/a",
    "https:///a",
    "https://hooks.example:port/a",
    "http://127.0.0.1.example/",
    "http://localhost.example/",
    "https://[::1/a",
    "",
]


@pytest.mark.parametrize("url", GOOD)
def test_an_address_that_may_be_used(url):
    assert webhook.checked(url).reveal() == url


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_may_not_is_refused_before_any_camera_is_asked(site, url):
    for camera in site.cameras.values():
        camera.log.clear()
    ended = site.rcg("drift", "--webhook", url)
    assert (ended.code, ended.out) == (1, "")
    assert "--webhook" in ended.err
    assert not url or url not in ended.err
    assert not any(camera.log for camera in site.cameras.values())
