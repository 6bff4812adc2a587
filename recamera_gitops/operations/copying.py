"""Files of a camera onto this machine, piece by piece, and what became of each.

A file that is there already, with the same size and time, is not fetched again; what has come of one
stays for the next time. A file that is still being written is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from recamera_gitops.device.asking import Flow, Piece, Told
from recamera_gitops.errors import (
    NotUnderstood,
    RecameraError,
    Rejected,
    Unavailable,
)
from recamera_gitops.folders import Folder, InTheWay, Part
from recamera_gitops.operations.listing import (
    DIRECTORY,
    FILE,
    THUMBNAILS,
    Entry,
    Left,
    Listing,
    listed,
    unlisted,
    walked,
)
from recamera_gitops.operations.names import collisions, joined, parts_of, remark
from recamera_gitops.operations.relay import Relay

_PIECE: Final = 2 << 20
_LONGEST_WHOLE: Final = 256 << 20  # what is held in memory of a camera that sends no pieces
_NOT_THERE, _NOT_SATISFIABLE = 404, 416
_BEING_WRITTEN: Final = "it is still being written; get it later"
_OTHER_FILE: Final = "another file is there; it is replaced with --overwrite"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why not all of it was done, and what that ends the program with."""

    reason: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of files: paths in the recordings. `bytes` counts what was fetched now.

    `skipped` were here already, `being_written` are left for later, `refused` must not be written here,
    `failed` could not be fetched, `not_attempted` was not begun because of what `stopped` it.
    """

    directory: str
    downloaded: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    being_written: tuple[str, ...] = ()
    refused: tuple[Left, ...] = ()
    failed: tuple[Left, ...] = ()
    not_attempted: tuple[str, ...] = ()
    notes: tuple[Left, ...] = ()
    bytes: int = 0
    stopped: Stop | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be fetched, and the names under which it is to be kept."""

    entry: Entry
    place: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it is in the recordings."""
        return self.entry.path


class _ChangedUnderWay(Exception):
    """The file is another one by now than was listed."""


@dataclass(slots=True)
class Copying:
    """The work at one camera, and what has come of it so far."""

    relay: Relay
    folder: Folder
    overwrite: bool = False
    downloaded: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    being_written: list[str] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)
    failed: list[Left] = field(default_factory=list)
    waiting: list[Wanted] = field(default_factory=list)
    notes: list[Left] = field(default_factory=list)
    fetched: int = 0
    _total: int = 0
    _passed: int = 0

    def told(self, stopped: RecameraError | None = None) -> Copied:
        """What has become of the files."""
        return Copied(
            str(self.folder.root),
            downloaded=tuple(self.downloaded),
            skipped=tuple(self.skipped),
            being_written=tuple(self.being_written),
            refused=tuple(self.refused),
            failed=tuple(self.failed),
            not_attempted=tuple(each.path for each in self.waiting),
            notes=(*self.notes, *(self._left_open() if stopped is None else ())),
            bytes=self.fetched,
            stopped=None if stopped is None else Stop(str(stopped), int(stopped.exit_code)),
        )

    def _left_open(self) -> Iterator[Left]:
        if self.relay.left_open is not None:
            yield Left(
                self.relay.slot,
                f"its relay stays open for up to five minutes: {self.relay.left_open}",
            )

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to tell of."""
        return bool(self.downloaded or self.skipped or self.refused or self.failed or self.fetched)

    def since(self, first: int | None, last: int | None) -> Flow[None]:
        """Fetch every file that was modified in that time, the oldest first; None for no bound."""
        found = yield from walked(self.relay, ())
        still = yield from self._still_written(found.files)
        self.refused.extend(found.refused)
        meant = [
            each
            for each in sorted(found.files, key=lambda each: (each.stamp, each.path))
            if (first is None or each.stamp >= first) and (last is None or each.stamp <= last)
        ]
        self.being_written.extend(each.path for each in meant if each in still)
        yield from self._all(Wanted(each, each.parts) for each in meant if each not in still)

    def named(self, paths: Sequence[str], place: tuple[str, ...] | None = None) -> Flow[None]:
        """Fetch these files, and everything below these directories; `place` is where the only one goes."""
        wanted: list[Wanted] = []
        for path in paths:
            found = yield from self._found(path)
            still = yield from self._still_written(found)
            self.failed.extend(Left(each.path, _BEING_WRITTEN) for each in found if each in still)
            wanted += [Wanted(e, place or e.parts) for e in found if e not in still]
        yield from self._all(wanted)

    def thumbnails(self, paths: Sequence[str]) -> Flow[None]:
        """Fetch the thumbnails of these files, or of every file in these directories [sdk]."""
        wanted: list[Wanted] = []
        for path in paths:
            parts = parts_of(path)
            entry = yield from self._entry(parts)
            if entry is None:
                continue
            inside = parts if entry.kind == DIRECTORY else parts[:-1]
            found = yield from self._thumbnails_in(inside)
            name = f"{parts[-1]}.thumb.jpg"
            meant = [e for e in found if entry.kind == DIRECTORY or e.parts[-1] == name]
            if not meant:
                self.failed.append(Left(path, "it has no thumbnail"))
            wanted += [Wanted(each, (*inside, each.parts[-1])) for each in meant]
        yield from self._all(wanted)

    def _found(self, path: str) -> Flow[tuple[Entry, ...]]:
        """The files that a path means."""
        parts = parts_of(path)
        entry = yield from self._entry(parts)
        if entry is None:
            return ()
        if entry.kind == DIRECTORY:
            below = yield from walked(self.relay, parts)
            self.refused.extend(below.refused)
            return below.files
        if entry.kind != FILE:
            self.failed.append(Left(path, "it is no file"))
            return ()
        return (entry,)

    def _entry(self, parts: tuple[str, ...]) -> Flow[Entry | None]:
        """What is at a path; where nothing is, that is noted."""
        path = joined(parts)
        try:
            found = yield from listed(self.relay, parts[:-1])
        except Rejected as error:
            if isinstance(error, Unavailable) or not error.is_not_known:
                raise
            entry = yield from unlisted(self.relay, parts)
            if entry is not None:
                return entry
            if not parts[:-1]:
                raise
            found = Listing(())
        entry = next((each for each in found.entries if each.path == path), None)
        if entry is None:
            why = next((each.reason for each in found.refused if each.path == path), None)
            self.failed.append(Left(path, why or "it is not there"))
        return entry

    def _thumbnails_in(self, parts: tuple[str, ...]) -> Flow[tuple[Entry, ...]]:
        try:
            found = yield from listed(self.relay, (*parts, THUMBNAILS))
        except Rejected as error:
            if error.code != _NOT_THERE or isinstance(error, Unavailable):
                raise
            return ()
        self.refused.extend(found.refused)
        return found.files

    def _still_written(self, files: Sequence[Entry]) -> Flow[frozenset[Entry]]:
        """The newest files, while a recording is being written; looked at after they were listed."""
        if not files or not (yield from self.relay.is_writing()):
            return frozenset()
        newest = max(each.stamp for each in files)
        return frozenset(each for each in files if each.stamp == newest)

    def _all(self, wanted: Iterable[Wanted]) -> Flow[None]:
        """Fetch them, one after the other; one that cannot be fetched stops no other."""
        self.waiting = list({each.place: each for each in wanted}.values())
        self._remark()
        self._total = sum(each.entry.size_bytes or 0 for each in self.waiting)
        while self.waiting:
            each = self.waiting[0]
            try:
                yield from self._one(each)
            except (NotUnderstood, _ChangedUnderWay) as error:
                self.failed.append(Left(each.path, str(error)))
            except Rejected as error:
                if isinstance(error, Unavailable):
                    raise
                self.failed.append(Left(each.path, _words(error)))
            self._passed += each.entry.size_bytes or 0
            del self.waiting[0]

    def _remark(self) -> None:
        for each in self.waiting:
            self.notes.extend(
                Left(each.path, odd) for name in each.place if (odd := remark(name)) is not None
            )
        for one, other in collisions(joined(each.place) for each in self.waiting):
            self.notes.append(Left(one, f"elsewhere its name may be that of {other}"))

    def _one(self, wanted: Wanted) -> Flow[None]:
        entry, size = wanted.entry, wanted.entry.size_bytes or 0
        there = self.folder.look(wanted.place)
        if isinstance(there, InTheWay):
            self.refused.append(Left(entry.path, there.reason))
        elif there is not None and there.is_like(size, entry.stamp):
            self.skipped.append(entry.path)
        elif there is not None and not self.overwrite:
            self.refused.append(Left(entry.path, _OTHER_FILE))
        else:
            with self.folder.part(wanted.place, size, entry.stamp) as part:
                yield from self._filled(part, entry, size)
                part.finish()
            self.downloaded.append(entry.path)

    def _filled(self, part: Part, entry: Entry, size: int) -> Flow[None]:
        """Fetch what the part lacks; nothing of it is kept where the file has changed meanwhile."""
        while part.length < size:
            first = part.length
            length = min(_PIECE, size - first)
            most = min(size, _LONGEST_WHOLE)
            try:
                piece = yield from self.relay.piece(entry.parts, first, length, most)
                content = _fitting(piece, first, size)
            except (Rejected, _ChangedUnderWay) as error:
                if isinstance(error, _ChangedUnderWay) or error.code == _NOT_SATISFIABLE:
                    part.discard()
                raise
            part.append(content)
            self.fetched += len(content)
            share = (self._passed + part.length) * 100 // max(1, self._total)
            yield Told(f"{entry.path}, {len(self.waiting)} to go", share)


def _fitting(piece: Piece, first: int, size: int) -> bytes:
    """What of a piece follows the first so many bytes of a file of this size."""
    if piece.total is not None and piece.total != size:
        raise _ChangedUnderWay(f"its size is {piece.total} bytes now, no longer {size}")
    content = piece.content[first - piece.first :]
    if not content or first + len(content) > size:
        raise NotUnderstood("another part came back than was asked for")
    return content


def _words(error: Rejected) -> str:
    if error.code == _NOT_THERE:
        return "it is no longer there"
    if error.code == _NOT_SATISFIABLE:
        return "it is shorter than it was"
    return str(error)
