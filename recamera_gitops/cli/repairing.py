"""`drift --repair`: what drifted below paths that the fleet calls safe is put right, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.applying import Approval, approved, shown
from recamera_gitops.cli.carrying import carried
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.judging import judged, permitted
from recamera_gitops.cli.repository import Selected
from recamera_gitops.cli.running import Working
from recamera_gitops.desired.catalogue import checked_addresses
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet.judging import Terms, way_of
from recamera_gitops.reconcile.drift import Drift, repairable
from recamera_gitops.resources.declared import is_below

_FORMS: Final = Forms()


@dataclass(frozen=True, slots=True)
class Repair:
    """The paths below which drift is to be put right; nothing without any."""

    paths: tuple[str, ...]
    auto_approve: bool


def checked(repair: Repair, chosen: Selected) -> None:
    """InvalidInput, with every reason, where the fleet does not call such a path safe."""
    checked_addresses(repair.paths, "--repair ")
    safe = chosen.fleet.drift.repair or ()
    hint = "name it below drift.repair of fleet.yaml, if it may be written without being reviewed"
    wrong = [
        Diagnostic(
            "bad-option", "drift.repair does not call it safe", f"--repair {path}", hint=hint
        )
        for path in repair.paths
        if not any(is_below(path, each) for each in safe)
    ]
    if wrong:
        raise InvalidInput(wrong)
    if repair.paths:
        permitted(chosen, Terms())


def repaired(
    working: Working, chosen: Selected, drift: Drift, repair: Repair
) -> tuple[Sequence[ExitCode], Drift]:
    """Plan again, show, ask, write and prove; how that ended, and the drift that was not meant.

    Policy, protection, the window, waves and locks hold as in apply.
    """
    protected = {each.name for each in chosen.devices if each.protected}
    rest, left = repairable(drift, repair.paths, protected)
    if not rest.devices:
        if left.differing:
            console.say(f"there is nothing to repair below {', '.join(repair.paths)}")
        return [], left
    approval = Approval(repair.auto_approve)
    names = {each.device for each in rest.devices}
    devices = tuple(each for each in chosen.devices if each.name in names)
    working.recover()
    plan = working.plan_rest(rest)
    console.result("\nTo be repaired:\n\n")
    shown(plan, _FORMS)
    judged(working, plan, chosen.fleet, approval.terms)
    approved(working, plan, devices, approval)
    others = tuple(each for each in chosen.devices if each.name not in names)
    way = replace(way_of(chosen.fleet, working.now, approval.terms), done=others)
    _, codes = carried(working, plan, way, _FORMS, kind="repair")
    return codes, left
