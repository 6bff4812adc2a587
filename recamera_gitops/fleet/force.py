"""The cameras and threads of a run, as a deployment uses them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recamera_gitops.desired.state import Device
from recamera_gitops.errors import CameraError
from recamera_gitops.fleet import gates
from recamera_gitops.fleet.cameras import Cameras
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.fleet.runstate import RunState
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import DevicePlan, Status


@dataclass(frozen=True)
class Force:
    """Works on cameras with the threads of a run."""

    cameras: Cameras
    threads: Threads
    environment: Environment
    state: RunState
    gates: tuple[str, ...]
    beat: Callable[[], None]

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to end."""
        return self.environment.stop.requested

    def each(self, names: Sequence[str], work: Callable[[str], None], *, alone: bool) -> None:
        """Do the work for every camera, side by side unless `alone`."""
        self.threads.over(names, work, self.beat, one_by_one=alone)

    def apply(self, device: Device, planned: DevicePlan, targets: tuple[str, ...]) -> DeviceOutcome:
        """Make the plan of one camera true and prove it."""
        with self.state.writing(device.name):
            return self.cameras.apply(device, planned, targets)

    def unwell(self, device: Device, targets: tuple[str, ...]) -> str | None:
        """Why a camera is not well some time after it was written; None where it is."""
        seen = self.cameras.plan(device, targets)
        if seen.status is Status.CHANGED:
            paths = ", ".join(change.path for change in seen.changes)
            return f"verify: it is no longer as declared: {paths}"
        if seen.error is not None:
            return f"verify: {seen.error}"
        try:
            return self.cameras.converse(device, gates.health(self.gates))
        except CameraError as error:
            return f"not well: {error}"

    def wait(self, seconds: float) -> bool:
        """Wait; False when somebody asked to end."""
        return self.environment.clock.sleep(seconds)
