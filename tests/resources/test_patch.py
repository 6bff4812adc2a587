"""A written object is the one that was read, but for the settings that were to change."""

import copy
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.emulator import FLAVOURS
from recamera_gitops.resources.base import decode, is_known, patch, spelling
from recamera_gitops.resources.catalog import LEAVES, RESOURCES
from recamera_gitops.resources.values import Unknown
from recamera_gitops.secret import Secret
from tests.conftest import Rig, unlike
from tests.resources.strategies import EXTRAS, FEW, JSON, OWNER, PLAIN, crowded, legal

RESOURCES_WITH_AN_OBJECT = [each for each in RESOURCES if each.flow is None]
# Cameras that nobody can log in to as they are, and one that lacks an endpoint.
OTHERS = {"first-use", "login-plain", "upgrade-brings-settings"}
SHAPES = ["", *sorted(FLAVOURS.keys() - OTHERS)]


@cache
def objects(flavour):
    """What a camera of this flavour shows, by resource path."""
    seen = Rig(*filter(None, [flavour])).visit({}).observe()
    return seen.objects


def pointers(raw, leaf):
    return tuple("/" + "/".join(spelling(raw, keys)) for keys in leaf.keys)


def wishes_for(data, resource):
    numbers = st.integers(0, len(resource.leaves) - 1)
    for number in data.draw(st.sets(numbers, min_size=1, max_size=4)):
        leaf = resource.leaves[number]
        value = data.draw(legal(resource.path_of(leaf)))
        codec = leaf.wire.codec
        yield leaf, Secret(value) if codec.sensitive else value


def within(pointer, roots):
    return any(pointer == root or pointer.startswith(root + "/") for root in roots)


@pytest.mark.parametrize("resource", RESOURCES_WITH_AN_OBJECT, ids=lambda each: each.path)
@FEW
@given(data=st.data())
def test_unmanaged_bytes_survive(resource, data):
    flavour = data.draw(st.sampled_from(SHAPES))
    strange = data.draw(EXTRAS)
    raw = crowded(objects(flavour)[resource.path], strange)
    kept = copy.deepcopy(raw)
    wishes = list(wishes_for(data, resource))
    targets = [
        (leaf, leaf.wire.codec.target(value, decode(raw, leaf), {})) for leaf, value in wishes
    ]
    written = patch(raw, targets)
    assert unlike(raw, kept) == []
    managed = [pointer for leaf, _ in wishes for pointer in pointers(raw, leaf)]
    assert [each for each in unlike(raw, written) if not within(each, managed)] == []
    assert list(raw) == [key for key in written if key in raw]


@pytest.mark.parametrize("resource", RESOURCES_WITH_AN_OBJECT, ids=lambda each: each.path)
@FEW
@given(data=st.data())
def test_a_patched_object_shows_every_wish(resource, data):
    raw = objects(data.draw(st.sampled_from(SHAPES)))[resource.path]
    for leaf, value in wishes_for(data, resource):
        target = leaf.wire.codec.target(value, _known(decode(raw, leaf)), {})
        raw = patch(raw, [(leaf, target)])
        now = decode(raw, leaf)
        assert is_known(now), leaf.path
        assert leaf.wire.codec.equal(target, now), leaf.path


def _known(value):
    return value if is_known(value) else None


@pytest.mark.parametrize("path", PLAIN)
@FEW
@given(data=st.data())
def test_a_value_nobody_understands_rides_along(path, data):
    resource = OWNER[path]
    leaf = LEAVES[path]
    raw = copy.deepcopy(objects("")[resource.path])
    strange = data.draw(JSON)
    _put(raw, spelling(raw, leaf.keys[0]), strange)
    if not isinstance(decode(raw, leaf), Unknown):
        return
    others = [(each, value) for each, value in wishes_for(data, resource) if each is not leaf]
    others = [w for w in others if not set(w[0].keys) & set(leaf.keys)]
    targets = [
        (each, each.wire.codec.target(v, _known(decode(raw, each)), {})) for each, v in others
    ]
    written = patch(raw, targets)
    assert unlike({"v": decode(written, leaf).raw[0]}, {"v": strange}) == []


def _put(raw, path, value):
    for step in path[:-1]:
        raw = raw[step]
    raw[path[-1]] = value


@pytest.mark.parametrize("shown", ["iNoiseReduceMode", "sNoiseReduceMode"])
def test_the_spelling_of_the_camera_wins(shown):
    leaf = LEAVES["image.scenes.night.denoise.enabled"]
    assert patch({shown: 1}, [(leaf, False)]) == {shown: 0}
