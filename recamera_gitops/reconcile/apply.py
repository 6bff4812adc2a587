"""One camera's plan made true: read again, compare with the plan, write, prove by reading.

The rules of the road:

- what is written is patched from an object read just before, and only if that still shows what the plan
  saw; otherwise the camera is refused as stale,
- an acknowledgement is a claim: a verdict comes from a later read,
- a write whose fate is unknown is looked at before anything else; it is sent again at most once, only if
  the camera shows its old value, and never for a conversation,
- the first resource that does not verify ends the work on this camera.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from recamera_gitops.errors import (
    CameraError,
    ExitCode,
    FirstUse,
    Interrupted,
    RecameraError,
    SessionRenewed,
    Stale,
    Unavailable,
    Unreachable,
    Unsettled,
    Unwritable,
    WrongCamera,
)
from recamera_gitops.reconcile.evidence import collateral, differences, pending
from recamera_gitops.reconcile.firstuse import (
    check_first_use,
    enter,
    first_wishes,
    is_first_use,
)
from recamera_gitops.reconcile.observe import Gather, managed_resources, observe, wanted_contexts
from recamera_gitops.reconcile.outcome import (
    DeviceOutcome,
    Difference,
    Outcome,
    Phase,
    Progress,
    Verdict,
    gravest,
)
from recamera_gitops.reconcile.perform import Clock, Performer, Sender
from recamera_gitops.reconcile.plan import DevicePlan, ResourcePlan, wishes_of
from recamera_gitops.reconcile.planner import (
    Comparison,
    compare,
    precondition,
    resource_plans,
    still_as_planned,
    unmoved,
)
from recamera_gitops.reconcile.snapshot import Snapshot, snapshot
from recamera_gitops.reconcile.steps import steps
from recamera_gitops.resources.declared import Declared, is_below
from recamera_gitops.resources.values import same

_FIRST_LOOK: Final = 0.05
_LONGEST_PAUSE: Final = 2.0
_MOST_ATTEMPTS: Final = 6  # an edit session is cut into as many when the camera is very slow


@dataclass(frozen=True)
class Camera:
    """One camera to work on: what is wished, how it is read and written, when to stop.

    `editing` is told when an edit mode is about to be entered, and when it has been left; `keep` what an
    address has before it is written. `remarks` is what people have to be told in the end, whatever
    came of the plan.
    """

    name: str
    declared: Declared
    gather: Gather
    sender: Sender
    clock: Clock
    stopped: Callable[[], bool]
    timeout: float
    progress: Callable[[Progress], None]
    editing: Callable[[bool], None]
    keep: Callable[[Snapshot], None]
    remarks: list[str] = field(default_factory=list)

    def look(self, serial: str | None, address: str | None = None) -> Comparison:
        """Read again, everything or what belongs to one address; WrongCamera for another serial."""
        resources = managed_resources(self.declared)
        if address is not None:
            resources = tuple(each for each in resources if each.address == address)
        ours = {
            path: wish
            for path, wish in self.declared.items()
            if address is None or any(is_below(path, each.path) for each in resources)
        }
        observation = observe(self.gather, resources, wanted_contexts(ours))
        if serial is not None and observation.serial != serial:
            raise WrongCamera(f"{observation.serial} answers, {serial} is expected")
        return compare(self.declared, observation)


def apply_device(camera: Camera, planned: DevicePlan) -> DeviceOutcome:
    """Do what the plan says for this camera, at most; never raises for the camera's sake."""
    done: list[Outcome] = []
    error: RecameraError | None = None
    try:
        camera, planned = _begun(camera, planned, done)
        for resource in planned.resources[len(done) :]:
            if camera.stopped():
                raise Interrupted("interrupted")
            camera.progress(Progress(camera.name, Phase.WRITING, resource.address))
            done.append(_apply_resource(_Work(camera, planned, resource)))
            if done[-1].verdict is not Verdict.VERIFIED:
                break
            _after_barrier(camera, planned, resource, done)
        else:
            done = _proven(camera, planned, done)
    except RecameraError as trouble:
        error = trouble
    outcome = _outcome(camera, planned, done, error)
    told = outcome.error or "verified"
    camera.progress(Progress(camera.name, Phase.DONE, told, exit_code=outcome.exit_code))
    return outcome


def _begun(camera: Camera, planned: DevicePlan, done: list[Outcome]) -> tuple[Camera, DevicePlan]:
    """Check that the camera is what the plan was made for; enter one whose plan saw but the door."""
    camera.progress(Progress(camera.name, Phase.READING))
    try:
        _guard(camera, planned)
    except FirstUse:
        if not is_first_use(planned):
            raise
        check_first_use(planned, camera.declared)
        done.append(enter(camera.declared, camera.sender))
        if done[-1].verdict is Verdict.VERIFIED:
            camera = replace(camera, declared=first_wishes(camera.declared))
            seen = _seen_again(camera, planned, done)
            planned = replace(planned, serial=seen.observation.serial)
    return camera, planned


def _after_barrier(
    camera: Camera, planned: DevicePlan, resource: ResourcePlan, done: Sequence[Outcome]
) -> None:
    """After a restart, a move or another login: what remains must be what was approved."""
    if len(done) < len(planned.resources) and _is_barrier(camera, resource.address):
        _seen_again(camera, planned, done)


def _seen_again(camera: Camera, planned: DevicePlan, done: Sequence[Outcome]) -> Comparison:
    """Look at everything; Stale where what is left to do is not what the plan says."""
    rest = planned.resources[len(done) :]
    camera.progress(Progress(camera.name, Phase.READING))
    comparison = camera.look(planned.serial)
    if not still_as_planned(comparison, rest):
        seen = {c.path for each in rest for c in each.changes if not c.known_after}
        strange = {each.path for each in comparison.differing} ^ seen or seen
        raise Stale(
            f"after {done[-1].address} the camera is no longer what the plan saw:"
            f" {', '.join(sorted(strange))}; plan again"
        )
    camera.remarks.extend(each for each in comparison.warnings if each not in planned.warnings)
    return comparison


def _is_barrier(camera: Camera, address: str) -> bool:
    """Whether everything has to be looked at again after this address was written."""
    resources = managed_resources(camera.declared)
    return any(each.barrier for each in resources if each.address == address)


def _guard(camera: Camera, planned: DevicePlan) -> None:
    """Refuse a camera that is no longer what the plan saw, before anything is written."""
    comparison = camera.look(planned.serial)
    if not still_as_planned(comparison, planned.resources):
        raise Stale("managed settings have changed since the plan was made; nothing was written")
    now, then = wishes_of(resource_plans(comparison)), wishes_of(planned.resources)
    if not all(same(now[path], then[path]) for path in now.keys() & then.keys()):
        raise Stale("the files ask for something else than the plan; nothing was written")


@dataclass(frozen=True)
class _Work:
    """One address of one camera's plan."""

    camera: Camera
    planned: DevicePlan
    resource: ResourcePlan

    def look(self) -> Comparison:
        """Read what belongs to this address, once more."""
        return self.camera.look(self.planned.serial, self.resource.address)

    def perform(self, comparison: Comparison) -> bool:
        """Send its steps; False where an edit session had to end early."""
        camera = self.camera
        todo = [step for address, step in steps(comparison) if address == self.resource.address]
        performer = Performer(
            camera.sender, camera.clock, camera.stopped, camera.timeout, camera.editing
        )
        return performer.perform(todo)


def _apply_resource(work: _Work) -> Outcome:
    """Write one address and prove it; reads first, and again after anything that went wrong."""
    address = work.resource.address
    comparison = work.look()
    seen = work.resource.precondition == precondition(comparison, address)
    if not seen and not still_as_planned(comparison, (work.resource,)):
        raise Stale(f"{address} has changed since the plan was made")
    work.camera.keep(snapshot(comparison, address))
    repeated = False
    for _ in range(_MOST_ATTEMPTS):
        try:
            finished = work.perform(comparison)
        except (CameraError, Interrupted, Unwritable) as error:
            verdict = _after_trouble(work, comparison, error, again=not repeated)
            if verdict is not None:
                return verdict
            repeated = True
        else:
            if finished:
                return _read_back(work, comparison)
        comparison = work.look()
    return Outcome(address, Verdict.UNKNOWN, "the camera is too slow for an edit session")


def _read_back(work: _Work, before: Comparison) -> Outcome:
    """Look until the camera shows what was written, or its time to settle is over."""
    address = work.resource.address
    work.camera.progress(Progress(work.camera.name, Phase.VERIFYING, address))
    try:
        after = _settled(work)
    except CameraError as error:
        reason = f"written and acknowledged, but not readable afterwards: {error}"
        return Outcome(address, Verdict.UNKNOWN, reason)
    return _judged(address, before, after, None)


def _settled(work: _Work) -> Comparison:
    clock = work.camera.clock
    resources = managed_resources(work.camera.declared)
    patience = max(each.settles for each in resources if each.address == work.resource.address)
    deadline = clock.monotonic() + patience
    pause = _FIRST_LOOK
    while True:
        after = work.look()
        busy = bool(after.differing) or bool(pending(after))
        if not busy or clock.monotonic() + pause >= deadline or not clock.sleep(pause):
            return after
        pause = min(pause * 2, _LONGEST_PAUSE)


def _judged(address: str, before: Comparison, after: Comparison, reason: str | None) -> Outcome:
    wrong = differences(before, after)
    also = collateral(before, after)
    busy = pending(after)
    if busy:
        return Outcome(address, Verdict.UNVERIFIED, f"not settled: {busy}", wrong)
    if wrong:
        return Outcome(
            address, Verdict.UNVERIFIED, reason or "the camera stored it otherwise", wrong
        )
    if also:
        return Outcome(
            address,
            Verdict.UNVERIFIED,
            "the camera changed settings that nobody asked for",
            also,
        )
    return Outcome(address, Verdict.VERIFIED, reason)


def _after_trouble(
    work: _Work, before: Comparison, error: RecameraError, *, again: bool
) -> Outcome | None:
    """What a failed write came to, by looking; None where it is right to write once more."""
    address = work.resource.address
    told = _told(address, error)
    if told is not None:
        return told
    try:
        after = work.look()
    except CameraError as blind:
        return Outcome(address, Verdict.UNKNOWN, f"{error}; then: {blind}")
    if not after.differing:
        return _judged(address, before, after, f"a read shows it, although: {error}")
    untouched = unmoved(before, after)
    if again and not work.camera.stopped() and _repeatable(before, error, untouched=untouched):
        return None
    if untouched:
        verdict = Verdict.NOT_ATTEMPTED if isinstance(error, Interrupted) else Verdict.FAILED
        return Outcome(address, verdict, str(error))
    return Outcome(address, Verdict.UNVERIFIED, str(error), differences(before, after))


def _told(address: str, error: RecameraError) -> Outcome | None:
    """The outcome that the error alone tells, without a look."""
    if isinstance(error, Unreachable) and not error.sent:
        return Outcome(address, Verdict.FAILED, f"not sent: {error}")
    if isinstance(error, Unsettled):
        verdict = Verdict.UNVERIFIED if error.done else Verdict.UNKNOWN
        return Outcome(address, verdict, str(error))
    return None


def _repeatable(before: Comparison, error: RecameraError, *, untouched: bool) -> bool:
    """Whether a whole object may be written once more after its first write went wrong.

    What an edit session has left half done is written again; a conversation or a move never is.
    """
    if any(each.resource.flow or each.resource.move for each in before.differing):
        return False
    in_session = any(each.resource.edits is not None for each in before.differing)
    return isinstance(error, Unreachable | Unavailable | SessionRenewed) and (
        untouched or in_session
    )


def _proven(camera: Camera, planned: DevicePlan, done: list[Outcome]) -> list[Outcome]:
    """One more look at everything: a later write may have undone an earlier one."""
    alone = len(done) == 1 and not _is_barrier(camera, done[0].address)
    if alone or any(each.verdict is not Verdict.VERIFIED for each in done):
        return done
    try:
        after = camera.look(planned.serial)
    except CameraError as error:
        return [
            replace(each, reason=f"not readable at the end: {error}", verdict=Verdict.UNKNOWN)
            for each in done
        ]
    lost: dict[str, list[Difference]] = {}
    for each in after.differing:
        lost.setdefault(each.resource.address, []).extend(differences(None, after, each.path))
    return [_relost(each, lost.pop(each.address, [])) for each in done] + [
        Outcome(address, Verdict.UNVERIFIED, "it changed while others were written", tuple(wrong))
        for address, wrong in lost.items()
    ]


def _relost(outcome: Outcome, wrong: Sequence[Difference]) -> Outcome:
    if not wrong:
        return outcome
    reason = "it changed again while others were written"
    return replace(outcome, verdict=Verdict.UNVERIFIED, reason=reason, differences=tuple(wrong))


def _outcome(
    camera: Camera, planned: DevicePlan, done: list[Outcome], error: RecameraError | None
) -> DeviceOutcome:
    reached = {each.address for each in done}
    rest = tuple(
        Outcome(each.address, Verdict.NOT_ATTEMPTED)
        for each in planned.resources
        if each.address not in reached
    )
    code = ExitCode.DONE
    if any(each.verdict is not Verdict.VERIFIED for each in done):
        code = ExitCode.FAILED
    message = next(
        (f"{e.address}: {e.reason}" for e in done if e.verdict is not Verdict.VERIFIED), None
    )
    if camera.stopped() and (rest or code is not ExitCode.DONE):
        code, message = ExitCode.INTERRUPTED, message or "interrupted"
    if error is not None:
        code, message = gravest([code, _code_of(error, wrote=bool(done))]), str(error)
    warnings = (*planned.warnings, *camera.remarks)
    return DeviceOutcome(camera.name, planned.host, code, message, (*done, *rest), warnings)


def _code_of(error: RecameraError, *, wrote: bool) -> ExitCode:
    """A camera that is lost after something was written has failed; before that it was unreachable."""
    if isinstance(error, Unreachable) and wrote:
        return ExitCode.FAILED
    return error.exit_code
