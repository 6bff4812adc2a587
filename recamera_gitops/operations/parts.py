"""Many reads of one camera at once, of which each may fail without the others.

What a firmware does not know, or what did not come, is unknown, and says why: it is never taken for absent
or for nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from recamera_gitops.errors import (
    AuthenticationFailed,
    CameraError,
    Rejected,
    Unreachable,
    Untrusted,
)
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer

T = TypeVar("T")
# Reads routes side by side; an error stands in the place of its answer.
Gather: TypeAlias = Callable[[Sequence[str]], Mapping[str, Json | CameraError]]

_NOT_KNOWN: Final = "this firmware does not know it"
_NOT_THERE: Final = (Unreachable, Untrusted, AuthenticationFailed)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part that nobody knows at the moment, and why."""

    part: str
    reason: str


class Parts:
    """The answers of a camera, each made into a value or noted as unknown."""

    def __init__(self, gather: Gather) -> None:
        self._gather = gather
        self._answers: dict[str, Json | CameraError] = {}
        self._unknown: list[Unknown] = []

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """What could not be made into a value so far."""
        return tuple(self._unknown)

    def meet(self, path: str) -> None:
        """Ask a first question alone: who is not there, or lets nobody in, is asked nothing else."""
        self.ask([path])
        if isinstance(self._answers[path], _NOT_THERE):
            raise self._answers[path]

    def ask(self, paths: Sequence[str]) -> None:
        """Read these routes side by side."""
        self._answers |= self._gather(paths)

    def part(
        self, name: str, path: str, decode: Callable[[Answer], T], *, optional: bool = False
    ) -> T | None:
        """What an answer means. What is `optional` may be a thing that the firmware does not know."""
        return self.value(
            name, path, lambda body: decode(Answer(body, f"GET {path}")), optional=optional
        )

    def value(
        self, name: str, path: str, decode: Callable[[Json], T], *, optional: bool = False
    ) -> T | None:
        """The same of an answer that need not be an object."""
        try:
            answer = self._answers[path]
            if isinstance(answer, CameraError):
                raise answer
            return decode(answer)
        except CameraError as error:
            foreign_to_it = isinstance(error, Rejected) and error.is_not_known
            if not (foreign_to_it and optional):
                reason = _NOT_KNOWN if foreign_to_it else str(error)
                self._unknown.append(Unknown(name, reason))
        return None
