"""The words of a conversation: several requests that make sense only together.

A conversation is a generator that yields what to ask and is sent the JSON that came back, or has the
error thrown into it. It owns no socket and no clock, so a list of answers drives it in a test.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from recamera_gitops.errors import CameraError, NotUnderstood, Rejected, Unreachable
from recamera_gitops.exchange import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a conversation, with the path as the reference writes it.

    A read is repeated where nothing came back, unless it is not `patient`: whoever waits for a camera that
    restarts wants to see that it is away.
    """

    method: str
    path: str
    body: Json = None
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing to ask for this many seconds; None comes back."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now:
    """What the time is, in seconds from a point that does not matter."""


@dataclass(frozen=True, slots=True)
class Restart:
    """The camera restarts, and its sessions end with that; None comes back."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far something is that takes a while, for people who wait; None comes back."""

    text: str
    percent: int


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that are posted as they are, once; `Received` comes back."""

    path: str
    content: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """What an upload was answered: the JSON, and the headers by lower-case name."""

    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetch:
    """Bytes that are read as they are: of a file, from `first` on, `length` of them or all; `Piece` comes back.

    With `first` 0 and no `length` the whole file is asked for. `most` bytes are accepted of a camera that
    sends the whole file whatever it was asked for, within `seconds`.
    """

    path: str
    first: int = 0
    length: int | None = None
    most: int = 4 << 20
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """What came of a file: its bytes from `first` on. `total` is the length of the file, where that is told.

    A camera that knows no ranges sends everything: then `first` is 0, whatever was asked for.
    """

    content: bytes = field(repr=False)
    first: int = 0
    total: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Flow: TypeAlias = Generator[Ask | Pause | Now | Restart | Told | Upload | Fetch, Json, T]


def is_in_doubt(error: CameraError) -> bool:
    """Whether a look has to tell what became of what was asked: anything but a plain refusal."""
    return not isinstance(error, Rejected) or not error.is_definite


def may_be_done(error: CameraError) -> bool:
    """Whether what was asked may have been done: it was sent, and neither refused nor turned away."""
    if isinstance(error, Unreachable):
        return error.sent
    return isinstance(error, NotUnderstood | Rejected) and is_in_doubt(error)
