"""Diagnostics of a whole repository, each said once however many devices meet it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeAlias

from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.rules import Severity

_Key: TypeAlias = tuple[str, str, Place | None]
_NOWHERE: Final = Place("", 0, 0)


class Findings:
    """Collects what is wrong. What shows only on devices, but stands elsewhere, names the devices."""

    def __init__(self) -> None:
        self._found: dict[_Key, Diagnostic] = {}
        self._devices: dict[_Key, list[str]] = {}

    def add(self, diagnostics: Iterable[Diagnostic], device: str | None = None) -> None:
        """Take note; `device` is the one whose effective state showed it."""
        for each in diagnostics:
            key = (each.rule, each.message, each.place)
            if key not in self._found:
                self._found[key] = each
                if device is not None:
                    self._devices[key] = []
            if device is not None and key in self._devices:
                self._devices[key].append(device)

    def of(self, severity: Severity, device_files: frozenset[str]) -> tuple[Diagnostic, ...]:
        """All of one severity in the order of the files."""
        return tuple(each for each in self.all(device_files) if each.severity is severity)

    def all(self, device_files: frozenset[str]) -> tuple[Diagnostic, ...]:
        """All in the order of the files."""
        return in_order(
            self._with_devices(key, each, device_files) for key, each in self._found.items()
        )

    def _with_devices(
        self, key: _Key, found: Diagnostic, device_files: frozenset[str]
    ) -> Diagnostic:
        devices = self._devices.get(key)
        if not devices or (found.place is not None and found.place.file in device_files):
            return found
        others = f" and {len(devices) - 1} more" if len(devices) > 1 else ""
        met = f"on {devices[0]}{others}"
        return replace(found, hint=f"{found.hint} ({met})" if found.hint else met)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In the order of the files."""
    return tuple(sorted(diagnostics, key=lambda d: (d.place or _NOWHERE, d.rule, d.message)))
