"""Drift: what a plan would change, less what the fleet passes over, and what is known of the rest."""

from datetime import datetime

from recamera_gitops.desired.state import Fleet
from recamera_gitops.fleet.proving import proven
from recamera_gitops.reconcile.drift import Drift, Ignore, explained, split
from recamera_gitops.reconcile.plan import Plan


def drift_of(plan: Plan, fleet: Fleet, now: datetime) -> Drift:
    """What of a plan the fleet calls drift today, each difference with how grave it is and whose doing."""
    rules = fleet.drift
    ignores = [Ignore(e.path, e.reason, e.until) for e in rules.ignored(now.date())]
    found = split(plan, ignores)
    return explained(found, rules.severity or {}, proven(fleet.root, found.plan))
