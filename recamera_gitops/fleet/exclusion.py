"""One process at a time, for the moment that a file takes to be read and written again."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recamera_gitops.files import PRIVATE


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else, thread or process, is inside with the same file; OSError without it."""
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def claimed(path: Path) -> int | None:
    """A descriptor that claims the file for as long as it is open; None while somebody else does.

    The operating system ends the claim when the process ends, however it ends.
    """
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_claimed(path: Path) -> bool:
    """Whether somebody claims the file; also where that cannot be found out."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def opened(path: Path) -> int:
    """The file, made where it is not there yet, for its owner only."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE)


def removed(path: Path) -> None:
    """The file is gone, if that can be done."""
    with suppress(OSError):
        path.unlink()
