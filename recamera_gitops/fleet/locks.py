"""One writer for a camera: who holds which, for how long, and what a killed run has left behind.

A lock only refuses. Whether its holder lives is told by the operating system: every run keeps one file
claimed, and loses it when its process ends, however it ends. No clock has a say in that. Where the state
folder is shared between hosts that do not see each other's claims, a lock of another host counts until
it expires; a run prolongs its own.
"""

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from recamera_gitops.errors import Locked
from recamera_gitops.files import PRIVATE, replace_file
from recamera_gitops.fleet.claims import (
    Claim,
    Here,
    Lock,
    Stale,
    State,
    content,
    damaged,
    parsed,
)
from recamera_gitops.fleet.exclusion import alone, claimed, is_claimed, removed
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.runstate import FOLDER, made, unwritable

__all__ = ["LEASE", "Hold", "Lock", "Locks", "Stale", "State"]

LEASE: Final = timedelta(minutes=10)
_CLAIM: Final = ".json"
_ALIVE: Final = ".run"
_MUTEX: Final = "mutex"
_REFUSING: Final = frozenset({State.HELD, State.ELSEWHERE})


class Locks:
    """The locks of one fleet repository; nothing is on disk before the first is taken."""

    def __init__(
        self, root: Path, now: Callable[[], datetime], fleet: str = "", here: Here | None = None
    ) -> None:
        self._root = root / FOLDER
        self._files = _Files(self._root / "locks")
        self._fleet = fleet
        self._now = now
        self._here = here or Here.real()

    @contextmanager
    def hold(self, run: str, devices: Sequence[str]) -> Iterator["Hold"]:
        """Be the only writer of all these cameras; Locked, with none of them taken, where one is held.

        Unwritable where the locks cannot be on disk; without cameras nothing is put there.
        """
        if not devices:
            yield Hold(self._files, self._claim(run, devices), (), None, self._now)
            return
        made(self._root, "locks")
        hold = self._taken(run, devices)
        try:
            yield hold
        finally:
            hold.release()

    def listed(self) -> tuple[Lock, ...]:
        """Every lock there is, those that count for nothing included, by camera."""
        locks = (lock for claim, state in self._found() for lock in claim.locks(state))
        return tuple(sorted(locks, key=lambda lock: (lock.device, lock.id)))

    def unlock(self, names: Collection[str], *, force: bool = False) -> tuple[Lock, ...]:
        """Take away the locks with these IDs, or all those of a run; what was there, if anything was.

        Locked, with nothing taken away, where a holder is known to live, unless `force`: it then begins
        no further camera of these, and ends the one that it is writing to.
        """
        if not self.listed():
            return ()
        with self._alone():
            taken = [each for each in self.listed() if {each.id, each.claim.run} & set(names)]
            held = [each for each in taken if each.state is State.HELD]
            if held and not force:
                lines = (*map(_held, held), "nothing was unlocked")
                raise Locked("\n".join(lines), "end that process, or take them away with --force")
            for claim in {each.claim for each in taken}:
                devices = {each.device for each in taken if each.claim == claim}
                self._files.lessen(claim, devices)
        return tuple(taken)

    def _taken(self, run: str, devices: Sequence[str]) -> "Hold":
        wanted = frozenset(devices)
        with self._alone():
            concerned = [
                (claim, lock)
                for claim, state in self._found()
                for lock in claim.locks(state)
                if claim.run == run or claim.damaged or lock.device in wanted
            ]
            refusing = [lock for _, lock in concerned if lock.state in _REFUSING]
            descriptor = None if refusing else claimed(self._files.alive(run))
            if descriptor is None:
                raise Locked(*_refusal(refusing, run))
            claim = self._claim(run, devices)
            try:
                self._files.write(claim)
                self._take_from({left for left, _ in concerned if left.run != run}, claim)
            except BaseException:
                os.close(descriptor)
                raise
        stale = (lock for left, lock in concerned if lock.device in wanted or left.damaged)
        return Hold(self._files, claim, tuple(map(Stale, stale)), descriptor, self._now)

    def _take_from(self, others: Collection[Claim], claim: Claim) -> None:
        """Leave nothing of it to others; nothing of it stays where that cannot be done."""
        try:
            for other in others:
                self._files.lessen(other, claim.cameras)
        except BaseException:
            self._files.forget(claim.run)
            raise
        self._files.sweep()

    def _claim(self, run: str, devices: Sequence[str]) -> Claim:
        now = self._now()
        return Claim(run, self._fleet, *self._here, now, now + LEASE, tuple(devices))

    def _found(self) -> Iterator[tuple[Claim, State]]:
        for claim in self._files.claims():
            yield claim, self._state(claim)

    def _state(self, claim: Claim) -> State:
        if is_claimed(self._files.alive(claim.run)):
            return State.HELD
        if claim.damaged or claim.host == self._here.host:
            return State.STALE
        return State.EXPIRED if claim.expires <= self._now() else State.ELSEWHERE

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with self._files.alone():
                yield
        except OSError as error:
            raise unwritable(self._root, error) from error


class Hold:
    """The cameras that a run has to itself; `stale` are the locks that it took over."""

    def __init__(
        self,
        files: "_Files",
        claim: Claim,
        stale: tuple[Stale, ...],
        descriptor: int | None,
        now: Callable[[], datetime],
    ) -> None:
        self.stale = stale
        self._files = files
        self._claim = claim
        self._descriptor = descriptor
        self._now = now
        self._due = now() + LEASE / 2
        self._seen: tuple[_Version | None, frozenset[str]] = (None, frozenset())

    def still_held(self, device: str) -> bool:
        """Whether nobody has taken this camera's lock away; to be asked before the camera is begun."""
        version = self._files.version(self._claim.run)
        seen, cameras = self._seen
        if version is None or version != seen:
            claim = self._own()
            cameras = frozenset(() if claim is None else claim.cameras)
            self._seen = version, cameras
        return device in cameras

    def require(self, device: str) -> None:
        """Locked where the camera must not be begun any more."""
        if not self.still_held(device):
            raise Locked("not begun: somebody has taken its lock away from this run")

    def renew(self) -> None:
        """Prolong what is held, when it is time to; may be called as often as one likes."""
        now = self._now()
        if now < self._due or self._descriptor is None:
            return
        self._due = now + LEASE / 2
        with contextlib.suppress(OSError), self._files.alone():
            claim = self._own()
            if claim is not None:
                self._files.write(replace(claim, expires=now + LEASE))

    def release(self) -> None:
        """Let go of everything."""
        if self._descriptor is None:
            return
        try:
            with contextlib.suppress(OSError), self._files.alone():
                if self._own() is not None:
                    self._files.forget(self._claim.run)
        finally:
            os.close(self._descriptor)

    def _own(self) -> Claim | None:
        """What is left of it; None also where its locks were taken away and somebody resumed the run."""
        claim = self._files.claim(self._claim.run)
        if claim is None or (claim.host, claim.pid) != (self._claim.host, self._claim.pid):
            return None
        return claim


class _Version(NamedTuple):
    """Tells one content of a file from the next."""

    inode: int
    written: int
    size: int


class _Files:
    """The claims on disk: what a run holds, and beside it the file that it keeps claimed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def alone(self) -> contextlib.AbstractContextManager[None]:
        """No other process changes anything here meanwhile."""
        return alone(self._folder / _MUTEX)

    def claims(self) -> list[Claim]:
        """All of them, in the order of their runs."""
        runs = sorted(unquote(each.stem) for each in self._folder.glob(f"*{_CLAIM}"))
        found = (self.claim(run) for run in runs)
        return [each for each in found if each is not None]

    def claim(self, run: str) -> Claim | None:
        """What a run holds; None where it holds nothing."""
        try:
            return parsed(run, self._path(run, _CLAIM).read_bytes())
        except FileNotFoundError:
            return None
        except OSError:
            return damaged(run)

    def version(self, run: str) -> _Version | None:
        """What changes with every write of a run's claim."""
        try:
            found = self._path(run, _CLAIM).stat()
        except OSError:
            return None
        return _Version(found.st_ino, found.st_mtime_ns, found.st_size)

    def alive(self, run: str) -> Path:
        """The file that a run keeps claimed while it lives."""
        return self._path(run, _ALIVE)

    def write(self, claim: Claim) -> None:
        """Replace what a run holds."""
        replace_file(self._path(claim.run, _CLAIM), content(claim), PRIVATE)

    def lessen(self, claim: Claim, cameras: Collection[str]) -> None:
        """Take cameras from a run; a run without any is forgotten."""
        rest = claim.without(cameras)
        if rest.cameras:
            self.write(rest)
        else:
            self.forget(claim.run)

    def forget(self, run: str) -> None:
        """Nothing is left of a run."""
        removed(self._path(run, _CLAIM))
        removed(self.alive(run))

    def sweep(self) -> None:
        """Remove what runs left that were killed before they held anything."""
        for alive in self._folder.glob(f"*{_ALIVE}"):
            if not alive.with_suffix(_CLAIM).exists() and not is_claimed(alive):
                removed(alive)

    def _path(self, run: str, ending: str) -> Path:
        return self._folder / (quote(run, safe="") + ending)


def _refusal(locks: Sequence[Lock], run: str = "") -> tuple[str, str]:
    """Every camera that is held, by whom and since when; and what may be done about it."""
    lines = [_held(lock) for lock in locks] or [f"run {run} is being worked on by another process"]
    unsure = dict.fromkeys(each.claim.run for each in locks if each.state is State.ELSEWHERE)
    if unsure:
        hint = f"if that run is gone: recamera-gitops unlock {' '.join(unsure)}"
    else:
        hint = "wait for it, or end that process"
    return "\n".join((*lines, "nothing was written")), hint


def _held(lock: Lock) -> str:
    claim = lock.claim
    if claim.damaged:
        return (
            f"run {claim.run} lives, and its damaged lock file does not tell which cameras it holds"
        )
    until = f" until {stamp(claim.expires)}" if lock.state is State.ELSEWHERE else ""
    return (
        f"{lock.device}: locked by run {claim.run} of {claim.owner} on {claim.host}"
        f" (process {claim.pid}) since {stamp(claim.start)}{until}"
    )
