"""What stands against a plan, said and refused on the command line."""

from collections.abc import Iterable

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import Selected
from recamera_gitops.cli.running import Working
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import Diagnostic
from recamera_gitops.fleet import judging
from recamera_gitops.fleet.judging import Terms
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.diagnostics import line


def permitted(chosen: Selected, terms: Terms) -> None:
    """InvalidInput where a gate would be a program, and nobody has said that programs may run."""
    if terms.in_waves:
        judging.permitted(chosen.fleet, allow_cmd=chosen.allow_cmd)


def forewarned(found: Iterable[Diagnostic]) -> None:
    """Say what is, or would be, refused, or is done all the same."""
    for each in found:
        console.say(line(each))


def judged(working: Working, plan: Plan, fleet: Fleet, terms: Terms) -> None:
    """Refuse, with every reason, a plan that must not be applied, or not now."""
    now = working.now()
    forewarned(judging.passed_over(plan, fleet, now, terms))
    judging.judged(plan, fleet, now, terms)
