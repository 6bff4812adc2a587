"""Files of a repository put in the place of those that were read: whole, and only if nobody was faster."""

import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.desired.document import LARGEST_FILE
from recamera_gitops.desired.files import contents
from recamera_gitops.errors import NotSaved, Stale
from recamera_gitops.files import replace_file


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file to be written: its content when it was read, and the new one."""

    file: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a file really lies, and how it may be read."""

    change: FileChange
    path: Path
    mode: int


def save(root: Path, changes: Sequence[FileChange]) -> None:
    """Write all of them, one after the other, each in one step and with the permissions that it had.

    Stale, and nothing written, where one is no longer what was read; NotSaved where one may not be
    written or lies outside, and, telling how far it came, where writing fails.
    """
    targets = [_target(root, each) for each in changes]
    for each in targets:
        _unmoved(each)
    written: list[str] = []
    for each in targets:
        try:
            _unmoved(each)
            replace_file(each.path, each.change.after, each.mode)
        except (OSError, Stale) as error:
            raise _stopped(each.change.file, error, written, targets) from None
        written.append(each.change.file)


def _target(root: Path, change: FileChange) -> _Target:
    """The file behind whatever links lead to it, as long as they stay in the repository."""
    try:
        path = (root / change.file).resolve(strict=True)
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise NotSaved(f"{change.file}: {error.strerror}; nothing was written") from None
    if not path.is_relative_to(root.resolve()):
        raise NotSaved(f"{change.file} leads out of the repository; nothing was written")
    if not mode & stat.S_IWUSR:
        raise NotSaved(f"{change.file} is read-only; nothing was written")
    return _Target(change, path, mode)


def _unmoved(target: _Target) -> None:
    if _content(target.path) != target.change.before:
        raise Stale(f"{target.change.file} has changed since it was read; nothing was written")


def _content(path: Path) -> bytes | None:
    try:
        return contents(path, LARGEST_FILE)
    except OSError:
        return None


def _stopped(
    file: str, error: Exception, written: Sequence[str], targets: Iterable[_Target]
) -> NotSaved | Stale:
    """Why it ended in the middle, and what is where."""
    if not written and isinstance(error, Stale):
        return error
    reason = error.strerror if isinstance(error, OSError) else "has changed since it was read"
    rest = [each.change.file for each in targets if each.change.file not in written]
    told = f"written: {', '.join(written) or 'nothing'}; not written: {', '.join(rest)}"
    return NotSaved(f"{file}: {reason}\n{told}")
