"""A rollout carried out: what `rollout` decides is done, and what comes of it put on record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

from recamera_gitops.errors import ExitCode, Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.durations import seconds
from recamera_gitops.fleet.rollout import (
    Begin,
    Check,
    Course,
    Done,
    Record,
    Result,
    Stop,
    next_action,
    spent,
)
from recamera_gitops.reconcile.outcome import DeviceOutcome

# Why no further camera is to be begun; None while one may be.
Held: TypeAlias = Callable[[], str | None]
Told: TypeAlias = Callable[[DeviceOutcome], None]
INTERRUPTED: Final = "interrupted"


class Hands(Protocol):
    """What a rollout does things with."""

    def write(
        self,
        names: Sequence[str],
        held: Held,
        told: Told,
        *,
        alone: bool,
    ) -> None:
        """Write these cameras, side by side unless `alone`; each outcome is told when it is there."""
        ...

    def check(self, names: Sequence[str], wave: str) -> Mapping[str, str]:
        """Look at these cameras again; why it is not well, for each that is not."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait; False when somebody asked to end."""
        ...

    def note(self, event: str, **facts: Json) -> None:
        """Put it on disk before going on."""
        ...

    def held(self, names: Sequence[str]) -> str | None:
        """Why these cameras must not be begun now, whatever has happened so far."""
        ...


@dataclass(frozen=True, slots=True)
class Rolled:
    """How a rollout ended: what became of each camera that was begun, and why it stopped, if it did.

    `spent` tells that it was for a budget.
    """

    outcomes: Mapping[str, DeviceOutcome]
    stopped: str | None = None
    spent: bool = False


def roll(way: Course, hands: Hands, record: Record | None = None) -> Rolled:
    """Go the whole way, or as far as budgets and whoever interrupts allow."""
    return _Rolling(way, hands, record or Record()).rolled()


class _Rolling:
    def __init__(self, way: Course, hands: Hands, record: Record) -> None:
        self._way = way
        self._hands = hands
        self._record = record
        self._outcomes: dict[str, DeviceOutcome] = {}
        self._spent = False

    def rolled(self) -> Rolled:
        try:
            stopped = self._all_the_way()
            if stopped is not None:
                self._hands.note("stop", reason=stopped)
        except Unwritable as error:
            stopped = str(error)
        return Rolled(self._outcomes, stopped, self._spent)

    def _all_the_way(self) -> str | None:
        """Do one thing after the other; why it ended before everything was tried, None otherwise."""
        while True:
            action = next_action(self._way, self._record)
            if isinstance(action, Done):
                return None
            self._spent = isinstance(action, Stop)
            held = action.reason if isinstance(action, Stop) else self._done(action)
            if held is not None:
                return held

    def _done(self, action: Begin | Check) -> str | None:
        """Do it; why nothing is to follow, None where more may."""
        if isinstance(action, Check):
            return None if self._checked(action) else INTERRUPTED
        return self._hands.held(action.devices) or (None if self._begun(action) else INTERRUPTED)

    def _begun(self, action: Begin) -> bool:
        """Write a batch; False where some of it was left because somebody asked to end."""
        batch = action.batch
        self._hands.note(
            "wave",
            wave=batch.name,
            waves=self._way.waves,
            devices=list(action.devices),
            alone=batch.alone,
        )
        self._hands.write(
            action.devices,
            lambda: spent(self._way, self._record, batch.wave),
            self._told,
            alone=batch.alone,
        )
        return spent(self._way, self._record, batch.wave) is not None or all(
            each in self._record.results for each in action.devices
        )

    def _told(self, outcome: DeviceOutcome) -> None:
        self._outcomes[outcome.device] = outcome
        result = _RESULTS.get(outcome.exit_code, Result.FAILED)
        if outcome.exit_code is not ExitCode.INTERRUPTED:
            self._record.results[outcome.device] = result

    def _checked(self, action: Check) -> bool:
        """Wait, then look again at who was well; False where somebody asked to end."""
        pause = seconds(self._way.rollout.soak or "0s")
        if pause:
            self._hands.note("soak", wave=action.batch.name, seconds=pause)
            if not self._hands.wait(pause):
                return False
        unwell = self._hands.check(action.devices, action.batch.name)
        for name, reason in unwell.items():
            self._record.results[name] = Result.FAILED
            told = self._outcomes.get(name)
            if told is not None:
                self._outcomes[name] = replace(told, exit_code=ExitCode.FAILED, error=reason)
        self._record.checked.add(action.batch.name)
        self._hands.note("check", wave=action.batch.name, unwell=dict(unwell))
        return True


_RESULTS = {ExitCode.DONE: Result.GOOD, ExitCode.UNREACHABLE: Result.UNREACHABLE}
