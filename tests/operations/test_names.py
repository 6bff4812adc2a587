"""Names that a camera tells, and paths that people name."""

import string
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.operations.names import (
    LONGEST,
    collisions,
    joined,
    parts_of,
    quoted,
    remark,
    trouble,
)
from recamera_gitops.secret import printable

NICE = st.text(string.ascii_letters + string.digits + "_-+äöü漢 #?%&=;:", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is empty"),
        (".", "leads to another folder"),
        ("..", "leads to another folder"),
        ("a/b", "holds a slash"),
        ("/etc/passwd", "holds a slash"),
        ("..\\..\\x", "holds a slash"),
        ("a\0", "cannot be shown"),
        ("a\nb", "cannot be shown"),
        ("clip\u202e4pm.exe", "cannot be shown"),
        ("\ud800", "cannot be shown"),
        ("\x1b[2J", "cannot be shown"),
        (".bashrc", "begins with a dot"),
        ("x" * 201, "longer than 200 bytes"),
        ("ü" * 101, "longer than 200 bytes"),
    ],
)
def test_a_hostile_name_is_refused_with_the_reason(name, why):
    assert why in trouble(name)


@pytest.mark.parametrize(
    "name", ["clip.mp4", "a b", "ü", "x" * 200, "...x"[3:], "a..b", "~", "-rf"]
)
def test_a_usual_name_is_none_of_them(name):
    assert trouble(name) is None


@given(st.text())
def test_a_name_that_may_be_used_names_one_thing_in_one_folder(name):
    if trouble(name) is None:
        assert name not in {"", ".", ".."}
        assert not set(name) & {"/", "\\", "\0", "\n"}
        assert len(name.encode()) <= LONGEST
        assert printable(name) == name


@given(st.lists(NICE, min_size=1, max_size=4))
def test_a_path_and_its_names_are_the_same(parts):
    assert parts_of(joined(parts)) == tuple(parts)
    assert parts_of(joined(parts) + "/") == tuple(parts)


@given(st.lists(NICE, min_size=1, max_size=4))
def test_an_address_is_plain_and_means_the_same_names(parts):
    address = quoted(parts)
    assert address.isascii()
    assert not set(address) & set(" ?#&;\\")
    assert [unquote(each) for each in address.split("/")] == parts


@pytest.mark.parametrize(
    "path", ["", "/", "/x", "a//b", "../x", "a/../b", "a/..", ".", "a/.thumb", "a\\b"]
)
def test_a_path_that_leads_elsewhere_is_none(path):
    with pytest.raises(ValueError, match="is no path inside the recordings: the name"):
        parts_of(path)


@pytest.mark.parametrize("name", ["con", "NUL.txt", "com1.mp4", "a:b", "what?", "dot.", "space "])
def test_what_windows_does_not_know_is_remarked(name):
    assert remark(name) == "Windows knows no file of that name"


def test_other_names_need_no_remark():
    assert [remark(name) for name in ("clip.mp4", "console", "a b.c")] == [None] * 3


def test_names_that_differ_in_capitals_only_are_told():
    assert collisions(["a/Clip", "a/other", "a/clip", "A/CLIP"]) == (
        ("a/clip", "a/Clip"),
        ("A/CLIP", "a/Clip"),
    )
