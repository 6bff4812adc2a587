"""The words of ttyd, and the way out of a terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.operations import terminal
from recamera_gitops.operations.terminal import Escape


def test_frames_are_those_of_ttyd():
    assert json.loads(terminal.opening(80, 24)) == {"AuthToken": "", "columns": 80, "rows": 24}
    assert terminal.typed(b"ls\r") == b"0ls\r"
    kind, size = terminal.resized(100, 30)[:1], terminal.resized(100, 30)[1:]
    assert (kind, json.loads(size)) == (b"1", {"columns": 100, "rows": 30})


@pytest.mark.parametrize(
    ("frame", "seen"),
    [
        (b"0hello\x1b[2J", b"hello\x1b[2J"),
        ("0hello", b"hello"),
        (b"0", b""),
        (b"1a title", b""),
        (b'2{"fontSize":14}', b""),
        (b"9?", b""),
        (b"", b""),
    ],
)
def test_only_output_is_shown(frame, seen):
    assert terminal.shown(frame) == seen


@pytest.mark.parametrize(
    ("typed", "through", "leaves"),
    [
        (b"~.", b"", True),
        (b"ls\r~.rest", b"ls\r", True),
        (b"ls\n~.", b"ls\n", True),
        (b"ls ~.", b"ls ~.", False),
        (b"~~.", b"~.", False),
        (b"~a~.", b"~a~.", False),
        (b"~\r~.", b"~\r", True),
        (b"~", b"", False),
    ],
)
def test_a_tilde_and_a_point_at_the_beginning_of_a_line_lead_out(typed, through, leaves):
    assert Escape().passed(typed) == (through, leaves)


@given(st.binary(max_size=40), st.integers(0, 40))
def test_it_does_not_matter_how_what_is_typed_is_cut(content, at):
    whole, pieces = Escape(), Escape()
    expected = whole.passed(content)
    first, left = pieces.passed(content[:at])
    if not left:
        second, left = pieces.passed(content[at:])
        first += second
    assert (first, left) == expected


@given(st.binary(max_size=40).filter(lambda each: b"~" not in each))
def test_whatever_has_no_tilde_goes_through(content):
    assert Escape().passed(content) == (content, False)
