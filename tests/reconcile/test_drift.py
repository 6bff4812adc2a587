"""What of a plan is drift: every difference is in exactly one part, and nothing else about it changes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.reconcile.drift import Ignore, bare, explained, repairable, split
from recamera_gitops.reconcile.plan import Action, Change, DevicePlan, Plan, ResourcePlan, Status
from recamera_gitops.resources.grave import Level, level_of

PATHS = ["osd", "osd.font", "osd.font.size", "osd.fontsize", "image", "image.rotation"]
VALUES = st.sampled_from([None, 0, 1, "a", [1, 2]])
CHANGES = st.builds(Change, st.sampled_from(PATHS), VALUES, VALUES, st.booleans())


def resource(changes):
    return ResourcePlan("osd", Action.UPDATE, ("none",), "sha256:0", tuple(changes))


def device(name, resources):
    status = Status.CHANGED if resources else Status.UNCHANGED
    return DevicePlan(name, "192.0.2.1", status, "RC1", resources=tuple(resources))


RESOURCES = st.lists(CHANGES, min_size=1, max_size=3).map(resource)
LISTS = st.lists(RESOURCES, max_size=3)
AWAY = DevicePlan("c", "192.0.2.3", Status.UNREACHABLE, error="gone", exit_code=4)
PLANS = st.builds(
    lambda a, b: Plan("acme", "", "", (device("a", a), device("b", b), AWAY)), LISTS, LISTS
)
IGNORES = st.lists(st.sampled_from(PATHS).map(Ignore), max_size=3)
LEVELS = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(Level), max_size=3)


def pairs(plan):
    return sorted((d.device, repr(c)) for d in plan.devices for c in d.changes)


@given(PLANS, IGNORES)
def test_each_difference_is_drift_or_passed_over(plan, ignores):
    found = split(plan, ignores)
    over = [(each.device, repr(each.change)) for each in found.ignored]
    assert sorted([*pairs(found.plan), *over]) == pairs(plan)
    for each in found.plan.devices:
        assert (each.status is Status.CHANGED) == bool(each.changes)
        assert all(part.changes for part in each.resources)
    assert found.plan.devices[2] == AWAY


@given(PLANS)
def test_without_anything_to_pass_over_it_is_the_plan(plan):
    found = split(plan, [])
    assert (found.plan, found.ignored) == (plan, ())


@given(
    PLANS,
    LEVELS,
    st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from(PATHS)), VALUES),
)
def test_what_is_told_of_drift_changes_nothing_else(plan, levels, proven):
    found = explained(split(plan, []), levels, proven)
    assert bare(found.plan) == plan
    for where, change in found.changes:
        known = (where.device, change.path) in proven
        assert (change.direction == "unknown") == (change.sensitive or not known)
        assert change.severity == level_of(change.path, levels)


@given(PLANS, st.lists(st.sampled_from(PATHS), max_size=2))
def test_what_may_be_repaired_and_the_rest_are_the_whole(plan, paths):
    drift = explained(split(plan, []), {}, {})
    meant, left = repairable(drift, paths, {"b"})
    assert sorted([*pairs(meant), *pairs(left.plan)]) == pairs(drift.plan)
    assert {each.device for each in meant.devices} <= {"a"}


@given(st.sampled_from(PATHS), LEVELS)
def test_the_nearest_path_decides_how_grave_it_is(path, levels):
    steps = path.split(".")
    nearest = [".".join(steps[:count]) for count in range(len(steps), 0, -1)]
    expected = next((levels[each] for each in nearest if each in levels), Level.NORMAL)
    assert level_of(path, levels) is expected
    assert json.dumps(expected) == f'"{expected}"'
