"""The resumable upload of a file: begun with its size, fed in order, ended with its digest [ref].

The camera appends what arrives in the order in which it arrives [cgi]. A chunk is therefore never sent
twice: after an answer that was lost an upload only ever begins anew, under another number.
"""

import json
from typing import Final
from urllib.parse import quote

from recamera_gitops.artifact import Artifact
from recamera_gitops.device.asking import Flow, Pause, Received, Told, Upload, is_in_doubt
from recamera_gitops.errors import CameraError, NotUnderstood, Rejected, Unavailable

CHUNK: Final = 524288  # what the console sends at a time [web]
_MIB: Final = 1 << 20
_EMPTY_BODY: Final = 400


def fed(path: str, file: Artifact, what: str, *, with_total: bool = False) -> Flow[str]:
    """Send all of a file, and return the number of its upload, which `ended` takes.

    Until it is ended the camera has nothing of it. `what` it is called in the progress; `with_total`
    names the size with every chunk, as the console does for models only [web].
    """
    number = _number((yield from _begun(path, file.size)), path)
    sent = 0
    for chunk in file.chunks(CHUNK):
        yield Pause(0.0)  # here an upload can be interrupted
        end = sent + len(chunk)
        total = f"/{file.size}" if with_total else ""
        headers = {"Content-Range": f"bytes {sent}-{end - 1}{total}"}
        answer = yield Upload(f"{path}?id={quote(number, safe='')}", chunk, headers)
        _check_range(answer, end, path)
        sent = end
        done = f"{sent / _MIB:.1f} of {file.size / _MIB:.1f} MiB"
        yield Told(f"{what} {done}", sent * 100 // file.size)
    return number


def fed_surely(path: str, file: Artifact, what: str) -> Flow[str]:
    """The same; from the start once more where an answer was lost on the way."""
    try:
        number = yield from fed(path, file, what)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        yield Told(f"{what} begins anew: {error}", 0)
        number = yield from fed(path, file, what)
    return number


def ended(path: str, number: str, file: Artifact, query: str = "") -> Flow[Received]:
    """Say that it was all, once; the camera compares the digest, and takes the file into use."""
    told = f"start={quote(number, safe='')}&md5sum={file.md5}{query}"
    answer: Received = yield Upload(f"{path}?{told}")
    return answer


def _begun(path: str, size: int) -> Flow[Received]:
    """The size in a header [cgi]; in the body where the camera refuses to be sent none [ref]."""
    begin, headers = f"{path}?upload-type=resumable", {"File-Size": str(size)}
    try:
        begun: Received = yield Upload(begin, headers=headers)
    except Rejected as error:
        if error.code != _EMPTY_BODY or isinstance(error, Unavailable):
            raise _not_begun(error) from error
        stated = json.dumps({"iFileSize": size}).encode()
        begun = yield Upload(begin, stated, {**headers, "Content-Type": "application/json"})
    return begun


def _not_begun(error: Rejected) -> Rejected:
    """A camera without room for the file answers 500 [cgi]: there is none later either."""
    if isinstance(error, Unavailable):
        return error
    return Rejected(error.message, request=error.request, code=error.code, settled=True)


def _number(answer: Received, path: str) -> str:
    """The number of the upload: a header [ref]; the console looks in the body too [web]."""
    body = answer.body if isinstance(answer.body, dict) else {}
    number = answer.headers.get("file-id") or body.get("File-Id")
    if not number:
        raise NotUnderstood("no File-Id came back", request=f"POST {path}")
    return str(number)


def _check_range(answer: Received, end: int, path: str) -> None:
    """Where the camera tells what it has [rockchip], that is what was sent."""
    told = answer.body.get("range") if isinstance(answer.body, dict) else None
    if isinstance(told, str) and told.rpartition("-")[2].partition("/")[0] != str(end - 1):
        raise NotUnderstood("the camera has other parts of the file", request=f"POST {path}")
