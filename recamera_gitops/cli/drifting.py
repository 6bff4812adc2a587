"""`drift`: look, leave out what the fleet passes over, tell the rest; for scheduled jobs."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from recamera_gitops.cli import repairing, views
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.outlets import Outlets
from recamera_gitops.cli.passing_on import Looked, passed_on
from recamera_gitops.cli.planning import told
from recamera_gitops.cli.repairing import Repair
from recamera_gitops.cli.repository import Selected, selected, warned
from recamera_gitops.cli.running import opened, plan_endings
from recamera_gitops.cli.selection import Selection
from recamera_gitops.cli.surrounding import surroundings
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import ExitCode, Unwritable
from recamera_gitops.fleet import webhook
from recamera_gitops.fleet.drift_history import points, standing_since
from recamera_gitops.fleet.drifting import drift_of
from recamera_gitops.report.history_points import HistoryPoint
from recamera_gitops.report.results import Planned, Surroundings
from recamera_gitops.resources.grave import Level

_MOST_POINTS: Final = 365


@dataclass(frozen=True, slots=True)
class DriftRequest:
    """What `drift` was asked for; differences below the `threshold` do not decide how it ends."""

    selection: Selection
    forms: Forms
    threshold: str
    outlets: Outlets
    repair: Repair


def drift(request: DriftRequest) -> ExitCode:
    """Look for differences, except where the fleet says that they do not matter."""
    request.forms.check()
    if request.outlets.webhook is not None:
        webhook.checked(request.outlets.webhook)
    chosen = warned(selected(request.selection))
    repairing.checked(request.repair, chosen)
    with opened(chosen) as working:
        began = working.now()
        found = drift_of(working.plan(), chosen.fleet, working.now())
        looked = Looked(chosen, found, began, working.now())
        around = _around(chosen)
        shown = Planned(found.plan, around, ignored=found.ignored)
        codes = [*views.deliver(request.forms, views.PLAN, shown), *plan_endings(found.plan)]
        codes += passed_on(request.outlets, looked, working.clock)
        if request.repair.paths:
            ends, found = repairing.repaired(working, chosen, found, request.repair)
            codes += ends
        if found.graver(Level(request.threshold)):
            codes.append(ExitCode.DIFFERENCES)
        return told(working, shown, codes)


def _around(chosen: Selected) -> Surroundings:
    fleet, since = chosen.fleet, {}
    with suppress(Unwritable):
        since = standing_since(fleet.root, _MOST_POINTS)
    return surroundings(chosen.devices, fleet.rollout, history=_history(fleet), since=since)


def _history(fleet: Fleet) -> Iterator[HistoryPoint]:
    """What earlier looks have found, as far as that can be read: it only adorns."""
    with suppress(Unwritable):
        yield from (HistoryPoint(*each) for each in points(fleet.root, _MOST_POINTS))
