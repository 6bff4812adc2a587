"""The rule of what is not tried again, as algebra."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device.rejections import (
    LONGEST_WAIT,
    MOST_WORKED,
    SHORTEST_WAIT,
    Addressee,
    History,
    rejection,
)

KEYS, PLACES = "KLM", "abcde"
keys, places = st.sampled_from(KEYS), st.sampled_from(PLACES)
times = st.integers(0, 1000)
waits = st.none() | st.integers(-10, 10**30)


def turned_down(key, place, now=0, wait=None, *, suspect=True):
    return rejection(key, Addressee(f"camera {place}", place), wait, now, suspect=suspect)


@st.composite
def histories(draw):
    """Whatever a few runs may have met."""
    history = History()
    for _ in range(draw(st.integers(0, 12))):
        key, place = draw(keys), draw(places)
        if draw(st.booleans()):
            history = history.accepted(
                key, place, draw(st.none() | st.sets(st.tuples(keys, places)))
            )
        else:
            told = turned_down(key, place, draw(times), draw(waits), suspect=draw(st.booleans()))
            history = history.rejected(told)
    return history


def refused(history, now=0):
    return {(k, p) for k in KEYS for p in PLACES if history.against(k, p, now) is not None}


def pairs(history):
    return [each.pair for each in history.rejections]


@given(histories(), keys, places, times)
def test_a_camera_is_never_asked_again_with_what_it_rejected(history, key, place, now):
    told = turned_down(key, place, now)
    after = history.rejected(told)
    assert after.against(key, place, now + 10**9) == told
    assert pairs(after).count((key, place)) == 1


@given(histories(), keys, places, times)
def test_what_a_camera_takes_it_is_asked_with(history, key, place, now):
    after = history.accepted(key, place)
    assert after.against(key, place, now) is None


@given(histories(), keys, places, times)
def test_what_works_somewhere_is_kept_only_from_those_that_rejected_it(history, key, place, now):
    after = history.accepted(key, place)
    own = {p for p in PLACES if (key, p) in pairs(after)}
    locked = {each.address for each in after.rejections if each.until is not None}
    assert {p for p in PLACES if after.against(key, p, now) is not None} <= own | locked


@given(histories(), keys, places, times)
def test_what_has_worked_nowhere_is_kept_from_all_after_one_rejection(history, key, place, now):
    fresh = replace(history, worked=tuple(k for k in history.worked if k != key))
    after = fresh.rejected(turned_down(key, place, now))
    assert all(after.against(key, p, now) is not None for p in PLACES)


@given(histories(), keys, st.lists(places, min_size=2, max_size=2, unique=True), times)
def test_what_used_to_work_is_kept_from_all_after_two(history, key, two, now):
    after = history.accepted(key, "elsewhere")
    after = after.rejected(turned_down(key, two[0], now))
    others = set(PLACES) - set(two)
    before = {p for p in others if history.accepted(key, "elsewhere").against(key, p, now)}
    assert {p for p in others if after.against(key, p, now)} == before  # one more may be tried
    after = after.rejected(turned_down(key, two[1], now))
    assert all(after.against(key, p, now) is not None for p in PLACES)


@given(histories(), keys, places, times)
def test_one_credential_says_nothing_about_another(history, key, place, now):
    after = history.rejected(turned_down(key, place, now))
    left = [e for e in history.rejections if e.address != place or e.until is None]
    listens = History(tuple(left), history.worked)  # a camera that answers locks nobody out
    for each in set(KEYS) - {key}:
        before = {p for p in PLACES if listens.against(each, p, now)}
        assert {p for p in PLACES if after.against(each, p, now)} == before


@given(histories(), times)
def test_leaving_out_what_is_over_changes_no_answer(history, now):
    assert refused(history.since(now), now) == refused(history, now)


@given(histories(), times)
def test_unlocking_everything_lets_everything_be_tried(history, now):
    for each in history.rejections:
        history = history.without(each.id)
    assert refused(history, now) == set()


@given(keys, places, times, st.integers(-10, 10**30))
def test_a_lock_out_is_for_every_credential_and_comes_to_an_end(key, place, now, wait):
    history = History().rejected(turned_down(key, place, now, wait))
    last = min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
    for moment in (now, now + last - 1):
        assert all(history.against(each, place, moment) is not None for each in KEYS)
    assert refused(history, now + last) == set()


def test_a_clock_that_is_set_back_does_not_prolong_a_lock_out():
    history = History().rejected(turned_down("K", "a", 10_000, 60))
    assert history.against("K", "a", 9_990) is not None
    assert history.against("K", "a", 0) is None


def test_another_credential_that_works_buries_what_nobody_asks_for_any_more():
    history = History().rejected(turned_down("K", "a")).accepted("L", "a", {("K", "a")})
    assert history.against("K", "a", 0) is not None
    assert history.accepted("L", "a", {("L", "a")}).rejections == ()


def test_what_is_known_already_changes_nothing():
    history = History().accepted("K", "a").accepted("L", "b")
    assert history.accepted("K", "b") == history


def test_not_more_is_kept_than_can_be_needed():
    history = History(worked=tuple(map(str, range(MOST_WORKED))))
    after = history.accepted("new", "a").worked
    assert (len(after), after[0], after[-1]) == (MOST_WORKED, "1", "new")


@pytest.mark.parametrize(("key", "place"), [("K", "b"), ("L", "a")])
def test_an_id_is_one_of_a_credential_at_a_camera(key, place):
    assert turned_down("K", "a").id == turned_down("K", "a", 7, 60).id
    assert turned_down("K", "a").id != turned_down(key, place).id
