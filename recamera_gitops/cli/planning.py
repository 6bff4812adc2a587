"""`plan` and `show`: they look and never write to a camera."""

from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli import console, views
from recamera_gitops.cli.judging import forewarned
from recamera_gitops.cli.repository import checked_targets, selected, warned
from recamera_gitops.cli.running import differs, opened, plan_endings
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile import planfile


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What `plan` was asked for."""

    selection: Selection
    targets: tuple[str, ...]
    form: str
    out: Path | None
    detailed: bool
    steps: bool


def plan(request: PlanRequest) -> ExitCode:
    """Read, compare, save if asked to, show."""
    targets = checked_targets(request.targets)
    chosen = warned(selected(request.selection))
    with opened(chosen) as working:
        found = working.plan(targets)
        if request.out is not None:
            planfile.save(found, request.out)
        console.result(views.PLAN[request.form](found, request.steps))
        forewarned(found, chosen.fleet, working.now())
        codes = plan_endings(found)
        # A camera that could not be looked at is said before differences of the others are.
        if request.detailed and differs(found) and not any(codes):
            codes.append(ExitCode.DIFFERENCES)
        return working.ended(codes)


def show(file: Path, form: str, *, steps: bool) -> ExitCode:
    """Show a plan that was saved."""
    console.result(views.PLAN[form](planfile.load(file), steps))
    return ExitCode.DONE
