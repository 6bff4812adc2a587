"""What a plan may contain: each rule, where it stands, and that more changes never make a plan better."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.drifting import Drift
from recamera_gitops.desired.models import MaintenanceWindow, Policy, Rollout
from recamera_gitops.desired.state import ConnectionSettings, Device, Fleet
from recamera_gitops.errors import Place
from recamera_gitops.fleet.policy import held, protections, unconfirmed, violations
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    Plan,
    ResourcePlan,
    Status,
)
from recamera_gitops.report.diagnostics import line
from recamera_gitops.resources.catalog import RESOURCES
from recamera_gitops.resources.declared import is_below
from recamera_gitops.rules import Severity

WINDOW = MaintenanceWindow(start="01:00", duration="3h")
OPENS = "the window opens on Tue"
SOURCE = Place("profiles/base.yaml", 12, 5)


def changed(name, path, after, impact=("none",), source=None):
    change = Change(path, None, after, source=source)
    resource = ResourcePlan(path.rpartition(".")[0], Action.UPDATE, impact, "sha256:", (change,))
    return DevicePlan(name, "h", Status.CHANGED, resources=(resource,))


def planned(*devices):
    return Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", devices)


def fleet(policy=None, *, window=None, protected=(), places=None, size=4):
    names = ("gate", "dock", "lobby", "yard", *(f"cam-{number}" for number in range(4, size)))
    return Fleet(
        "acme",
        Path(),
        tuple(declared(name, protected=name in protected) for name in names[:size]),
        {},
        Policy(**policy or {}),
        Drift(),
        Rollout(window=window),
        places=places or {},
    )


def declared(name, *, protected):
    place = Place(f"devices/{name}.yaml", 1, 9)
    places = {"protected": Place(place.file, 4, 12)} if protected else {}
    settings = ConnectionSettings()
    return Device(name, "h", place, None, {}, (), protected, (), settings, {}, places=places)


def judged(policy, *devices, confirmed=(), **more):
    return violations(planned(*devices), fleet(policy, **more), confirmed)


def test_a_plan_without_rules_against_it_is_allowed():
    assert judged({}, changed("gate", "osd.font.size", 32)) == ()


def test_a_violation_is_told_with_the_place_of_its_rule():
    wish = changed("gate", "system.ftp.enabled", after=True, source=SOURCE)
    policy = {"forbid": ["osd", "system.ftp.enabled=true"]}
    places = {"policy.forbid[1]": Place("fleet.yaml", 31, 5)}
    (found,) = judged(policy, wish, places=places)
    assert (found.devices, found.paths) == (("gate",), ("system.ftp.enabled",))
    where = "fleet.yaml:31:5 policy.forbid system.ftp.enabled=true: "
    said = "gate would get system.ftp.enabled\n    hint: declared at profiles/base.yaml:12:5"
    assert line(found.said()) == where + said
    assert line(found.said(Severity.WARNING)) == f"{where}warning: {said}"


@pytest.mark.parametrize(
    ("limit", "allowed"), [(1, False), (2, True), ("25%", False), ("50%", True)]
)
def test_the_number_of_changed_cameras_is_limited(limit, allowed):
    gate, dock = (changed(name, "osd.font.size", 32) for name in ("gate", "dock"))
    still = DevicePlan("lobby", "h", Status.UNCHANGED)
    found = judged({"max_changed_devices": limit}, gate, dock, still)
    assert (found == ()) is allowed
    assert all(each.devices == ("gate", "dock") for each in found)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("network.wifi.enabled=false", False),
        ("network.wifi.enabled=true", True),
        ("network", False),
        ("network.lan", True),
    ],
)
def test_what_is_forbidden_is_named_with_its_camera(rule, allowed):
    found = judged({"forbid": [rule]}, changed("gate", "network.wifi.enabled", after=False))
    assert (found == ()) is allowed
    assert all((each.rule, each.devices) == (f"policy.forbid {rule}", ("gate",)) for each in found)


def test_a_camera_that_has_it_already_breaks_no_rule():
    """The plan is judged: what no change would set is not refused."""
    still = DevicePlan("gate", "h", Status.UNCHANGED)
    assert judged({"forbid": ["network"]}, still, changed("dock", "osd.font.size", 32)) == ()


def test_what_many_cameras_would_get_is_one_violation_with_all_of_them():
    names = [f"cam-{number}" for number in range(4, 11)]
    (found,) = judged({"forbid": ["osd"]}, *(changed(each, "osd.font.size", 32) for each in names))
    assert found.devices == tuple(names)
    assert found.message == "cam-4, cam-5, cam-6, cam-7, cam-8 and 2 more would get osd.font.size"


@pytest.mark.parametrize(
    ("confirmed", "allowed"),
    [((), False), (("network",), True), (("network.wifi.ssid",), True), (("osd",), False)],
)
def test_some_changes_have_to_be_confirmed_by_path(confirmed, allowed):
    wish = changed("gate", "network.wifi.ssid", "plant")
    assert (judged({"confirm": ["network"]}, wish, confirmed=confirmed) == ()) is allowed


def test_a_change_of_all_that_is_around_a_path_has_to_be_confirmed_too():
    policy, wish = {"confirm": ["models.old.rknn.source"]}, changed("gate", MODEL, "absent")
    (found,) = judged(policy, wish)
    assert found.hint == "say --confirm models.old.rknn.source if that is meant"
    assert judged(policy, wish, confirmed=("models.old.rknn.source",)) == ()


def test_every_violation_is_told_at_once():
    policy = {
        "max_changed_devices": 0,
        "forbid": ["network", "network.wifi"],
        "confirm": ["network", "osd"],
    }
    found = judged(
        policy, changed("gate", "network.wifi.enabled", after=False), changed("dock", "osd.x", 1)
    )
    assert [each.rule for each in found] == [
        "policy.max_changed_devices",
        "policy.forbid network",
        "policy.forbid network.wifi",
        "policy.confirm network",
        "policy.confirm osd",
    ]


def test_a_protected_camera_breaks_no_rule_and_is_told_of():
    wish = changed("gate", "network.lan.method", "dhcp")
    policy = {"max_changed_devices": 0, "forbid": ["network"], "confirm": ["network"]}
    assert judged(policy, wish, protected=("gate",)) == ()
    ruled = fleet(policy, protected=("gate",), window=WINDOW)
    assert held([wish], ruled, OPENS) == ()
    (found,) = protections(planned(wish, changed("dock", "osd.x", 1)), ruled)
    assert line(found.said(Severity.WARNING)) == (
        "devices/gate.yaml:4:12 protected: warning: gate is planned, and never written"
    )


REBOOTS = changed("gate", "firmware.version", "V2", ("reboot", "connectivity"))
QUIET = changed("dock", "osd.font.size", 32)


def waiting(policy, *devices, window=WINDOW, closed=OPENS, places=None):
    return held(devices, fleet(policy, window=window, places=places), closed)


def test_outside_the_window_nothing_is_written():
    places = {"rollout.window": Place("fleet.yaml", 9, 11)}
    (found,) = waiting({}, REBOOTS, QUIET, places=places)
    assert found.devices == ("gate", "dock")
    assert line(found.said()) == (
        "fleet.yaml:9:11 rollout.window: nothing may be written now: the window opens on Tue\n"
        "    hint: say --outside-window if it cannot wait"
    )
    assert waiting({}, REBOOTS, closed=None) == ()
    assert waiting({}, DevicePlan("gate", "h", Status.UNCHANGED)) == ()
    assert waiting({}, REBOOTS, window=None, closed="there is no window") == ()


def test_where_impacts_are_denied_only_these_wait_for_the_window():
    policy = {"deny_impact": ["recording-gap", "reboot"]}
    places = {"policy.deny_impact[1]": Place("fleet.yaml", 15, 32)}
    (found,) = waiting(policy, REBOOTS, QUIET, places=places)
    assert (found.devices, found.paths) == (("gate",), ("firmware",))
    assert line(found.said()) == (
        "fleet.yaml:15:32 policy.deny_impact reboot: firmware on gate would cause it now:"
        " the window opens on Tue\n"
        "    hint: say --outside-window if it cannot wait"
    )
    assert waiting(policy, QUIET) == ()
    assert waiting(policy, REBOOTS, closed=None) == ()
    assert waiting({"deny_impact": []}, REBOOTS) == ()


def test_without_a_window_denied_impacts_are_never_allowed():
    (found,) = waiting(
        {"deny_impact": ["reboot"]}, REBOOTS, window=None, closed="there is no window"
    )
    assert found.message == "firmware on gate would cause it now: there is no window"


PATHS = st.sampled_from(
    [
        *("network.lan.method", "network.wifi.ssid", "system.https.enabled", "osd.font.size"),
        *("record.storage.slot", "models.old.rknn"),
    ]
)
RULES = st.sampled_from(
    ["network", "network.lan", "system.https", "osd", "record.storage", "models"]
)
CHANGES = st.builds(
    changed,
    st.sampled_from(["gate", "dock", "lobby", "yard"]),
    PATHS,
    st.booleans() | st.sampled_from([32, "absent", None]),
    st.sets(st.sampled_from(["none", "reboot", "connectivity"]), min_size=1).map(tuple),
)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "max_changed_devices": st.integers(0, 4) | st.sampled_from(["0%", "25%", "50%"]),
        "forbid": st.lists(RULES | RULES.map("{}=true".format), max_size=3, unique=True),
        "confirm": st.lists(RULES, max_size=3, unique=True),
        "deny_impact": st.lists(st.sampled_from(["reboot", "connectivity"]), unique=True),
    },
)


def together(changes):
    """One plan of each camera for changes that come one by one."""
    devices = {}
    for each in changes:
        known = devices.get(each.device)
        devices[each.device] = (
            each if known is None else replace(known, resources=known.resources + each.resources)
        )
    return planned(*devices.values())


def everything(plan, ruled, confirmed):
    return [
        *violations(plan, ruled, confirmed),
        *held(plan.devices, ruled, OPENS),
        *protections(plan, ruled),
    ]


@given(
    st.lists(CHANGES, max_size=5),
    st.lists(CHANGES, max_size=5),
    POLICIES,
    st.lists(RULES, max_size=2),
    st.sampled_from([None, WINDOW]),
    st.sets(st.sampled_from(["gate", "dock"])),
)
def test_more_changes_never_take_a_violation_away(some, more, policy, confirmed, window, protected):
    ruled = fleet(policy, window=window, protected=protected)
    few = everything(together(some), ruled, confirmed)
    many = everything(together([*some, *more]), ruled, confirmed)
    for each in few:
        assert any(
            (each.id, each.rule) == (other.id, other.rule)
            and set(each.devices) <= set(other.devices)
            and set(each.paths) <= set(other.paths)
            for other in many
        ), each


@given(st.lists(CHANGES, min_size=1, max_size=4), RULES, st.data())
def test_confirming_a_path_confirms_what_is_below_it_and_nothing_else(changes, rule, data):
    plan, ruled = together(changes), fleet({"confirm": [rule]})
    said = data.draw(PATHS | RULES)
    before = violations(plan, ruled, ())
    after = violations(plan, ruled, (said,))
    assert violations(plan, ruled, (said, rule, "network", "record.storage")) == ()
    assert {each.rule for each in after} <= {each.rule for each in before}
    left = {path for each in after if each.rule for path in each.paths}
    asked = {path for each in before if each.rule for path in each.paths}
    assert left == {path for path in asked if not is_below(path, said) and not is_below(rule, said)}


def asked(*devices, confirmed=()):
    return unconfirmed(devices, confirmed)


MODEL = "models.old.rknn"
CARD = {"device": "/dev/mmcblk1p1"}


@pytest.mark.parametrize(
    ("path", "after", "address", "say"),
    [
        ("network.lan.method", "static", "network.lan", "network"),
        ("system.https.enabled", True, "system.https", "network"),
        ("record.storage.slot", CARD, "record.storage", "record.storage"),
    ],
)
def test_what_cannot_be_taken_back_is_asked_about_without_any_policy(path, after, address, say):
    devices = [changed(name, path, after) for name in ("gate", "dock")]
    (reason,) = asked(*devices)
    assert (reason.devices, reason.paths) == (("gate", "dock"), (path,))
    assert re.match(f"{address} on gate, dock: .", reason.message)
    assert reason.hint == f"say --confirm {say} if that is meant"
    for word in (say, say.partition(".")[0], path):
        assert asked(*devices, confirmed=(word,)) == ()
    assert asked(*devices, confirmed=("osd", f"{path}.deeper")) == (reason,)


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("osd.font.size", 32),
        ("network.wifi.enabled", False),
        ("record.storage.slot", "none"),
        ("record.storage.quota.rotate", True),
        (f"{MODEL}.source", {"file": "models/old.rknn"}),
        (MODEL, "absent"),
    ],
)
def test_nobody_is_asked_about_the_rest(path, after):
    assert asked(changed("gate", path, after)) == ()


def test_a_camera_that_does_not_change_asks_nothing():
    assert asked(DevicePlan("lobby", "h", Status.UNCHANGED)) == ()


def test_reasons_are_told_once_for_each_address():
    lan, https = (
        changed("gate", path, "x") for path in ("network.lan.method", "system.https.enabled")
    )
    dns = changed("dock", "network.lan.dns", ["9.9.9.9"])
    assert [each.message.partition(":")[0] for each in asked(lan, https, dns)] == [
        "network.lan on gate, dock",
        "system.https on gate",
    ]


def test_every_resource_that_asks_says_why():
    assert all(each.confirm_why for each in RESOURCES if each.confirm)
