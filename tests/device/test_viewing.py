"""What a viewer is passed of a conversation with a camera, and what the camera is asked."""

import io
import re
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device.challenges import Login
from recamera_gitops.device.rtsp import Message, NonsenseError, heard
from recamera_gitops.device.viewing import RedirectedError, StrangerError, Viewing

CAMERA, HERE = "rtsp://10.0.0.7:554", "rtsp://127.0.0.1:4000"
OLD = ("WWW-Authenticate", 'Digest realm="x", nonce="2", stale=true')
DIGEST = ("WWW-Authenticate", 'Digest realm="x", nonce="1"')
BASIC = ("WWW-Authenticate", 'Basic realm="x"')


LOGIN = Login("eve", "rain")


def viewing(login=LOGIN):
    numbers = (f"n{number}" for number in count())
    return Viewing(CAMERA, HERE, login, lambda: next(numbers))


def read(content):
    return heard(io.BytesIO(content))


def asked(talk, method="DESCRIBE", path="/main", number="5", *headers):
    said = Message(f"{method} {talk.base}{path} RTSP/1.0", (("CSeq", number), *headers))
    return read(talk.ask(said))


def answered(talk, status, *headers, body=b""):
    told = Message(f"RTSP/1.0 {status} Whatever", (("CSeq", "1"), *headers), body)
    to_camera, to_viewer = talk.answer(told)
    return read(to_camera), read(to_viewer)


def test_what_is_asked_is_asked_of_the_camera_without_what_the_viewer_would_prove():
    talk = viewing()
    said = asked(
        talk, "DESCRIBE", "/main?a=b", "5", ("Authorization", "Basic x"), ("Accept", "sdp")
    )
    start = f"DESCRIBE {CAMERA}/main?a=b RTSP/1.0"
    assert said == Message(start, (("Accept", "sdp"), ("CSeq", "1")))
    assert talk.is_waiting


def test_a_login_that_is_asked_for_is_given_and_from_then_on_with_every_request():
    talk = viewing()
    asked(talk)
    again, nothing = answered(talk, 401, DIGEST)
    assert (again.request, again.all("cseq"), nothing) == (
        ("DESCRIBE", f"{CAMERA}/main"),
        ("2",),
        None,
    )
    assert again.all("authorization")[0].startswith('Digest username="eve", realm="x", nonce="1"')
    assert answered(talk, 200)[1].all("cseq") == ("5",)
    assert len(asked(talk, "SETUP").all("authorization")) == 1


def test_a_rejected_login_is_told_and_never_tried_again():
    talk = viewing()
    asked(talk)
    answered(talk, 401, BASIC)
    nothing, told = answered(talk, 401, BASIC)
    assert (nothing, told.status, told.all("www-authenticate")) == (None, 401, ())
    assert asked(talk).all("authorization") == ()
    assert answered(talk, 401, DIGEST)[0] is None


def test_where_only_the_challenge_was_old_the_login_is_proven_anew_and_once():
    talk = viewing()
    asked(talk)
    answered(talk, 401, DIGEST)
    answered(talk, 200)
    asked(talk, "SETUP")
    again, _ = answered(talk, 401, OLD)
    assert 'nonce="2"' in again.all("authorization")[0]
    nothing, told = answered(talk, 401, OLD)
    assert (nothing, told.status) == (None, 401)


def test_without_a_password_or_an_understood_challenge_nothing_is_proven():
    for talk, offered in ((viewing(login=None), DIGEST), (viewing(), ("WWW-Authenticate", "Odd"))):
        asked(talk)
        nothing, told = answered(talk, 401, offered)
        assert (nothing, told.status) == (None, 401)


@pytest.mark.parametrize("status", [300, 301, 302, 305, 399])
def test_no_redirect_is_passed_on(status):
    talk = viewing()
    asked(talk)
    with pytest.raises(RedirectedError):
        answered(talk, status, ("Location", "rtsp://10.6.6.6/main"))


def test_nor_is_a_request_to_look_elsewhere():
    with pytest.raises(RedirectedError):
        viewing().answer(Message(f"REDIRECT {CAMERA}/main RTSP/1.0", (("CSeq", "1"),)))


def test_addresses_are_told_as_if_everything_were_here():
    talk = viewing()
    asked(talk)
    sdp = b"v=0\r\nu=http://10.6.6.6/\r\na=control:rtsp://who:pw@10.6.6.6:99/main\r\na=control:trackID=0\r\n"
    headers = [
        ("Content-Base", "rtsp://192.168.42.1/main/"),
        ("RTP-Info", "url=rtsp://10.6.6.6/main/t0;seq=1,url=RTSP://other/t1"),
        ("Location", "rtsp://10.6.6.6/main"),
        ("Server", "WMServer/9"),
    ]
    _, told = answered(talk, 200, *headers, body=sdp)
    assert dict(told.headers) == {
        "Content-Base": f"{HERE}/n0/main/",
        "RTP-Info": f"url={HERE}/n0/main/t0;seq=1,url={HERE}/n0/t1",
        "CSeq": "5",
        "Content-Length": str(len(told.body)),
    }
    meant = f"a=control:{HERE}/n0/main\r\na=control:trackID=0\r\n"
    assert told.body.decode() == f"v=0\r\nu=http://10.6.6.6/\r\n{meant}"


def test_a_base_that_is_no_address_is_left_out():
    talk = viewing()
    asked(talk)
    assert answered(talk, 200, ("Content-Base", "/main/"))[1].all("content-base") == ()


@pytest.mark.parametrize("target", [f"{HERE}/main", f"{HERE}/n0x/main", "*", "rtsp://[", HERE])
def test_who_does_not_know_the_address_is_not_served(target):
    talk = viewing()
    with pytest.raises((StrangerError, NonsenseError)):
        talk.ask(Message(f"DESCRIBE {target} RTSP/1.0"))
    assert not talk.is_waiting


def test_a_viewer_that_is_led_away_asks_for_nonsense():
    talk = viewing()
    asked(talk)
    with pytest.raises(NonsenseError):
        talk.ask(Message("SETUP http://10.6.6.6/ RTSP/1.0"))


def test_an_answer_that_nobody_asked_for_is_nonsense():
    with pytest.raises(NonsenseError):
        answered(viewing(), 200)


def test_a_farewell_needs_no_answer():
    talk = viewing()
    asked(talk, "TEARDOWN")
    assert not talk.is_waiting


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 65 + b"\r\n",
        b"RTSP/1.0 200 OK\r\nX: " + b"y" * 3000 + b"\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nX: a\rY: b\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n: a\r\n\r\n",
    ],
)
def test_what_is_not_rtsp_or_too_much_is_nonsense(content):
    with pytest.raises(NonsenseError):
        read(content)


@pytest.mark.parametrize(
    "start", ["HTTP/1.1 200 OK", "RTSP/1.0 100 Go on", "RTSP/1.0 2000 OK", "x"]
)
def test_only_an_answer_has_a_status(start):
    with pytest.raises(NonsenseError):
        _ = Message(start).status


@pytest.mark.parametrize(
    "content",
    [b"RTSP/1.0 200", b"RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nx", b"$\x00\x00\x05xx"],
)
def test_what_breaks_off_has_ended(content):
    with pytest.raises(EOFError):
        read(content)


def test_frames_and_messages_come_one_after_the_other():
    stream = io.BytesIO(b"$\x01\x00\x02ab\r\nRTSP/1.0 200 OK\nX: y\n\n$\x00\x00\x00")
    assert heard(stream) == b"$\x01\x00\x02ab"
    assert heard(stream) == Message("RTSP/1.0 200 OK", (("X", "y"),))
    assert (heard(stream), heard(stream)) == (b"$\x00\x00\x00", None)


TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@given(
    st.lists(st.tuples(TEXT.map(lambda t: re.sub(r"[^a-z]", "x", t)), TEXT)), st.binary(max_size=99)
)
def test_a_message_comes_out_as_it_went_in(headers, body):
    message = Message("RTSP/1.0 200 OK", tuple(headers[:60]), body)
    found = read(message.encoded())
    assert (found.start, found.without("content-length").headers, found.body) == (
        message.start,
        message.headers,
        body,
    )


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(content):
    stream = io.BytesIO(b"RTSP/1.0 200 OK\r\n" + content)
    try:
        while heard(stream) is not None:
            pass
    except (NonsenseError, EOFError):
        pass
