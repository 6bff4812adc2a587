"""Sessions, and what may be asked again."""

import json
import threading

import pytest

from recamera_gitops.device.client import Client, Identity
from recamera_gitops.device.clock import SystemClock
from recamera_gitops.device.paths import wire_path
from recamera_gitops.device.transport import HttpTransport
from recamera_gitops.errors import (
    AuthenticationFailed,
    NotUnderstood,
    Rejected,
    SessionRenewed,
    Unavailable,
    Unreachable,
)
from recamera_gitops.exchange import Response
from recamera_gitops.secret import Secret

UNAVAILABLE = {"code": 500, "message": "Backend connection failed: -1"}


@pytest.fixture
def client_of(connection_to, clock):
    return lambda camera, **options: Client(
        connection_to(80, **options), camera, clock=clock, name="gate"
    )


def asked(camera, path):
    return sum(seen == path for _, seen in camera.seen)


@pytest.mark.parametrize(
    ("path", "wire"),
    [
        ("/video/0/encode", "/cgi-bin/entry.cgi/video/0/encode"),
        ("/record/storage/config", "/cgi-bin/entry.cgi/record/storage/config"),
        ("/api/v1/device/serial-port", "/api/v1/device/serial-port"),
        ("/storage/relay/x", "/storage/relay/x"),
        ("/download/config.tar", "/download/config.tar"),
        ("/cgi-bin/entry.cgi/osd/cfg", "/cgi-bin/entry.cgi/osd/cfg"),
    ],
)
def test_paths_on_the_wire(path, wire):
    assert wire_path(path) == wire


def test_one_login_serves_every_request(make_camera, client_of):
    camera = make_camera({"/a": {"x": 1}})
    client = client_of(camera)
    assert camera.seen == []
    assert [client.get("/a"), client.get("/a"), client.send("PUT", "/a", {})] == [{"x": 1}] * 3
    assert camera.logins == 1
    assert asked(camera, "/system/key") == 1


def test_over_http(http_server, connection_to, make_camera, closing):
    camera = make_camera({"/a": {"x": "ä"}, "/b": {"code": 0}})

    def handle(method, path, headers, body):
        from recamera_gitops.exchange import Request  # noqa: PLC0415 only here

        response = camera.send(Request(method, path, dict(headers), body))
        return response.status, list(response.headers.items()), response.body

    server = http_server(handle)
    connection = connection_to(server.port)
    client = closing(Client(connection, HttpTransport(connection)))
    assert client.get("/a") == {"x": "ä"}
    assert client.send("PUT", "/b", {"s": "日本"}) == {"code": 0}
    assert client.send("POST", "/b") == {"code": 0}
    assert server.requests[-2][3] == '{"s":"日本"}'.encode()
    assert server.requests[-2][2]["Content-Type"] == "application/json"
    assert "Content-Type" not in server.requests[-1][2]
    assert server.requests[-1][2]["Content-Length"] == "0"


def test_a_token_is_a_bearer_and_never_logs_in(answer, client_of):
    seen = []

    class Keyed:
        def send(self, request):
            seen.append(request)
            good = request.headers.get("Authorization") == "Bearer sk_123"
            return answer({"x": 1}) if good else Response(401)

    assert client_of(Keyed(), token=Secret("sk_123")).get("/a") == {"x": 1}
    assert "Cookie" not in seen[0].headers
    seen.clear()
    with pytest.raises(AuthenticationFailed) as caught:
        client_of(Keyed(), token=Secret("sk_other")).get("/a")
    assert caught.value.rejected
    with pytest.raises(AuthenticationFailed):
        client_of(Keyed(), token=Secret("sk_other")).send("PUT", "/a", {})
    assert [request.method for request in seen] == ["GET", "PUT"]


def test_a_token_that_cannot_stand_in_a_header(client_of):
    with pytest.raises(AuthenticationFailed, match="header"):
        client_of(None, token=Secret("sk_1\r\nX: y"))


def test_no_credential_at_all(make_camera, client_of):
    camera = make_camera()
    with pytest.raises(AuthenticationFailed, match="neither"):
        client_of(camera, password=None).get("/a")
    assert camera.seen == []


LOGINS = [
    ({"iStatus": -1, "iAuth": 0}, AuthenticationFailed, "wrong"),
    ({"iStatus": -3, "iAuth": 0, "sWaittime": 120}, AuthenticationFailed, "locked for 120 s"),
    ({"iStatus": -3, "iAuth": 0, "sWaittime": "120"}, AuthenticationFailed, "locked for 120 s"),
    ({"iStatus": 0, "iAuth": 2}, AuthenticationFailed, "factory password"),
    ({"iStatus": 0, "iAuth": 0}, AuthenticationFailed, "did not log us in"),
    ({"iStatus": 0, "iAuth": 1}, NotUnderstood, "no session cookie"),
    ({"iStatus": 7, "iAuth": 1}, NotUnderstood, "unknown way"),
    ({"iStatus": False, "iAuth": 1}, NotUnderstood, "unknown way"),
    ({"code": 401, "message": "Unauthorized"}, AuthenticationFailed, "rejected"),
    ({"code": 0}, NotUnderstood, "unknown way"),
    ([], NotUnderstood, "unknown way"),
    (None, NotUnderstood, "unknown way"),
    (UNAVAILABLE, Unavailable, "Backend"),
]


@pytest.mark.parametrize(("reply", "kind", "text"), LOGINS, ids=str)
def test_a_failed_login_is_final(reply, kind, text, make_camera, client_of, answer):
    camera = make_camera({"/a": {}})
    camera.login_answer = answer(reply)
    client = client_of(camera)
    for ask in (lambda: client.get("/a"), lambda: client.send("PUT", "/a", {})):
        with pytest.raises(kind, match=text):
            ask()
    assert asked(camera, "/system/login") == 1
    assert asked(camera, "/a") == 0


def test_what_a_rejected_login_tells(make_camera, client_of, answer):
    camera = make_camera()
    camera.login_answer = answer({"iStatus": -3, "iAuth": 0, "sWaittime": 60})
    with pytest.raises(AuthenticationFailed) as caught:
        client_of(camera).get("/a")
    assert (caught.value.wait, caught.value.rejected) == (60, False)
    camera.login_answer = answer({"iStatus": -1, "iAuth": 0, "sWaittime": 0})
    with pytest.raises(AuthenticationFailed) as caught:
        client_of(camera).get("/a")
    assert (caught.value.wait, caught.value.rejected) == (None, True)


@pytest.mark.parametrize("reply", [{}, [], None, {"sPublicKey": 1}, {"sPublicKey": "x"}])
def test_without_a_sound_key_no_password_is_sent(reply, client_of, answer):
    seen = []

    class Keyless:
        def send(self, request):
            seen.append(request.path)
            return answer(reply)

    with pytest.raises(NotUnderstood):
        client_of(Keyless()).get("/a")
    assert seen == ["/cgi-bin/entry.cgi/system/key"]


def test_a_login_whose_reply_was_lost_is_not_repeated(make_camera, client_of):
    camera = make_camera({"/a": {}})
    camera.login_answer = Unreachable("broke", sent=True)
    client = client_of(camera)
    for _ in range(2):
        with pytest.raises(Unreachable):
            client.get("/a")
    assert asked(camera, "/system/login") == 1


def test_a_login_that_was_not_sent_may_be(make_camera, client_of):
    camera = make_camera({"/a": {}})
    camera.login_answer = Unreachable("refused", sent=False)
    client = client_of(camera)
    with pytest.raises(Unreachable):
        client.get("/a")
    camera.login_answer = None
    assert client.get("/a") == {}


def test_a_lost_session_is_renewed_for_a_read(make_camera, client_of):
    camera = make_camera({"/a": {"x": 1}})
    client = client_of(camera)
    client.get("/a")
    camera.token = "another"
    assert client.get("/a") == {"x": 1}
    assert camera.logins == 2


def test_a_write_is_not_repeated_after_a_new_login(make_camera, client_of):
    camera = make_camera({"/a": {"code": 0}})
    client = client_of(camera)
    client.get("/a")
    camera.token = "another"
    with pytest.raises(SessionRenewed):
        client.send("PUT", "/a", {})
    assert camera.seen.count(("PUT", "/a")) == 1
    assert client.send("PUT", "/a", {}) == {"code": 0}
    assert camera.logins == 2


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_camera_that_always_says_401_sees_two_logins(method, make_camera, client_of):
    camera = make_camera({"/a": Response(401)})
    client = client_of(camera)
    for _ in range(5):
        with pytest.raises((AuthenticationFailed, SessionRenewed)):
            client.get("/a") if method == "GET" else client.send(method, "/a", {})
    assert camera.logins == 2


def test_a_storm_of_401_leads_to_one_login(make_camera, client_of):
    camera = make_camera({"/a": {"x": 1}})
    client = client_of(camera)
    client.get("/a")
    camera.token = "another"
    barrier = threading.Barrier(16)
    answers = []

    def one():
        barrier.wait()
        answers.append(client.get("/a"))

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == [{"x": 1}] * 16
    assert camera.logins == 2


def test_many_threads_share_the_first_login(make_camera, client_of):
    camera = make_camera({"/a": {}})
    client = client_of(camera)
    threads = [threading.Thread(target=client.get, args=("/a",)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert camera.logins == 1
    assert asked(camera, "/a") == 16


def test_a_refreshed_cookie_is_taken_over(make_camera, client_of, answer):
    camera = make_camera({"/a": answer({}, {"set-cookie": "x=1\ntoken=fresh; Path=/"}), "/b": {}})
    client = client_of(camera)
    client.get("/a")
    camera.token = "fresh"
    assert client.get("/b") == {}
    assert camera.logins == 1


@pytest.mark.parametrize(
    "cookie", ["token=", "token=a b", "xtoken=a", "other=1; token=a", "token=é"]
)
def test_other_cookies_are_not_a_session(cookie, make_camera, client_of, answer):
    camera = make_camera({"/a": answer({}, {"set-cookie": cookie}), "/b": {}})
    client = client_of(camera)
    client.get("/a")
    assert client.get("/b") == {}
    assert camera.logins == 1


def test_a_read_waits_for_a_process_that_restarts(make_camera, client_of, clock):
    camera = make_camera({"/a": [UNAVAILABLE] * 6 + [{"x": 1}]})
    assert client_of(camera).get("/a") == {"x": 1}
    assert sum(clock.slept) < 20


def test_it_does_not_wait_for_ever(make_camera, client_of, clock):
    camera = make_camera({"/a": UNAVAILABLE})
    with pytest.raises(Unavailable):
        client_of(camera).get("/a")
    assert 15 < sum(clock.slept) <= 20


def test_a_write_does_not_wait(make_camera, client_of, clock):
    camera = make_camera({"/a": UNAVAILABLE})
    with pytest.raises(Unavailable):
        client_of(camera).send("PUT", "/a", {})
    assert asked(camera, "/a") == 1
    assert clock.slept == []


@pytest.mark.parametrize("sent", [False, True])
def test_a_broken_read_is_asked_for_three_times(sent, make_camera, client_of, clock):
    camera = make_camera({"/a": [{}, Unreachable("broke", sent=sent)]})
    client = client_of(camera)
    client.get("/a")
    with pytest.raises(Unreachable):
        client.get("/a")
    assert asked(camera, "/a") == 1 + 3
    assert clock.slept == [0.5, 1.0]


def test_a_camera_that_never_answered_is_given_up_quickly(client_of, clock):
    seen = []

    class Nobody:
        def send(self, request):
            seen.append(request.path)
            raise Unreachable("refused")

    with pytest.raises(Unreachable):
        client_of(Nobody()).get("/a")
    assert len(seen) == 2
    assert sum(clock.slept) < 1


def test_a_read_that_took_all_its_time_is_not_repeated(client_of, clock):
    seen = []

    class Dripping:
        def send(self, request):
            seen.append(request.path)
            clock.now += 45
            raise Unreachable("timed out", sent=True)

    with pytest.raises(Unreachable):
        client_of(Dripping()).get("/a")
    assert len(seen) == 1


@pytest.mark.parametrize(("sent", "times"), [(False, 2), (True, 1)])
def test_a_write_is_repeated_only_if_nothing_was_sent(sent, times, make_camera, client_of):
    camera = make_camera({"/a": Unreachable("broke", sent=sent)})
    with pytest.raises(Unreachable):
        client_of(camera).send("PUT", "/a", {})
    assert asked(camera, "/a") == times


def test_after_a_stop_signal_nothing_is_waited_for(make_camera, client_of, clock):
    camera = make_camera({"/a": UNAVAILABLE})
    clock.stopped = True
    with pytest.raises(Unavailable):
        client_of(camera).get("/a")
    assert asked(camera, "/a") == 1


def test_a_rejection_is_not_asked_again(make_camera, client_of):
    camera = make_camera()
    with pytest.raises(Rejected) as caught:
        client_of(camera).get("/a")
    assert caught.value.code == 404
    assert asked(camera, "/a") == 1


def test_who_it_is(make_camera, client_of):
    known = {"sSerialNumber": "RC-1", "sFirmwareVersion": "V1.0.10", "sSensorModel": "SC850SL"}
    assert client_of(make_camera({"/system/device-info": known})).identify() == Identity(
        "RC-1", "V1.0.10"
    )
    for other in ({}, [], None, {"sSerialNumber": 1, "sFirmwareVersion": "V1"}):
        with pytest.raises(NotUnderstood):
            client_of(make_camera({"/system/device-info": other or Response(200)})).identify()


def test_an_upload_sees_headers_and_sends_its_own(answer, make_camera, client_of):
    camera = make_camera({"/model/upload": answer({"code": 0}, {"file-id": "7"})})
    headers = {"Content-Type": "text/plain"}
    body, response = client_of(camera).exchange("POST", "/model/upload", b"abc", headers)
    assert (body, response.headers["file-id"]) == ({"code": 0}, "7")


def test_closing_lets_go_and_does_not_log_out(make_camera, client_of):
    camera = make_camera({"/a": {}})
    client = client_of(camera)
    client.get("/a")
    client.close()
    assert camera.closed
    assert asked(camera, "/system/logout") == 0


def test_nothing_secret_is_in_a_repr(make_camera, client_of):
    client = client_of(make_camera({"/a": {}}))
    client.get("/a")
    assert "token1" not in repr(vars(client))
    assert "correct horse" not in json.dumps(
        repr(vars(client._session._connection.password.__class__))
    )


def test_real_time_passes_and_stops():
    stop = threading.Event()
    clock = SystemClock(stop)
    before = clock.monotonic()
    assert clock.sleep(0.01)
    assert clock.monotonic() > before
    stop.set()
    assert not clock.sleep(60)
