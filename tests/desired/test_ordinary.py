"""What is read line by line is what the parser makes of it, node by node; all else is left to it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired import ordinary
from recamera_gitops.desired.document import parsed

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.yaml"))
TEXTS = [path.read_text(encoding="utf-8") for path in EXAMPLES]


def agrees(text):
    """Whether it is read here; what is must be what the parser makes of it."""
    found = ordinary.read(text, "f.yaml")
    if found is not None:
        assert (found, ()) == parsed(text, "f.yaml")
    return found is not None


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "a:\n  b: x y  z # why\n  c: 'it is'\n",
        "a:\n- 1\n- b: 2\n  c: 3\nd: x\n",
        "# above\n\n---\na: [1, 'b', {c: d, e: []}, {}]  # behind\n--- # next\n- x\n",
        '- -5\n- +1\n- ~\n- null\n- .5\n- 0x1F\n- 09:30:00\n- a:b#c\n- ${env:X}\n- ""\n',
        "a: 1",
        "    a:  1  \n    b: é\n",
        "- {start: Mon 18:00:00, end: Tue 06:00:00}\n",
    ],
)
def test_what_people_write_is_read_here(text):
    assert agrees(text)


@pytest.mark.parametrize("text", TEXTS)
def test_the_files_of_the_examples_are_read_the_same(text):
    agrees(text)


def test_nearly_all_of_them_are_read_here():
    assert sum(map(agrees, TEXTS)) > len(TEXTS) * 0.7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "a\n",
        "a:\n",
        "a: 1\n---\n",
        "a: 1\n...\n",
        "%YAML 1.2\n---\na: 1\n",
        "a: 1\na: 2\n",
        "true: 1\n",
        "1: 1\n",
        "'a': 1\n",
        "a: &x 1\nb: *x\n",
        "a: !x 1\n",
        "a: |\n  b\n",
        "a: b\n  c\n",
        "a: [1,\n  2]\n",
        "a: [1, 2,]\n",
        "a: {b: }\n",
        "a: {b}\n",
        "a: [b: c]\n",
        "a: 'it''s'\n",
        'a: "\\n"\n',
        "a: 'b'c\n",
        "a: b: c\n",
        "a: .inf\n",
        "a: 1234567890123456789\n",
        "a:\n  b: 1\n c: 2\n",
        "- - 1\n",
        "-\n  a\n",
        "a:\t1\n",
        "a: 1\r\n",
        "a: b\u2028c\n",
        "a: " + "[" * 20 + "]" * 20 + "\n",
        "".join("  " * depth + "a:\n" for depth in range(20)) + "  " * 20 + "a: 1\n",
    ],
)
def test_what_has_more_to_it_is_left_to_the_parser(text):
    assert ordinary.read(text, "f.yaml") is None


VALUES = st.sampled_from(
    [
        *("1", "x", "-5", "-", "a b", "a  b ", "a:b", "a: b", "a #c", "a#c", "'q'", '"q"', "''"),
        *("'it''s'", "[1, 2]", "[1,2,]", "{a: 1}", "{a: }", "{a}", "[a b, 'c' ]", "[ ]", "{ }"),
        *(
            "[[1],[2]]",
            "{a: [1, {b: c}]}",
            "~",
            "null",
            ".inf",
            "|",
            "&a x",
            "*a",
            "!t",
            "${env:X}",
        ),
        *(
            "a,b",
            "{a: b}c",
            "[a]#c",
            "[a] # c",
            "?",
            ":",
            "a: ",
            "---",
            "[-5, - 5]",
            "[a:b]",
            "{a: b:c}",
            "x:",
        ),
    ]
)
KEYS = st.sampled_from(["a", "b", "c-d", "e.f", "null", "1g"])
FORMS = st.sampled_from(
    ["{k}: {v}", "{k}: {v}", "{k}:", "- {v}", "- {k}: {v}", "-  {k}:", "# {v}", "{v}", "---", ""]
)
LINES = st.builds(
    lambda indent, form, key, value: " " * indent + form.format(k=key, v=value),
    st.sampled_from([0, 0, 0, 2, 2, 4, 1]),
    FORMS,
    KEYS,
    VALUES,
)


@given(st.lists(LINES, max_size=7))
def test_whatever_lines_are_put_together_both_agree(lines):
    agrees("\n".join(lines) + "\n")


@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(" \n:-#[]{},'\"ab1.&*!|>%$~/\\")), max_size=3
    ),
)
def test_whatever_slip_is_made_in_a_file_both_agree(text, slips):
    for where, character in slips:
        text = text[:where] + character + text[where:]
    agrees(text[:400])


@given(st.text("a1: -[]{}\n#'\"", max_size=40))
def test_no_combination_of_signs_is_read_in_two_ways(text):
    agrees(text)
