"""Cameras as a run works on them, from wherever they are reached."""

from collections.abc import Mapping
from typing import Protocol

from recamera_gitops.desired.state import Device
from recamera_gitops.fleet.checking import Asked, Checking
from recamera_gitops.fleet.pictures import Blank, Picture
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import DevicePlan
from recamera_gitops.resources.declared import Declared


class Worked(Protocol):
    """Cameras as a run works on them, from wherever they are reached."""

    def resolve(self) -> None:
        """Find out, before any contact, what stands against all of it; InvalidInput with everything."""
        ...

    def declared(self, device: Device) -> Declared:
        """The wishes for a device, as `wish` takes them."""
        ...

    def wish(self, wishes: Mapping[str, Declared]) -> None:
        """From now on wish nothing but this of these devices, whatever their files say."""
        ...

    def plan(self, device: Device, targets: tuple[str, ...]) -> DevicePlan:
        """Read and compare; trouble stands in the plan."""
        ...

    def apply(self, device: Device, planned: DevicePlan, targets: tuple[str, ...]) -> DeviceOutcome:
        """Make its plan true and prove it; nothing beyond the plan is written."""
        ...

    def leave_edit_mode(self, device: Device, serial: str) -> str | None:
        """End what a killed run has begun, if the camera with this number answers; why not, or None."""
        ...

    def unwell(self, device: Device, asked: Asked, checking: Checking) -> str | None:
        """Why it is not well some time after it was written; None where it is."""
        ...

    def picture(self, device: Device) -> Picture | Blank:
        """What it shows now, or why there is no picture."""
        ...
