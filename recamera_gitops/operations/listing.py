"""What the directories of recordings hold, as the camera's web server lists them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from recamera_gitops.device.asking import Flow
from recamera_gitops.errors import NotUnderstood, Rejected, Unavailable
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import said
from recamera_gitops.operations.names import joined, trouble
from recamera_gitops.operations.relay import Relay
from recamera_gitops.secret import foreign

FILE, DIRECTORY, OTHER = "file", "directory", "other"
THUMBNAILS: Final = ".thumb"
_LARGEST: Final = 1 << 50
_DEEPEST: Final = 16
_MOST: Final = 100_000
_LONGEST_UNLISTED: Final = 256 << 20  # of a camera that neither lists nor knows pieces
_REQUEST: Final = "GET /storage/relay/"
_NOT_THERE: Final = 404
_TIME: Final = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d"
    r" (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)
Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the directory of recordings: its path in there, and of a file its size and time."""

    path: str
    kind: str
    size_bytes: int | None = None
    modified: str | None = None

    @property
    def parts(self) -> Parts:
        """The names that its path is made of."""
        return tuple(self.path.split("/"))

    @property
    def stamp(self) -> int:
        """When it was modified, in Unix seconds; 0 where that is not told."""
        return (
            0 if self.modified is None else int(datetime.fromisoformat(self.modified).timestamp())
        )


@dataclass(frozen=True, slots=True)
class Left:
    """Something of a camera that is left where it is, and why; the path is made safe to show."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a directory holds."""

    entries: tuple[Entry, ...]
    refused: tuple[Left, ...] = ()

    @property
    def files(self) -> tuple[Entry, ...]:
        """Those that can be fetched."""
        return tuple(each for each in self.entries if each.kind == FILE)


def listed(relay: Relay, parts: Parts) -> Flow[Listing]:
    """What one directory holds; Rejected where it is not there, or the camera lists none."""
    try:
        answer = yield from relay.listing(parts)
    except Unavailable:
        raise
    except Rejected as error:
        if not parts:
            message = f"this camera does not list its recordings: {error.message}"
            raise Rejected(message, code=error.code) from error
        yield from listed(relay, ())  # it does list others
        raise Rejected(f"it has no directory {joined(parts)}", code=_NOT_THERE) from error
    if not isinstance(answer, list):
        raise NotUnderstood("what should be a listing is none", request=_REQUEST)
    return _decoded(parts, answer)


def walked(relay: Relay, parts: Parts) -> Flow[Listing]:
    """The same with everything below it; a directory in it that is gone by now is left."""
    entries: list[Entry] = []
    refused: list[Left] = []
    waiting = [parts]
    while waiting:
        now = waiting.pop()
        try:
            found = yield from listed(relay, now)
        except Rejected as error:
            if now == parts or error.code != _NOT_THERE or isinstance(error, Unavailable):
                raise
            found = Listing((), (Left(joined(now), "it is no longer there"),))
        entries.extend(found.entries)
        refused.extend(found.refused)
        inner = [each.parts for each in found.entries if each.kind == DIRECTORY]
        if len(entries) > _MOST or any(len(each) > _DEEPEST for each in inner):
            raise NotUnderstood("the recordings are nested too deep, or too many", request=_REQUEST)
        waiting.extend(reversed(inner))
    return Listing(tuple(entries), tuple(refused))


def _decoded(parts: Parts, answer: list[Json]) -> Listing:
    entries: dict[str, Entry] = {}
    refused: list[Left] = []
    for name, each in _named(answer):
        path = joined((*parts, name)) if trouble(name) is None else ""
        why = trouble(name) or ("it is listed twice" if path in entries else _oddity(each))
        if why is None:
            entries[path] = _entry(path, each)
        elif (name, each.get("type")) != (THUMBNAILS, DIRECTORY):  # what thumbnails are in is known
            refused.append(Left(foreign("/".join((*parts, name))), why))
    return Listing(tuple(entries.values()), tuple(refused))


def _named(answer: list[Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    for each in answer:
        name = each.get("name") if isinstance(each, dict) else None
        if not isinstance(name, str):
            raise NotUnderstood("an entry of a listing has no name", request=_REQUEST)
        yield name, each


def _oddity(entry: dict[str, Json]) -> str | None:
    """What stands against an entry, beside its name."""
    kind, size = entry.get("type"), entry.get("size")
    if kind not in (FILE, DIRECTORY, OTHER):
        return "it is neither a file nor a directory"
    if kind != FILE:
        return None
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _LARGEST:
        return "the camera does not tell its size"
    return None if _moment(entry.get("mtime")) is not None else "the camera does not tell its time"


def _entry(path: str, entry: dict[str, Json]) -> Entry:
    kind = str(entry["type"])
    size = entry["size"] if kind == FILE else None
    stamp = _moment(entry.get("mtime"))
    return Entry(path, kind, size, None if stamp is None else said(stamp))


def unlisted(relay: Relay, parts: tuple[str, ...]) -> Flow[Entry | None]:
    """A file as a look at its first byte shows it, of a camera that lists nothing; None where it has none."""
    try:
        piece = yield from relay.piece(parts, 0, 1, _LONGEST_UNLISTED)
    except Rejected as error:
        if isinstance(error, Unavailable) or not error.is_not_known:
            raise
        return None
    stamp = _moment(piece.headers.get("last-modified"))
    modified = None if stamp is None else said(stamp)
    return Entry(joined(parts), FILE, piece.total, modified)


def _moment(text: Json) -> int | None:
    """When something was modified, as the web server says it; None where that is no time after 1970."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        stamp = int(parsedate_to_datetime(text).timestamp())
    except ValueError:
        return None
    return stamp if stamp >= 0 else None
