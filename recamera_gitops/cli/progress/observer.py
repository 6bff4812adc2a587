"""Whoever is told of a run while it goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import Progress


class Observer(Protocol):
    """Told from any thread of a run, and never the reason why one fails."""

    def __call__(self, progress: Progress) -> None:
        """One camera has come to a phase."""
        ...

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Something has happened to the run; `EVENTS` has the facts of each, and others are passed over."""
        ...

    def clear(self) -> None:
        """A part of the run is over: make room for a result, or for a question."""
        ...

    def close(self) -> None:
        """The run is over."""
        ...


class Nobody:
    """Nobody is told."""

    def __call__(self, progress: Progress) -> None:
        """Nothing."""

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""

    close = clear


@dataclass(frozen=True, slots=True)
class Observers:
    """Several of them, each told everything."""

    each: tuple[Observer, ...]

    def __call__(self, progress: Progress) -> None:
        """One camera has come to a phase."""
        for observer in self.each:
            observer(progress)

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Something has happened to the run."""
        for observer in self.each:
            observer.note(event, facts)

    def clear(self) -> None:
        """A part of the run is over."""
        for observer in self.each:
            observer.clear()

    def close(self) -> None:
        """The run is over."""
        for observer in self.each:
            observer.close()


@dataclass(frozen=True, slots=True)
class Warnings:
    """Says what a run warns of, and nothing of how far it is."""

    say: Callable[[str], None]

    def __call__(self, progress: Progress) -> None:
        """One camera has come to a phase."""

    def note(self, event: str, facts: Mapping[str, Json]) -> None:
        """Something has happened to the run."""
        if event == "warning":
            self.say(str(facts["message"]))

    def clear(self) -> None:
        """Nothing is in anybody's way."""

    close = clear
