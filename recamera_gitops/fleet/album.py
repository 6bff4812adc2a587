"""What cameras showed before and after they were written, in the folder of the run beside its journal.

A picture is something to look at, and never a reason to stop: what is missing is told, with why.
"""

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from recamera_gitops.errors import Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.fleet.journal import Lines
from recamera_gitops.fleet.luma import differing
from recamera_gitops.fleet.pictures import Blank, Picture
from recamera_gitops.reconcile.plan import DevicePlan

BEFORE: Final = "before"
AFTER: Final = "after"
TOLD: Final = "pictures.jsonl"
SMALL: Final = "small"  # the key of the file that is small enough to be shown inside a page
_FOLDER: Final = "pictures"
_OWNER_ONLY: Final = 0o700
_LARGEST: Final = 1 << 20
_SEEN: Final = frozenset({"image", "osd"})

# Of each camera: before and after, each with what was measured, or with `trouble`.
Told = Mapping[str, Mapping[str, Mapping[str, Json]]]


def shows(planned: DevicePlan) -> bool:
    """Whether a plan changes what is to be seen in the picture."""
    return any(each.address.partition(".")[0] in _SEEN for each in planned.resources)


class Album:
    """The pictures of one run; for any number of threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._lines = Lines(folder / TOLD)
        self._told: dict[str, dict[str, Mapping[str, Json]]] = {}
        self._before: dict[str, bytes] = {}

    @property
    def told(self) -> Told:
        """What is known of every picture so far."""
        with self._lock:
            return {name: {**each} for name, each in self._told.items()}

    def keep(self, device: str, when: str, found: Picture | Blank) -> None:
        """Put a picture down, or why there is none."""
        facts: dict[str, Json]
        try:
            facts = (
                {"trouble": found.why}
                if isinstance(found, Blank)
                else self._developed(device, when, found)
            )
        except OSError as error:
            facts = {"trouble": f"it cannot be kept ({error.strerror})"}
        with self._lock:
            self._told.setdefault(device, {})[when] = facts
        with suppress(Unwritable):  # the journal has the same disk, and says so
            self._lines.add({"device": device, "when": when, **facts})

    def photo(self, facts: Mapping[str, Json]) -> bytes | None:
        """The small JPEG of a picture; None where there is none."""
        return small(self._folder, facts)

    def close(self) -> None:
        """No picture after this."""
        self._lines.close()

    def _developed(self, device: str, when: str, found: Picture) -> dict[str, Json]:
        (self._folder / _FOLDER).mkdir(mode=_OWNER_ONLY, exist_ok=True)
        name = f"{_FOLDER}/{device}-{when}"
        files = {"file": f"{name}.jpg", SMALL: f"{name}-{SMALL}.jpg"}
        replace_file(self._folder / files["file"], found.jpeg, PRIVATE)
        replace_file(self._folder / files[SMALL], found.small, PRIVATE)
        with self._lock:
            before = self._before.pop(device, None)
            if when == BEFORE:
                self._before[device] = found.points
        differs = None if before is None else round(differing(before, found.points), 4)
        seen = found.light
        return {
            **files,
            "width": found.width,
            "height": found.height,
            "mean": round(seen.mean, 1),
            "black": round(seen.black, 4),
            "white": round(seen.white, 4),
            "alarm": found.alarm,
            **({} if differs is None else {"differs": differs}),
        }


def told(lines: Iterable[Mapping[str, Any]]) -> Told:
    """What an album has put down, read back."""
    found: dict[str, dict[str, Mapping[str, Json]]] = {}
    for line in lines:
        facts = {key: value for key, value in line.items() if key not in ("device", "when")}
        found.setdefault(line["device"], {})[line["when"]] = facts
    return found


def small(folder: Path, facts: Mapping[str, Json]) -> bytes | None:
    """The JPEG of a picture of a run, as one for pages; None where there is none (any more)."""
    name = facts.get(SMALL)
    if not isinstance(name, str):
        return None
    with suppress(OSError), (folder / _FOLDER / Path(name).name).open("rb") as file:
        return file.read(_LARGEST)
    return None
