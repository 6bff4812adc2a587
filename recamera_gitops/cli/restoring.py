"""`rollback`: the snapshots of a run, planned like wishes, shown, approved, written and proved."""

from dataclasses import dataclass

from recamera_gitops.cli import console
from recamera_gitops.cli.applying import Approval, approved, shown
from recamera_gitops.cli.carrying import carried_out
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.judging import judged
from recamera_gitops.cli.repository import selected, warned
from recamera_gitops.cli.running import opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.restoring import observed_in, restored
from recamera_gitops.fleet.rollout import at_once
from recamera_gitops.fleet.sealing import Seal


@dataclass(frozen=True, slots=True)
class Rollback:
    """What `rollback` was asked for."""

    run: str
    selection: Selection
    forms: Forms
    steps: bool
    approval: Approval


def rollback(request: Rollback) -> ExitCode:
    """Plan what makes the cameras what they were, show it, ask, write and tell."""
    request.forms.check()
    chosen = selected(request.selection)
    past = runs.find(chosen.fleet.root, request.run)
    with opened(warned(chosen)) as working:
        kept = runs.snapshots(past.folder, Seal.of(working.variables))
        told = ((name, each["outcomes"]) for name, each in past.devices.items())
        found = restored(kept, observed_in(told), f"run {past.run}")
        meant = tuple(each for each in chosen.devices if each.name in found)
        if not meant:
            console.say(f"run {past.run} has written nothing to these cameras")
            return working.ended([])
        working.recover()
        plan = working.plan_back(found)
        shown(plan, request.forms, steps=request.steps)
        judged(working, plan, chosen.fleet, request.approval.terms)
        approved(working, plan, meant, request.approval)
        way = Way(at_once(chosen.fleet.rollout))
        return carried_out(working, plan, way, request.forms, kind="rollback", restores=past.run)
