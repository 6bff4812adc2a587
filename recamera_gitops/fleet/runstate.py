"""What a run leaves on disk below `.recamera/`: the folder itself, and open edit modes.

Nothing here ever replaces a look at the camera. A mark only causes one more request: the one that
leaves an edit mode which a killed run could not leave.
"""

import json
from pathlib import Path
from typing import Final
from urllib.parse import quote

from recamera_gitops.errors import Unwritable
from recamera_gitops.files import PRIVATE, replace_file

FOLDER: Final = ".recamera"
_OWNER_ONLY: Final = 0o700


class RunState:
    """The state folder of one fleet repository; made when first needed, readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self._root = root / FOLDER

    def mark_editing(self, device: str, serial: str) -> None:
        """Write down, before it is entered, that this camera may be in an edit mode."""
        path = self._path("editing", device, ".json")
        content = json.dumps({"serial": serial}).encode()
        try:
            replace_file(path, content, PRIVATE)
        except OSError as error:
            raise unwritable(path, error) from error

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
        return made(self._root, folder) / _file(device, ending)


def made(root: Path, folder: str = "") -> Path:
    """A folder below the state folder, made where it is not there yet; Unwritable without it."""
    try:
        for each in dict.fromkeys((root, root / folder)):
            each.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    except OSError as error:
        raise unwritable(root, error) from error
    return root / folder


def unwritable(path: Path, error: OSError) -> Unwritable:
    """What is said where something has to be on disk and cannot be put there."""
    return Unwritable(f"{path} cannot be written ({error.strerror}); nothing was sent")


def _file(device: str, ending: str) -> str:
    return quote(device, safe="") + ending
