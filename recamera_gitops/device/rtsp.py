"""What is said over RTSP: one message or frame after the other, each bounded, and the addresses in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO, Final
from urllib.parse import urlsplit

REDIRECTIONS: Final = range(300, 400)
UNAUTHORIZED: Final = 401
_VERSION: Final = "RTSP/1.0"
_FRAME: Final = b"$"
_MOST_LINES: Final = 64
_LONGEST_LINE: Final = 2048
_LONGEST_BODY: Final = 1 << 16
_STATUS: Final = re.compile(r"[2-5][0-9]{2}\b")  # nobody waits for more than one answer
_ADDRESS: Final = re.compile(r"(?i)\brtsp[su]?://[^/\s,;\"]*")
_CONTROL: Final = re.compile(r"(?im)^(a=control:)(rtsp[su]?://[^/\s]*)")


class NonsenseError(Exception):
    """What came is not RTSP, or too much of it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer. Text is in Latin-1, so that every byte comes out as it came in."""

    start: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def request(self) -> tuple[str, str]:
        """The method and what it is about; NonsenseError where this is an answer."""
        method, _, rest = self.start.partition(" ")
        target, _, version = rest.rpartition(" ")
        if version != _VERSION or not method.isalpha() or not target:
            raise NonsenseError
        return method, target

    @property
    def status(self) -> int:
        """Of an answer; NonsenseError where this is none."""
        version, _, rest = self.start.partition(" ")
        if version != _VERSION or not _STATUS.match(rest):
            raise NonsenseError
        return int(rest[:3])

    def all(self, name: str) -> tuple[str, ...]:
        """The values of every header of that name."""
        return tuple(value for key, value in self.headers if key.lower() == name)

    def only(self, names: Iterable[str]) -> "Message":
        """With these headers alone."""
        wanted = frozenset(names)
        return replace(self, headers=tuple(h for h in self.headers if h[0].lower() in wanted))

    def without(self, *names: str) -> "Message":
        """Without these headers."""
        return self.only({key.lower() for key, _ in self.headers} - set(names))

    def having(self, name: str, value: str) -> "Message":
        """With one header more."""
        return replace(self, headers=(*self.headers, (name, value)))

    def encoded(self) -> bytes:
        """As it goes over the wire, its length told as it is."""
        known = self.without("content-length")
        whole = known.having("Content-Length", str(len(self.body))) if self.body else known
        lines = (self.start, *(f"{key}: {value}" for key, value in whole.headers))
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body


def asked(method: str, target: str) -> str:
    """How a request begins."""
    return f"{method} {target} {_VERSION}"


def heard(stream: BinaryIO) -> Message | bytes | None:
    """What comes next: a message, or a frame as it is; None at the end. NonsenseError where it is neither."""
    first = stream.read(1)
    while first in {b"\r", b"\n"}:
        first = stream.read(1)
    if not first:
        return None
    if first == _FRAME:
        head = first + _whole(stream, 3)
        return head + _whole(stream, int.from_bytes(head[2:]))
    return _message(stream, first)


def pointing_at(message: Message, base: str) -> Message:
    """The same message, every address in what it tells replaced by one that begins with `base`."""
    headers = tuple((key, _ADDRESS.sub(lambda _: base, value)) for key, value in message.headers)
    body = message.body.decode("latin-1")
    body = _CONTROL.sub(lambda found: f"{found[1]}{base}", body)
    return replace(message, headers=headers, body=body.encode("latin-1"))


def inside(target: str) -> str:
    """What of an address comes after the host: path and query."""
    try:
        parts = urlsplit(target)
    except ValueError:
        raise NonsenseError from None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _message(stream: BinaryIO, first: bytes) -> Message:
    start, *lines = _lines(stream, first)
    headers = tuple(_header(line) for line in lines)
    message = Message(start, headers)
    return replace(message, body=_whole(stream, _length(message)))


def _lines(stream: BinaryIO, first: bytes) -> list[str]:
    found: list[str] = []
    while len(found) <= _MOST_LINES:
        line = first + stream.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise EOFError if len(line) < _LONGEST_LINE else NonsenseError
        text = line.decode("latin-1").removesuffix("\n").removesuffix("\r")
        if not text:
            return found
        if not text.replace("\t", " ").isprintable():
            raise NonsenseError
        found.append(text)
        first = b""
    raise NonsenseError


def _header(line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or not key.strip():
        raise NonsenseError
    return key.strip(), value.strip()


def _length(message: Message) -> int:
    told = message.all("content-length") or ("0",)
    if len(set(told)) > 1 or not re.fullmatch(r"[0-9]{1,9}", told[0]):
        raise NonsenseError
    if int(told[0]) > _LONGEST_BODY:
        raise NonsenseError
    return int(told[0])


def _whole(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content
