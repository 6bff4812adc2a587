"""Output that machines in between might read otherwise."""

import json

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.report.values import WIDEST, bounded, document, harmless, shown


def test_no_line_is_a_command_to_a_job_runner():
    assert harmless("a\n  ::error::b\n##[group]c\nd::e") == (
        "a\n  \\u003a:error::b\n\\u0023#[group]c\nd::e"
    )


def test_documents_are_ascii():
    text = document({"a": "\x7f\x9b\u202eü"})
    assert text.isascii()
    assert "\x7f" not in text
    assert json.loads(text) == {"a": "\x7f\x9b\u202eü"}


@given(st.recursive(st.text() | st.integers() | st.booleans(), st.lists, max_leaves=9))
def test_a_value_is_one_bounded_line_without_controls(value):
    text = shown(value)
    assert len(text) <= WIDEST
    assert text.isprintable() or not any(ord(each) < 32 or 127 <= ord(each) < 160 for each in text)


def test_bounded_marks_what_it_cut():
    assert bounded("abcdef", 4) == "abc…"
