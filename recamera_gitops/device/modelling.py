"""Bringing a model to the camera, describing it there, and taking one away.

Whenever an answer to an upload is lost, the camera is looked at, and the upload begins anew at most once.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from recamera_gitops.artifact import Artifact
from recamera_gitops.device.asking import Ask, Flow, is_in_doubt
from recamera_gitops.device.inferring import (
    INFERENCE,
    RUNNING,
    STOPPED,
    inferring,
    runs,
    switched,
)
from recamera_gitops.device.uploading import ended, fed
from recamera_gitops.errors import (
    CameraError,
    NotUnderstood,
    Rejected,
    Stale,
    Unavailable,
)
from recamera_gitops.exchange import Json

_UPLOAD: Final = "/model/upload"
LIST: Final = "/model/list"


def model(*, name: str, file: Artifact | None, describe: bool, info: Json) -> Flow[None]:
    """Bring the file, write its info where that is needed, and restart it where it runs."""
    if file is not None:
        yield from brought(name, file)
    is_new = yield from described(name, file, info, wanted=describe)
    if file is not None or is_new:
        yield from restarted(name)


def model_absent(*, name: str) -> Flow[None]:
    """Delete a model; one that runs is stopped first."""
    setting = yield Ask("GET", INFERENCE)
    if runs(setting, name):
        yield from inferring(setting, switched(setting, on=False), STOPPED)
    yield Ask("DELETE", f"/model/delete?File-name={quote(name, safe='')}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the camera shows of a file; no info where it has none."""

    listed: bool
    info: Json = None

    @property
    def md5(self) -> str:
        """The digest that its info tells, empty where it tells none."""
        return str((self.info or {}).get("md5sum") or "").lower()


def listed() -> Flow[dict[str, Json]]:
    """File name → info, empty where the camera has none; a list or an object of one [ref, sdk]."""
    listing = yield Ask("GET", LIST)
    entries = listing.get("lModels") if isinstance(listing, dict) else listing
    if not isinstance(entries, list):
        raise NotUnderstood("the list of models has an unknown form", request=f"GET {LIST}")
    found: dict[str, Json] = {}
    for each in entries:
        name = each.get("model") if isinstance(each, dict) else None
        if not isinstance(name, str):
            raise NotUnderstood("the list of models has an unknown form", request=f"GET {LIST}")
        info = each.get("modelInfo")
        found[name] = info if isinstance(info, dict) else {}
    return found


def seen(name: str) -> Flow[Seen]:
    """What the camera shows of a file now."""
    if name not in (yield from listed()):
        return Seen(listed=False)
    try:
        info = yield Ask("GET", info_of(name))
    except Rejected as error:
        if isinstance(error, Unavailable):
            raise
        info = None
    return Seen(listed=True, info=info if isinstance(info, dict) and info else None)


def info_of(name: str) -> str:
    """Where its info is read and written."""
    return f"/model/info?File-name={quote(name, safe='')}"


def brought(name: str, file: Artifact) -> Flow[None]:
    """Upload; once more from the start where an answer was lost and the camera shows nothing of it."""
    if not file.is_unchanged():
        raise Stale(f"{file.file} is no longer the file that the plan saw")
    before = yield from seen(name)
    try:
        yield from _uploaded(name, file)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        after = yield from seen(name)
        if _has_arrived(before, after, file):
            return
        if after != before:
            raise
        yield from _uploaded_again(name, file, before)


def _uploaded_again(name: str, file: Artifact, before: Seen) -> Flow[None]:
    try:
        yield from _uploaded(name, file)
    except CameraError as error:
        after = yield from seen(name)
        if not is_in_doubt(error) or not _has_arrived(before, after, file):
            raise


def _has_arrived(before: Seen, after: Seen, file: Artifact) -> bool:
    """A file that was not there is listed only once it is complete; another one tells by its digest."""
    return after.md5 == file.md5 or (after.listed and not before.listed)


def _uploaded(name: str, file: Artifact) -> Flow[None]:
    number = yield from fed(_UPLOAD, file, f"models.{name}", with_total=True)
    yield from ended(_UPLOAD, number, file, f"&File-name={quote(name, safe='')}")


def described(name: str, file: Artifact | None, info: Json, *, wanted: bool) -> Flow[bool]:
    """Write the whole info where something in it is wanted otherwise, or where it tells of another file."""
    now = yield from seen(name)
    shown = now.info or {}
    if not wanted and now.info is not None and (file is None or now.md5 == file.md5):
        return False
    of_file = {"size": file.size, "md5sum": file.md5} if file is not None else {}
    kept = {key: shown[key] for key in ("size", "md5sum") if key in shown}
    body = {**shown, **info, **kept, **of_file}
    try:
        yield Ask("POST", info_of(name), body)
    except CameraError as error:
        if not is_in_doubt(error) or (yield from seen(name)).info != body:
            raise
    return True


def restarted(name: str) -> Flow[bool]:
    """Apply what was written to the model that runs; a new info alone is not looked at [ext]."""
    setting = yield Ask("GET", INFERENCE)
    if runs(setting, name):
        yield from inferring(setting, setting, RUNNING)
        return True
    return False
