"""Lists of objects, class names and pins: values whose meaning hangs on what stands around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.resources.base import leaves
from recamera_gitops.resources.catalog import LEAVES
from recamera_gitops.resources.values import MISSING, Unknown
from tests.resources.strategies import EXTRAS, legal

RULES = LEAVES["record.trigger.inference"].wire.codec
WINDOWS = LEAVES["record.schedule.windows"].wire.codec
MASKS = LEAVES["osd.privacy_masks.regions"].wire.codec
PIN = LEAVES["record.trigger.gpio.name"].wire.codec
CLASSES = next(each.wire.codec for each in leaves(RULES.section) if each.path == "classes")
MODEL = {"classes": ("person", "bicycle", "car")}
PINS = {"gpios": {"GPIO_01": 106, "GPIO_02": 107}}
SHOWN = {
    "sID": "a",
    "iDebounceTimes": "5",
    "lConfidenceFilter": [0.25, 1],
    "lClassFilter": ["car"],
    "lRegionFilter": [{"lPolygon": [[0, 0], [1, 0], [1, 1]], "sNote": "kept"}],
    "lSourceFilter": ["builtin"],
    "sVendor": {"deep": [1]},
}


@pytest.mark.parametrize("codec", [RULES, WINDOWS, MASKS], ids=["rules", "windows", "masks"])
@given(data=st.data())
def test_a_list_reads_back_as_it_was_meant(codec, data):
    path = {id(RULES): "record.trigger.inference", id(WINDOWS): "record.schedule.windows"}
    declared = data.draw(legal(path.get(id(codec), "osd.privacy_masks.regions")))
    if codec.identity:
        declared = list({each[codec.identity]: each for each in declared}.values())
    target = codec.target(declared, None, {})
    (raw,) = codec.encode(target, ([],), {})
    back = codec.decode((raw,), {})
    assert codec.equal(target, back)
    assert codec.canonical(target) == codec.canonical(back)
    assert codec.encode(target, (raw,), {}) == (raw,)


@given(EXTRAS)
def test_unknown_keys_of_a_rule_ride_along(extras):
    live = RULES.decode(([{**SHOWN, **extras}],), {})
    target = RULES.target([{"id": "b"}, {"id": "a", "debounce": 7}], live, {})
    ((new, kept),) = RULES.encode(target, ([{**SHOWN, **extras}],), {})
    assert kept == {**SHOWN, **extras, "iDebounceTimes": "7"}
    assert new["sID"] == "b"
    assert not extras.keys() & new.keys()


def test_a_new_rule_takes_the_keys_that_others_of_this_camera_have():
    target = RULES.target([{"id": "b"}], [], {})
    ((with_source,),) = RULES.encode(target, ([SHOWN],), {})
    ((without,),) = RULES.encode(target, ([],), {})
    assert with_source["lSourceFilter"] == ["builtin"]
    assert "lSourceFilter" not in without


@pytest.mark.parametrize(("around", "regions"), [({}, 1), ({"classifies": True}, 0)])
def test_a_new_rule_has_the_regions_that_its_model_needs(around, regions):
    ((item,),) = RULES.encode(RULES.target([{"id": "b"}], None, around), ([],), around)
    assert len(item["lRegionFilter"]) == regions


def test_order_means_something_for_masks_only():
    one, two = {"x": 0.1}, {"x": 0.2}
    assert not MASKS.equal([one, two], [two, one])
    windows = [{"start": "Mon 00:00:00", "end": "Mon 01:00:00"}, {"start": "a", "end": "b"}]
    assert WINDOWS.equal(windows, windows[::-1])
    assert not WINDOWS.equal(windows, [windows[0]] * 2)
    assert not WINDOWS.equal([windows[0]] * 2, windows)
    assert WINDOWS.canonical(windows) == WINDOWS.canonical(windows[::-1])


def test_masks_are_numbered_and_read_in_the_order_of_their_numbers():
    raw = [{"id": 1, "iPositionX": 0.2}, {"id": 0, "iPositionX": 0.1}]
    assert MASKS.decode((raw,), {}) == [{"x": 0.1}, {"x": 0.2}]
    ((first, second),) = MASKS.encode([{"x": 0.1}, {"x": 0.3}], (raw,), {})
    assert first == {"id": 0, "iPositionX": 0.1}
    assert second == {"id": 1, "iPositionX": 0.3}


@pytest.mark.parametrize("raw", [None, {}, [1], "x", [[]]])
@pytest.mark.parametrize("codec", [RULES, WINDOWS, MASKS], ids=["rules", "windows", "masks"])
def test_what_is_no_list_of_objects_is_unknown(codec, raw):
    assert codec.decode((raw,), {}) == Unknown((raw,))


@pytest.mark.parametrize(
    ("raw", "around", "value"),
    [
        (["car"], {}, ["car"]),
        ([2, 0], MODEL, ["car", "person"]),
        ([], {}, []),
        ([2], {}, None),
        ([3], MODEL, None),
        ([-1], MODEL, None),
        ([True], MODEL, None),
        ("car", MODEL, None),
    ],
)
def test_classes_are_names_or_numbers_that_the_model_explains(raw, around, value):
    expected = Unknown((raw,)) if value is None else value
    assert CLASSES.decode((raw,), around) == expected


@pytest.mark.parametrize(
    ("shown", "around", "sent"),
    [
        ([0], MODEL, [2, 1]),
        (["person"], MODEL, ["car", "bicycle"]),
        ([], MODEL, ["car", "bicycle"]),
        ([0], {}, ["car", "bicycle"]),
        (MISSING, MODEL, ["car", "bicycle"]),
    ],
)
def test_classes_are_written_as_the_camera_shows_them(shown, around, sent):
    assert CLASSES.encode(["car", "bicycle"], (shown,), around) == (sent,)


@pytest.mark.parametrize(
    ("raw", "around", "value", "sent"),
    [
        (("GPIO_01", MISSING), PINS, "GPIO_01", ("GPIO_02", MISSING)),
        ((MISSING, 106), PINS, "GPIO_01", (MISSING, 107)),
        (("GPIO_01", 106), PINS, "GPIO_01", ("GPIO_02", 107)),
        (("GPIO_01", MISSING), {}, "GPIO_01", ("GPIO_02", MISSING)),
        ((MISSING, MISSING), PINS, None, ("GPIO_02", MISSING)),
        ((MISSING, 999), PINS, None, (MISSING, 107)),
    ],
)
def test_a_pin_is_named_the_way_the_camera_names_it(raw, around, value, sent):
    assert PIN.decode(raw, around) == (Unknown(raw) if value is None else value)
    assert PIN.encode("GPIO_02", raw, around) == sent
