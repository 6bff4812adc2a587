"""What a run leaves on disk below `.recamera/`: who is writing to a camera, and open edit modes.

Nothing here ever replaces a look at the camera. A lock only refuses, and a mark only causes one more
request: the one that leaves an edit mode which a killed run could not leave.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from recamera_gitops.errors import Locked, Unwritable
from recamera_gitops.files import PRIVATE, replace_file

FOLDER: Final = ".recamera"
_OWNER_ONLY: Final = 0o700


class RunState:
    """The state folder of one fleet repository; made when first needed, readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self._root = root / FOLDER

    @contextmanager
    def writing(self, device: str) -> Iterator[None]:
        """Be the only writer of this camera; Locked while another process is.

        The operating system lets go of the lock when the process ends, however it ends.
        """
        path = self._path("locks", device, ".lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.read(descriptor, 64).decode("ascii", "replace").strip() or "unknown"
                raise Locked(f"another run is writing to this camera (process {owner})") from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
            yield
        finally:
            os.close(descriptor)

    def mark_editing(self, device: str, serial: str) -> None:
        """Write down, before it is entered, that this camera may be in an edit mode."""
        path = self._path("editing", device, ".json")
        content = json.dumps({"serial": serial}).encode()
        try:
            replace_file(path, content, PRIVATE)
        except OSError as error:
            raise _unwritable(path, error) from error

    def unmark_editing(self, device: str) -> None:
        """The edit mode has been left."""
        self._path("editing", device, ".json").unlink(missing_ok=True)

    def left_editing(self, device: str) -> str | None:
        """The serial number of the camera that a run may have left in an edit mode; None without one."""
        path = self._root / "editing" / _file(device, ".json")
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return ""
        serial = found.get("serial") if isinstance(found, dict) else None
        return serial if isinstance(serial, str) else ""

    def _path(self, folder: str, device: str, ending: str) -> Path:
        try:
            self._root.mkdir(mode=_OWNER_ONLY, exist_ok=True)
            (self._root / folder).mkdir(mode=_OWNER_ONLY, exist_ok=True)
        except OSError as error:
            raise _unwritable(self._root, error) from error
        return self._root / folder / _file(device, ending)


def _file(device: str, ending: str) -> str:
    return quote(device, safe="") + ending


def _unwritable(path: Path, error: OSError) -> Unwritable:
    return Unwritable(f"{path} cannot be written ({error.strerror}); nothing was sent")
