"""What a fleet says against a plan: `apply` refuses for it, and `plan` warns of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import Selected
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import Diagnostic, InvalidInput, Refused
from recamera_gitops.fleet import checking, policy, windows
from recamera_gitops.reconcile.plan import DevicePlan, Plan
from recamera_gitops.report.diagnostics import line
from recamera_gitops.rules import Severity


def permitted(chosen: Selected) -> None:
    """InvalidInput where a gate is a program, and nobody has said that programs may run."""
    problems = checking.disallowed(chosen.fleet, allow_cmd=chosen.allow_cmd)
    if problems:
        raise InvalidInput(problems)


def refusals(plan: Plan, fleet: Fleet, now: datetime) -> tuple[Diagnostic, ...]:
    """What apply would refuse of a plan, if nobody said anything more."""
    found = (
        *policy.violations(plan, fleet, ()),
        *policy.held(plan.devices, fleet, windows.closed(fleet.rollout.window, now)),
        *policy.protections(plan, fleet),
    )
    return tuple(each.said(Severity.WARNING) for each in found)


def forewarned(found: Iterable[Diagnostic]) -> None:
    """Say what apply would refuse."""
    for each in found:
        console.say(line(each))


def allowed(
    plan: Plan, fleet: Fleet, now: datetime, *, confirmed: tuple[str, ...], outside_window: bool
) -> None:
    """Refuse, with every reason, a plan that policy, the window or a missing --confirm stands against.

    With `outside_window` a closed window is only told of.
    """
    found = policy.violations(plan, fleet, confirmed)
    early = policy.held(plan.devices, fleet, windows.closed(fleet.rollout.window, now))
    if outside_window:
        hint = "done all the same, as --outside-window says"
        forewarned(each.said(Severity.WARNING, hint) for each in early)
        early = ()
    if found or early:
        reasons = [each.said() for each in (*found, *early)]
        raise Refused("the plan is refused; nothing was written", reasons)


def held(
    fleet: Fleet,
    now: Callable[[], datetime],
    devices: Sequence[DevicePlan],
    *,
    outside_window: bool,
) -> str | None:
    """Why these cameras must not be begun at this moment, None where they may; asked before each wave."""
    if outside_window:
        return None
    early = policy.held(devices, fleet, windows.closed(fleet.rollout.window, now()))
    return "; ".join(each.message for each in early) or None
