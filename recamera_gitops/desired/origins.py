"""Where the text of a secret may come from, handed in from outside: nothing here reads anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a reference leads to no text; nothing in it is secret."""

    rule: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program to run: its words, where, with which variables, how long, and for how many bytes.

    No shell sees the words, nobody answers what it asks, and what it says on stderr is thrown away:
    there may be secrets in it.
    """

    words: tuple[str, ...]
    directory: Path
    variables: Mapping[str, str]
    seconds: float
    most: int


class Trouble(StrEnum):
    """Why a program has no exit code of its own."""

    NOT_FOUND = "is not installed"
    NOT_STARTED = "cannot be started"
    TOO_SLOW = "did not end in time"
    TOO_MUCH = "wrote too much"


@dataclass(frozen=True, slots=True, repr=False)
class Ended:
    """How a program ended, and what it wrote to stdout; `code` is negative where a signal ended it."""

    output: bytes = b""
    code: int = 0
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Origins:
    """Environment variables, programs and the keyring; `allow_cmd` lets files name programs."""

    variables: Mapping[str, str]
    run: Callable[[Program], Ended]
    keyring: Callable[[str, str], str | Lacking]
    allow_cmd: bool = False
