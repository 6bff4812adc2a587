"""The ledger of logins on disk: what a camera has rejected is not tried again by the next run either.

It only refuses, and says how to go on. A damaged ledger counts as none; one that cannot be written lets
the next run find out again what this one has.
"""

import json
import math
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from recamera_gitops.device.credentials import Credential, NotTried
from recamera_gitops.device.rejections import Addressee, History, Rejection, rejection
from recamera_gitops.errors import Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.fleet.exclusion import alone
from recamera_gitops.fleet.fingerprints import SALT, Fingerprints
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.runstate import FOLDER, made

LEDGER: Final = "logins.json"
_MUTEX: Final = "logins.lock"
_TEXTS: Final = ("fingerprint", "camera", "address")
_FORMAT: Final = "1.0"
_LARGEST: Final = 1 << 26


class _Kept(NamedTuple):
    """What a file holds."""

    salt: bytes
    history: History


class LoginLedger:
    """The ledger of one fleet repository; nothing is read or written before the first login."""

    def __init__(
        self, root: Path, now: Callable[[], datetime], warn: Callable[[str], None]
    ) -> None:
        self._folder = root / FOLDER
        self._path = self._folder / LEDGER
        self._now = now
        self._warn = warn
        self._lock = threading.RLock()
        self._is_ours = True  # the file on disk was made with our salt
        self._version: tuple[int, ...] | None = None
        self._history = History()
        self._fingerprints: Fingerprints | None = None
        self._asked: set[tuple[str, str]] = set()

    def fingerprint(self, credential: Credential) -> str:
        """What the credential is called in the ledger."""
        return self._begun().of(credential)

    @property
    def salt(self) -> bytes:
        """What a worker elsewhere needs to make the same fingerprints."""
        return self._begun().salt

    def refusal(self, fingerprint: str, addressee: Addressee) -> NotTried | None:
        """Why this camera is not to be asked, if it is not."""
        now = self._now().timestamp()
        with self._lock:
            self._asked.add((fingerprint, addressee.address))
            found = self._current().against(fingerprint, addressee.address, now)
        return None if found is None else _not_tried(found, addressee, now)

    def rejected(
        self, fingerprint: str, addressee: Addressee, wait: int | None, *, suspect: bool
    ) -> None:
        """The camera did not take it, or takes nothing for `wait` seconds."""
        now = self._now().timestamp()
        told = rejection(fingerprint, addressee, wait, now, suspect=suspect)
        with self._lock:
            self._asked.add(told.pair)
        trouble = self._change(lambda history: history.rejected(told))
        if trouble is not None:
            self._warn(f"{trouble}; the next run tries again what {addressee.camera} rejected")

    def accepted(self, fingerprint: str, addressee: Addressee) -> None:
        """The camera takes it; where that cannot be kept, only more is refused some day."""
        self._change(lambda history: history.accepted(fingerprint, addressee.address, self._asked))

    def listed(self) -> tuple[Rejection, ...]:
        """Everything that is refused now, in the order in which it happened."""
        with self._lock:
            return self._current().since(self._now().timestamp()).rejections

    def unlock(self, identity: str) -> tuple[Rejection, ...]:
        """Let what has this ID be tried again; what was there, if anything was. Unwritable if it stays."""
        found = tuple(each for each in self.listed() if each.id == identity)
        if found:
            trouble = self._change(lambda history: history.without(identity))
            if trouble is not None:
                raise Unwritable(trouble)
        return found

    def _begun(self) -> Fingerprints:
        """The fingerprints of this ledger; their salt is on disk before any is made, if that can be."""
        with self._lock:
            self._current()
            if self._fingerprints is None:
                self._change(lambda history: history, always=True)
            return self._salted()

    def _salted(self) -> Fingerprints:
        if self._fingerprints is None:
            self._fingerprints = Fingerprints(secrets.token_bytes(SALT))
        return self._fingerprints

    def _current(self) -> History:
        """What is known by now, to this run and to others."""
        version = _version(self._path)
        if version is None or version == self._version:
            return self._history
        self._version, self._is_ours = version, True
        kept = self._read()
        if kept is None:
            return self._history
        if self._fingerprints is None:
            self._fingerprints = Fingerprints(kept.salt)
        self._is_ours = kept.salt == self._fingerprints.salt
        if self._is_ours:
            self._history = kept.history
        return self._history

    def _read(self) -> _Kept | None:
        try:
            with self._path.open("rb") as file:
                return _parsed(json.loads(file.read(_LARGEST)))
        except OSError as error:
            self._warn(f"{self._path} cannot be read ({error.strerror}) and counts for nothing")
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self._warn(f"{self._path} is damaged and counts for nothing; it is begun anew")
        return None

    def _change(self, change: Callable[[History], History], *, always: bool = False) -> str | None:
        """Take what others wrote meanwhile, change it, and write it; why it is not on disk, if so."""
        with self._lock:
            if not always and change(self._current()) == self._history:
                return None
            try:
                made(self._folder)
                with alone(self._folder / _MUTEX):
                    self._history = change(self._current())
                    self._write()
            except (OSError, Unwritable) as error:
                self._history = change(self._history)
                return (
                    str(error) if isinstance(error, Unwritable) else _unwritten(self._path, error)
                )
        return None

    def _write(self) -> None:
        """Put it on disk, unless somebody has begun another ledger there meanwhile."""
        salt = self._salted().salt
        if self._is_ours:
            content = _content(_Kept(salt, self._history.since(self._now().timestamp())))
            replace_file(self._path, content, PRIVATE)
            self._version = _version(self._path)


def _not_tried(found: Rejection, addressee: Addressee, now: float) -> NotTried:
    """Which camera, when, and how to go on."""
    then, unlock = _moment(found.at), f"recamera-gitops unlock {found.id}"
    if found.until is not None:
        locked = f"{found.camera} locked logins from here until {_moment(found.until)}"
        wait = math.ceil(found.until - now)
        return NotTried(f"not tried: {locked}; wait, or: {unlock}", wait=wait)
    others = "" if found.address == addressee.address else ", and no camera has taken it since"
    told = f"{found.camera} rejected this user name and password on {then}{others}"
    return NotTried(f"not tried: {told}; change it, or: {unlock}")


def _moment(seconds: float) -> str:
    return stamp(datetime.fromtimestamp(math.ceil(seconds), UTC))


def _unwritten(path: Path, error: OSError) -> str:
    return f"{path} cannot be written ({error.strerror})"


def _version(path: Path) -> tuple[int, ...] | None:
    """What changes with every write of the file; None without one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _content(kept: _Kept) -> bytes:
    told = {
        "format_version": _FORMAT,
        "salt": kept.salt.hex(),
        "worked": kept.history.worked,
        "rejections": [_told(each) for each in kept.history.rejections],
    }
    return (json.dumps(told, indent=1) + "\n").encode()


def _told(each: Rejection) -> dict[str, Json]:
    until = None if each.until is None else _moment(each.until)
    return {**asdict(each), "at": _moment(each.at), "until": until}


def _parsed(told: Mapping[str, Any]) -> _Kept:
    """What a file says; any error where it is not one that was written here."""
    if told["format_version"] != _FORMAT:
        raise ValueError
    worked = tuple(_text(each) for each in told["worked"])
    rejections = tuple(_rejection(each) for each in told["rejections"])
    salt = bytes.fromhex(told["salt"])
    if len(salt) != SALT:
        raise ValueError
    return _Kept(salt, History(rejections, worked))


def _rejection(told: Mapping[str, Any]) -> Rejection:
    until = None if told["until"] is None else _seconds(told["until"])
    fingerprint, camera, address = (_text(told[each]) for each in _TEXTS)
    at, suspect = _seconds(told["at"]), told["suspect"]
    if not isinstance(suspect, bool):
        raise TypeError
    return Rejection(fingerprint, camera, address, at, until, suspect)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _seconds(value: object) -> float:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError
    return moment.timestamp()
