"""`snapshot`: a picture of each camera into a file, and what is wrong with it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recamera_gitops.cli.operating import reachable, told
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import CameraError, Diagnostic, ExitCode, InvalidInput, NotSaved
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.fleet.pictures import Blank, Picture, require
from recamera_gitops.operations.snapshots import Snapshot, camera_time
from recamera_gitops.report.operations.snapshots import SNAPSHOT

_NAME: Final = "snapshot"
_ENDINGS: Final = (".jpeg", ".jpg")


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """What `snapshot` was asked for; `output` is a folder, or the file of the one camera."""

    selection: Selection
    form: str
    output: Path
    camera_time: bool


def take(request: SnapshotRequest) -> ExitCode:
    """Take a picture of every camera at once, and keep each."""
    require()
    one_file = request.output.suffix.lower() in _ENDINGS
    with opened(reachable(request.selection)) as working:
        _prepare(request.output, one_file=one_file, cameras=len(working.devices))

        def work(reached: Reached) -> Snapshot:
            picture = working.run.pictured(reached)
            taken = _taken(working, reached, by_camera=request.camera_time)
            path = request.output
            if not one_file:
                path /= f"{reached.device.name}-{taken.replace('-', '').replace(':', '')}.jpeg"
            return _kept(path, taken, picture)

        operation = Operation(_NAME, work)
        return told(working, operation, working.operate(operation), SNAPSHOT, request.form)


def _prepare(output: Path, *, one_file: bool, cameras: int) -> None:
    """Make the folder, before any camera is asked; InvalidInput where no picture could be kept."""
    folder = output.parent if one_file else output
    try:
        if not one_file:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(f"it cannot be made: {error.strerror}", output) from error
    if one_file and cameras != 1:
        raise _unusable(f"one file cannot take the pictures of {cameras} cameras", output)
    if one_file and output.is_dir():
        raise _unusable("it is a folder", output)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(f"the folder {folder} is not there, or may not be written to", output)


def _unusable(why: str, output: Path) -> InvalidInput:
    message = f"pictures cannot be written: {why}"
    hint = "name a folder; each picture gets a name of its own"
    return InvalidInput([Diagnostic("output-file", message, str(output), hint=hint)])


def _taken(working: Working, reached: Reached, *, by_camera: bool) -> str:
    return reached.converse(camera_time()) if by_camera else stamp(working.now())


def _kept(path: Path, taken: str, picture: Picture | Blank) -> Snapshot:
    if isinstance(picture, Blank):
        raise CameraError(picture.why)
    try:
        replace_file(path, picture.jpeg, PRIVATE)
    except OSError as error:
        raise NotSaved(f"{path} could not be written: {error.strerror}") from error
    light = picture.light
    return Snapshot(
        str(path),
        taken,
        picture.width,
        picture.height,
        len(picture.jpeg),
        round(light.mean, 1),
        black=light.is_black,
        frozen=picture.frozen,
    )
