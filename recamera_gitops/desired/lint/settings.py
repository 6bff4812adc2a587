"""Declared settings that open a camera more than was perhaps meant, or that have no effect."""

import re
from collections.abc import Iterator
from typing import Final

from recamera_gitops.desired.forbidding import forbids
from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.desired.nodes import child, mapping_at
from recamera_gitops.desired.references import Template
from recamera_gitops.desired.state import Device
from recamera_gitops.exchange import Json
from recamera_gitops.resources.declared import Wish
from recamera_gitops.resources.recording import moment

_GUARDED: Final = tuple(
    f"stream.{stream}.{protocol}" for stream in ("main", "sub") for protocol in ("rtsp", "onvif")
)


def _said(device: Device, path: str) -> Json:
    wish = device.declared.get(path)
    return None if wish is None else wish.value


def _about(device: Device, path: str, message: str) -> Found:
    place = device.declared[path].place or device.place
    return Found(message, f"config.{path}", place, device=device.name)


def open_streams(sources: Sources) -> Iterator[Found]:
    """RTSP and ONVIF without a password."""
    for device in sources.fleet.devices:
        for base in _GUARDED:
            is_on = _said(device, f"{base}.enabled") is True
            if is_on and _said(device, f"{base}.auth") == "none":
                message = (
                    f"{base} asks for no password: whoever reaches the camera sees its picture"
                )
                yield _about(device, f"{base}.auth", message)


def masks_without_regions(sources: Sources) -> Iterator[Found]:
    """Privacy masks that are on and hide nothing."""
    masks = "osd.privacy_masks"
    for device in sources.fleet.devices:
        is_on = _said(device, f"{masks}.enabled") is True
        if is_on and _said(device, f"{masks}.regions") == []:
            message = "privacy masks are on, and there is no region that they hide"
            yield _about(device, f"{masks}.regions", message)


def plain_ftp(sources: Sources) -> Iterator[Found]:
    """FTP servers that are on."""
    for device in sources.fleet.devices:
        if _said(device, "system.ftp.enabled") is True:
            message = "FTP sends names, passwords and files unencrypted"
            yield _about(device, "system.ftp.enabled", message)


def dead_schedules(sources: Sources) -> Iterator[Found]:
    """Schedules in which recording is never allowed, windows without length, for cameras and for changes."""
    for device in sources.fleet.devices:
        path = "record.schedule.windows"
        windows = _said(device, path)
        if windows == [] and _said(device, "record.schedule.enabled") is True:
            yield _about(device, path, "the schedule is on and has no windows: nothing is recorded")
        for number, window in enumerate(windows or (), 1):
            start, end = window["start"], window["end"]
            if moment(start) == moment(end):
                message = f"window {number} ends where it starts, at {start}"
                yield _about(device, path, message)
    yield from _dead_window(sources)


def _dead_window(sources: Sources) -> Iterator[Found]:
    """A maintenance window that never opens."""
    window = sources.fleet.rollout.window
    document = mapping_at(sources.document, "rollout", "window")
    if window is None or document is None:
        return
    for key, is_dead in (
        ("days", window.days == []),
        ("duration", not re.search("[1-9]", window.duration)),
    ):
        node = child(document, key)
        if is_dead and node is not None:
            yield Found("this window never opens", f"rollout.window.{key}", node.place)


def forbidden_settings(sources: Sources) -> Iterator[Found]:
    """What the policy forbids and a device declares; the first setting for each of its rules."""
    for device in sources.fleet.devices:
        for rule in sources.fleet.policy.forbid or ():
            path = next((p for p, w in device.declared.items() if _is_forbidden(rule, p, w)), None)
            if path is not None:
                yield _about(device, path, f"policy.forbid {rule}: no apply will write this")


def _is_forbidden(rule: str, path: str, wish: Wish) -> bool:
    return forbids(rule, path, None if isinstance(wish.value, Template) else wish.value)
