"""Files that are there as a whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

PUBLIC: Final = 0o644
PRIVATE: Final = 0o600


def replace_file(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Put a file in the place of another in one step, on disk when this returns.

    On any error the old file is intact and nothing is left behind.
    """
    with replacing(path, mode) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, mode: int = PUBLIC) -> Iterator[BinaryIO]:
    """The same for what is written piece by piece: the file is there once the block ends well."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_directory(path.parent)


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Replace each of these files, making folders; on any error all is put back as it was."""
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for path, content in contents.items():
            for folder in reversed([each for each in path.parents if not each.is_dir()]):
                folder.mkdir()
                made.insert(0, folder)
            before[path] = path.read_bytes() if path.exists() else None
            replace_file(path, content)
    except BaseException:
        for path, old in before.items():
            with contextlib.suppress(OSError):
                path.unlink() if old is None else replace_file(path, old)
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
