"""What the rules look at, and what they find."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from recamera_gitops.desired.drifting import Today
from recamera_gitops.desired.nodes import Mapping as Document
from recamera_gitops.desired.nodes import mapping_at, texts_at
from recamera_gitops.desired.overlay import Profiles
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Place

_DEFAULTS: Final = "defaults"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a rule; `device` is the one whose effective state showed it.

    Without a hint of its own it has that of the rule.
    """

    message: str
    path: str
    place: Place
    hint: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """A fleet that can be used, and the documents that it is made of; `unread` names files beside them.

    Without a `today` nothing is said of what ends on some day.
    """

    fleet: Fleet
    document: Document
    profiles: Profiles
    devices: Mapping[str, Document]
    known: Document | None = None
    unread: tuple[str, ...] = ()
    today: Today | None = None

    @property
    def defaults(self) -> tuple[str, ...]:
        """The profiles that come before those of a device."""
        names = texts_at(mapping_at(self.document, _DEFAULTS), "profiles")
        return tuple(str(each.value) for each in names)

    def laid(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The profiles that these amount to, in the order in which they are laid over each other."""
        return self.profiles.layer(names, self.document).order

    def documents(self) -> Iterator[Document]:
        """All of them."""
        yield self.document
        yield from self.profiles.documents.values()
        yield from self.devices.values()

    def inherited(self, device: Device) -> tuple[Document, ...]:
        """The documents that a device is laid over, in that order."""
        return (self.document, *(self.profiles.documents[name] for name in device.profiles))
