"""`plan` and `show`: they look and never write to a camera."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from recamera_gitops.cli import console, jobs, views
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.judging import forewarned
from recamera_gitops.cli.repository import checked_targets, selected, warned
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.running import Working, differs, opened, plan_endings
from recamera_gitops.cli.selection import Selection
from recamera_gitops.cli.surrounding import surroundings
from recamera_gitops.desired import fleet as files
from recamera_gitops.errors import ExitCode, InvalidInput
from recamera_gitops.fleet.judging import refusals
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.compare import inner_differences
from recamera_gitops.reconcile.outcome import gravest
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.markdown import plan_markdown
from recamera_gitops.report.outputs import plan_outputs
from recamera_gitops.report.results import Planned, Surroundings


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What `plan` was asked for."""

    selection: Selection
    targets: tuple[str, ...]
    forms: Forms
    out: Path | None
    detailed: bool
    steps: bool


def plan(request: PlanRequest) -> ExitCode:
    """Read, compare, save if asked to, show."""
    request.forms.check()
    targets = checked_targets(request.targets)
    chosen = warned(selected(request.selection))
    with opened(chosen) as working:
        found = working.plan(targets)
        if request.out is not None:
            planfile.save(found, request.out)
            console.say(f"{request.out}: {found.checksum}")
        against = refusals(found, chosen.fleet, working.now())
        around = surroundings(chosen.devices, chosen.fleet.rollout, against)
        shown = Planned(found, around, steps=request.steps)
        codes = [*views.deliver(request.forms, views.PLAN, shown), *plan_endings(found)]
        forewarned(against)
        # A camera that could not be looked at is said before differences of the others are.
        if request.detailed and differs(found) and not any(codes):
            codes.append(ExitCode.DIFFERENCES)
        return told(working, shown, codes)


def told(working: Working, shown: Planned, codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code, which the job that this may run in is told with the rest."""
    code = working.ended(codes)
    summary = partial(plan_markdown, shown, inner=inner_differences)
    jobs.tell(working.variables, summary, plan_outputs(shown, code))
    return code


def show(file: Path, forms: Forms, directory: Path | None, *, steps: bool) -> ExitCode:
    """Show a plan that was saved, with what the files say of its cameras where they are here."""
    forms.check()
    found = planfile.load(file)
    shown = Planned(found, _around(found, directory), steps=steps)
    return gravest(views.deliver(forms, views.PLAN, shown))


def _around(plan: Plan, directory: Path | None) -> Surroundings:
    """Labels and waves; nothing where the fleet of the plan is not here, or cannot be used now."""
    try:
        fleet = files.load(root_of(directory))
    except InvalidInput:
        return Surroundings()
    if fleet.name != plan.fleet:
        return Surroundings()
    planned = {each.device for each in plan.devices}
    devices = [each for each in fleet.devices if each.name in planned]
    return surroundings(devices, fleet.rollout)
