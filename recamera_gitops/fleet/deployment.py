"""A plan carried out over many cameras, in waves: who is begun, what is on disk of it, who is well after."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from recamera_gitops.desired.models import Rollout
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import ExitCode, RecameraError, Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.cameras import left
from recamera_gitops.fleet.journal import Journal
from recamera_gitops.fleet.rolling import Held, Told, roll
from recamera_gitops.fleet.rollout import Course, Member, course
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import DevicePlan, Plan, Status
from recamera_gitops.resources.base import Impact

_DISRUPTIVE = frozenset({str(Impact.REBOOT), str(Impact.CONNECTIVITY)})


class Workforce(Protocol):
    """What a deployment is carried out with."""

    def each(self, names: Sequence[str], work: Callable[[str], None], *, alone: bool) -> None:
        """Do the work for every camera, side by side unless `alone`."""
        ...

    def apply(self, device: Device, planned: DevicePlan, targets: tuple[str, ...]) -> DeviceOutcome:
        """Make the plan of one camera true and prove it."""
        ...

    def unwell(self, device: Device, planned: DevicePlan, wave: str) -> str | None:
        """Why a camera is not well some time after it was written; None where it is."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait; False when somebody asked to end."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to end."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """How a plan is to spread, and whether changes may be made now.

    `done` are cameras beside those of the plan: nothing is left to do there, but they count where a
    share of a wave is meant. `consumed` are cameras that this plan was applied to before, with what is
    said of that: they are refused, and the others go on. `held` tells, before each wave, why its cameras
    must not be begun now. With `one_by_one` no two cameras are written at the same time, and with
    `snapshots` pictures are taken before and after what is to be seen is written.
    """

    rollout: Rollout
    done: tuple[Device, ...] = ()
    consumed: Mapping[str, str] = field(default_factory=dict)
    held: Callable[[Sequence[DevicePlan]], str | None] = lambda _: None
    one_by_one: bool = False
    snapshots: bool = False

    def idle(self, planned: DevicePlan) -> DeviceOutcome | None:
        """What becomes of a camera on which nothing is to be done; None of any other."""
        if planned.status is Status.UNCHANGED:
            return left(planned, ExitCode.DONE, None)
        reason = self.consumed.get(planned.device)
        return None if reason is None else left(planned, ExitCode.STALE, reason)


@dataclass(frozen=True, slots=True)
class Deployed:
    """What became of every camera of a plan, and why it did not go all the way, if it did not.

    `spent` tells that it was for a budget of the rollout.
    """

    outcomes: tuple[DeviceOutcome, ...]
    stopped: str | None = None
    spent: bool = False


def deploy(
    plan: Plan, devices: Sequence[Device], way: Way, force: Workforce, journal: Journal
) -> Deployed:
    """Write the cameras of a plan, wave after wave; each line is on disk before what it speaks of."""
    return _Deployment(plan, devices, way, force, journal).deployed()


class _Deployment:
    def __init__(
        self, plan: Plan, devices: Sequence[Device], way: Way, force: Workforce, journal: Journal
    ) -> None:
        self._plan = plan
        self._planned = {each.device: each for each in plan.devices}
        self._devices = {each.name: each for each in devices}
        self._way = way
        self._force = force
        self._journal = journal

    def deployed(self) -> Deployed:
        found = self._course()
        rolled = roll(found, self)
        outcomes = tuple(
            rolled.outcomes.get(each.device) or self._not_begun(each, found, rolled.stopped)
            for each in self._plan.devices
        )
        return Deployed(outcomes, rolled.stopped, rolled.spent)

    def _course(self) -> Course:
        done = [Member(each.name, each.labels, pending=False) for each in self._way.done]
        members = [
            Member(
                each.device,
                self._devices[each.device].labels if each.device in self._devices else {},
                pending=each.status is not Status.UNCHANGED and not self._is_refused(each),
                disruptive=any(_DISRUPTIVE & {*part.impact} for part in each.resources),
            )
            for each in self._plan.devices
        ]
        return course(self._way.rollout, [*members, *done], one_by_one=self._way.one_by_one)

    def _is_refused(self, planned: DevicePlan) -> bool:
        """Whether this camera alone is not written, which is no reason to stop the others."""
        device = self._devices.get(planned.device)
        is_protected = device is not None and device.protected
        return is_protected or planned.device in self._way.consumed

    def _not_begun(self, planned: DevicePlan, way: Course, stopped: str | None) -> DeviceOutcome:
        name = planned.device
        if planned.status is Status.UNCHANGED:
            return left(planned, ExitCode.DONE, planned.error)
        if (
            planned.status is not Status.CHANGED
        ):  # whatever stopped the others, it could not be read
            return self._written(planned)
        if self._is_refused(planned):
            return self._applied(planned)
        if name in way.beyond:
            return left(planned, ExitCode.REFUSED, "not begun: no wave of the rollout selects it")
        if self._force.stopped:
            return left(planned, ExitCode.INTERRUPTED, "interrupted before it was begun")
        return left(planned, ExitCode.DONE, f"not begun: {stopped}")

    def write(self, names: Sequence[str], held: Held, told: Told, *, alone: bool) -> None:
        """Write these cameras, as long as nothing holds further ones."""

        def work(name: str) -> None:
            if held() is None and not self._force.stopped:
                told(self._written(self._planned[name]))

        self._force.each(names, work, alone=alone)

    def _written(self, planned: DevicePlan) -> DeviceOutcome:
        outcome = self._applied(planned)
        with suppress(Unwritable):  # it is told on the screen then, and nothing else is begun
            self._journal.ended(outcome)
        return outcome

    def _applied(self, planned: DevicePlan) -> DeviceOutcome:
        if planned.status is not Status.CHANGED:
            return left(planned, planned.ending, planned.error)
        idle = self._way.idle(planned)
        if idle is not None:
            return idle
        device = self._devices.get(planned.device)
        refusal = _refusal(planned, device)
        if refusal is not None or device is None:
            code, reason = refusal or (ExitCode.STALE, "no longer in the files")
            return left(planned, code, reason)
        try:
            self._journal.note("start", device=planned.device)
            return self._force.apply(device, planned, self._plan.targets)
        except RecameraError as error:
            return left(planned, error.exit_code, str(error))

    def check(self, names: Sequence[str], wave: str) -> Mapping[str, str]:
        """Look again at these cameras; why it is not well, for each that is not."""
        found: dict[str, str] = {}

        def work(name: str) -> None:
            reason = self._force.unwell(self._devices[name], self._planned[name], wave)
            if reason is not None:
                found[name] = reason

        self._force.each(names, work, alone=False)
        return found

    def wait(self, seconds: float) -> bool:
        """Wait; False when somebody asked to end."""
        return self._force.wait(seconds)

    def held(self, names: Sequence[str]) -> str | None:
        """Why these cameras must not be begun now, whatever has happened so far."""
        return self._way.held([self._planned[each] for each in names])

    def note(self, event: str, **facts: Json) -> None:
        """Put it on disk before going on."""
        self._journal.note(event, **facts)


def _refusal(planned: DevicePlan, device: Device | None) -> tuple[ExitCode, str] | None:
    """Why this camera is not to be written, judged by its files alone."""
    if device is None:
        return ExitCode.STALE, "the files no longer have this camera"
    if device.protected:
        place = device.places.get("protected", device.place)
        return ExitCode.REFUSED, f"protected: true at {place}; planned, and never written"
    if device.host != planned.host:
        return (
            ExitCode.STALE,
            f"the files now say host {device.host}, the plan was made at {planned.host}",
        )
    if device.expected_serial not in (None, planned.serial):
        return (
            ExitCode.STALE,
            f"the files now say serial {device.expected_serial}, the plan {planned.serial}",
        )
    return None
