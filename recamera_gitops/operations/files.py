"""Work on the recordings of one camera: each opens a relay, and closes it whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.device.asking import Flow
from recamera_gitops.errors import CameraError, Interrupted, NotSaved, RecameraError
from recamera_gitops.folders import Folder
from recamera_gitops.operations.copying import Copied, Copying
from recamera_gitops.operations.listing import Entry, Left, listed, walked
from recamera_gitops.operations.names import parts_of
from recamera_gitops.operations.relay import Conversing, Relay, relayed
from recamera_gitops.operations.removing import Doomed, Removed, doomed, removed


@dataclass(frozen=True, slots=True)
class Listed:
    """What a directory of recordings on a slot holds, as paths in it."""

    slot: str
    directory: str
    entries: tuple[Entry, ...]
    refused: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go: into a folder, a single one to a `place` in it. Other files are there to `overwrite`."""

    folder: Path
    place: tuple[str, ...] | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """The recordings of a slot, of the one in use unless another is named; `now` is a steady clock."""

    now: Callable[[], float]
    slot: str | None = None

    def listed(self, camera: Conversing, path: str, *, recursive: bool) -> Listed:
        """What a directory holds, an empty path being the uppermost one."""
        parts = parts_of(path) if path else ()
        with relayed(camera, self._relay()) as relay:
            look = walked if recursive else listed
            found = camera.converse(look(relay, parts))
            return Listed(relay.slot, path, found.entries, found.refused)

    def got(
        self,
        camera: Conversing,
        paths: Sequence[str],
        target: Target,
    ) -> Copied:
        """Fetch files, and everything below directories."""
        return self._copied(camera, target, lambda work: work.named(paths, target.place))

    def thumbnails(self, camera: Conversing, paths: Sequence[str], target: Target) -> Copied:
        """Fetch the thumbnails of files, or of all files in directories."""
        return self._copied(camera, target, lambda work: work.thumbnails(paths))

    def synced(
        self, camera: Conversing, target: Target, first: int | None, last: int | None
    ) -> Copied:
        """Fetch what was modified in a period, in Unix seconds, and is not here yet."""
        return self._copied(camera, target, lambda work: work.since(first, last))

    def doomed(self, camera: Conversing, paths: Sequence[str]) -> tuple[Doomed, ...]:
        """What would be gone if these were removed."""
        with relayed(camera, self._relay()) as relay:
            return camera.converse(doomed(relay, paths))

    def removed(self, camera: Conversing, paths: Sequence[str]) -> Removed:
        """Remove these, once, and see what is gone."""
        with relayed(camera, self._relay()) as relay:
            return camera.converse(removed(relay, paths))

    def _relay(self) -> Relay:
        return Relay(self.slot, self.now)

    def _copied(
        self, camera: Conversing, target: Target, work: Callable[[Copying], Flow[None]]
    ) -> Copied:
        """What came of it; what stops it in the middle is told beside what was done by then."""
        relay = self._relay()
        stopped: RecameraError | None = None
        with Folder(target.folder) as folder:
            copying = Copying(relay, folder, target.overwrite)
            try:
                with relayed(camera, relay):
                    camera.converse(work(copying))
            except (CameraError, NotSaved, Interrupted) as error:
                if not copying.is_begun:
                    raise
                stopped = error
            return copying.told(stopped)
