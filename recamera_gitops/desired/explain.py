"""What one device is to be, each value with the places that it comes from and what it overrides."""

from collections.abc import Iterable, Iterator
from typing import Final

from recamera_gitops.desired.catalogue import is_secret
from recamera_gitops.desired.effective import filled
from recamera_gitops.desired.fleet import Loaded
from recamera_gitops.desired.layers import History, Keys, Origin, Statement, layers_of
from recamera_gitops.desired.layers import Kind as Layer
from recamera_gitops.desired.nodes import (
    Node,
    Scalar,
    mapping_at,
    paths_at,
    reached,
    scalars,
    value_of,
)
from recamera_gitops.desired.nodes import texts_at as texts
from recamera_gitops.desired.notation import Kind, Reference
from recamera_gitops.desired.references import masked, references_in
from recamera_gitops.desired.rewrite import declared_order
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Place
from recamera_gitops.exchange import Json
from recamera_gitops.resources.declared import is_below
from recamera_gitops.resources.explained import Explanation, Said, Setting, Standing, Used

_CREDENTIALS: Final = (("password",), ("token",))
_BUILT_IN: Final = ("scheme", "username", "timeout", "concurrency")


def explain(loaded: Loaded, device: Device) -> Explanation:
    """The device with the reasons for everything; offline, and without a secret in it."""
    explaining = _Explaining(loaded, device)
    return Explanation(
        device=device.name,
        host=device.host,
        place=device.place,
        profiles=device.profiles,
        protected=device.protected,
        connection=tuple(explaining.connection()),
        settings=tuple(explaining.settings()),
    )


class _Explaining:
    def __init__(self, loaded: Loaded, device: Device) -> None:
        self._device = device
        self._known = mapping_at(loaded.files.known, device.name)
        self._layers = layers_of(loaded, device.name)
        fleet = self._layers.fleet.document
        self._merged, _ = filled(self._layers.device.document, self._layers.layer, fleet)
        self._variables = self._layers.variables()
        self._ignored = paths_at(mapping_at(fleet, "drift"), "ignore")
        self._unmanaged = texts(self._merged, "unmanaged")

    def settings(self) -> Iterator[Setting]:
        """Every setting that some layer speaks of, in the order of the declarations."""
        yield from self._explained("config", self._layers.config())

    def connection(self) -> Iterator[Setting]:
        """How the camera is reached, with what nobody states."""
        history = self._layers.connection()
        _replace_credentials(history)
        yield from self._identity()
        found = {each.path: each for each in self._explained("connection", history)}
        for key in _BUILT_IN:
            stated = found.get(key)
            if stated is None or stated.standing is not Standing.MANAGED:
                value = getattr(self._device.connection, key)
                found[key] = Setting(
                    key, value, Standing.BUILT_IN, said=stated.said if stated else ()
                )
        for path in sorted(found, key=lambda each: _rank(("connection", *each.split(".")))):
            yield found[path]

    def _identity(self) -> Iterator[Setting]:
        """What the device file, or known_cameras.yaml, says of who the camera is."""
        document = self._layers.device.document
        for key in ("host", "serial", "fingerprint"):
            said = [
                Said(layer, node.value, node.place)
                for layer, holder in (
                    (_layer_of(self._layers.device), document),
                    (self._known.place.file if self._known else "", self._known),
                )
                if isinstance(node := holder.get(key) if holder else None, Scalar)
            ]
            if said:
                yield Setting(key, said[0].written, said=tuple(said))

    def _explained(self, root: str, history: History) -> Iterator[Setting]:
        for keys in sorted(history, key=lambda each: _rank((root, *each))):
            yield self._setting(root, keys, history[keys])

    def _setting(self, root: str, keys: Keys, statements: list[Statement]) -> Setting:
        path = ".".join(keys)
        secret = is_secret(f"{root}.{path}")
        winner = statements[-1]
        because = _covering(path, self._unmanaged) if root == "config" else None
        standing = _standing(keys, winner)
        if because is not None and standing is Standing.MANAGED:
            standing = Standing.UNMANAGED
        managed = standing is Standing.MANAGED
        return Setting(
            path,
            None if secret or not managed else self._value((root, *keys)),
            standing,
            sensitive=secret,
            said=tuple(_said(each, secret=secret) for each in reversed(statements)),
            used=tuple(self._used(winner.node)) if managed else (),
            by="" if winner.at == keys else ".".join(winner.at),
            because=because,
            ignored=_covering(path, self._ignored) if root == "config" else None,
        )

    def _value(self, keys: Keys) -> Json:
        node, count = reached(self._merged, keys)
        return value_of(node) if count == len(keys) else None

    def _used(self, node: Node) -> Iterator[Used]:
        """What was filled in, each once."""
        found: dict[Reference, None] = {}
        for _, scalar in scalars(node):
            found |= dict.fromkeys(references_in(scalar))
        for reference in found:
            if reference.kind is Kind.VAR:
                yield self._variable(reference.name)
            elif reference.kind is Kind.LABEL:
                yield self._label(reference.name)
            elif reference.kind is Kind.DEVICE:
                yield Used("${device}", self._device.name, ())

    def _variable(self, name: str) -> Used:
        said = tuple(_said(each) for each in reversed(self._variables.get((name,), ())))
        return Used(f"${{var:{name}}}", said[0].written if said else None, said)

    def _label(self, name: str) -> Used:
        document = self._layers.device.document
        node = mapping_at(document, "labels")
        found = node.get(name) if node is not None else None
        place = found.place if found is not None else document.place
        value = self._device.labels.get(name)
        said = (Said(_layer_of(self._layers.device), value, place),)
        return Used(f"${{label:{name}}}", value, said)


def _standing(keys: Keys, winner: Statement) -> Standing:
    if winner.is_null:
        return Standing.LEFT
    return Standing.MANAGED if winner.at == keys else Standing.REPLACED


def _layer_of(origin: Origin) -> str:
    return str(origin.kind) if origin.kind is Layer.FLEET else f"{origin.kind} {origin.name}"


def _said(statement: Statement, *, secret: bool = False) -> Said:
    """A statement as it is written; of secrets only the references."""
    node = statement.node
    written = value_of(node)
    if secret and isinstance(node, Scalar) and isinstance(node.value, str):
        written = masked(node.value)
    return Said(_layer_of(statement.origin), written, node.place)


def _replace_credentials(history: History) -> None:
    """The more specific layer's password or token takes the place of whichever is inherited."""
    stated = [keys for keys in _CREDENTIALS if keys in history]
    own = [keys for keys in stated if history[keys][-1].origin.kind is Layer.DEVICE]
    for keys in stated:
        if own and keys not in own:
            history[keys].append(history[own[0]][-1])


def _covering(path: str, addresses: Iterable[Scalar]) -> Place | None:
    return next((each.place for each in addresses if is_below(path, str(each.value))), None)


def _rank(keys: Keys) -> list[tuple[int, str]]:
    """The place in the order of the declarations, level by level."""
    ranks: list[tuple[int, str]] = []
    for count in range(1, len(keys)):
        order = declared_order(keys[:count])
        found = order.index(keys[count]) if keys[count] in order else len(order)
        ranks.append((found, keys[count]))
    return ranks
