"""`apply`: a plan, made now or saved and reviewed before; an approval; the writing; the closing table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

from recamera_gitops.cli import console, views
from recamera_gitops.cli.judging import allowed, permitted
from recamera_gitops.cli.repository import (
    Selected,
    Selection,
    checked_targets,
    selected,
    warned,
)
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import ExitCode, Stale
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import Plan, Status
from recamera_gitops.report.outcomes import outcomes_json, outcomes_text
from recamera_gitops.report.values import counted, document

ResultView: TypeAlias = Callable[[Plan, Sequence[DeviceOutcome], ExitCode], str]


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What `apply` was asked for; a saved plan is its own approval."""

    selection: Selection
    saved: Path | None
    targets: tuple[str, ...]
    form: str
    steps: bool
    confirmed: tuple[str, ...]
    auto_approve: bool
    on_error: str
    outside_window: bool


def apply(request: ApplyRequest) -> ExitCode:
    """Plan or load, show, ask, write, tell."""
    targets = checked_targets(request.targets)
    saved = None if request.saved is None else planfile.load(request.saved)
    chosen, saved = _chosen(request.selection, saved)
    permitted(chosen)
    with opened(chosen) as working:
        for name, trouble in working.recover():
            how = "has been left" if trouble is None else f"could not be left: {trouble}"
            console.say(f"{name}: the edit mode of an interrupted run {how}\n")
        plan = saved or working.plan(targets)
        _SHOWN[request.form](views.as_text(plan, request.steps))
        allowed(
            plan,
            chosen.fleet,
            working.now(),
            confirmed=request.confirmed,
            outside_window=request.outside_window,
        )
        if saved is None and not request.auto_approve:
            _approved(working, question(plan, chosen.devices))
        outcomes = working.apply(plan, stop_on_error=request.on_error == "stop")
        code = working.ended(outcome.exit_code for outcome in outcomes)
        console.result(_RESULTS[request.form](plan, outcomes, code))
        return code


def _chosen(selection: Selection, saved: Plan | None) -> tuple[Selected, Plan | None]:
    """The fleet's cameras that are meant, and the part of a saved plan that is about them."""
    chosen = selected(selection)
    if saved is None:
        return warned(chosen), None
    if saved.fleet != chosen.fleet.name:
        raise Stale("the plan was made for another fleet")
    meant = {device.name for device in chosen.devices}
    left_out = {device.name for device in chosen.fleet.devices} - meant
    kept = tuple(device for device in saved.devices if device.device not in left_out)
    planned = {device.device for device in kept}
    devices = tuple(device for device in chosen.devices if device.name in planned)
    return warned(replace(chosen, devices=devices)), replace(saved, devices=kept)


def question(plan: Plan, devices: Sequence[Device]) -> str | None:
    """What somebody has to say yes to; None where nothing would be written."""
    protected = {device.name for device in devices if device.protected}
    written = [
        each
        for each in plan.devices
        if each.status is Status.CHANGED and each.device not in protected
    ]
    changes = sum(len(each.changes) for each in written)
    these = "this change" if changes == 1 else f"these {changes} changes"
    cameras = counted(len(written), "camera")
    return f"Apply {these} to {cameras}? Only 'yes' is accepted:" if written else None


def _approved(working: Working, asked: str | None) -> None:
    if asked is not None:
        with working.interruption.asking():
            console.ask(asked)


def _result_text(plan: Plan, outcomes: Sequence[DeviceOutcome], code: ExitCode) -> str:
    if not code and not any(outcome.outcomes for outcome in outcomes):
        return ""  # the plan has said that there is nothing to do
    del plan
    return "\n" + outcomes_text(outcomes, console.paint())


def _result_json(plan: Plan, outcomes: Sequence[DeviceOutcome], code: ExitCode) -> str:
    return document(outcomes_json(plan.fleet, plan.checksum, outcomes, code)) + "\n"


_RESULTS: Final[Mapping[str, ResultView]] = {"text": _result_text, "json": _result_json}
# With json on stdout the plan is something beside the result.
_SHOWN: Final[Mapping[str, Callable[[str], None]]] = {"text": console.result, "json": console.say}
