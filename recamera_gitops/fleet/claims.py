"""Which cameras a run has to itself: one file for a run, and what is read from it as values.

A file for each run, and not for each camera, is what lets a run of a thousand cameras take all of them
or none in one step, and prolong them in another.
"""

import getpass
import hashlib
import json
import os
import socket
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from recamera_gitops.fleet.moments import stamp

_LONGEST: Final = 8  # hexadecimal digits of an ID
_TEXTS: Final = ("run", "fleet", "owner", "host")
_TIMES: Final = ("start", "expires")


class State(StrEnum):
    """What may be said of a lock: `held` is certain, `elsewhere` is what another host may still hold."""

    HELD = "held"
    STALE = "stale"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


class Here(NamedTuple):
    """Who holds what is held by this process."""

    owner: str
    host: str
    pid: int

    @classmethod
    def real(cls) -> "Here":
        """The process as it is."""
        return cls(_user(), socket.gethostname(), os.getpid())


@dataclass(frozen=True, slots=True)
class Claim:
    """A run and its cameras. Of a `damaged` file nothing is known but the run that it is named after."""

    run: str
    fleet: str
    owner: str
    host: str
    pid: int
    start: datetime
    expires: datetime
    cameras: tuple[str, ...]
    damaged: bool = False

    @property
    def holder(self) -> str:
        """Who holds them, for messages."""
        if self.damaged:
            return f"run {self.run}"
        return f"run {self.run} of {self.owner} on {self.host} (process {self.pid})"

    def without(self, cameras: Collection[str]) -> "Claim":
        """The same run with fewer cameras."""
        return replace(self, cameras=tuple(each for each in self.cameras if each not in cameras))

    def locks(self, state: State) -> "tuple[Lock, ...]":
        """Its cameras one by one; one lock of an unknown camera where the file is damaged."""
        cameras = ("",) if self.damaged else self.cameras
        return tuple(Lock(identity(self.run, each), each, self, state) for each in cameras)


@dataclass(frozen=True, slots=True)
class Lock:
    """One camera of a claim, with the ID that people call it by."""

    id: str
    device: str
    claim: Claim
    state: State


@dataclass(frozen=True, slots=True)
class Stale:
    """A lock that was taken over because its run is gone."""

    lock: Lock

    def __str__(self) -> str:
        holder = self.lock.claim.holder
        if self.lock.claim.damaged:
            return f"took over whatever {holder} held: its lock file was damaged"
        return f"{self.lock.device}: took over the lock that {holder} left behind"


def identity(run: str, device: str) -> str:
    """What the lock of a run on a camera is called."""
    digest = hashlib.sha256(f"{run}\n{device}".encode("utf-8", "surrogatepass"))
    return f"lock-{digest.hexdigest()[:_LONGEST]}"


def content(claim: Claim) -> bytes:
    """What the file of a claim says."""
    told = asdict(claim)
    del told["damaged"]
    told |= {name: stamp(told[name]) for name in _TIMES}
    return (json.dumps(told, indent=1) + "\n").encode()


def parsed(run: str, text: bytes) -> Claim:
    """The claim that a file holds; a damaged one where it holds none."""
    try:
        found = _claim(json.loads(text))
        return found if found.run == run else damaged(run)
    except (ValueError, TypeError, KeyError, RecursionError):
        return damaged(run)


def damaged(run: str) -> Claim:
    """What is left of a claim whose file cannot be read."""
    never = datetime.fromtimestamp(0, UTC)
    return Claim(run, "", "", "", 0, never, never, (), damaged=True)


def _claim(told: Mapping[str, Any]) -> Claim:
    texts, cameras = [told[name] for name in _TEXTS], told["cameras"]
    start, expires = (datetime.fromisoformat(told[name]) for name in _TIMES)
    if not isinstance(cameras, list) or not isinstance(told["pid"], int):
        raise TypeError
    if not all(isinstance(each, str) for each in (*cameras, *texts)):
        raise TypeError
    if None in (start.tzinfo, expires.tzinfo):
        raise ValueError
    run, fleet, owner, host = texts
    return Claim(run, fleet, owner, host, told["pid"], start, expires, tuple(cameras))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a user database
        return str(os.getuid())
