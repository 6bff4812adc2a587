"""JSON from a stranger."""

import contextlib
import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device.parse import MAX_BYTES, MAX_DEPTH, MAX_NODES, parse
from recamera_gitops.errors import NotUnderstood

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inside: (
        st.lists(inside)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inside)
    ),
    max_leaves=30,
)


@given(JSON, st.booleans())
def test_what_json_can_say_is_read_as_it_is(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    read = parse(text.encode(), "application/json;charset-utf8")
    assert json.dumps(read) == json.dumps(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_not_understood(data):
    with contextlib.suppress(NotUnderstood):
        parse(data)


HOSTILE = {
    "nothing": b"",
    "white space": b"  \n",
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "an infinite float": b"[1e999]",
    "a minus infinite float": b"[-1e999]",
    "a key twice": b'{"a": 1, "a": 2}',
    "a key twice, deep inside": b'[{"b": {"a": 1, "\\u0061": 1}}]',
    "a key twice, with the same value": b'{"code": 0, "code": 0}',
    "5000 digits": b"[" + b"9" * 5000 + b"]",
    "20 digits": b"[12345678901234567890]",
    "minus 20 digits": b"[-12345678901234567890]",
    "depth 33": b"[" * 33 + b"]" * 33,
    "depth 33 of objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "depth 1000": b"[" * 1000 + b"]" * 1000,
    "depth 200000, unclosed": b"[" * 200_000,
    "too many values": b"[" + b"0," * MAX_NODES + b"0]",
    "too many empty objects": b"[" + b"{}," * MAX_NODES + b"{}]",
    "too long": b'"' + b"x" * MAX_BYTES + b'"',
    "bad UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'"\xc0\xaf"',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a surrogate in UTF-8": b'"\xed\xa0\x80"',
    "half a character": b'{"a": "\\ud83d"}',
    "half a character in a key": b'{"\\uDC00": 1}',
    "a control character": b'{"a": "\x00"}',
    "single quotes": b"{'a': 1}",
    "a trailing comma": b"[1,]",
    "something after it": b"{} {}",
    "cut off": b'{"a": [1, 2',
    "a web page": b"<!doctype html><title>reCamera</title>",
    "a gzip bomb": gzip.compress(b" " * 50_000_000),
    "a long number without an end": b"[1" + b"0" * 3_000_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile(data):
    started = time.monotonic()
    with pytest.raises(NotUnderstood):
        parse(data, "application/json")
    assert time.monotonic() - started < 5


def test_a_web_page_is_refused_by_its_label():
    with pytest.raises(NotUnderstood, match="web page"):
        parse(b"{}", "text/HTML; charset=utf-8")


@pytest.mark.parametrize(
    "label", ["", "application/json", "application/json;charset-utf8", "text/plain", "x/y"]
)
def test_other_labels_are_not_relied_on(label):
    assert parse(b'{"a": 1}', label) == {"a": 1}


def test_the_edges_are_inside():
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert parse(b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH)
    assert len(parse(b"[" + b"0," * (MAX_NODES - 2) + b"0]")) == MAX_NODES - 1
    assert parse(b"[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]
    assert parse(b'["12345678901234567890123"]') == ["12345678901234567890123"]
    assert parse(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert parse(b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["')


def test_types_stay_apart():
    value = parse(b'{"a": 1, "b": 1.0, "c": true, "d": "1", "e": null}')
    assert [type(part) for part in value.values()] == [int, float, bool, str, type(None)]
