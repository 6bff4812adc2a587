"""Every codec there and back, in every type and spelling in which a camera may show a value."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recamera_gitops.resources.base import Leaf, Wire, decode, is_known, patch
from recamera_gitops.resources.catalog import LEAVES
from recamera_gitops.resources.codecs import (
    COUNT,
    COUNT_AS_TEXT,
    ON_OFF,
    POSITION,
    REAL,
    SAME,
    SECRET,
    TRUE_FALSE,
    Codec,
    Lower,
    OneOpen,
    Resolution,
    TimeOfDay,
    Words,
)
from recamera_gitops.resources.items import ClassNames, GpioName, Items
from recamera_gitops.resources.values import MISSING, Unknown, rounded, same
from recamera_gitops.secret import Secret
from tests.resources.strategies import FEW, JSON, PLAIN, legal, shown_as

OTHERS = (Items, ClassNames, GpioName)  # they look around: test_items.py
SCALARS = [path for path in PLAIN if not isinstance(LEAVES[path].wire.codec, OTHERS)]


def legal_for(path):
    sensitive = LEAVES[path].wire.codec.sensitive
    return legal(path).map(Secret) if sensitive else legal(path)


@pytest.mark.parametrize("path", SCALARS)
@FEW
@given(data=st.data())
def test_what_is_written_reads_back_as_it_was_meant(path, data):
    codec = LEAVES[path].wire.codec
    value, other = data.draw(legal_for(path)), data.draw(legal_for(path))
    raw = data.draw(shown_as(path, other))
    written = codec.encode(value, raw, {})
    back = codec.decode(written, {})
    assert is_known(back)
    assert codec.equal(value, back)
    assert codec.canonical(value) == codec.canonical(back)


@pytest.mark.parametrize("path", SCALARS)
@FEW
@given(data=st.data())
def test_a_value_keeps_the_json_type_that_the_camera_shows(path, data):
    codec = LEAVES[path].wire.codec
    value, other = data.draw(legal_for(path)), data.draw(legal_for(path))
    raw = data.draw(shown_as(path, other))
    for before, after in zip(raw, codec.encode(value, raw, {}), strict=True):
        if before is MISSING or (isinstance(before, int) and isinstance(after, float)):
            continue  # 0 becomes 0.05: JSON has one type for both
        assert type(before) is type(after)


@pytest.mark.parametrize("path", SCALARS)
@FEW
@given(data=st.data())
def test_the_same_value_written_again_changes_nothing(path, data):
    codec = LEAVES[path].wire.codec
    raw = data.draw(shown_as(path, data.draw(legal_for(path))))
    value = codec.decode(raw, {})
    assume(is_known(value) and raw[0] is not MISSING)
    if isinstance(codec, Lower | Words):
        assert codec.equal(codec.decode(codec.encode(value, raw, {}), {}), value)
    else:
        written = zip(codec.encode(value, raw, {}), raw, strict=True)
        assert same([old if new is MISSING else new for new, old in written], list(raw))


CODECS = [SAME, COUNT, COUNT_AS_TEXT, ON_OFF, TRUE_FALSE, REAL, SECRET, Lower(), Resolution()]
CODECS += [TimeOfDay(), Words({"off": 0, "on": 1}), Words({"auto": "auto"}, also=({"auto": "A"},))]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: type(codec).__name__)
@FEW
@given(raw=JSON)
def test_anything_a_camera_may_say_is_known_or_kept_as_it_came(codec, raw):
    value = codec.decode((raw,), {})
    assert is_known(value) or value == Unknown((raw,))


@given(raw=st.tuples(JSON, JSON))
def test_a_position_is_two_numbers_or_unknown(raw):
    value = POSITION.decode(raw, {})
    assert value == Unknown(raw) or all(type(each) is float for each in value)


@given(st.tuples(*[st.sampled_from(["open", "close"])] * 3))
def test_backlight_is_unknown_exactly_when_two_are_open(raw):
    value = OneOpen(("blc", "hdr", "hlc")).decode(raw, {})
    assert isinstance(value, Unknown) is (raw.count("open") > 1)


@pytest.mark.parametrize(
    ("codec", "raw"),
    [
        (COUNT, True),
        (COUNT, "30.0"),
        (COUNT, " 30"),
        (COUNT, "3" * 19),
        (COUNT, 2.5),
        (COUNT, None),
        (ON_OFF, 2),
        (ON_OFF, "on"),
        (ON_OFF, None),
        (REAL, "nan"),
        (REAL, "inf"),
        (REAL, True),
        (TimeOfDay(), 86401),
        (TimeOfDay(), -1),
        (Resolution(), "3840x2160"),
        (Resolution(), "3840*"),
        (Words({"auto": 0}), False),
        (Words({"auto": 0}), 1),
        (SECRET, None),
    ],
)
def test_a_value_outside_what_the_codec_knows_is_unknown(codec, raw):
    assert codec.decode((raw,), {}) == Unknown((raw,))


def test_a_vocabulary_is_answered_in_kind():
    codec = Words({"auto": "auto", "lamp": "lamp"}, also=({"auto": "autoWB", "lamp": "light"},))
    assert codec.encode("lamp", ("autoWB",), {}) == ("light",)
    assert codec.encode("lamp", ("auto",), {}) == ("lamp",)
    assert codec.encode("lamp", (MISSING,), {}) == ("lamp",)


def test_true_is_not_one_and_noise_is_no_difference():
    assert not same(1, True)
    assert not same(False, 0)
    assert same(0.30000001192092896, 0.3)
    assert same([{"x": 1}], [{"x": 1.0}])
    assert not same("1", 1)
    assert rounded({"a": [0.30000001192092896, 1.0]}) == {"a": [0.3, 1]}


@given(JSON)
def test_rounding_twice_is_rounding_once(value):
    assert rounded(rounded(value)) == rounded(value)


def test_a_secret_is_never_part_of_what_is_shown():
    value = SECRET.decode(("hush-hush",), {})
    assert "hush" not in repr(value)
    assert SECRET.encode(value, (MISSING,), {}) == ("hush-hush",)


def test_a_key_that_is_not_shown_is_missing_and_null_is_unknown():
    leaf = Leaf("a", ("x.y",), Wire(("x.y",), Codec()))
    assert decode({}, leaf) is MISSING
    assert decode({"x": 3}, leaf) is MISSING
    assert decode({"x": {"y": None}}, leaf) == Unknown((None,))
    assert patch({}, [(leaf, "v")]) == {"x": {"y": "v"}}
