"""`apply`: a plan, made now or saved and reviewed before; an approval; the writing; the closing table."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from recamera_gitops.cli import console, views
from recamera_gitops.cli.carrying import carried_out
from recamera_gitops.cli.forms import TEXT, Forms
from recamera_gitops.cli.judging import judged, permitted
from recamera_gitops.cli.narrowing import in_wave
from recamera_gitops.cli.repository import Selected, checked_targets, selected, warned
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet import approvals, pictures, runs
from recamera_gitops.fleet.judging import Terms, way_of
from recamera_gitops.fleet.policy import written
from recamera_gitops.fleet.resuming import rest_of
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.results import Planned
from recamera_gitops.report.values import counted


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What `apply` was asked for; a saved plan is its own approval, and so is an expected one.

    `expect` is the checksum of the only plan that may be applied.
    """

    selection: Selection
    saved: Path | None
    targets: tuple[str, ...]
    forms: Forms
    steps: bool
    approval: "Approval"
    wave: int | None = None
    resume: str | None = None
    expect: str | None = None

    @property
    def terms(self) -> Terms:
        """What was said beside yes."""
        return self.approval.terms


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody has said yes to beforehand: everything, and what is asked about besides."""

    auto_approve: bool
    terms: Terms = field(default_factory=Terms)


def apply(request: ApplyRequest) -> ExitCode:
    """Plan or load, show, ask, write, tell."""
    request.forms.check()
    targets = checked_targets(request.targets)
    if request.terms.snapshots and request.selection.scheduler is None:
        pictures.require()
    if request.resume is not None:
        return _resumed(request, request.resume)
    if request.saved is not None:
        return _saved(request, planfile.load(request.saved))
    chosen = warned(_chosen(request))
    permitted(chosen, request.terms)
    with opened(chosen) as working:
        working.recover()
        plan = working.plan(targets)
        shown(plan, request.forms, steps=request.steps)
        approvals.expected(plan, request.expect, runs.latest_first(chosen.fleet.root))
        judged(working, plan, chosen.fleet, request.terms)
        if request.expect is None:
            approved(working, plan, chosen.devices, request.approval)
        return carried_out(
            working, plan, way_of(chosen.fleet, working.now, request.terms), request.forms
        )


def _saved(request: ApplyRequest, saved: Plan) -> ExitCode:
    """Show a plan that was approved before, and write it where it was not written yet."""
    chosen, plan = _part_of(saved, _chosen(request))
    past = runs.past(chosen.fleet.root)
    approvals.expected(saved, request.expect, past)
    permitted(chosen, request.terms)
    with opened(chosen) as working:
        old = approvals.in_time(saved, chosen.fleet, working.now())
        if old is not None:
            console.warn(f"{old}; cameras that have changed since are refused")
        working.recover()
        shown(plan, request.forms, steps=request.steps)
        judged(working, plan, chosen.fleet, request.terms)
        consumed = approvals.consumed(saved, past)
        way = replace(way_of(chosen.fleet, working.now, request.terms), consumed=consumed)
        return carried_out(working, plan, way, request.forms, **approvals.fact(saved))


def _resumed(request: ApplyRequest, name: str) -> ExitCode:
    """Plan again what a run has left to do, show, ask, and write that."""
    chosen = selected(request.selection)
    permitted(chosen, request.terms)
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
        judged(working, plan, chosen.fleet, request.terms)
        approved(working, plan, devices, request.approval)
        way = replace(way_of(chosen.fleet, working.now, request.terms), done=done)
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
    devices, plan = approvals.part_of(saved, chosen.fleet, chosen.devices)
    return warned(replace(chosen, devices=devices)), plan


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
