"""Taking recordings off a camera: what that would take, and what is gone afterwards.

The camera is told once. Whatever it answers, or does not answer, its listings tell what is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, is_in_doubt
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    NotSettled,
    Rejected,
    Unavailable,
    Unsettled,
)
from recamera_gitops.operations.listing import DIRECTORY, Entry, listed, walked
from recamera_gitops.operations.names import parts_of
from recamera_gitops.operations.relay import Relay
from recamera_gitops.slots import CONTROL

_REMOVE: Final = "REMOVE_FILES_OR_DIRECTORIES"
_REQUEST: Final = f"POST {CONTROL}"
_NOT_THERE: Final = 404


@dataclass(frozen=True, slots=True)
class Doomed:
    """What would be gone: a file, or a directory with so many files below it."""

    path: str
    kind: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Removed:
    """What is gone from a slot; where an answer was lost, it was seen to be gone."""

    slot: str
    removed: tuple[str, ...]


def doomed(relay: Relay, paths: Sequence[str]) -> Flow[tuple[Doomed, ...]]:
    """What is at these paths; Rejected with all of them at which nothing is."""
    seen = yield from _seen(relay, paths)
    missing = [path for path, entry in seen.items() if entry is None]
    if missing:
        raise Rejected(f"it has no {', no '.join(missing)}; nothing was removed", code=_NOT_THERE)
    found: list[Doomed] = []
    for path, entry in seen.items():
        if entry is not None:
            found.append((yield from _weighed(relay, path, entry)))
    return tuple(found)


def removed(relay: Relay, paths: Sequence[str]) -> Flow[Removed]:
    """Remove these; NotSettled where some are still there, whatever was answered."""
    yield from doomed(relay, paths)
    order = {"sAction": _REMOVE, "sTask": "SYNC", "sSlotDevPath": relay.slot}
    lost: CameraError | None = None
    try:
        yield Ask("POST", CONTROL, {**order, "lFilesOrDirectoriesToRemove": list(paths)})
    except CameraError as error:
        lost = error
    try:
        seen = yield from _seen(relay, paths)
    except (CameraError, Interrupted) as error:
        message = f"they were ordered to be removed, and it was not seen which are gone: {error}"
        raise Unsettled(message, request=_REQUEST) from error
    kept = [path for path, entry in seen.items() if entry is not None]
    if not kept:
        return Removed(relay.slot, tuple(paths))
    if lost is not None and not is_in_doubt(lost) and len(kept) == len(paths):
        raise lost
    raise NotSettled(_half(paths, kept, lost), request=_REQUEST)


def _half(paths: Sequence[str], kept: Sequence[str], lost: CameraError | None) -> str:
    gone = [path for path in paths if path not in kept]
    told = f" ({lost.message})" if lost is not None else ""
    return f"still there: {', '.join(kept)}; gone: {', '.join(gone) or 'nothing'}{told}"


def _seen(relay: Relay, paths: Sequence[str]) -> Flow[dict[str, Entry | None]]:
    """What is at each path."""
    found: dict[str, Entry | None] = {}
    for path in paths:
        found[path] = yield from _at(relay, path)
    return found


def _at(relay: Relay, path: str) -> Flow[Entry | None]:
    parts = parts_of(path)
    try:
        around = yield from listed(relay, parts[:-1])
    except Rejected as error:
        if error.code != _NOT_THERE or isinstance(error, Unavailable) or not parts[:-1]:
            raise
        return None
    return next((each for each in around.entries if each.parts == parts), None)


def _weighed(relay: Relay, path: str, entry: Entry) -> Flow[Doomed]:
    if entry.kind != DIRECTORY:
        return Doomed(path, entry.kind, 1, entry.size_bytes or 0)
    below = (yield from walked(relay, entry.parts)).files
    return Doomed(path, entry.kind, len(below), sum(each.size_bytes or 0 for each in below))
