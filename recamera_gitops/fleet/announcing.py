"""What of a drift has been told already, so that each is told once: a state beside the journals.

It keeps, camera by camera, the differences that stood when the camera was last seen. A camera that is out
of reach changes nothing in it.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from recamera_gitops.errors import Unwritable
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.fleet.exclusion import alone
from recamera_gitops.fleet.runstate import FOLDER, made, unwritable
from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import digest

FILE: Final = "webhook.json"
_MUTEX: Final = "webhook.lock"

# Camera → the paths that differ.
Standing: TypeAlias = Mapping[str, Collection[str]]


class News(NamedTuple):
    """What there is to tell: differences that were not there before, or that none is left.

    `fingerprint` is that of everything that stands now; `new` are camera and path.
    """

    is_resolved: bool
    fingerprint: str
    new: frozenset[tuple[str, str]]


class Announcing:
    """The state of one repository, read; `remember` writes what stands now."""

    def __init__(self, path: Path, before: Standing, now: Standing) -> None:
        self._path = path
        self._before = before
        self._now = now

    @property
    def news(self) -> News | None:
        """None where everything has been told."""
        new = frozenset(_pairs(self._now)) - frozenset(_pairs(self._before))
        is_resolved = not self._now and bool(self._before)
        fingerprint = digest({name: sorted(paths) for name, paths in self._now.items()})
        return News(is_resolved, fingerprint, new) if new or is_resolved else None

    def remember(self) -> None:
        """From now on this has been told; Unwritable where that cannot be put on disk."""
        told = {"format": 1, "standing": {name: sorted(p) for name, p in self._now.items()}}
        try:
            replace_file(self._path, json.dumps(told).encode(), PRIVATE)
        except OSError as error:
            raise unwritable(self._path, error) from error


@contextmanager
def announcing(root: Path, drift: Drift, names: Collection[str]) -> Iterator[Announcing]:
    """What stands before and after a look; one run at a time is inside.

    Cameras that are not among the `names` of the fleet any more are forgotten.
    """
    folder = made(root / FOLDER)
    path = folder / FILE
    try:
        with alone(folder / _MUTEX):
            before = _read(path)
            kept = {name: paths for name, paths in before.items() if name in names}
            yield Announcing(path, before, _after(kept, drift))
    except OSError as error:
        raise unwritable(folder / _MUTEX, error) from error


def _after(before: Standing, drift: Drift) -> dict[str, Collection[str]]:
    standing = dict(before)
    for device in drift.plan.devices:
        if device.was_read:
            standing[device.device] = {each.path for each in device.changes}
    return {name: paths for name, paths in standing.items() if paths}


def _pairs(standing: Standing) -> Iterator[tuple[str, str]]:
    return ((name, path) for name, paths in standing.items() for path in paths)


def _read(path: Path) -> dict[str, list[str]]:
    """What was told; a file that cannot be read has been told nothing, so that it is told again."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        return {}
    except OSError as error:
        raise Unwritable(f"{path} cannot be read ({error.strerror})") from error
    standing = found.get("standing") if isinstance(found, dict) else None
    return {
        name: [str(each) for each in paths]
        for name, paths in (standing.items() if isinstance(standing, dict) else ())
        if isinstance(paths, list)
    }
