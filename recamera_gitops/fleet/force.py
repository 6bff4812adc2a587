"""The cameras and threads of a run, as a deployment uses them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Interrupted
from recamera_gitops.fleet.album import AFTER, BEFORE, Album, shows
from recamera_gitops.fleet.checking import Asked, Checking
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.locks import LEASE, Hold
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.fleet.worked import Worked
from recamera_gitops.reconcile.outcome import DeviceOutcome, Verdict
from recamera_gitops.reconcile.plan import DevicePlan

_WRITTEN: Final = frozenset({Verdict.VERIFIED, Verdict.UNVERIFIED, Verdict.UNKNOWN})
_AT_ONCE: Final = LEASE.total_seconds() / 4  # that a lock is left alone


@dataclass(frozen=True)
class Force:
    """Works on cameras with the threads of a run."""

    cameras: Worked
    threads: Threads
    environment: Environment
    hold: Hold
    checking: Checking
    targets: tuple[str, ...]
    beat: Callable[[], None]
    album: Album | None = None

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to end."""
        return self.environment.stop.requested

    def each(self, names: Sequence[str], work: Callable[[str], None], *, alone: bool) -> None:
        """Do the work for every camera, side by side unless `alone`."""
        self.threads.over(names, work, self._beat, one_by_one=alone)

    def apply(self, device: Device, planned: DevicePlan, targets: tuple[str, ...]) -> DeviceOutcome:
        """Make the plan of one camera true and prove it; Locked where its lock was taken away."""
        self.hold.require(device.name)
        if self.album is None or not shows(planned):
            return self.cameras.apply(device, planned, targets)
        self.album.keep(device.name, BEFORE, self.cameras.picture(device))
        if self.stopped:
            raise Interrupted("interrupted before it was begun")
        self.hold.require(device.name)
        outcome = self.cameras.apply(device, planned, targets)
        if any(each.verdict in _WRITTEN for each in outcome.outcomes):
            self.album.keep(device.name, AFTER, self.cameras.picture(device))
        return outcome

    def unwell(self, device: Device, planned: DevicePlan, wave: str) -> str | None:
        """Why a camera is not well some time after it was written; None where it is."""
        asked = Asked(planned.serial or "", wave, self.targets)
        return self.cameras.unwell(device, asked, self.checking)

    def wait(self, seconds: float) -> bool:
        """Wait, and prolong what is held meanwhile; False when somebody asked to end."""
        while seconds > _AT_ONCE:
            if not self.environment.clock.sleep(_AT_ONCE):
                return False
            self.hold.renew()
            seconds -= _AT_ONCE
        return self.environment.clock.sleep(seconds)

    def _beat(self) -> None:
        self.hold.renew()
        self.beat()
