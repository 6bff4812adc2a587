"""Where the text of a secret may come from, handed in from outside: nothing here reads anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

# The key of snapshots; no program that the files name is given it.
SNAPSHOT_KEY: Final = "RECAMERA_GITOPS_KEY"


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a reference leads to no text; nothing in it is secret."""

    rule: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program to run: its words, where, with which variables, how long, and for how many bytes.

    No shell sees the words, and nobody answers what it asks: it reads `told`, a short text, and no more.
    With `most` 0 what it writes to stdout is thrown away. What it says on stderr is thrown away but for
    the last `heard` bytes: there may be secrets in it.
    """

    words: tuple[str, ...]
    directory: Path
    variables: Mapping[str, str]
    seconds: float
    most: int
    heard: int = 0
    told: bytes = field(default=b"", repr=False)


class Trouble(StrEnum):
    """Why a program has no exit code of its own."""

    NOT_FOUND = "is not installed"
    NOT_STARTED = "cannot be started"
    TOO_SLOW = "did not end in time"
    TOO_MUCH = "wrote too much"


@dataclass(frozen=True, slots=True, repr=False)
class Ended:
    """How a program ended, and what it wrote; `code` is negative where a signal ended it.

    `said` is the end of what it wrote to stderr, as far as somebody wanted to hear it.
    """

    output: bytes = b""
    code: int = 0
    trouble: Trouble | None = None
    said: bytes = b""

    @property
    def failure(self) -> str | None:
        """What went wrong; None where it ended as it should."""
        if self.trouble is not None:
            return str(self.trouble)
        if self.code < 0:
            return f"was ended by signal {-self.code}"
        return f"ended with exit code {self.code}" if self.code else None


@dataclass(frozen=True, slots=True)
class Origins:
    """Environment variables, programs and the keyring; `allow_cmd` lets files name programs."""

    variables: Mapping[str, str]
    run: Callable[[Program], Ended]
    keyring: Callable[[str, str], str | Lacking]
    allow_cmd: bool = False
