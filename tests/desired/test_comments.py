"""Comments that speak to this program: where they count, what they are about, what is wrong with them."""

import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.comments import heeded, ignores
from recamera_gitops.desired.document import parse
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.rules import IGNORABLE, Severity


def read(text):
    """(rule, line that it is about) of every ignore, and (rule, line, column) of every complaint."""
    content = textwrap.dedent(text).encode()
    assert parse(content, "f.yaml")[1] == ()
    found, wrong = ignores(content, "f.yaml")
    return (
        [(each.rule, each.line) for each in found],
        [(each.rule, each.place.line, each.place.column) for each in wrong],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1 # rcg: ignore[no-pin]\n", [("no-pin", 1)]),
        ("a: 1 #rcg:ignore[no-pin]\n", [("no-pin", 1)]),
        (
            "a: 1 # rcg: ignore[no-pin, no-serial ,open-stream]\n",
            [("no-pin", 1), ("no-serial", 1), ("open-stream", 1)],
        ),
        ("a: 1 # rcg: ignore[no-pin] it is new\n", [("no-pin", 1)]),
        ("a: 1 # it is new # rcg: ignore[no-pin]\n", [("no-pin", 1)]),
        ("# rcg: ignore[no-pin]\na: 1\n", [("no-pin", 2)]),
        (
            "a:\n  # rcg: ignore[no-pin]\n  # and why\n  # rcg: ignore[no-serial]\n  b: 1\n",
            [("no-pin", 5), ("no-serial", 5)],
        ),
        ("# rcg: ignore[no-pin]\n\na: 1\n", [("no-pin", 2)]),
        ("a: 1\n# rcg: ignore[no-pin]", [("no-pin", 2)]),
        ("# rcg: ignore-file[no-pin]\na: 1\n", [("no-pin", None)]),
        (
            "\n# why\n--- # the first\n# rcg: ignore-file[no-pin, no-serial]\na: 1\n",
            [("no-pin", None), ("no-serial", None)],
        ),
        ("a: 1\r\n# rcg: ignore[no-pin]\r\nb: 2\r\n", [("no-pin", 3)]),
        ("a: 1\rb: 2 # rcg: ignore[no-pin]\rc: 3", [("no-pin", 2)]),
        ("a: | # rcg: ignore[no-pin]\n  text\n", [("no-pin", 1)]),
        ("a: >-\n  text\n# rcg: ignore[no-pin]\nb: 1\n", [("no-pin", 4)]),
        ("a: plain\n  text # rcg: ignore[no-pin]\n", [("no-pin", 2)]),
        ("a: 'x' # rcg: ignore[no-pin]\n", [("no-pin", 1)]),
        ("a: 'x # rcg: ignore[no-pin]' # rcg: ignore[no-serial]\n", [("no-serial", 1)]),
        ("a: [1, # rcg: ignore[no-pin]\n  2]\n", [("no-pin", 1)]),
    ],
)
def test_a_comment_counts_where_yaml_has_one(text, expected):
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        'a: "x # rcg: ignore[no-pin]"\n',
        "a: 'x # rcg: ignore[no-pin]'\n",
        "a: 'it''s # rcg: ignore[no-pin]'\n",
        '"a # rcg: ignore[no-pin]": 1\n',
        'a: "x\n  # rcg: ignore[no-pin]\n  y"\n',
        "a: |\n  x\n  # rcg: ignore[no-pin]\n",
        "a: >\n  # rcg: ignore[no-pin]\n",
        "a: |",
        "a: x#rcg:ignore[no-pin]\n",
        "# see rcg: ignore[no-pin]\na: 1\n",
        '# write "# rcg: ignore[no-pin]"\na: 1\n',
    ],
)
def test_nothing_else_does(text):
    assert read(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1 # rcg: ignore[no-pni]\n", ("unknown-rule", 1, 20)),
        ("a: 1 # rcg: ignore[no-pin, x]\n", ("unknown-rule", 1, 28)),
        ("a: 1 # rcg: ignore[unknown-key]\n", ("not-ignorable", 1, 20)),
        ("a: 1 # rcg: ignore[unused-ignore]\n", ("not-ignorable", 1, 20)),
        ("a: 1 # rcg: ignore[unset-variable]\n", ("not-ignorable", 1, 20)),
        ("a: 1 # rcg: ignore\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg: ignore[]\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg: ignore[,]\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg: ignore[no-pin\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg: ignore[no-pin]x\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg: ignore no-pin\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg: off\n", ("bad-ignore", 1, 6)),
        ("a: 1 # rcg:\n", ("bad-ignore", 1, 6)),
        ("a: 1\n# rcg: ignore-file[no-pin]\n", ("bad-ignore", 2, 1)),
        ("a: 1 # rcg: ignore-file[no-pin]\n", ("bad-ignore", 1, 6)),
    ],
)
def test_a_comment_that_ignores_nothing_is_an_error(text, expected):
    _, wrong = read(text)
    assert wrong == [expected]


def test_a_rule_that_there_is_not_is_guessed_at():
    _, (unknown,) = ignores(b"a: 1 # rcg: ignore[no-pni]\n", "f.yaml")
    assert unknown.hint == "did you mean 'no-pin'?"
    assert unknown.severity is Severity.ERROR


def test_what_is_right_in_a_comment_counts_beside_what_is_wrong():
    found, wrong = read("a: 1 # rcg: ignore[nope, no-pin]\n")
    assert found == [("no-pin", 1)]
    assert [rule for rule, _, _ in wrong] == ["unknown-rule"]


SAYS = "# rcg: ignore[no-pin]"
PIECES = st.sampled_from(["a", " ", "#", "'", '"', "\n", "\\", SAYS, f" {SAYS}"])
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def double(text):
    return json.dumps(text)


def single(text):
    return "'" + text.replace("'", "''").replace("\n", "\n\n  ") + "'"


def block(text):
    return "|2-\n" + textwrap.indent(text, "    ", lambda _: True)


@given(st.lists(st.tuples(st.sampled_from([double, single, block]), TEXTS), max_size=6))
def test_no_text_is_taken_for_a_comment(values):
    lines = [f"k{number}: {spell(text)}\n" for number, (spell, text) in enumerate(values)]
    content = "".join(["a:\n", *(f"  {line}" for line in lines)]).encode()
    if not parse(content, "f.yaml")[1]:
        assert ignores(content, "f.yaml") == ((), ())


# --- what they do ----------------------------------------------------------------------------------

FOUND = st.builds(
    lambda rule, file, line: Diagnostic(
        rule, "m", place=Place(file, line, 1), severity=Severity.WARNING
    ),
    st.sampled_from(IGNORABLE[:3]),
    st.sampled_from(["a.yaml", "b.yaml"]),
    st.integers(1, 4),
)
COMMENTS = st.tuples(
    st.sampled_from(["ignore", "ignore-file"]), st.integers(0, 4), st.sampled_from(IGNORABLE[:3])
)


def text_with(verb, line, rule):
    """Four lines, and an ignore on one of them, or above all of them in a line of its own."""
    lines = [f"k{number}: 1" for number in range(1, 5)]
    if verb == "ignore-file" or line == 0:
        return [f"--- # rcg: {verb}[{rule}]", *lines[1:]]
    lines[line - 1] += f" # rcg: ignore[{rule}]"
    return lines


@given(st.lists(FOUND, max_size=12), COMMENTS)
def test_an_ignore_hides_its_rule_on_its_line_and_nothing_else(found, comment):
    verb, line, rule = comment
    (ignore,), _ = ignores("\n".join(text_with(*comment)).encode(), "a.yaml")
    hidden = [
        each
        for each in found
        if (each.rule, each.place.file) == (rule, "a.yaml")
        and (verb == "ignore-file" or each.place.line == max(line, 1))
    ]
    kept = list(heeded(found, [ignore]))
    unused = [each for each in kept if each.rule == "unused-ignore"]
    assert [each for each in kept if each not in unused] == [e for e in found if e not in hidden]
    assert [each.place for each in unused] == ([] if hidden else [ignore.place])


def test_what_has_no_place_cannot_be_ignored():
    nowhere = Diagnostic("no-pin", "m", severity=Severity.WARNING)
    ignored, _ = ignores(b"# rcg: ignore-file[no-pin]\na: 1\n", "a.yaml")
    first, unused = heeded([nowhere], ignored)
    assert first is nowhere
    assert unused.rule == "unused-ignore"


def test_a_file_full_of_comments_is_read_in_no_time():
    line = '- "x # rcg: ignore[no-pin]" # rcg: ignore[no-serial]\n'
    content = ("a: 1\n" + "# rcg: ignore[no-pin]\n" * 20_000 + "b: 2\n").encode()
    found, _ = ignores(content, "f.yaml")
    assert {each.line for each in found} == {20_002}
    found, _ = ignores((line * 2_000).encode(), "f.yaml")
    assert [each.line for each in found] == list(range(1, 2_001))
