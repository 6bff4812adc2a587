"""What inference finds, in whatever form it is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.operations.results import Found, found, result
from recamera_gitops.secret import Secret

BOX = {"class": "person", "confidence": 0.875, "x1": 0.1}


@pytest.mark.parametrize(
    ("told", "things"),
    [
        ({"results": [BOX, {"label": "car", "score": 61}]}, (("person", 0.875), ("car", 61.0))),
        ([{"name": "cat", "conf": 0.5}], (("cat", 0.5),)),
        ({"a": {"b": [{"sClass": "dog", "fConfidence": 1}]}}, (("dog", 1.0),)),
        ({"model": "YOLO", "results": []}, ()),
        ([], ()),
        (BOX, (("person", 0.875),)),
    ],
)
def test_what_has_a_class_and_a_confidence_was_found(told, things):
    assert found(told) == tuple(Found(*each) for each in things)


@pytest.mark.parametrize("told", ["person=0.9", 5, None, {"x": 1}, {"name": "YOLO"}, [{"x": [1]}]])
def test_what_tells_nothing_of_the_kind_is_left_as_it_is(told):
    assert found(told) is None


def test_what_is_found_is_bounded_and_fit_to_be_shown():
    many = found([{"class": "a\x1b[2J", "score": 1}] * 50)
    assert len(many) == 20
    assert many[0].what == "a\\u001b[2J"


def test_a_message_is_json_or_text_and_shows_no_known_secret():
    Secret("hidden-word")
    assert result(json.dumps({"hidden-word": ["x hidden-word", 1]})) == {"•••": ["x •••", 1]}
    assert result(b"person \xff hidden-word") == "person \ufffd •••"
    assert result('{"to": ["mqtt://eve:rain@10.0.0.1"]}') == {"to": ["mqtt://eve:•••@10.0.0.1"]}
    assert result('{"a": NaN}') == '{"a": NaN}'
    assert result("[" * 99) == "[" * 99


KEYS = st.sampled_from(["class", "label", "name", "score", "confidence", "results"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda inside: st.lists(inside) | st.dictionaries(KEYS | st.text(), inside)
)


@given(ANYTHING)
def test_nothing_that_a_camera_may_say_breaks_a_watcher(told):
    things = found(result(json.dumps(told)))
    assert things is None or all(isinstance(each.what, str) for each in things)
