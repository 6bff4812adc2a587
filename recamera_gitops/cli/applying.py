"""`apply`: a plan, made now or saved and reviewed before; an approval; the writing; the closing table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from recamera_gitops.cli import console, views
from recamera_gitops.cli.carrying import carried_out
from recamera_gitops.cli.forms import TEXT, Forms
from recamera_gitops.cli.judging import allowed, held, permitted
from recamera_gitops.cli.narrowing import in_wave
from recamera_gitops.cli.repository import Selected, checked_targets, selected, warned
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.models import Rollout
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput, Stale
from recamera_gitops.fleet import approvals, pictures, runs
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.policy import written
from recamera_gitops.fleet.resuming import rest_of
from recamera_gitops.fleet.rollout import at_once, is_stated
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.results import Planned
from recamera_gitops.report.values import counted


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What `apply` was asked for; a saved plan is its own approval, and so is an expected one.

    `expect` is the checksum of the only plan that may be applied.
    `on_error` None leaves it to the files what happens when a camera fails.
    """

    selection: Selection
    saved: Path | None
    targets: tuple[str, ...]
    forms: Forms
    steps: bool
    approval: "Approval"
    on_error: str | None = None
    wave: int | None = None
    in_waves: bool = True
    resume: str | None = None
    expect: str | None = None
    snapshots: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody has said yes to beforehand: everything, and paths that are asked about besides."""

    auto_approve: bool
    confirmed: tuple[str, ...] = ()
    outside_window: bool = False


def apply(request: ApplyRequest) -> ExitCode:
    """Plan or load, show, ask, write, tell."""
    request.forms.check()
    targets = checked_targets(request.targets)
    if request.snapshots and request.selection.scheduler is None:
        pictures.require()
    if request.resume is not None:
        return _resumed(request, request.resume)
    if request.saved is not None:
        return _saved(request, planfile.load(request.saved))
    chosen = warned(_chosen(request))
    if request.in_waves:
        permitted(chosen)
    with opened(chosen) as working:
        working.recover()
        plan = working.plan(targets)
        shown(plan, request.forms, steps=request.steps)
        approvals.expected(plan, request.expect, runs.latest_first(chosen.fleet.root))
        judged(working, plan, chosen.fleet, request.approval)
        if request.expect is None:
            approved(working, plan, chosen.devices, request.approval)
        return carried_out(working, plan, way_of(working, chosen.fleet, request), request.forms)


def _saved(request: ApplyRequest, saved: Plan) -> ExitCode:
    """Show a plan that was approved before, and write it where it was not written yet."""
    chosen, plan = _part_of(saved, _chosen(request))
    past = runs.past(chosen.fleet.root)
    approvals.expected(saved, request.expect, past)
    if request.in_waves:
        permitted(chosen)
    with opened(chosen) as working:
        old = approvals.in_time(saved, chosen.fleet, working.now())
        if old is not None:
            console.warn(f"{old}; cameras that have changed since are refused")
        working.recover()
        shown(plan, request.forms, steps=request.steps)
        judged(working, plan, chosen.fleet, request.approval)
        consumed = approvals.consumed(saved, past)
        way = replace(way_of(working, chosen.fleet, request), consumed=consumed)
        return carried_out(working, plan, way, request.forms, **approvals.fact(saved))


def _resumed(request: ApplyRequest, name: str) -> ExitCode:
    """Plan again what a run has left to do, show, ask, and write that."""
    chosen = selected(request.selection)
    if request.in_waves:
        permitted(chosen)
    past = runs.find(chosen.fleet.root, name)
    _resumable(past)
    rest = rest_of(past.plan(), past)
    left = {each.device for each in rest.devices}
    devices = tuple(each for each in chosen.devices if each.name in left)
    if not devices:
        console.say(f"run {past.run} has left nothing to do on these cameras")
        return ExitCode.DONE
    done = tuple(each for each in chosen.devices if past.ending(each.name) is ExitCode.DONE)
    rest = replace(
        rest, devices=tuple(e for e in rest.devices if e.device in {d.name for d in devices})
    )
    with opened(warned(replace(chosen, devices=devices))) as working:
        working.recover()
        plan = working.plan_rest(rest)
        shown(plan, request.forms, steps=request.steps)
        judged(working, plan, chosen.fleet, request.approval)
        approved(working, plan, devices, request.approval)
        way = replace(way_of(working, chosen.fleet, request), done=done)
        facts = {"resumes": past.run, **approvals.passed_on(past)}
        return carried_out(working, plan, way, request.forms, kind="resume", **facts)


def _resumable(past: runs.Past) -> None:
    """InvalidInput for a run whose plan was not made from the files."""
    if past.kind == "rollback":
        hint = f"`recamera-gitops rollback {past.facts.get('restores')}` restores what is left"
        raise InvalidInput(
            [Diagnostic("bad-option", f"run {past.run} is a rollback", "--resume", hint=hint)]
        )


def _chosen(request: ApplyRequest) -> Selected:
    """The fleet's cameras that are meant."""
    chosen = selected(request.selection)
    if request.wave is None:
        return chosen
    return replace(chosen, devices=in_wave(chosen.fleet, chosen.devices, request.wave))


def _part_of(saved: Plan, chosen: Selected) -> tuple[Selected, Plan]:
    """The cameras that are meant and planned, and the part of the plan that is about them."""
    if saved.fleet != chosen.fleet.name:
        raise Stale("the plan was made for another fleet")
    meant = {device.name for device in chosen.devices}
    left_out = {device.name for device in chosen.fleet.devices} - meant
    kept = tuple(device for device in saved.devices if device.device not in left_out)
    planned = {device.device for device in kept}
    devices = tuple(device for device in chosen.devices if device.name in planned)
    return warned(replace(chosen, devices=devices)), replace(saved, devices=kept)


def way_of(working: Working, fleet: Fleet, request: ApplyRequest) -> Way:
    """How the plan is to spread: as the files say, and as the command line says otherwise."""
    rollout, on_error = fleet.rollout, request.on_error
    if not request.in_waves or not is_stated(rollout):
        rollout = at_once(rollout)
    one_by_one = on_error == "stop" and rollout.waves is None
    waits = partial(held, fleet, working.now, outside_window=request.approval.outside_window)
    snapshots = request.snapshots
    return Way(_with(rollout, on_error), held=waits, one_by_one=one_by_one, snapshots=snapshots)


def judged(working: Working, plan: Plan, fleet: Fleet, approval: Approval) -> None:
    """Refuse, with every reason, a plan that must not be applied, or not now."""
    confirmed, outside = approval.confirmed, approval.outside_window
    allowed(plan, fleet, working.now(), confirmed=confirmed, outside_window=outside)


def _with(rollout: Rollout, on_error: str | None) -> Rollout:
    return rollout if on_error is None else rollout.model_copy(update={"on_failure": on_error})


def shown(plan: Plan, forms: Forms, *, steps: bool = False) -> None:
    """Show a plan before it is applied; where stdout is not for people it stands beside the result."""
    text = views.plan_as_text(Planned(plan, steps=steps), console.paint())
    (console.result if forms.screen == TEXT else console.say)(text)


def question(plan: Plan, devices: Sequence[Device]) -> str | None:
    """What somebody has to say yes to; None where nothing would be written."""
    meant = written(plan.devices, devices)
    changes = sum(len(each.changes) for each in meant)
    these = "this change" if changes == 1 else f"these {changes} changes"
    cameras = counted(len(meant), "camera")
    return f"Apply {these} to {cameras}? Only 'yes' is accepted:" if meant else None


def approved(working: Working, plan: Plan, devices: Sequence[Device], approval: Approval) -> None:
    """Go on only with a yes, given now or beforehand; Refused otherwise."""
    asked = None if approval.auto_approve else question(plan, devices)
    if asked is not None:
        with working.interruption.asking():
            console.ask(asked)
