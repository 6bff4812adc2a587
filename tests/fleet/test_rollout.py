"""What to do next in a rollout, from the files and the record alone."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.models import Rollout
from recamera_gitops.fleet.rollout import (
    Begin,
    Check,
    Done,
    Member,
    Record,
    Result,
    Stop,
    at_once,
    course,
    is_stated,
    next_action,
    share,
    spent,
    wave_of,
)

WAVES = [{"select": "ring=canary"}, {"select": "site=hq", "size": "25%"}, {"select": "all"}]


def rollout(**settings):
    return Rollout.model_validate(settings)


def fleet(canaries=1, hq=8, others=3):
    return [
        *(Member(f"canary-{n}", {"ring": "canary", "site": "hq"}) for n in range(canaries)),
        *(Member(f"hq-{n}", {"site": "hq"}) for n in range(hq)),
        *(Member(f"other-{n}", {}) for n in range(others)),
    ]


def played(way, results=(), health=()):
    """Everything that happens when these cameras end so, in order."""
    results, record, story = dict(results), Record(), []
    while True:
        action = next_action(way, record)
        story.append(action)
        match action:
            case Begin(devices=devices):
                for each in devices:
                    if spent(way, record, action.batch.wave) is None:
                        record.results[each] = results.get(each, Result.GOOD)
                    elif each not in record.results:
                        break
                else:
                    continue
                if spent(way, record, action.batch.wave) is None:
                    continue
            case Check(batch=batch, devices=devices):
                record.checked.add(batch.name)
                record.results |= {each: Result.FAILED for each in devices if each in health}
            case _:
                return story, record


def test_a_camera_belongs_to_the_first_wave_that_selects_it():
    way = course(rollout(waves=WAVES), fleet())
    assert [(each.name, each.devices) for each in way.batches] == [
        ("1", ("canary-0",)),
        ("2.1", ("hq-0", "hq-1")),
        ("2.2", ("hq-2", "hq-3")),
        ("2.3", ("hq-4", "hq-5")),
        ("2.4", ("hq-6", "hq-7")),
        ("3", ("other-0", "other-1", "other-2")),
    ]
    assert way.sizes == {1: 1, 2: 8, 3: 3}


def test_who_has_nothing_to_do_counts_for_the_size_and_is_in_no_batch():
    members = [Member("a", {}), Member("b", {}, pending=False)]
    way = course(rollout(), members)
    assert [each.devices for each in way.batches] == [("a",)]
    assert way.sizes == {1: 2}


def test_disruptive_changes_come_alone_and_last_in_their_wave():
    members = [Member("a", {}, disruptive=True), Member("b", {}), Member("c", {}, disruptive=True)]
    way = course(rollout(), members)
    assert [(each.name, each.devices, each.alone) for each in way.batches] == [
        ("1.1", ("b",), False),
        ("1.2", ("a", "c"), True),
    ]


def test_whom_no_wave_selects_is_named():
    way = course(rollout(waves=WAVES[:2]), fleet(others=2))
    assert way.beyond == ("other-0", "other-1")


def test_a_camera_is_in_the_first_wave_that_selects_it():
    labels = {"ring": "canary", "site": "hq"}
    assert wave_of(rollout(waves=WAVES), labels) == 1
    assert wave_of(rollout(waves=WAVES), {"site": "hq"}) == 2
    assert wave_of(rollout(waves=WAVES), {}) == 3
    assert wave_of(rollout(waves=WAVES[:2]), {}) is None


def test_one_by_one_every_part_is_alone():
    way = course(rollout(waves=WAVES), fleet(), one_by_one=True)
    assert way.batches
    assert all(batch.alone for batch in way.batches)


@pytest.mark.parametrize("key", ["waves", "soak", "gates", "max_failures", "on_failure"])
def test_a_rollout_is_stated_by_any_of_its_parts(key):
    values = {"waves": WAVES, "soak": "1s", "gates": ["verify"], "max_failures": 1}
    stated = rollout(**{key: values.get(key, "stop")})
    assert is_stated(stated)
    assert at_once(stated).on_failure == "continue"
    assert course(at_once(stated), fleet()).waves == 1
    assert not is_stated(rollout(concurrency=2))


@pytest.mark.parametrize(
    ("settings", "results", "reason"),
    [
        ({}, {"hq-1": "failed"}, "max_failures: 1 of 8"),
        ({"max_failures": 0}, {"hq-1": "failed"}, "max_failures: 1 of 8"),
        ({"max_failures": 2}, {"hq-1": "failed"}, None),
        ({"max_failures": 2}, {"hq-1": "failed", "hq-5": "failed"}, "max_failures: 2 of 8"),
        ({"max_failures": "20%"}, {"hq-1": "failed"}, None),
        ({"max_failures": "20%"}, {"hq-1": "failed", "hq-2": "failed"}, "the limit is 20%"),
        ({}, {"hq-1": "unreachable"}, "max_failures: 1 of 8"),
        ({"max_unreachable": 2}, {"hq-1": "unreachable"}, None),
        ({"max_unreachable": "10%"}, {"hq-1": "unreachable"}, "max_unreachable: 1 of 8"),
        ({"on_failure": "continue"}, {f"hq-{n}": "failed" for n in range(8)}, None),
    ],
)
def test_a_budget_that_is_reached_stops_the_rollout(settings, results, reason):
    way = course(rollout(waves=WAVES, **settings), fleet())
    story, record = played(way, {name: Result(each) for name, each in results.items()})
    if reason is None:
        assert story[-1] == Done()
        assert len(record.results) == 12
    else:
        assert reason in story[-1].reason
        assert "other-0" not in record.results


def test_the_health_of_each_part_is_looked_at_before_the_next():
    way = course(rollout(waves=WAVES, soak="60s"), fleet(hq=4))
    story, _ = played(way)
    assert [type(each).__name__ for each in story] == ["Begin", "Check"] * 6 + ["Done"]


def test_a_camera_that_is_not_well_afterwards_counts_as_failed():
    way = course(rollout(waves=WAVES, gates=["inference"]), fleet())
    story, record = played(way, health={"canary-0"})
    assert isinstance(story[-1], Stop)
    assert record.results == {"canary-0": Result.FAILED}


def test_who_failed_is_not_checked():
    way = course(rollout(soak="1s", on_failure="continue"), [Member("a", {}), Member("b", {})])
    story, _ = played(way, {"a": Result.FAILED})
    assert [each.devices for each in story if isinstance(each, Check)] == [("b",)]


RESULTS = st.dictionaries(st.sampled_from([m.name for m in fleet()]), st.sampled_from(Result))
LIMITS = st.none() | st.integers(0, 5) | st.integers(0, 100).map(lambda n: f"{n}%")


@given(RESULTS, LIMITS, LIMITS, st.none() | st.integers(1, 5))
def test_no_wave_begins_after_a_budget_is_spent_and_nobody_is_begun_twice(
    results, failures, unreachable, size
):
    waves = [{"select": "ring=canary"}, {"select": "all", "size": size}]
    way = course(rollout(waves=waves, max_failures=failures, max_unreachable=unreachable), fleet())
    story, record = played(way, results)
    begun = [name for each in story if isinstance(each, Begin) for name in each.devices]
    finished = {each.wave for each in way.batches if set(each.devices) <= record.results.keys()}
    assert len(begun) == len(set(begun))
    if isinstance(story[-1], Done):
        assert finished == {1, 2}
        return
    for wave in (1, 2):
        bad = [n for b in way.batches if b.wave == wave for n in b.devices if n in record.results]
        failed = sum(record.results[n] is not Result.GOOD for n in bad)
        most = 1 if failures is None else max(1, ceil(share(failures, way.sizes[wave])))
        away = 13 if unreachable is None else max(1, ceil(share(unreachable, way.sizes[wave])))
        assert failed <= most + away


@given(RESULTS)
def test_the_record_alone_decides_so_a_killed_rollout_goes_on_where_it_was(results):
    way = course(rollout(waves=WAVES, max_failures=2), fleet())
    story, record = played(way, results)
    again = Record(dict(record.results), set(record.checked))
    assert next_action(way, again) == story[-1]
