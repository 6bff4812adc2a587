"""Where the settings of one device come from: every layer that says something, and what each overrides.

Loading a fleet knows only who wins. This is a second look at one device, for those who want to know why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from recamera_gitops.desired.fleet import Loaded
from recamera_gitops.desired.nodes import Mapping, Node, mapping_at, text_at, texts_at
from recamera_gitops.desired.overlay import EMPTY, Layer, default_profiles, is_null

Keys: TypeAlias = tuple[str, ...]


class Kind(StrEnum):
    """What a document is."""

    FLEET = "fleet"
    PROFILE = "profile"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """One document that a device is made of."""

    kind: Kind
    name: str
    document: Mapping

    @property
    def file(self) -> str:
        """The file that it stands in, relative to the repository."""
        return self.document.place.file


@dataclass(frozen=True, slots=True)
class Statement:
    """One value as a document says it; `at` are the keys that lead to it."""

    origin: Origin
    at: Keys
    node: Node

    @property
    def is_null(self) -> bool:
        """Whether it takes the setting back out of management."""
        return is_null(self.node)


# What was said of each value, the last one winning. Mappings are laid over each other, so each path
# leads to something else than a mapping.
History: TypeAlias = dict[Keys, list[Statement]]


@dataclass(frozen=True, slots=True)
class Layers:
    """The documents that one device is made of, the lowest first, and what they amount to."""

    device: Origin
    profiles: tuple[Origin, ...]
    fleet: Origin
    layer: Layer

    def config(self) -> History:
        """What was said of each setting, by its keys below `config`."""
        return _history((each, ("config",)) for each in (*self.profiles, self.device))

    def connection(self) -> History:
        """What was said of each part of the connection, by its keys below `connection`."""
        return _history(((self.fleet, ("defaults", "connection")), (self.device, ("connection",))))

    def variables(self) -> History:
        """What was said of each variable, by its name."""
        origins = (self.fleet, *self.profiles, self.device)
        return _history((each, ("variables",)) for each in origins)


def layers_of(loaded: Loaded, name: str) -> Layers:
    """The layers of a device that the fleet has."""
    fleet = loaded.files.fleet or EMPTY
    documents = {text_at(each, "device"): each for each in loaded.files.devices}
    document = documents[name]
    named = loaded.profiles.documents
    defaults = default_profiles(fleet)
    stated = (*defaults, *texts_at(document, "profiles"))
    layer = loaded.profiles.layer(tuple(str(each.value) for each in stated), fleet)
    return Layers(
        device=Origin(Kind.DEVICE, name, document),
        profiles=tuple(Origin(Kind.PROFILE, each, named[each]) for each in layer.order),
        fleet=Origin(Kind.FLEET, loaded.fleet.name, fleet),
        layer=layer,
    )


def _history(layers: Iterator[tuple[Origin, Keys]] | tuple[tuple[Origin, Keys], ...]) -> History:
    history: History = {}
    for origin, keys in layers:
        found = mapping_at(origin.document, *keys)
        if found is not None:
            _lay(history, origin, found, ())
    return history


def _lay(history: History, origin: Origin, mapping: Mapping, above: Keys) -> None:
    """Lay one mapping over what was said so far, as `overlay` does with values."""
    for key, node in mapping.items.items():
        keys = (*above, key)
        if isinstance(node, Mapping):
            history.pop(keys, None)
            _lay(history, origin, node, keys)
            continue
        statement = Statement(origin, keys, node)
        for said in (said for path, said in history.items() if path[: len(keys)] == keys):
            said.append(statement)
        history.setdefault(keys, [statement])
