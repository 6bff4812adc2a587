"""Bringing a model to the camera, describing it there, and taking one away.

Whenever an answer to an upload is lost, the camera is looked at, and the upload begins anew at most once.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from recamera_gitops.artifact import Artifact
from recamera_gitops.device.asking import Ask, Flow, Pause, is_in_doubt
from recamera_gitops.device.uploading import ended, fed
from recamera_gitops.errors import (
    CameraError,
    NotSettled,
    NotUnderstood,
    Rejected,
    Stale,
    Unavailable,
)
from recamera_gitops.exchange import Json

_UPLOAD: Final = "/model/upload"
_INFERENCE: Final = "/model/inference?id=0"
_NOT_SETTINGS: Final = ("iActualFPS", "sStatus")
_PAUSE: Final = 0.5
_LONGEST: Final = 40.0  # seconds in which a model has started, or stopped
_ON: Final = (1, True, "1")


def model(*, name: str, file: Artifact | None, describe: bool, info: Json) -> Flow[None]:
    """Bring the file, write its info where that is needed, and restart it where it runs."""
    if file is not None:
        yield from _brought(name, file)
    described = yield from _described(name, file, info, wanted=describe)
    if file is not None or described:
        yield from _restarted(name)


def model_absent(*, name: str) -> Flow[None]:
    """Delete a model; one that runs is stopped first."""
    setting = yield Ask("GET", _INFERENCE)
    if _runs(setting, name):
        off = type(setting["iEnable"])(0)
        yield from _inferring({**setting, "iEnable": off}, "stop")
    yield Ask("DELETE", f"/model/delete?File-name={quote(name, safe='')}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the camera shows of a file; no info where it has none."""

    listed: bool
    info: Json = None

    @property
    def md5(self) -> str:
        """The digest that its info tells, empty where it tells none."""
        return str((self.info or {}).get("md5sum") or "").lower()


def _seen(name: str) -> Flow[_Seen]:
    listing = yield Ask("GET", "/model/list")
    entries = listing.get("lModels") if isinstance(listing, dict) else listing
    if not isinstance(entries, list):
        raise NotUnderstood("the list of models has an unknown form", request="GET /model/list")
    if not any(isinstance(each, dict) and each.get("model") == name for each in entries):
        return _Seen(listed=False)
    try:
        info = yield Ask("GET", _info(name))
    except Rejected as error:
        if isinstance(error, Unavailable):
            raise
        info = None
    return _Seen(listed=True, info=info if isinstance(info, dict) and info else None)


def _info(name: str) -> str:
    return f"/model/info?File-name={quote(name, safe='')}"


def _brought(name: str, file: Artifact) -> Flow[None]:
    """Upload; once more from the start where an answer was lost and the camera shows nothing of it."""
    if not file.is_unchanged():
        raise Stale(f"{file.file} is no longer the file that the plan saw")
    before = yield from _seen(name)
    try:
        yield from _uploaded(name, file)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        after = yield from _seen(name)
        if _has_arrived(before, after, file):
            return
        if after != before:
            raise
        yield from _uploaded_again(name, file, before)


def _uploaded_again(name: str, file: Artifact, before: _Seen) -> Flow[None]:
    try:
        yield from _uploaded(name, file)
    except CameraError as error:
        after = yield from _seen(name)
        if not is_in_doubt(error) or not _has_arrived(before, after, file):
            raise


def _has_arrived(before: _Seen, after: _Seen, file: Artifact) -> bool:
    """A file that was not there is listed only once it is complete; another one tells by its digest."""
    return after.md5 == file.md5 or (after.listed and not before.listed)


def _uploaded(name: str, file: Artifact) -> Flow[None]:
    number = yield from fed(_UPLOAD, file, f"models.{name}", with_total=True)
    yield from ended(_UPLOAD, number, file, f"&File-name={quote(name, safe='')}")


def _described(name: str, file: Artifact | None, info: Json, *, wanted: bool) -> Flow[bool]:
    """Write the whole info where something in it is wanted otherwise, or where it tells of another file."""
    seen = yield from _seen(name)
    shown = seen.info or {}
    if not wanted and seen.info is not None and (file is None or seen.md5 == file.md5):
        return False
    of_file = {"size": file.size, "md5sum": file.md5} if file is not None else {}
    kept = {key: shown[key] for key in ("size", "md5sum") if key in shown}
    body = {**shown, **info, **kept, **of_file}
    try:
        yield Ask("POST", _info(name), body)
    except CameraError as error:
        if not is_in_doubt(error) or (yield from _seen(name)).info != body:
            raise
    return True


def _restarted(name: str) -> Flow[None]:
    """Apply what was written to the model that runs; a new info alone is not looked at [ext]."""
    setting = yield Ask("GET", _INFERENCE)
    if _runs(setting, name):
        yield from _inferring(setting, "running")


def _runs(setting: Json, name: str) -> bool:
    return (
        isinstance(setting, dict)
        and setting.get("iEnable") in _ON
        and setting.get("sModel") == name
    )


def _inferring(setting: Json, until: str) -> Flow[None]:
    """Write the whole setting, once more where the answer was lost, and wait for what it says."""
    body = {key: value for key, value in setting.items() if key not in _NOT_SETTINGS}
    try:
        yield Ask("POST", _INFERENCE, body)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        yield Ask("GET", _INFERENCE)  # it answers again
        yield Ask("POST", _INFERENCE, body)
    waited, status = 0.0, ""
    while waited < _LONGEST:
        found = yield Ask("GET", _INFERENCE)
        status = str(found.get("sStatus", until)).lower() if isinstance(found, dict) else ""
        if status.startswith(until) and status != "stopping":
            return
        yield Pause(_PAUSE)
        waited += _PAUSE
    raise NotSettled(f"after {waited:g} s inference is {status}", request=f"POST {_INFERENCE}")
