"""Resumable uploads: announced with their size, appended chunk by chunk, closed with their MD5.

The camera appends what arrives in the order it arrives and does not look at `Content-Range` [cgi],
so a chunk sent twice spoils the file; that, and a wrong range, is a violation.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call
from recamera_gitops.emulator.checks import problems, text, whole
from recamera_gitops.emulator.documents import Handler
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

CHUNK = 524288  # what the console sends at a time [web]
MD5 = text("[0-9a-f]{32}")
RANGE = re.compile(r"bytes (\d+)-(\d+)(?:/(\d+))?")
Finish = Callable[["EmulatedCamera", Call, bytes], Response]


@dataclass(slots=True)
class Upload:
    """A file on its way."""

    path: str
    size: int
    received: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Uploads:
    """The uploads of one camera; a new one on the same address replaces the one before."""

    free: int = 64 << 20
    open: dict[str, Upload] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    numbers: "count[int]" = field(default_factory=lambda: count(1))


def resumable(finish: Finish) -> Handler:
    """The handler of an address that takes uploads; `finish` gets the complete file."""
    return partial(_receive, finish)


def _receive(finish: Finish, camera: "EmulatedCamera", call: Call) -> Response:
    if call.query.get("upload-type") == "resumable":
        return _begin(camera, call)
    if "id" in call.query:
        return _append(camera, call)
    if "start" in call.query:
        return finish(camera, call, _complete(camera, call))
    raise Refusal(400, "Missing parameter: upload-type")


def _begin(camera: "EmulatedCamera", call: Call) -> Response:
    camera.count("upload")
    size = _announced(camera, call)
    if size > camera.uploads.free:
        raise Refusal(500, "Insufficient disk space on /userdata")
    uploads = camera.uploads
    for number, upload in list(uploads.open.items()):
        if upload.path == call.path:
            _close(camera, number)
    number = str(next(uploads.numbers))
    uploads.open[number] = Upload(call.path, size)
    answer = answers.success()
    return Response(answer.status, {**answer.headers, "file-id": number}, answer.body)


def _announced(camera: "EmulatedCamera", call: Call) -> int:
    """The size is a header [cgi]; a document says that it is in the body [ref]."""
    if "upload-size-body" in camera.flavours:
        body = call.document()
        for problem in problems({"iFileSize": whole(1)}, body):
            raise Refusal(400, problem)
        return int(body["iFileSize"])
    _as_text(call)
    size = call.header("file-size")
    if not size.isdecimal() or int(size) == 0:
        breach = f"upload: {call.path} begun without the header File-Size"
        raise Refusal(400, "Failed to initialize upload session", breach=breach)
    if call.request.body:
        camera.breach(f"upload: {call.path} begun with a body")
    return int(size)


def _as_text(call: Call) -> None:
    media_type = call.header("content-type").partition(";")[0].strip()
    if media_type != "text/plain":
        breach = f"content-type: {call.method} {call.path} sent as '{media_type}'"
        raise Refusal(400, "Error parsing request!", breach=breach)


def _found(camera: "EmulatedCamera", call: Call, number: str) -> Upload:
    upload = camera.uploads.open.get(number)
    if upload is None or upload.path != call.path:
        breach = None
        if number in camera.uploads.closed:
            breach = f"repeated: {call.path} goes on with an upload that is closed"
        raise Refusal(404, "upload session not found", breach=breach)
    return upload


def _append(camera: "EmulatedCamera", call: Call) -> Response:
    upload = _found(camera, call, call.query["id"])
    _as_text(call)
    chunk = call.request.body
    if not chunk and "upload-query" in camera.flavours:
        return answers.data({"range": _so_far(upload)})
    if not chunk:
        raise Refusal(400, "Empty request body")
    camera.count("upload-chunk")
    _judge(camera, call, upload)
    if len(upload.received) + len(chunk) > upload.size:
        raise Refusal(400, "Upload exceeds the announced size")
    upload.received += chunk
    if "upload-308" in camera.flavours:
        return answers.data({"range": _so_far(upload)}, status=308)
    if "upload-201" in camera.flavours:
        return answers.data({"range": _so_far(upload)}, status=201)
    return answers.success()


def _so_far(upload: Upload) -> str:
    return f"bytes 0-{max(0, len(upload.received) - 1)}"


def _judge(camera: "EmulatedCamera", call: Call, upload: Upload) -> None:
    """Only the client knows that a range is wrong; the camera appends in any case."""
    size = len(call.request.body)
    if size > CHUNK:
        camera.breach(f"chunk-size: {size} bytes at once")
    matched = RANGE.fullmatch(call.header("content-range"))
    if matched is None:
        camera.breach(f"chunk-range: {call.path} got a chunk without a range")
        return
    first, last, total = (None if each is None else int(each) for each in matched.groups())
    if first is not None and first < len(upload.received):
        camera.breach(f"repeated: the chunk at {first} was sent again")
    elif first != len(upload.received):
        camera.breach(f"chunk-order: the chunk at {first} came out of order")
    if last != (first or 0) + size - 1 or total not in {None, upload.size}:
        camera.breach(f"chunk-range: '{matched[0]}' is not what {size} bytes at {first} are")


def _complete(camera: "EmulatedCamera", call: Call) -> bytes:
    number = call.query["start"]
    upload = _found(camera, call, number)
    _as_text(call)
    if "md5sum" not in call.query:
        raise Refusal(400, "Missing md5sum parameter")
    _close(camera, number)
    content = bytes(upload.received)
    claimed = call.query["md5sum"]
    if not MD5.accepts(claimed):
        camera.breach(f"upload: the MD5 of {call.path} is not 32 hexadecimal digits")
    actual = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if actual != claimed or len(content) != upload.size or "upload-bad-md5" in camera.flavours:
        raise Refusal(400, "MD5 checksum mismatch")
    camera.count("upload-finished")
    return content


def _close(camera: "EmulatedCamera", number: str) -> None:
    del camera.uploads.open[number]
    camera.uploads.closed.add(number)
