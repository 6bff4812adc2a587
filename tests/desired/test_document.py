import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.core_schema import resolved
from recamera_gitops.desired.document import DEEPEST, LARGEST_FILE, parse
from recamera_gitops.desired.nodes import Mapping, Scalar, Sequence, value_of
from recamera_gitops.errors import Place


def rules(text: str | bytes) -> list[tuple[str, int, int]]:
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    _, diagnostics = parse(content, "f.yaml")
    return [(d.rule, d.place.line, d.place.column) for d in diagnostics if d.place]


def test_every_key_and_value_knows_where_it_stands():
    (document,), _ = parse(b"a:\n  b: [1, 'x']\n", "f.yaml")
    assert isinstance(document, Mapping)
    inner = document.items["a"]
    assert isinstance(inner, Mapping)
    assert inner.keys["b"] == Place("f.yaml", 2, 3)
    listed = inner.items["b"]
    assert isinstance(listed, Sequence)
    assert [item.place.column for item in listed.items] == [7, 10]


def test_a_scalar_keeps_its_text_and_whether_it_was_quoted():
    (document,), _ = parse(b'a: 007\nb: "007"\n', "f.yaml")
    assert isinstance(document, Mapping)
    plain, quoted = document.items["a"], document.items["b"]
    assert isinstance(plain, Scalar)
    assert isinstance(quoted, Scalar)
    assert (plain.value, plain.text, plain.plain) == (7, "007", True)
    assert (quoted.value, quoted.text, quoted.plain) == ("007", "007", False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("09:30:00", "09:30:00"),
        ("2026-11-22", "2026-11-22"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1/25", "1/25"),
        ("٣", "٣"),
        ("-", "-"),
    ],
)
def test_plain_text_means_what_yaml_1_2_says(text, value):
    found = resolved(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".NAN", "9" * 19, "1e999", "9" * 5000])
def test_numbers_without_end_are_refused(text):
    assert rules(f"a: {text}") == [("bad-number", 1, 4)]
    assert math.isinf(resolved(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", [("anchor", 1, 4)]),
        ("a: *x\nb: *x", [("anchor", 1, 4), ("anchor", 2, 4)]),
        ("a: &x {b: 1}\n<<: *x", [("anchor", 1, 4), ("merge-key", 2, 1), ("anchor", 2, 5)]),
        ("<<: {a: 1}", [("merge-key", 1, 1)]),
        ("a: !env X", [("tag", 1, 4)]),
        ("a: !!str 1", [("tag", 1, 4)]),
        ("{a: 1, a: 2, a: 3}", [("duplicate-key", 1, 8), ("duplicate-key", 1, 14)]),
        ("1: x\ntrue: y", [("text-key", 1, 1), ("text-key", 2, 1)]),
        ("? [a]\n: b", [("text-key", 1, 3)]),
        ("a:\nb: 1", [("empty-value", 1, 1)]),
        ("a: {b}", [("empty-value", 1, 5)]),
        ("a:\n  -\n  - 1", [("empty-value", 2, 4)]),
        ("a:\n\tb: 1", [("tab", 2, 1)]),
        ("a: [1", [("syntax", 1, 6)]),
        ("a: @x", [("syntax", 1, 4)]),
        ("a: b: c", [("syntax", 1, 5)]),
        ("a: 'x", [("syntax", 1, 6)]),
        ('a: "\\q"', [("syntax", 1, 6)]),
        ('a: "\\UFFFFFFFF"\n---\nb: @', [("syntax", 1, 2), ("syntax", 3, 4)]),
        ("a: !x!y b", [("tag", 1, 4)]),
        ("%YAML 1.1\n---\na: 1", [("syntax", 2, 1)]),
        ('a: "\\ud800"', [("encoding", 1, 4)]),
        ("a: x\x07\nb: \x00", [("encoding", 1, 5), ("encoding", 2, 4)]),
        ("\ufeffa: 1", [("encoding", 1, 1)]),
    ],
)
def test_mistakes_of_yaml_are_found_where_they_stand(text, expected):
    assert rules(text) == expected


def test_reading_goes_on_at_the_next_document_after_a_syntax_error():
    assert rules("a: @\n---\nb: 1\n---\nc: @") == [("syntax", 1, 4), ("syntax", 5, 4)]


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"a: 1\nb: \xff", (2, 4)), ("a: 1".encode("utf-16"), (1, 1)), (b"\xff", (1, 1))],
)
def test_other_encodings_are_refused(content, place):
    assert rules(content) == [("encoding", *place)]


def test_an_explicit_null_is_not_an_empty_value():
    (document,), diagnostics = parse(b"a: null\nb: ~\n", "f.yaml")
    assert not diagnostics
    assert value_of(document, lambda _: False) == {"a": None, "b": None}


@pytest.mark.parametrize("depth", [500, 20_000])
@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_depth_is_limited(opening, depth):
    assert [rule for rule, _, _ in rules(opening * depth)] == ["too-deep"]
    assert rules("[" * DEEPEST + "]" * DEEPEST) == []


def test_block_depth_is_limited():
    text = "".join(f"{'  ' * level}a:\n" for level in range(500))
    assert [rule for rule, _, _ in rules(text)] == ["too-deep"]


def test_size_is_limited():
    assert rules(b"a: " + b"x" * LARGEST_FILE) == [("too-large", 1, 1)]


def test_an_alias_bomb_is_only_a_list_of_complaints():
    lines = ["a0: &a0 [x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)
    ]
    assert {rule for rule, _, _ in rules("\n".join(lines))} == {"anchor"}


@pytest.mark.parametrize(
    "secret", ["*hunter2", "&hunter2 x", "!hunter2 x", "@hunter2", "a: hunter2"]
)
def test_messages_never_quote_what_may_be_a_secret(secret):
    _, diagnostics = parse(f"password: {secret}\n".encode(), "f.yaml")
    assert diagnostics
    assert "hunter2" not in repr(diagnostics)


def test_paths_stop_at_a_key_that_may_hold_a_secret():
    _, diagnostics = parse(b"mqtt: {password: {hunter2}}", "f.yaml")
    assert [d.path for d in diagnostics] == ["mqtt.password"]


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text("abc ü'\"\\#:{}[]-", max_size=8)
)


KEY = st.text("ab:", max_size=3)


def containers(inner):
    return st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3)


@given(st.recursive(PLAIN, containers, max_leaves=12))
def test_json_is_read_as_it_is(value):
    documents, diagnostics = parse(json.dumps([value]).encode(), "f.yaml")
    assert not diagnostics
    assert [value_of(each, lambda _: False) for each in documents] == [[value]]


@given(
    st.binary(max_size=80) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "surrogatepass"))
)
def test_whatever_is_read_nothing_is_raised(content):
    parse(content, "f.yaml")


@given(st.text("a: -[]{}&*!|>'\"#\n\t%@`,?<~1", max_size=60))
def test_no_combination_of_indicators_raises(text):
    parse(text.encode(), "f.yaml")
