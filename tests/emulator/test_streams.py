"""The emulator's websockets: who may open them, and what is said on them, without and with a socket."""

import contextlib
import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from recamera_gitops.emulator import results
from recamera_gitops.emulator.faults import KINDS
from recamera_gitops.emulator.feeds import FAULTS
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.emulator.shell import Shell
from recamera_gitops.exchange import Request

LOGS, RESULTS, TERMINAL = "/ws/system/logs", "/ws/inference/results", "/ws/system/terminal"
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
TTY = {**UPGRADE, "Sec-WebSocket-Protocol": "chat, tty"}


def ask(person, path, headers=None):
    """The status that a websocket was asked for with; `person` reads no JSON here."""
    person.send("GET", path, headers=UPGRADE if headers is None else headers)
    return person.status


@pytest.mark.parametrize("path", [LOGS, RESULTS, TERMINAL])
def test_a_cookie_opens_a_websocket_and_nothing_else_does(person, path):
    admin = person()
    assert ask(admin, path, TTY) == 101
    admin.headers = {}
    assert ask(admin, path, TTY) == 401
    assert admin.response.headers["content-type"] == "text/html"
    admin.headers = {"Cookie": "token=made-up"}
    assert ask(admin, path, TTY) == 401
    assert admin.violations == []


def test_the_web_server_declines_with_a_status_whatever_the_firmware_says(person):
    visitor = person("errors-as-200", login=False)
    assert ask(visitor, LOGS) == 401


def test_a_key_opens_it_as_well(person):
    admin = person()
    admin.camera.documents["/web/setting"] |= {"sEnable": True, "sApiKey": "k" * 32}
    admin.headers = {"Authorization": "Bearer " + "k" * 32}
    assert ask(admin, RESULTS) == 101


def test_a_token_in_the_address_opens_nothing_and_is_a_breach(person):
    admin = person()
    token = admin.headers["Cookie"].removeprefix("token=")
    assert ask(admin, f"{LOGS}?token={token}") == 401
    assert [each.partition(":")[0] for each in admin.violations] == ["token-in-address"]
    assert token not in admin.violations[0]


@pytest.mark.parametrize(
    ("path", "headers", "breach"),
    [
        (LOGS, {}, "no-upgrade"),
        (TERMINAL, UPGRADE, "no-tty"),
        (TERMINAL, {**UPGRADE, "Sec-WebSocket-Protocol": "chat"}, "no-tty"),
    ],
)
def test_what_is_no_handshake_is_refused(person, path, headers, breach):
    admin = person()
    assert ask(admin, path, headers) == 400
    assert [each.partition(":")[0] for each in admin.violations] == [breach]


def test_there_are_no_other_websockets(person):
    admin = person()
    assert ask(admin, "/ws/nowhere") == 404
    assert ask(admin, f"/cgi-bin/entry.cgi{LOGS}") == 404
    admin.camera.documents["/system/secure"]["sEnable"] = True
    assert admin.violations == []


def test_results_are_away_while_the_media_process_restarts(person):
    admin = person()
    admin.edit("/notify/cfg", {})
    assert ask(admin, RESULTS) == 502
    assert ask(admin, LOGS) == 101
    admin.clock.now += 2
    assert ask(admin, RESULTS) == 101


def test_a_connect_writes_the_password_into_the_log(person):
    admin = person()
    admin.post("/network/wifi", {"sSsid": "5c:e9:31:00:00:01", "sPassword": "plant-wifi-pass"})
    shown = [each.shown for each in admin.camera.syslog.after(0)]
    assert shown[0].keys() == {"sTimestamp", "sLevel", "sData"}
    assert shown[0]["sTimestamp"].isdecimal()
    assert [each["sData"] for each in shown[-2:]] == [
        "entry.cgi: POST /network/wifi",
        "network: connect wifi ssid=5c:e9:31:00:00:01, password=plant-wifi-pass",
    ]


def test_a_reboot_begins_a_new_log(person):
    admin = person()
    before = admin.camera.syslog.written
    admin.post("/system/reboot")
    assert [each.text for each in admin.camera.syslog.after(0)] == [
        "kernel: Booting Linux on physical CPU 0x0",
        "init: media process started",
    ]
    assert [each.text for each in admin.camera.syslog.after(before + 2)] == [
        "init: media process started"
    ]


def test_results_name_classes_of_the_model_while_inference_runs(person):
    admin = person()
    told = json.loads(results.message(admin.camera, 3))
    assert told["model"] == "YOLO11n"
    assert [each["class"] for each in told["results"]] == ["motorcycle", "bus", "truck"]
    assert json.loads(results.message(admin.camera, 4))["results"] == []
    admin.edit("/model/inference?id=0", {"sModel": "mobilenet.rknn"})
    assert results.message(admin.camera, 4) is None
    admin.clock.now += 1
    assert [e["class"] for e in json.loads(results.message(admin.camera, 4))["results"]] == [
        "empty"
    ]
    assert results.pause(admin.camera) == pytest.approx(1 / 15)
    admin.edit("/model/inference?id=0", {"iEnable": 0})
    admin.clock.now += 1
    assert results.message(admin.camera, 5) is None


def test_results_follow_the_template(person):
    admin = person()
    admin.camera.documents["/notify/cfg"]["dTemplate"]["sDetection"] = "{class}={confidence}@{x1}"
    assert results.message(admin.camera, 2) == "car=0.52@0.05\nmotorcycle=0.53@0.05"


def shell(**options):
    return Shell(lambda typed: typed == "secret", **options)


def test_the_shell_shows_what_is_typed_and_answers():
    made = shell(columns=120, rows=40)
    assert made.hear("echo  hi\x7fo\r") == "echo  hi\b \bo\r\nho\r\nroot@reCamera:~# "
    assert made.hear("stty size\r") == "stty size\r\n40 120\r\nroot@reCamera:~# "
    assert made.hear("clear\r") == "clear\r\n\x1b[H\x1b[2Jroot@reCamera:~# "
    assert made.hear("nonsense\r").endswith("-sh: nonsense: not found\r\nroot@reCamera:~# ")
    assert made.hear("whoami\x03") == "whoami^C\r\nroot@reCamera:~# "
    assert made.hear("\x04x") == "logout\r\n"
    assert made.ended == 127


@pytest.mark.parametrize(("typed", "status"), [("exit\r", 0), ("exit 3\r", 3), ("false\r\x04", 1)])
def test_the_shell_ends_with_a_status(typed, status):
    made = shell()
    made.hear(typed)
    assert made.ended == status


def test_the_shell_may_ask_who_is_there():
    made = shell(asks=True)
    assert made.prompt == "reCamera login: "
    assert made.hear("root\rsecret\r") == "root\r\nPassword: \r\nroot@reCamera:~# "
    made = shell(asks=True)
    assert "secret" not in made.hear("admin\rsecret\r" * 3)
    assert made.ended == 1


@pytest.fixture
def fleet():
    with EmulatedFleet(port=0) as fleet:
        yield fleet


@pytest.fixture
def opened(fleet):
    """Opens a websocket with another client than the product's."""

    def make(path, camera=0, **options):
        token = fleet.cameras[camera].sessions.issue()
        headers = {"Cookie": f"token={token}"}
        url = f"ws://{fleet.hosts[camera]}:{fleet.ports[camera]}{path}"
        return connect(url, additional_headers=headers, proxy=None, **options)

    return make


def test_the_log_comes_as_an_array_and_then_line_by_line(fleet, opened):
    with opened(LOGS) as socket:
        assert len(json.loads(socket.recv(timeout=2))) == 2
        fleet.cameras[0].syslog.write("error", "on fire")
        assert json.loads(socket.recv(timeout=2))["sData"] == "on fire"


def test_what_a_client_says_among_results_is_echoed(fleet, opened):
    with opened(RESULTS) as socket:
        assert json.loads(socket.recv(timeout=2))["model"] == "YOLO11n"
        socket.send("hello")
        assert "hello" in {socket.recv(timeout=2) for _ in range(3)}


def test_the_terminal_speaks_ttyd(fleet, opened):
    with opened(TERMINAL, subprotocols=["tty"]) as socket:
        socket.send(b'{"AuthToken":"","columns":80,"rows":24}')
        assert [socket.recv(timeout=2)[:1] for _ in range(3)] == [b"1", b"2", b"0"]
        socket.send(b'1{"columns":99,"rows":9}')
        socket.send(b"2")
        socket.send(b"0stty size\r")
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.1)
        socket.send(b"3")
        assert socket.recv(timeout=2) == b"0stty size\r\n9 99\r\nroot@reCamera:~# "
        socket.send(b"0exit\r")
        assert socket.recv(timeout=2) == b"0exit\r\nlogout\r\n"
        with pytest.raises(ConnectionClosed) as ended:
            socket.recv(timeout=2)
    assert ended.value.rcvd.code == 1000
    assert fleet.cameras[0].actions["terminal"] == 1
    assert fleet.cameras[0].violations == []


@pytest.mark.parametrize(
    "first", [b"0ls\r", b"{}", b'{"AuthToken":1,"columns":80,"rows":24}', b"["]
)
def test_the_terminal_wants_to_know_the_window_first(fleet, opened, first):
    with opened(TERMINAL, subprotocols=["tty"]) as socket:
        socket.send(first)
        with pytest.raises(ConnectionClosed) as ended:
            socket.recv(timeout=2)
    assert ended.value.rcvd.code == 1002
    assert [each.partition(":")[0] for each in fleet.cameras[0].violations] == ["ttyd"]


def test_a_terminal_with_a_login(opened, fleet):
    fleet.cameras[0].flavours |= {"terminal-login"}
    with opened(TERMINAL, subprotocols=["tty"]) as socket:
        socket.send(b'{"AuthToken":"","columns":80,"rows":24}')
        assert [socket.recv(timeout=2) for _ in range(3)][2] == b"0reCamera login: "
        socket.send(b"0root\rrecamera\r")
        assert socket.recv(timeout=2) == b"0root\r\nPassword: \r\nroot@reCamera:~# "


def until_the_end(socket):
    try:
        while True:
            yield socket.recv(timeout=2)
    except ConnectionClosed:
        return


@pytest.mark.parametrize("gone", ["power", "reboot", "media"])
def test_who_listens_is_cut_off_when_the_camera_goes(fleet, opened, gone):
    camera = fleet.cameras[0]
    with opened(RESULTS) as socket:
        socket.recv(timeout=2)
        if gone == "power":
            camera.power = False
        elif gone == "reboot":
            camera.reboot()
        else:
            camera.media_back_at = camera.clock() + 5
        assert sum(1 for _ in until_the_end(socket)) < 30


def test_open_websockets_are_no_requests_in_flight(fleet, opened):
    camera = fleet.cameras[0]
    with contextlib.ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(opened(LOGS)).recv(timeout=2)
        assert (camera.in_flight, camera.violations) == (0, [])


def test_faults_befall_the_handshake_as_every_request(fleet, opened):
    fleet.cameras[0].faults.add("status-500", path=LOGS)
    with pytest.raises(InvalidStatus) as refused, opened(LOGS):
        pass
    assert refused.value.response.status_code == 500
    with opened(LOGS) as socket:
        assert json.loads(socket.recv(timeout=2))


def after(opened, fleet, kind, **settings):
    """What comes in a second, and whether the connection stands then."""
    fleet.cameras[0].faults.add(kind, path=LOGS, **settings)
    with opened(LOGS, ping_interval=None, close_timeout=0.1, max_size=1 << 20) as socket:
        said = [socket.recv(timeout=2)]
        fleet.cameras[0].syslog.write("info", "second")
        try:
            said.append(socket.recv(timeout=0.3))
        except TimeoutError:
            return said, "silent"
        except ConnectionClosed as error:
            return said, error.sent.code if error.sent else "cut"
        return said, "open"


def test_a_stream_may_be_cut_be_dead_or_send_nonsense(fleet, opened):
    assert after(opened, fleet, "stream-cut")[1] == "cut"
    assert after(opened, fleet, "stream-silent")[1] == "silent"
    assert after(opened, fleet, "stream-noise")[1] == 1002
    assert after(opened, fleet, "stream-huge")[1] == 1009
    said, state = after(opened, fleet, "stream-garbage")
    assert (said[1], state) == ("\x1b]0;gone\x07{not json", "open")


def test_every_fault_of_a_stream_can_be_asked_for():
    assert {each for each in KINDS if each.startswith("stream-")} == FAULTS.keys()


def test_a_fault_of_a_stream_leaves_other_answers_alone(person):
    admin = person()
    admin.camera.faults.add("stream-cut", path="/osd/cfg")
    assert admin.get("/osd/cfg")["attribute"]


def test_a_line_can_be_put_into_the_log(person):
    admin = person()
    admin.post("/emulator/say", {"level": "error", "text": "on fire"})
    assert admin.camera.syslog.after(0)[-1].shown["sData"] == "on fire"


def test_the_port_of_the_other_scheme_redirects_a_handshake(person):
    admin = person()
    admin.camera.documents["/system/secure"]["sEnable"] = True
    request = Request("GET", LOGS, {**UPGRADE, "Host": "10.0.0.9"})
    response = admin.camera.handle(request, scheme="http")
    assert (response.status, response.headers["location"]) == (307, f"https://10.0.0.9{LOGS}")
