"""A plan that was approved, carried out and told: the part that apply, resume and rollback share."""

from collections.abc import Callable, Mapping
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.running import Working
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.run import Applied
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.outcomes import outcomes_json, outcomes_text
from recamera_gitops.report.values import document


def carried_out(
    working: Working, plan: Plan, way: Way, form: str, kind: str = "apply", **facts: Json
) -> ExitCode:
    """Write, and show what came of it."""
    applied = working.apply(plan, way, kind, **facts)
    console.result(_RESULTS[form](plan, applied))
    if applied.run is not None and applied.exit_code:
        console.say(f"run {applied.run}: recamera-gitops runs show {applied.run}")
    return working.ended([applied.exit_code])


def _text(plan: Plan, applied: Applied) -> str:
    del plan
    if not applied.exit_code and not any(each.outcomes for each in applied.outcomes):
        return ""  # the plan has said that there is nothing to do
    word = "Rollback" if applied.kind == "rollback" else "Apply"
    text = "\n" + outcomes_text(applied.outcomes, console.paint(), word)
    if applied.stopped is not None:
        text += f"Stopped: {applied.stopped}.\n"
    if applied.back:
        back = outcomes_text(applied.back, console.paint(), "Rollback")
        text += f"\nRestored to what it was before:\n{back}"
    return text


def _json(plan: Plan, applied: Applied) -> str:
    told = outcomes_json(plan.fleet, plan.checksum, applied.outcomes, applied.exit_code)
    if applied.run is not None:
        told["run"] = applied.run
    if applied.stopped is not None:
        told["stopped"] = applied.stopped
    if applied.back:
        back = outcomes_json(plan.fleet, plan.checksum, applied.back, applied.exit_code)
        told["rollback"] = back["devices"]
    return document(told) + "\n"


_RESULTS: Final[Mapping[str, Callable[[Plan, Applied], str]]] = {"text": _text, "json": _json}
