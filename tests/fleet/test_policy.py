from datetime import UTC, datetime

import pytest

from recamera_gitops.desired.models import MaintenanceWindow, Policy
from recamera_gitops.fleet.policy import is_open, unconfirmed, violations
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    Plan,
    ResourcePlan,
    Status,
)
from recamera_gitops.resources.catalog import RESOURCES


def changed(name, path, after, impact=("none",)):
    change = Change(path, None, after)
    resource = ResourcePlan(path.rpartition(".")[0], Action.UPDATE, impact, "sha256:", (change,))
    return DevicePlan(name, "h", Status.CHANGED, resources=(resource,))


def judged(policy, *devices, confirmed=(), size=4, in_window=False):
    plan = Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", devices)
    return violations(plan, Policy(**policy), confirmed, size, in_window=in_window)


def test_a_plan_without_rules_against_it_is_allowed():
    assert judged({}, changed("gate", "osd.font.size", 32)) == ()


@pytest.mark.parametrize(
    ("limit", "allowed"), [(1, False), (2, True), ("25%", False), ("50%", True)]
)
def test_the_number_of_changed_cameras_is_limited(limit, allowed):
    gate, dock = (changed(name, "osd.font.size", 32) for name in ("gate", "dock"))
    still = DevicePlan("lobby", "h", Status.UNCHANGED)
    assert (judged({"max_changed_devices": limit}, gate, dock, still) == ()) is allowed


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
    assert all(rule in each and "gate" in each for each in found)


@pytest.mark.parametrize(
    ("confirmed", "allowed"),
    [((), False), (("network",), True), (("network.wifi.ssid",), True), (("osd",), False)],
)
def test_some_changes_have_to_be_confirmed_by_path(confirmed, allowed):
    wish = changed("gate", "network.wifi.ssid", "plant")
    assert (judged({"confirm": ["network"]}, wish, confirmed=confirmed) == ()) is allowed


def test_an_impact_is_denied_outside_the_window_only():
    wish = changed("gate", "notify.mode", "off", ("recording-gap",))
    policy = {"deny_impact": ["recording-gap"]}
    assert judged(policy, wish, in_window=True) == ()
    assert judged(policy, wish) == ("policy.deny_impact recording-gap: gate notify",)


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        ("2026-11-24T00:00:00+00:00", True),  # Tuesday, 01:00 in Berlin
        ("2026-11-23T23:59:59+00:00", False),
        ("2026-11-24T02:59:59+00:00", True),
        ("2026-11-24T03:00:00+00:00", False),
        ("2026-11-25T00:30:00+00:00", False),  # Wednesday
    ],
)
def test_a_window_opens_by_the_clock_of_its_zone(moment, within):
    window = MaintenanceWindow(
        days=["Tue"], start="01:00", duration="2h60m", timezone="Europe/Berlin"
    )
    assert is_open(window, datetime.fromisoformat(moment)) is within


def test_a_window_may_last_over_midnight_and_none_is_never_open():
    window = MaintenanceWindow(days=["Mon"], start="22:00", duration="6h")
    assert is_open(window, datetime(2026, 11, 24, 3, tzinfo=UTC))
    assert not is_open(None, datetime(2026, 11, 24, 3, tzinfo=UTC))


def asked(*devices, confirmed=()):
    return unconfirmed(Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", devices), confirmed)


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
    assert reason.startswith(f"{address} on gate, dock: ")
    assert reason.endswith(f"; say --confirm {say} if that is meant")
    assert ": ;" not in reason
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
    assert [each.partition(":")[0] for each in asked(lan, https, dns)] == [
        "network.lan on gate, dock",
        "system.https on gate",
    ]


def test_every_resource_that_asks_says_why():
    assert all(each.confirm_why for each in RESOURCES if each.confirm)
