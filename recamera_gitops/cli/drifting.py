"""`drift`: look, leave out what the fleet passes over, tell the rest; for scheduled jobs."""

from dataclasses import dataclass

from recamera_gitops.cli import console, repairing, views
from recamera_gitops.cli.outlets import Outlets
from recamera_gitops.cli.passing_on import Looked, passed_on
from recamera_gitops.cli.repairing import Repair
from recamera_gitops.cli.repository import selected, warned
from recamera_gitops.cli.running import Working, opened, plan_endings
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet import webhook
from recamera_gitops.fleet.proving import proven
from recamera_gitops.reconcile.drift import Drift, Ignore, explained, split
from recamera_gitops.resources.grave import Level


@dataclass(frozen=True, slots=True)
class DriftRequest:
    """What `drift` was asked for; differences below the `threshold` do not decide how it ends."""

    selection: Selection
    form: str
    threshold: str
    outlets: Outlets
    repair: Repair


def drift(request: DriftRequest) -> ExitCode:
    """Look for differences, except where the fleet says that they do not matter."""
    if request.outlets.webhook is not None:
        webhook.checked(request.outlets.webhook)
    chosen = warned(selected(request.selection))
    repairing.checked(request.repair, chosen)
    with opened(chosen) as working:
        began = working.now()
        found = _found(working, chosen.fleet)
        looked = Looked(chosen, found, began, working.now())
        console.result(views.DRIFT[request.form](found))
        told = passed_on(request.outlets, looked, working.clock)
        codes = [*plan_endings(found.plan), *told]
        if request.repair.paths:
            ends, found = repairing.repaired(working, chosen, found, request.repair)
            codes += ends
        if found.graver(Level(request.threshold)):
            codes.append(ExitCode.DIFFERENCES)
        return working.ended(codes)


def _found(working: Working, fleet: Fleet) -> Drift:
    rules = fleet.drift
    ignores = [Ignore(e.path, e.reason, e.until) for e in rules.ignored(working.now().date())]
    found = split(working.plan(), ignores)
    return explained(found, rules.severity or {}, proven(fleet.root, found.plan))
