"""How a plan leaves the program: one function per form, chosen once."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from recamera_gitops.cli import console
from recamera_gitops.reconcile.compare import inner_differences
from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import Plan, plan_json
from recamera_gitops.report.drift import drift_json
from recamera_gitops.report.text import drift_text, plan_text, steps_text
from recamera_gitops.report.values import document

PlanView: TypeAlias = Callable[[Plan, bool], str]


def as_text(plan: Plan, steps: bool) -> str:  # noqa: FBT001 - the views share one signature
    """For people; `steps` adds every request."""
    paint = console.paint()
    text = plan_text(plan, paint, inner_differences)
    return f"{text}\n{steps_text(plan, paint)}" if steps else text


def as_json(plan: Plan, steps: bool) -> str:  # noqa: FBT001 - the views share one signature
    """For programs; requests are always in it."""
    del steps
    return document(plan_json(plan)) + "\n"


def drift_as_text(drift: Drift) -> str:
    """For people, with a count of what was passed over."""
    return drift_text(drift, console.paint(), inner_differences)


def drift_as_json(drift: Drift) -> str:
    """For programs: a plan, and what was passed over."""
    return document(drift_json(drift)) + "\n"


PLAN: Final[Mapping[str, PlanView]] = {"text": as_text, "json": as_json}
DRIFT: Final[Mapping[str, Callable[[Drift], str]]] = {
    "text": drift_as_text,
    "json": drift_as_json,
}
