"""What a fleet says against a plan: whoever applies refuses for it, and whoever plans may warn of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias, get_args

from recamera_gitops.desired.models import Rollout
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import Diagnostic, InvalidInput, Refused
from recamera_gitops.fleet import checking, policy, windows
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.rollout import at_once, is_stated
from recamera_gitops.reconcile.plan import DevicePlan, Plan
from recamera_gitops.rules import Severity

OnError: TypeAlias = Literal["stop", "rollback", "continue"]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms somebody has a plan applied, beside those that the files state.

    `confirmed` are paths that were confirmed besides the plan. `on_error` None leaves it to the files
    what happens when a camera fails. `snapshots` has pictures taken before and after what is to be seen
    is written.
    """

    confirmed: tuple[str, ...] = ()
    outside_window: bool = False
    in_waves: bool = True
    on_error: OnError | None = None
    snapshots: bool = False

    def __post_init__(self) -> None:
        if self.on_error not in (None, *get_args(OnError)):
            raise ValueError(f"on_error is one of {', '.join(get_args(OnError))}")


def permitted(fleet: Fleet, *, allow_cmd: bool) -> None:
    """InvalidInput where a gate is a program, and nobody has said that programs may run."""
    problems = checking.disallowed(fleet, allow_cmd=allow_cmd)
    if problems:
        raise InvalidInput(problems)


def refusals(plan: Plan, fleet: Fleet, now: datetime) -> tuple[Diagnostic, ...]:
    """What apply would refuse of a plan, if nobody said anything more."""
    found = (
        *policy.violations(plan, fleet, ()),
        *_early(plan, fleet, now),
        *policy.protections(plan, fleet),
    )
    return tuple(each.said(Severity.WARNING) for each in found)


def judged(plan: Plan, fleet: Fleet, now: datetime, terms: Terms) -> None:
    """Refuse, with every reason, a plan that policy, the window or a missing confirmation stands against."""
    early = () if terms.outside_window else _early(plan, fleet, now)
    found = (*policy.violations(plan, fleet, terms.confirmed), *early)
    if found:
        reasons = [each.said() for each in found]
        raise Refused("the plan is refused; nothing was written", reasons)


def passed_over(plan: Plan, fleet: Fleet, now: datetime, terms: Terms) -> tuple[Diagnostic, ...]:
    """What would be refused now, were it not to be done outside the window."""
    early = _early(plan, fleet, now) if terms.outside_window else ()
    hint = "done all the same, as --outside-window says"
    return tuple(each.said(Severity.WARNING, hint) for each in early)


def _early(plan: Plan, fleet: Fleet, now: datetime) -> tuple[policy.Violation, ...]:
    return policy.held(plan.devices, fleet, windows.closed(fleet.rollout.window, now))


def way_of(fleet: Fleet, now: Callable[[], datetime], terms: Terms) -> Way:
    """How a plan is to spread: as the files say, and as the terms say otherwise."""
    rollout = fleet.rollout
    if not terms.in_waves or not is_stated(rollout):
        rollout = at_once(rollout)
    return Way(
        _with(rollout, terms.on_error),
        held=partial(_held, fleet, now, outside_window=terms.outside_window),
        one_by_one=terms.on_error == "stop" and rollout.waves is None,
        snapshots=terms.snapshots,
    )


def _with(rollout: Rollout, on_error: OnError | None) -> Rollout:
    return rollout if on_error is None else rollout.model_copy(update={"on_failure": on_error})


def _held(
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
