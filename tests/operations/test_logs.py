"""The log of a camera: what is made of its messages, and what is not shown of them."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.operations.logs import Line, Tail, lines, without_secrets
from recamera_gitops.secret import Secret

AT = "2025-11-26T18:00:00Z"


def said(text="hello", level="info", at="1764180000"):
    return {"sTimestamp": at, "sLevel": level, "sData": text}


def test_the_first_message_is_an_array_and_the_others_are_single_lines():
    first = json.dumps([said("one"), said("two", "ERR", "1764180001")])
    assert lines(first) == (
        Line("2025-11-26T18:00:00Z", "info", "one"),
        Line("2025-11-26T18:00:01Z", "error", "two"),
    )
    assert lines(json.dumps(said("three")).encode()) == (Line(AT, "info", "three"),)
    assert lines("[]") == ()


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (said(at="1764180000.25"), Line(AT, "info", "hello")),
        (said(at=1764180000), Line(AT, "info", "hello")),
        (said(at="yesterday"), Line(None, "info", "hello")),
        (said(at=True), Line(None, "info", "hello")),
        (said(at="9" * 40), Line(None, "info", "hello")),
        (said(at="999999999999"), Line("2001-09-09T01:46:39Z", "info", "hello")),
        (said(at="1764180000123"), Line(AT, "info", "hello")),
        (said(at=1e300), Line(None, "info", "hello")),
        (said(at="0"), Line(None, "info", "hello")),
        (said(at="-5"), Line(None, "info", "hello")),
        (said(level=" Warn "), Line(AT, "warning", "hello")),
        (said(level="chatty"), Line(AT, "chatty", "hello")),
        (said(level=3), Line(AT, None, "hello")),
        ({"sData": "alone"}, Line(None, None, "alone")),
    ],
)
def test_what_a_line_does_not_tell_is_unknown(told, line):
    assert lines(json.dumps(told)) == (line,)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEYS = st.sampled_from(["sTimestamp", "sLevel", "sData"])
ANYTHING = st.recursive(
    SCALARS, lambda inside: st.lists(inside) | st.dictionaries(KEYS | st.text(), inside)
)


@given(ANYTHING)
def test_nothing_that_a_camera_may_say_breaks_a_listener(told):
    assert all(isinstance(each, Line) for each in lines(json.dumps(told)))


@given(st.binary() | st.text())
def test_nor_does_what_is_no_json(message):
    assert all(isinstance(each, Line) for each in lines(message))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("{not json", "{not json"),
        (b"\xff\x00", "\ufffd\\u0000"),
        ('"text"', "text"),
        ("[1]", "1"),
        ('[{"sLevel": "info"}]', "{'sLevel': 'info'}"),
        ("[" * 60 + "]" * 60, "[" * 60 + "]" * 60),
    ],
)
def test_what_is_not_understood_is_a_line_as_it_came(message, text):
    assert lines(message) == (Line(None, None, text),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("connect wifi ssid=plant, password=a b c", "connect wifi ssid=plant, password=•••"),
        ('{"sSsid":"x","sPassword":"a\\"b","n":1}', '{"sSsid":"x","sPassword":•••,"n":1}'),
        ('psk="my pass phrase" key_mgmt=WPA', "psk=••• key_mgmt=WPA"),
        ("connect plant password hunter two", "connect plant password •••"),
        ("Password is hunter2", "Password is •••"),
        ("passwd='abc d' then", "passwd=••• then"),
        ("psk=a,b;c&user=x", "psk=•••&user=x"),
        ("wpa_passphrase: a,b", "wpa_passphrase: •••"),
        ("api_key: abc def", "api_key: •••"),
        ("token=abc, next=5", "token=•••, next=5"),
        ("sPass=abc", "sPass=•••"),
        ("key frame interval 30", "key frame interval 30"),
        ("bypass: 5", "bypass: 5"),
        ("keyboard: ok", "keyboard: ok"),
        ("Authorization: Bearer abc.def-9 next", "Authorization: Bearer ••• next"),
        ("authorization=Basic YTpi; x=1", "authorization=Basic •••; x=1"),
        ('{"Authorization":"Bearer abc"}', '{"Authorization":"Bearer •••"}'),
        ("curl -H 'Authorization: abc' http://x/", "curl -H 'Authorization: •••' http://x/"),
        ('Proxy-Authorization: Digest username="a", response="b"', "Proxy-Authorization: •••"),
        ("sent Bearer abcdefgh", "sent Bearer •••"),
        ("the bearer is down, basic settings", "the bearer is down, basic settings"),
        ("rtsp://viewer:p@ss/w:d@10.0.0.7:554/main ok", "rtsp://viewer:•••@10.0.0.7:554/main ok"),
        ('"url":"https://:abc@host/"', '"url":"https://:•••@host/"'),
        ("open rtsp://10.0.0.7:554/main", "open rtsp://10.0.0.7:554/main"),
        ("mail a@b.c about http://x/y: yes", "mail a@b.c about http://x/y: yes"),
    ],
)
def test_what_follows_the_name_of_a_secret_is_not_shown(text, shown):
    assert without_secrets(text) == shown


@given(st.sampled_from(["password", "sPassword", "psk", "wpa_passphrase", "PASSWD"]), st.data())
def test_no_spelling_gives_a_password_away(name, data):
    secret = data.draw(st.text("abcXYZ019 .!#", min_size=1, max_size=30)).strip() + "Zq7"
    for written in (f"{name}={secret}", f'"{name}": "{secret}", "x": 1', f"set {name} '{secret}'"):
        assert "Zq7" not in without_secrets(f"joining: {written}")


def test_a_login_across_the_end_of_what_is_shown_is_masked():
    line = "x" * 3980 + " rtsp://viewer:pa55" + "w" * 100 + "@host/main"
    assert "pa55" not in without_secrets(line)


def test_a_secret_that_is_known_here_is_masked_wherever_it_stands():
    Secret("plant-wifi-pass")
    assert without_secrets("joined with plant-wifi-pass now") == "joined with ••• now"
    assert lines(json.dumps(said(level="plant-wifi-pass")))[0].level == "•••"


def test_nothing_that_is_logged_steers_a_terminal():
    assert without_secrets("\x1b[32mgood\x1b[0m \x1b[2J\x07\r\nnext\n") == (
        "good \\u001b[2J\\u0007\\u000d\\u000anext"
    )
    assert len(without_secrets("x" * 9000)) == 4001


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://a:" * 30_000,
        "authorization:" * 20_000,
        "bearer " * 50_000,
        "psk" * 100_000,
        "password" + " " * 300_000,
        "psk=" + "a " * 100_000,
        "key='\\" * 80_000,
    ],
)
def test_a_line_cannot_hold_anybody_up(text):
    began = time.monotonic()
    without_secrets(text)
    assert time.monotonic() - began < 1


def test_a_line_is_as_grave_as_those_below_it():
    grave = Line(None, "error", "")
    assert grave.is_as_grave_as("warning")
    assert not Line(None, "info", "").is_as_grave_as("warning")
    assert Line(None, "chatty", "").is_as_grave_as("emergency")
    assert Line(None, None, "").is_as_grave_as("emergency")


def made(*texts):
    return tuple(Line(str(number), "info", text) for number, text in enumerate(texts))


def test_the_history_after_a_gap_is_told_from_where_it_was_left():
    everything = made("a", "b", "c", "d", "e")
    tail = Tail()
    assert tail.unseen(everything[:2]) == (everything[:2], False)
    tail.add(everything[:3])
    assert tail.unseen(everything) == (everything[3:], True)
    assert tail.unseen(everything[2:]) == (everything[3:], True)
    assert tail.unseen(everything[:3]) == ((), True)


def test_a_history_without_anything_known_may_miss_lines():
    everything = made("a", "b", "c", "d")
    tail = Tail()
    tail.add(everything[:2])
    assert tail.unseen(everything[3:]) == (everything[3:], False)
    assert tail.unseen(()) == ((), False)


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12), st.data())
def test_a_history_is_never_told_twice(texts, data):
    everything = made(*texts)
    seen = data.draw(st.integers(1, len(everything)))
    kept = data.draw(st.integers(0, seen - 1))
    tail = Tail()
    tail.add(everything[:seen])
    assert tail.unseen(everything[kept:]) == (everything[seen:], True)
