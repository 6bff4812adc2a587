"""A form with files, as it goes over the wire: from the disk piece by piece, never in memory as a whole."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

_BLOCK: Final = 1 << 16


class Form:
    """Fields, then files, with a length that is known beforehand.

    `told` is called with how many bytes are out; what it raises ends the exchange. `is_begun` and
    `is_complete` tell how much of it the other side may have.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        files: Mapping[str, Path],
        told: Callable[[int, int], None] = lambda _sent, _whole: None,
    ) -> None:
        self._boundary = secrets.token_hex(16)
        self._fields = fields
        self._files = {name: (path, path.stat().st_size) for name, path in files.items()}
        self._told = told
        self.sent = 0
        self._length = sum(len(head) + size + len(tail) for head, size, tail in self._shape())

    @property
    def content_type(self) -> str:
        """What the header says."""
        return f"multipart/form-data; boundary={self._boundary}"

    @property
    def is_begun(self) -> bool:
        """Whether a byte of it may have left."""
        return self.sent > 0

    @property
    def is_complete(self) -> bool:
        """Whether all of it may have arrived."""
        return self.sent >= self._length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces():
            self._told(self.sent, self._length)
            self.sent += len(piece)
            yield piece

    def _pieces(self) -> Iterator[bytes]:
        for name, value in self._fields.items():
            yield self._head(name) + value.encode() + b"\r\n"
        for name, (path, size) in self._files.items():
            yield self._head(name, path.name)
            yield from _content(path, size)
            yield b"\r\n"
        yield self._end

    def _shape(self) -> Iterator[tuple[bytes, int, bytes]]:
        for name, value in self._fields.items():
            yield self._head(name), len(value.encode()), b"\r\n"
        for name, (path, size) in self._files.items():
            yield self._head(name, path.name), size, b"\r\n"
        yield self._end, 0, b""

    def _head(self, name: str, filename: str | None = None) -> bytes:
        """Names of files are quoted as browsers do it, so that none ends its line early."""
        told = f'--{self._boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if filename is not None:
            told += f'; filename="{quote(filename, safe=" !#$&()+,;=@[]^{}~")}"'
            told += "\r\nContent-Type: application/octet-stream"
        return f"{told}\r\n\r\n".encode()

    @property
    def _end(self) -> bytes:
        return f"--{self._boundary}--\r\n".encode()


def _content(path: Path, size: int) -> Iterator[bytes]:
    """Exactly the announced bytes; OSError where the file has become another one meanwhile."""
    left = size
    with path.open("rb") as file:
        while left and (piece := file.read(min(_BLOCK, left))):
            left -= len(piece)
            yield piece
    if left:
        raise OSError("the file became shorter while it was sent")
