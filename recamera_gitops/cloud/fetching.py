"""Bringing a converted model to this machine, proved by its MD5."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from recamera_gitops.addresses import is_here, may_be_used
from recamera_gitops.artifact import measured
from recamera_gitops.cloud.service import Service
from recamera_gitops.device.asking import Told
from recamera_gitops.errors import (
    Diagnostic,
    InvalidInput,
    NotUnderstood,
    Refused,
    Rejected,
    Unwritable,
)
from recamera_gitops.exchange import Json, Response
from recamera_gitops.files import replacing

_V1: Final = "/v1/api/get_model"
_V2: Final = "/v2/api/get_model"
_MOST: Final = 2 << 30
_MIB: Final = 1 << 20
_MD5: Final = re.compile(r"[0-9a-f]{32}")
# A file name as the camera takes one; nothing else of what the service says becomes a path.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.(?:rknn|rkllm)")
_LEAST_FAILURE: Final = 400


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model on this machine; `was_there` where it had been fetched before."""

    model_id: str
    file: str
    size_bytes: int
    md5: str
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is to be: a file, or a folder in which it has the name that the service gives it."""

    path: Path
    replace: bool = False
    to_be_made: bool = False

    @classmethod
    def said(cls, text: str, *, replace: bool) -> "Place":
        """As people write it: what ends with a slash is a folder, made where it is missing."""
        return cls(Path(text), replace, to_be_made=text.endswith("/"))

    @property
    def is_folder(self) -> bool:
        """Whether the file has the name there that the service gives it."""
        return self.to_be_made or self.path.is_dir()

    def check(self) -> None:
        """InvalidInput where nothing could be put there; nothing is made."""
        folder = self.path if self.is_folder else self.path.parent
        while self.to_be_made and not os.path.lexists(folder):
            folder = folder.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            message = f"there is no folder {folder} that may be written to"
            hint = "make it first, or choose another --output"
            raise InvalidInput([Diagnostic("output-file", message, str(self.path), hint=hint)])

    def of(self, name: str) -> Path:
        """The file."""
        return self.path / name if self.is_folder else self.path

    def make(self) -> None:
        """The folder, where one is wanted; OSError where it cannot be made."""
        if self.to_be_made:
            self.path.mkdir(parents=True, exist_ok=True)


class _Offer(NamedTuple):
    url: str
    md5: str
    size: int | None
    name: str


def fetched(service: Service, model_id: str, place: Place, tell: Callable[[Told], None]) -> Fetched:
    """Fetch it, unless it is there; Refused where another file is in its place."""
    offer = _offered(service, model_id)
    path = place.of(f"{model_id}.rknn" if offer is None else offer.name)
    there = _there(path)
    if there is not None:
        if there.md5 == (_from_v1(service, model_id, None) if offer is None else offer.md5):
            return Fetched(model_id, str(path), there.size_bytes, there.md5, was_there=True)
        if not place.replace:
            raise Refused(f"{path} is there already, and another file; say --force to replace it")
    with _written(place, path, offer.size if offer else None, tell) as counted:
        md5 = (
            _from_v1(service, model_id, counted)
            if offer is None
            else _from(service, offer, counted)
        )
        counted.prove(md5)
    return Fetched(model_id, str(path), counted.size, md5)


class _There(NamedTuple):
    size_bytes: int
    md5: str


def _there(path: Path) -> _There | None:
    try:
        found = measured(path.name, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unwritable(path, error) from error
    return _There(found.size, found.md5)


def _offered(service: Service, model_id: str) -> _Offer | None:
    """What v2 offers; None where the service has no v2."""
    try:
        told = service.read(_V2, model_id=model_id)
    except Rejected as error:
        if error.is_not_known:
            return None
        raise
    data = told.get("data")
    return _understood(service, model_id, data if isinstance(data, dict) else told)


def _understood(service: Service, model_id: str, offer: dict[str, Json]) -> _Offer:
    request = f"GET {_V2}"
    url, md5 = offer.get("download_url"), str(offer.get("md5")).lower()
    if not isinstance(url, str) or not _is_allowed(service, url):
        raise NotUnderstood("the result is offered at no https address", request=request)
    if not _MD5.fullmatch(md5):
        raise NotUnderstood("the result is offered without its MD5", request=request)
    size = str(offer.get("model_size") or "")
    name = str(offer.get("download_filename"))
    return _Offer(
        url,
        md5,
        int(size) if size.isdecimal() else None,
        name if _NAME.fullmatch(name) else f"{model_id}.rknn",
    )


def _is_allowed(service: Service, url: str) -> bool:
    """https; what serves on this machine only where the service itself does."""
    return may_be_used(url) and (is_here(service.base) or not is_here(url))


class _Counted:
    """A file that is written, its digest, and somebody who hears how much of it is there."""

    def __init__(self, file: BinaryIO, whole: int | None, tell: Callable[[Told], None]) -> None:
        self._file, self._whole, self._tell = file, whole, tell
        self._digest = hashlib.md5(usedforsecurity=False)
        self.size = 0

    def __call__(self, piece: bytes) -> None:
        """Append."""
        self._digest.update(piece)
        self.size += len(piece)
        whole = self._whole or self.size
        self._tell(Told(f"fetching {self.size / _MIB:.1f} MiB", min(self.size * 100 // whole, 100)))
        self._file.write(piece)

    def prove(self, md5: str) -> None:
        """NotUnderstood where it is not the announced file: then it is not kept."""
        if self._whole is not None and self.size != self._whole:
            raise NotUnderstood(f"{self.size} bytes came, {self._whole} were announced")
        if self._digest.hexdigest() != md5:
            raise NotUnderstood(f"what came has another MD5 than {md5}; nothing was kept")


@contextmanager
def _written(
    place: Place, path: Path, whole: int | None, tell: Callable[[Told], None]
) -> Iterator[_Counted]:
    try:
        place.make()
        with replacing(path) as file:
            yield _Counted(file, whole, tell)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> Unwritable:
    return Unwritable(f"{path} cannot be written: {(error.strerror or str(error)).lower()}")


def _from(service: Service, offer: _Offer, into: _Counted) -> str:
    """From wherever the service says; nobody there is told who asks."""
    most = _MOST if offer.size is None else min(offer.size, _MOST)
    response = service.transport.fetch(offer.url, into, most)
    if response.status >= _LEAST_FAILURE or response.body:
        message = f"the result cannot be fetched: HTTP {response.status}"
        raise Rejected(message, code=response.status)
    return offer.md5


def _from_v1(service: Service, model_id: str, into: _Counted | None) -> str:
    """The MD5 that stands in the head of the file; what nobody takes is not fetched."""
    response: Response = service.fetch(_V1, into, _MOST, model_id=model_id)
    md5 = response.headers.get("x-model-md5", "").strip().lower()
    if not _MD5.fullmatch(md5):
        raise NotUnderstood("the result came without its MD5", request=f"GET {_V1}")
    return md5
