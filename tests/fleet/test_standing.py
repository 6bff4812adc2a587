"""Since when a difference stands, from what earlier looks for drift have found."""

from datetime import UTC, datetime, timedelta

import pytest

from recamera_gitops.fleet.drift_history import remember, standing_since
from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import Action, Change, DevicePlan, Plan, ResourcePlan, Status

BEGAN = datetime(2026, 11, 22, tzinfo=UTC)
PATH = "osd.font.size"
KEY = ("gate", PATH)


def look(state):
    """One look at one camera: `d` it differs, `=` it does not, `?` it could not be read."""
    if state == "?":
        device = DevicePlan("gate", "192.0.2.1", Status.UNREACHABLE, error="gone")
    elif state == "=":
        device = DevicePlan("gate", "192.0.2.1", Status.UNCHANGED)
    else:
        change = Change(PATH, 16, 32, direction="unknown", severity="normal")
        resource = ResourcePlan("osd", Action.UPDATE, ("none",), "sha256:0", (change,))
        device = DevicePlan("gate", "192.0.2.1", Status.CHANGED, resources=(resource,))
    return Drift(Plan("acme", "2026-11-22T00:00:00Z", "0.1.0", (device,)))


@pytest.mark.parametrize(
    ("nights", "since"),
    [
        ("", None),
        ("=", None),
        ("d", 0),
        ("dd", 0),
        ("=dd", 1),
        ("d=d", 2),
        ("d=", None),
        ("d?d", 0),
        ("d??", 0),
        ("?", None),
    ],
)
def test_a_difference_stands_since_it_was_seen_first_and_ever_since(tmp_path, nights, since):
    for night, state in enumerate(nights):
        remember(tmp_path, look(state), BEGAN + timedelta(days=night), 365)
    found = standing_since(tmp_path, 365)
    at = None if since is None else f"2026-11-{22 + since}T00:00:00Z"
    assert found == ({} if at is None else {KEY: at})


def test_no_more_looks_are_asked_than_are_wanted(tmp_path):
    for night in range(5):
        remember(tmp_path, look("d"), BEGAN + timedelta(days=night), 365)
    assert standing_since(tmp_path, 2) == {KEY: "2026-11-25T00:00:00Z"}
