"""What a document says over those that it is laid over, and might as well leave unsaid.

What a profile says is judged on every device that has it: one that needs it is enough.
"""

import json
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.desired.nodes import Mapping, Node, below, mapping_at, value_of
from recamera_gitops.desired.overlay import EMPTY, is_null, overlay
from recamera_gitops.errors import Place

# Which of the two a device logs in with depends on whether it states one of them itself.
_CREDENTIALS: Final = ("password", "token")
_Idle: TypeAlias = Callable[[Node, Node | None], bool]


def redundant_overrides(sources: Sources) -> Iterator[Found]:
    """Values that are inherited as they are."""
    for path, place, inherited in _idle(sources, _says_the_same):
        message = "this is inherited already" + (f", from {inherited.place}" if inherited else "")
        yield Found(message, path, place)


def needless_nulls(sources: Sources) -> Iterator[Found]:
    """Nulls that take nothing away."""
    for path, place, _ in _idle(sources, _takes_nothing_away):
        yield Found("nothing is inherited here that null could take away", path, place)


def _says_the_same(node: Node, inherited: Node | None) -> bool:
    if inherited is None or is_null(node) or is_null(inherited):
        return False
    return _spelled(node) == _spelled(inherited)


def _spelled(node: Node) -> str:
    """One text for one value of one type; references are the same if they are written the same."""
    return json.dumps(value_of(node), sort_keys=True)


def _takes_nothing_away(node: Node, inherited: Node | None) -> bool:
    return is_null(node) and (inherited is None or is_null(inherited))


def _idle(sources: Sources, is_idle: _Idle) -> Iterator[tuple[str, Place, Node | None]]:
    """Path and place of what is idle wherever it is inherited, and what it is laid over."""
    needed: set[Place] = set()
    idle: dict[Place, tuple[str, Node | None]] = {}
    for layer, under in _layers(sources):
        for path, place, node, inherited in _compared(layer, under):
            if is_idle(node, inherited):
                idle.setdefault(place, (path, inherited))
            else:
                needed.add(place)
    for place, (path, inherited) in idle.items():
        if place not in needed:
            yield path, place, inherited


def _layers(sources: Sources) -> Iterator[tuple[Mapping, Mapping]]:
    """Every layer with what it is laid over: profiles once for each list of them that devices have."""
    laid: dict[tuple[str, ...], Mapping] = {}
    for device in sources.fleet.devices:
        if device.profiles not in laid:
            under = EMPTY
            for document in sources.inherited(device):
                layer = _layer(document)
                yield layer, under
                under = overlay(under, layer)
            laid[device.profiles] = under
        yield _layer(sources.devices[device.name]), laid[device.profiles]


def _layer(document: Mapping) -> Mapping:
    """What a document lays over others."""
    connection = mapping_at(document, "defaults", "connection") or mapping_at(
        document, "connection"
    )
    parts = {
        "connection": _without_credentials(connection or EMPTY),
        "variables": mapping_at(document, "variables") or EMPTY,
        "config": mapping_at(document, "config") or EMPTY,
    }
    return Mapping(document.place, dict(parts), {key: each.place for key, each in parts.items()})


def _without_credentials(connection: Mapping) -> Mapping:
    kept = {key: node for key, node in connection.items.items() if key not in _CREDENTIALS}
    return Mapping(connection.place, kept, connection.keys)


def _compared(
    over: Mapping, under: Node | None, path: str = ""
) -> Iterator[tuple[str, Place, Node, Node | None]]:
    """Every value that is laid over something or nothing: path, place of its key, itself, what is below."""
    for key, node in over.items.items():
        inherited = under.items.get(key) if isinstance(under, Mapping) else None
        if isinstance(node, Mapping):
            yield from _compared(node, inherited, below(path, key))
        else:
            yield below(path, key), over.keys[key], node, inherited
