"""Which cameras that were found are in the fleet already, by their address or their certificate."""

import contextlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.desired.fleet import loaded
from recamera_gitops.desired.nodes import mapping_at
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import InvalidInput
from recamera_gitops.report.discovered import Found
from recamera_gitops.report.values import counted


@dataclass(frozen=True, slots=True)
class Marking:
    """The cameras of a fleet; `states_port` tells that it says a port for all of them."""

    devices: tuple[Device, ...] = ()
    states_port: bool = False

    def marked(self, found: Found) -> Found:
        """The same, with the device that it is, and with what stands against that."""
        device = self._at(found) or self._showing(found.fingerprint)
        if device is None:
            return found
        notes = tuple(_contradictions(device, found))
        return replace(found, device=device.name, declared_host=device.host, notes=notes)

    def _at(self, found: Found) -> Device | None:
        """Who is declared at this address, of several the one at this port."""
        here = [each for each in self.devices if _same_host(each.host, found.address)]
        exact = [each for each in here if each.connection.effective_port == found.port]
        return next(iter(exact or (here if len(here) == 1 else [])), None)

    def _showing(self, fingerprint: str | None) -> Device | None:
        """Whose certificate this is."""
        pinned = (each for each in self.devices if fingerprint and each.pin == fingerprint)
        return next(pinned, None)


def marking(directory: Path | None) -> Marking:
    """The fleet around; none is fine unless one was named, and files that make none are passed over."""
    try:
        root = root_of(directory)
    except InvalidInput:
        if directory is not None:
            raise
        return Marking()
    try:
        found = loaded(root)
    except InvalidInput as error:
        problems = counted(len(error.diagnostics), "error")
        console.warn(f"{root} has {problems}, see `validate`; its cameras are not marked")
        return Marking()
    defaults = mapping_at(found.files.fleet, "defaults", "connection")
    states_port = defaults is not None and defaults.get("port") is not None
    return Marking(found.fleet.devices, states_port)


def _same_host(declared: str, address: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(declared.strip("[]")) == ipaddress.ip_address(address)
    return False


def _contradictions(device: Device, found: Found) -> Iterator[str]:
    if not _same_host(device.host, found.address):
        yield f"it shows the certificate of {device.name}, whose file says {device.host}"
    elif device.pin and found.fingerprint and device.pin != found.fingerprint:
        yield f"its certificate is not the one that {device.name} is known by"
    elif device.connection.scheme != found.scheme:
        yield f"it answers over {found.scheme}, the file of {device.name} says {device.connection.scheme}"
