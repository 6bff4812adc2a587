"""Folders on this machine into which the files of a stranger go.

Names may come from a camera, which may be hostile. Every file is reached here and in no other way: from the
folder that the user named, name by name, where none of them may lead elsewhere, be it with `..` or
through a link. What is fetched in parts stands beside its place, under a name that tells which version
of the file it is a part of, and takes its place as a whole.
"""

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from recamera_gitops.errors import NotSaved

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NOT_A_LINK: Final = _FOLDER | os.O_NOFOLLOW
_PART: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_PUBLIC: Final = 0o644
_COARSEST: Final = 2  # seconds: how exactly some file systems of cards keep a time


@dataclass(frozen=True, slots=True)
class Local:
    """A file that is there; `modified` is in Unix seconds."""

    size: int
    modified: int

    def is_like(self, size: int, modified: int) -> bool:
        """Whether it is a copy of a file of that size and time."""
        return self.size == size and abs(self.modified - modified) <= _COARSEST


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Something that is no file of ours, because of which nothing can be put there."""

    reason: str


class Folder:
    """A folder, made where it is missing; a context manager. OSErrors come out as NotSaved."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._descriptor = -1

    def __enter__(self) -> Self:
        with _saving(str(self.root)):
            self.root.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.root, _FOLDER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def look(self, parts: Sequence[str]) -> Local | InTheWay | None:
        """What is there under these names."""
        with contextlib.ExitStack() as stack, _saving("/".join(parts)):
            try:
                where = stack.enter_context(self._inside(parts[:-1], make=False))
                found = os.stat(_name(parts[-1]), dir_fd=where, follow_symlinks=False)
            except FileNotFoundError:
                return None
            except NotADirectoryError:
                return InTheWay("a link, or something else that is no folder, is in the way")
        if not stat.S_ISREG(found.st_mode):
            return InTheWay("something that is no file is there")
        return Local(found.st_size, int(found.st_mtime))

    @contextlib.contextmanager
    def part(self, parts: Sequence[str], size: int, modified: int) -> Iterator["Part"]:
        """What there is of that version of a file, to go on with; parts of other versions are removed."""
        name = _name(parts[-1])
        with _saving("/".join(parts)), self._inside(parts[:-1], make=True) as where:
            aside = f".{name}.{size}-{modified}.part"
            _forget_others(where, name, aside)
            with _Open(os.open(aside, _PART, _PUBLIC, dir_fd=where)) as descriptor:
                part = Part(where, name, aside, descriptor, (size, modified))
                try:
                    yield part
                finally:
                    part.tidy()

    @contextlib.contextmanager
    def _inside(self, parts: Sequence[str], *, make: bool) -> Iterator[int]:
        """The folder under these names; NotADirectoryError where one of them is a link."""
        with contextlib.ExitStack() as stack:
            where = self._descriptor
            for each in map(_name, parts):
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(each, dir_fd=where)
                where = stack.enter_context(_Open(_opened(each, where)))
            yield where


class Part:
    """A file that is not complete yet. It stays where it is, to be gone on with, unless it is finished."""

    def __init__(
        self, where: int, name: str, aside: str, descriptor: int, version: tuple[int, int]
    ) -> None:
        self._where = where
        self._name = name
        self._aside = aside
        self._descriptor = descriptor
        self._size, self._modified = version
        self._is_finished = False
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotSaved(f"{aside} is no file; move it out of the way")
        if found.st_size > self._size:
            os.ftruncate(descriptor, 0)

    @property
    def length(self) -> int:
        """How much of it there is."""
        return os.fstat(self._descriptor).st_size

    def append(self, content: bytes) -> None:
        """Write what follows."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def finish(self) -> None:
        """Put the whole file in its place, with its time, in one step; it is on disk then."""
        os.utime(self._descriptor, (self._modified, self._modified))
        os.fsync(self._descriptor)
        os.rename(self._aside, self._name, src_dir_fd=self._where, dst_dir_fd=self._where)
        os.fsync(self._where)
        self._is_finished = True

    def discard(self) -> None:
        """Forget what there is of it."""
        os.ftruncate(self._descriptor, 0)

    def tidy(self) -> None:
        """Leave no empty file behind."""
        if not self._is_finished and self.length == 0:
            os.unlink(self._aside, dir_fd=self._where)


class _Open:
    """An open descriptor; closed at the end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __enter__(self) -> int:
        return self._descriptor

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _opened(name: str, where: int) -> int:
    try:
        return os.open(name, _NOT_A_LINK, dir_fd=where)
    except OSError as error:
        if stat.S_ISLNK(os.stat(name, dir_fd=where, follow_symlinks=False).st_mode):
            raise NotADirectoryError(name) from error  # some systems say ELOOP, others EMLINK
        raise


def _name(name: str) -> str:
    """The name, if it names something in a folder and nowhere else; whoever asks has judged it before."""
    if name in ("", ".", "..") or not {"/", "\0"}.isdisjoint(name):
        raise ValueError("that is no name of a file")
    return name


def _forget_others(where: int, name: str, kept: str) -> None:
    """Remove parts of versions of the file that the camera no longer has."""
    version = re.compile(rf"\.{re.escape(name)}\.\d+-\d+\.part")
    for each in os.listdir(where):
        if each != kept and version.fullmatch(each):
            os.unlink(each, dir_fd=where)


@contextlib.contextmanager
def _saving(what: str) -> Iterator[None]:
    """What the system says against it, in words."""
    try:
        yield
    except OSError as error:
        raise NotSaved(f"{what}: {(error.strerror or str(error)).lower()}") from error
