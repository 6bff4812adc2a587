"""A plan that was approved, carried out and told: the part that apply, resume and rollback share."""

from functools import partial

from recamera_gitops.cli import console, jobs, views
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.running import Working
from recamera_gitops.cli.surrounding import surroundings
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.markdown import carried_markdown
from recamera_gitops.report.outputs import carried_outputs
from recamera_gitops.report.results import Carried


def carried_out(
    working: Working, plan: Plan, way: Way, forms: Forms, kind: str = "apply", **facts: Json
) -> ExitCode:
    """Write, and show what came of it; nothing comes after this."""
    shown, codes = carried(working, plan, way, forms, kind, **facts)
    code = working.ended(codes)
    jobs.tell(working.variables, partial(carried_markdown, shown), carried_outputs(shown, code))
    return code


def carried(
    working: Working, plan: Plan, way: Way, forms: Forms, kind: str, **facts: Json
) -> tuple[Carried, list[ExitCode]]:
    """Write, and show what came of it, in the middle of something else."""
    applied = working.apply(plan, way, kind, **facts)
    shown = Carried(
        plan,
        applied.outcomes,
        surroundings(working.devices, way.rollout),
        applied.exit_code,
        "rollback" if applied.kind == "rollback" else "apply",
        applied.run,
        applied.stopped,
        applied.back,
        applied.pictures,
        applied.photo,
    )
    troubles = views.deliver(forms, views.CARRIED, shown)
    if applied.run is not None and applied.exit_code:
        console.say(f"run {applied.run}: recamera-gitops runs show {applied.run}")
    return shown, [applied.exit_code, *troubles]
