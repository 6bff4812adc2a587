"""`/storage/relay/…`: the files of a slot, for five minutes after somebody asked for them.

The web server is nginx: it lists directories as autoindex does, and judges a range as it does.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import uuid4

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import RELAY as PREFIX
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.clips import Clip, Clips
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.storage import Slot
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

SECONDS = 300
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(slots=True)
class Relay:
    """An open door to a slot."""

    name: str
    slot: Slot
    until: float


def routes(flavours: Flavours) -> Routes:
    """Everything below the prefix."""
    del flavours
    return {PREFIX: {"GET": _serve}}


def control(camera: "EmulatedCamera", slot: Slot, action: str) -> Response:
    """RELAY opens or refreshes, RELAY_STATUS asks, UNRELAY closes."""
    relays, now = camera.storage.relays, camera.clock()
    current = relays.get(slot.dev_path)
    if current is not None and now >= current.until:
        camera.storage.lapsed.add(relays.pop(slot.dev_path).name)
        current = None
    fresh = current is None
    if action == "UNRELAY":
        relays.pop(slot.dev_path, None)
        return camera.written()
    if action == "RELAY":
        name = str(uuid4()) if current is None else current.name
        current = relays[slot.dev_path] = Relay(name, slot, now + SECONDS)
    hidden = fresh and "relay-late" in camera.flavours
    status: Json = {
        "sRelayDirectory": "" if current is None or hidden else current.name,
        "iRelayTimeout": SECONDS,
        "iRelayTimeoutRemain": 0 if current is None else int(current.until - now),
    }
    return answers.data({"code": 0, "message": "success", "dRelayStatus": status})


def _serve(camera: "EmulatedCamera", call: Call) -> Response:
    name, _, quoted = call.path.removeprefix(PREFIX).partition("/")
    path = unquote(quoted)
    parts = path.removesuffix("/").split("/") if path else []
    if not {"", ".", ".."}.isdisjoint(parts) or not {"\\", "\0"}.isdisjoint(path):
        camera.breach("traversal: a path below the relay that leads out of it")
        return answers.console(400)
    store, now = camera.storage, camera.clock()
    for relay in store.relays.values():
        if relay.name == name and now < relay.until:
            return _served(camera, call, relay.slot.files, path)
    if name in store.lapsed | {relay.name for relay in store.relays.values()}:
        camera.breach("lapsed: a relay was used after its time")
    return answers.console()


def _served(camera: "EmulatedCamera", call: Call, files: Clips, path: str) -> Response:
    if path in files:
        wanted = "" if "relay-no-ranges" in camera.flavours else call.header("range")
        return part(files[path], wanted)
    if path and not path.endswith("/"):
        inside = any(name.startswith(path + "/") for name in files)
        if not inside:
            return answers.console()
        return Response(301, {"location": call.path + "/", "content-type": "text/html"})
    if path and not any(name.startswith(path) for name in files):
        return answers.console()
    if "relay-no-listing" in camera.flavours:
        raise Refusal(404, "Not found")
    return answers.data(_listing(files, path) + camera.storage.lies)


def _listing(files: Clips, path: str) -> list[Json]:
    """What autoindex tells; it leaves out names that begin with a dot."""
    below = {name.removeprefix(path): files[name] for name in files if name.startswith(path)}
    directories: dict[str, Clip] = {}
    for name, clip in below.items():
        inner, slash, _ = name.partition("/")
        if slash and clip.modified >= directories.get(inner, clip).modified:
            directories[inner] = clip
    entries: list[Json] = [
        {"name": name, "type": "directory", "mtime": newest.told}
        for name, newest in sorted(directories.items())
    ]
    entries += [
        {"name": name, "type": "file", "mtime": clip.told, "size": len(clip)}
        for name, clip in sorted(below.items())
        if "/" not in name
    ]
    return [entry for entry in entries if not entry["name"].startswith(".")]


def part(clip: Clip, wanted: str) -> Response:
    """A file, or the range of it that is wanted, as the web server sends it; of an empty one there is none."""
    content, kind, size = clip.content, "application/octet-stream", len(clip)
    matched = RANGE.fullmatch(wanted)
    first, last = (0, -1) if matched is None else _bounds(matched, size)
    if matched is None or matched[0] == "bytes=-" or (first == 0 and first > last):
        return answers.content(content, kind, accept_ranges="bytes", last_modified=clip.told)
    if first > last:
        return answers.content(b"", "text/html", status=416, content_range=f"bytes */{size}")
    told = {"content_range": f"bytes {first}-{last}/{size}", "last_modified": clip.told}
    return answers.content(content[first : last + 1], kind, status=206, **told)


def _bounds(matched: "re.Match[str]", size: int) -> tuple[int, int]:
    """The first and the last byte of a range; the last one stands before the first in an empty one."""
    if matched[1]:
        return int(matched[1]), min(int(matched[2] or size), size - 1)
    return max(0, size - int(matched[2] or 0)), size - 1
