"""`/storage/relay/…`: the files of a slot, for five minutes after somebody asked for them."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import RELAY as PREFIX
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.storage import Slot
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

SECONDS = 300
MODIFIED = "Thu, 20 Aug 2026 10:00:00 GMT"
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
        del relays[slot.dev_path]
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
    name, _, path = call.path.removeprefix(PREFIX).partition("/")
    now = camera.clock()
    for relay in camera.storage.relays.values():
        if relay.name == name and now < relay.until:
            return _served(camera, call, relay.slot.files, path)
    return answers.console()


def _served(camera: "EmulatedCamera", call: Call, files: dict[str, bytes], path: str) -> Response:
    if path in files:
        return part(files[path], call.header("range"))
    if path and not path.endswith("/"):
        inside = any(name.startswith(path + "/") for name in files)
        if not inside:
            return answers.console()
        return Response(301, {"location": call.path + "/", "content-type": "text/html"})
    if path and not any(name.startswith(path) for name in files):
        return answers.console()
    if "relay-no-listing" in camera.flavours:
        raise Refusal(404, "Not found")
    return answers.data(_listing(files, path))


def _listing(files: dict[str, bytes], path: str) -> list[Json]:
    """What nginx's autoindex tells; it leaves out names that begin with a dot."""
    below = [name.removeprefix(path) for name in files if name.startswith(path)]
    directories = sorted({name.partition("/")[0] for name in below if "/" in name})
    entries: list[Json] = [
        {"name": name, "type": "directory", "mtime": MODIFIED} for name in directories
    ]
    entries += [
        {"name": name, "type": "file", "mtime": MODIFIED, "size": len(files[path + name])}
        for name in sorted(below)
        if "/" not in name
    ]
    return [entry for entry in entries if not entry["name"].startswith(".")]


def part(content: bytes, wanted: str) -> Response:
    """A file, or the range of it that is wanted, as the web server sends it."""
    kind, size = "application/octet-stream", len(content)
    matched = RANGE.fullmatch(wanted)
    if matched is None or matched[0] == "bytes=-":
        return answers.content(content, kind, accept_ranges="bytes")
    if matched[1]:
        first, last = int(matched[1]), min(int(matched[2] or size), size - 1)
    else:
        first, last = max(0, size - int(matched[2])), size - 1
    if first > last:
        return answers.content(b"", "text/html", status=416, content_range=f"bytes */{size}")
    told = f"bytes {first}-{last}/{size}"
    return answers.content(content[first : last + 1], kind, status=206, content_range=told)
