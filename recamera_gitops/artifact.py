"""A file of the repository that a camera is to have: what it is known by, and where its bytes are."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from recamera_gitops.exchange import Json

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Artifact:
    """`file` is its path as written, relative to the repository; `md5` are 32 lower-case digits."""

    file: str
    size: int
    md5: str
    path: Path = field(repr=False, compare=False)

    def shown(self) -> Json:
        """What plans show of it."""
        return {"file": self.file, "size": self.size, "md5": self.md5}

    def is_unchanged(self) -> bool:
        """Whether the file is still what it was when it was measured."""
        try:
            return measured(self.file, self.path) == self
        except OSError:
            return False

    def chunks(self, size: int) -> Iterator[bytes]:
        """Its bytes, in order, as many at a time."""
        with self.path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk


def measured(name: str, path: Path) -> Artifact:
    """The file at a path, read once for each time that it changes; OSError where it cannot be."""
    state = path.stat()
    size, md5 = _digest(path, state.st_mtime_ns, state.st_size)
    return Artifact(name, size, md5, path)


@lru_cache(maxsize=256)
def _digest(path: Path, modified: int, length: int) -> tuple[int, str]:
    del modified, length
    digest, size = hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
