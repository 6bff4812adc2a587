"""What an answer means."""

import pytest

from recamera_gitops.device.envelope import SessionEnded, read
from recamera_gitops.errors import (
    AuthenticationFailed,
    NotUnderstood,
    Rejected,
    Unavailable,
)
from recamera_gitops.exchange import Request, Response
from recamera_gitops.secret import Secret

ASKED = Request("GET", "/cgi-bin/entry.cgi/osd/cfg?x=1")
HTML = Response(404, {"content-type": "text/html"}, b"<!doctype html>")

DATA = [
    {},
    [],
    [{"code": 500}],
    "text",
    7,
    None,
    {"code": 0, "message": "success"},
    {"code": "0"},
    {"code": 200, "message": "ok"},
    {"code": 0, "status": -1, "message": "wrong"},
    {"code": "EUR"},
    {"code": None},
    {"code": True},
    {"status": "downloading"},
    {"status": 1, "message": "x", "sServer": "pool.ntp.org"},
    {"status": 2},
    {"sMethod": "ntp", "dNtpConfig": {"status": 5}},
    {"error": ""},
    {"error": "x", "sName": "y"},
    {"message": "Token expired"},
]


@pytest.mark.parametrize("body", DATA, ids=str)
def test_data_stays_data(body, answer):
    assert read(ASKED, answer(body)) == body


def test_an_empty_body_is_nothing():
    assert read(ASKED, Response(200)) is None
    assert read(ASKED, Response(204)) is None
    assert read(ASKED, Response(308, {"range": "bytes 0-9"})) is None


REJECTED = [
    ({"code": 10001, "message": "weak"}, 10001, "weak"),
    ({"code": "30016", "message": "EBUSY"}, 30016, "EBUSY"),
    ({"code": -1, "msg": "no"}, -1, "no"),
    ({"code": 500}, 500, "code 500"),
    ({"code": 404, "message": "API Not Found"}, 404, "API Not Found"),
    ({"code": 405, "message": "Method not allowed"}, 405, "Method not allowed"),
    ({"code": 501, "message": "x"}, 501, "x"),
    ({"error": {"code": 3, "message": "old"}}, 3, "old"),
    ({"error": {"message": "old"}}, 500, "old"),
    ({"error": "Not found"}, 500, "Not found"),
    ({"status": 5, "sMessage": "draft"}, 5, "draft"),
    (
        {"code": 0, "message": "Save config failed (possible storage full or I/O error)"},
        500,
        "Save config failed",
    ),
]


@pytest.mark.parametrize(("body", "code", "text"), REJECTED, ids=str)
def test_a_failure_inside_a_200(body, code, text, answer):
    with pytest.raises(Rejected, match=text) as caught:
        read(ASKED, answer(body))
    assert caught.value.code == code
    assert caught.value.request == "GET /cgi-bin/entry.cgi/osd/cfg"
    assert not isinstance(caught.value, Unavailable)


@pytest.mark.parametrize(
    ("response", "code", "text"),
    [
        (HTML, 404, "HTTP 404"),
        (Response(404, {"x-error": "no such file"}), 404, "no such file"),
        (Response(405, {}, b'{"message": "Method not allowed"}'), 405, "HTTP 405"),
        (Response(501), 501, "HTTP 501"),
        (Response(400, {}, b'{"code": 10004, "message": "port"}'), 10004, "port"),
        (Response(409, {}, b'{"error": "busy", "code": "E_BUSY"}'), 409, "busy"),
        (Response(403), 403, "HTTP 403"),
        (Response(500, {}, b"\xff"), 500, "HTTP 500"),
        (Response(400, {}, b'{"code": 0}'), 400, "HTTP 400"),
        (Response(400, {}, b"[1]"), 400, "HTTP 400"),
    ],
    ids=str,
)
def test_a_failure_by_status(response, code, text):
    with pytest.raises(Rejected) as caught:
        read(ASKED, response)
    assert caught.value.code in (code, 500)
    assert text in str(caught.value) or "Method" in str(caught.value)


@pytest.mark.parametrize(
    "response",
    [
        Response(401),
        Response(401, {"content-type": "text/html"}, b"<html>"),
        Response(401, {}, b'{"code": 500, "message": "x"}'),
        Response(200, {}, b'{"code": 401, "message": "Unauthorized"}'),
        Response(200, {}, b'{"code": "401"}'),
        Response(200, {}, b'{"code": 10002, "message": "expired"}'),
        Response(200, {}, b'{"code": 500, "message": "Unauthorized: Token revoked"}'),
        Response(200, {}, b'{"code": 500, "message": "Invalid token or NO token provided"}'),
        Response(400, {}, b'{"code": 400, "message": "Token expired"}'),
    ],
    ids=str,
)
def test_the_session_is_over(response):
    with pytest.raises(SessionEnded):
        read(ASKED, response)


def test_a_confirm_token_that_expired_is_not_the_session(answer):
    request = Request("POST", "/x", {}, b'{"sConfirmToken":"t"}')
    with pytest.raises(Rejected) as caught:
        read(request, answer({"code": 10002, "message": "Token expired"}))
    assert caught.value.code == 10002


@pytest.mark.parametrize("text", ["Unauthorized: Token purpose mismatch", "Invalid token usage"])
def test_a_token_for_the_password_change_only(text, answer):
    with pytest.raises(AuthenticationFailed, match="password changed first") as caught:
        read(ASKED, answer({"code": 401, "message": text}))
    assert not isinstance(caught.value, SessionEnded)


@pytest.mark.parametrize(
    "response",
    [
        Response(200, {}, b'{"code":500,"message":"Backend connection failed: -1"}'),
        Response(500, {}, b'{"code":500,"message":"Backend connection failed: -1"}'),
        Response(200, {}, b'{"code":500,"message":"ipc RPC service unavailable"}'),
        Response(502, {"content-type": "text/html"}, b"<html>"),
        Response(503),
        Response(504),
    ],
    ids=str,
)
def test_a_process_that_restarts_is_unavailable(response):
    with pytest.raises(Unavailable):
        read(ASKED, response)


@pytest.mark.parametrize(
    "response",
    [
        Response(200, {"content-type": "text/html"}, b"<html>"),
        Response(200, {}, b"<html>"),
        Response(200, {}, b'{"a":1,"a":1}'),
        Response(301, {"location": "https://other/login?token=1"}),
        Response(307),
        Response(304),
        Response(308, {"location": "/x"}),
    ],
    ids=str,
)
def test_what_is_not_understood(response):
    with pytest.raises(NotUnderstood) as caught:
        read(ASKED, response)
    assert caught.value.request == "GET /cgi-bin/entry.cgi/osd/cfg"
    assert "token" not in str(caught.value)


def test_what_the_camera_says_is_made_safe(answer):
    Secret("hunter22")
    with pytest.raises(Rejected) as caught:
        read(ASKED, answer({"code": 1, "message": "\x1b[2Jhunter22\u202e" + "x" * 1000}))
    text = str(caught.value)
    assert "hunter22" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 500
