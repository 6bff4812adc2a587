"""One HTTP request and its response, as values.

Nothing here knows a camera or a library: the client, the emulator and the tests hand these to each
other, so an emulated camera can stand in for a connection without a socket between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

# Parsed JSON. It stays dynamic on purpose: what a camera says is looked at where it is decoded.
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Request:
    """What goes to the camera: `path` is origin-form, with the query, as it stands on the wire.

    Headers and body may carry credentials, so no repr shows them. `most` bytes may come back, and
    `seconds` it may take, where that is to be more than of others.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    most: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: header names are lower case, the body is complete and decoded from transfer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
