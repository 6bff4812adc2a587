"""An operation at many cameras: side by side or one by one, and with a journal where it writes."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Interrupted, Locked, Unwritable
from recamera_gitops.fleet.cameras import Cameras
from recamera_gitops.fleet.environment import Stop
from recamera_gitops.fleet.journal import Journal
from recamera_gitops.fleet.locks import Hold
from recamera_gitops.fleet.operating import Done, Operation, failed, protected
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.reconcile.outcome import gravest

T = TypeVar("T")


@dataclass(frozen=True)
class Performing:
    """What it takes: cameras, threads, locks and a journal, and somebody who is asked now and then."""

    cameras: Cameras
    threads: Threads
    stop: Stop
    begun: Callable[[str, Sequence[str]], AbstractContextManager[tuple[Journal, Hold]]]
    beat: Callable[[], None]

    def perform(self, operation: Operation[T], devices: Sequence[Device]) -> tuple[Done[T], ...]:
        """What it gives at each of them, in their order."""
        if not operation.writes:
            return self._over(operation, devices, partial(self._looked, operation), self.beat)
        allowed = [each for each in devices if not each.protected]
        done = iter(self._with_journal(operation, allowed) if allowed else ())
        return tuple(protected(each) if each.protected else next(done) for each in devices)

    def _with_journal(
        self, operation: Operation[T], devices: Sequence[Device]
    ) -> tuple[Done[T], ...]:
        code = None
        with self.begun(operation.name, [each.name for each in devices]) as (journal, hold):

            def beat() -> None:
                self.beat()
                hold.renew()

            try:
                work = partial(self._written, operation, journal, hold)
                done = self._over(operation, devices, work, beat)
                code = gravest([each.exit_code for each in done])
            finally:
                with suppress(Unwritable):
                    journal.close(code)
        return done

    def _over(
        self,
        operation: Operation[T],
        devices: Sequence[Device],
        work: Callable[[Device], Done[T]],
        beat: Callable[[], None],
    ) -> tuple[Done[T], ...]:
        return tuple(self.threads.over(devices, work, beat, one_by_one=operation.one_by_one))

    def _looked(self, operation: Operation[T], device: Device) -> Done[T]:
        if self.stop.requested:
            return failed(device, Interrupted("interrupted before it was begun"))
        return self.cameras.operate(device, operation)

    def _written(
        self, operation: Operation[T], journal: Journal, hold: Hold, device: Device
    ) -> Done[T]:
        try:
            hold.require(device.name)
            journal.note("start", device=device.name)
            done = self._looked(operation, device)
            told = {"exit_code": int(done.exit_code), "error": done.error}
            journal.note("device", device=device.name, outcomes=[], **told)
        except (Locked, Unwritable) as error:
            return failed(device, error)
        return done
