"""One device: its own document over the profiles over the fleet, filled in, validated, flattened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from recamera_gitops.desired.catalogue import is_secret, wrong_address
from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.desired.messages import check
from recamera_gitops.desired.models import ConnectionPart, DeviceFile
from recamera_gitops.desired.nodes import (
    Mapping,
    Node,
    Scalar,
    child,
    mapping_at,
    reached,
    text_at,
    texts_at,
)
from recamera_gitops.desired.overlay import EMPTY, Layer, overlay, variables_of, without_nulls
from recamera_gitops.desired.references import Filling, Surroundings, Template
from recamera_gitops.desired.state import ConnectionSettings, Device
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.resources.base import Complaint
from recamera_gitops.resources.catalog import complaints, conflicts, leaf_at, settings
from recamera_gitops.resources.declared import Wish, is_below
from recamera_gitops.rules import Severity

_KEPT: Final = ("device", "host", "serial", "labels", "protected", "unmanaged")
_CREDENTIALS: Final = ("password", "token")


@dataclass(frozen=True, slots=True)
class Effective:
    """What came of a device: None where it cannot be used, and everything that is to be said."""

    device: Device | None
    diagnostics: tuple[Diagnostic, ...]


def effective(
    document: Mapping, layer: Layer, fleet: Mapping, known: KnownCamera | None
) -> Effective:
    """The device that a document declares."""
    name = text_at(document, "device") or ""
    merged, filling = filled(document, layer, fleet)
    model, found = check(DeviceFile, merged, is_secret, _is_reported)
    diagnostics = [*filling.diagnostics, *found]
    if model is None:
        return Effective(None, tuple(diagnostics))
    place = _place_of(document, "device")
    flat = _Flat(merged, filling.templates, place)
    device = Device(
        name=name,
        host=model.host,
        place=place,
        serial=model.serial,
        labels=model.labels or {},
        profiles=layer.order,
        protected=bool(model.protected),
        unmanaged=tuple(model.unmanaged or ()),
        connection=_connection(model.connection or ConnectionPart(), filling.templates),
        declared=flat.declared(model.config, tuple(model.unmanaged or ())),
        known=known,
        places={
            ".".join(steps): _place_of(merged, *steps)
            for steps in (("host",), ("protected",), ("connection", "scheme"))
            if reached(merged, steps)[1] == len(steps)
        },
    )
    diagnostics += [*flat.complaints(device), *_remarks(device, merged)]
    return Effective(device, tuple(diagnostics))


def filled(document: Mapping, layer: Layer, fleet: Mapping) -> tuple[Mapping, Filling]:
    """The device document with everything that it inherits, references filled in where they can be."""
    name = text_at(document, "device") or ""
    filling = Filling(_surroundings(name, document, layer), is_secret)
    return filling.filled(_merged(document, layer, fleet)), filling


def _surroundings(name: str, document: Mapping, layer: Layer) -> Surroundings:
    labels = mapping_at(document, "labels") or EMPTY
    texts = {key: text for key in labels.items if (text := text_at(labels, key)) is not None}
    return Surroundings(name, texts, {**layer.variables, **variables_of(document)})


def _merged(document: Mapping, layer: Layer, fleet: Mapping) -> Mapping:
    """The device document as if everything it inherits were written in it."""
    items: dict[str, Node] = {k: document.items[k] for k in _KEPT if k in document.items}
    connection = _credentials_replaced(
        mapping_at(fleet, "defaults", "connection") or EMPTY,
        mapping_at(document, "connection") or EMPTY,
    )
    config = overlay(layer.config, mapping_at(document, "config") or EMPTY)
    items["connection"] = without_nulls(connection)
    items["config"] = without_nulls(config)
    return replace(document, items=items)


def _credentials_replaced(base: Mapping, over: Mapping) -> Mapping:
    """Key by key; a password or token of the device takes the place of whichever is inherited."""
    own = any(key in over.items for key in _CREDENTIALS)
    inherited = {k: v for k, v in base.items.items() if not (own and k in _CREDENTIALS)}
    return Mapping(over.place, {**inherited, **over.items}, {**base.keys, **over.keys})


def _is_reported(scalar: Scalar) -> bool:
    return scalar.reported


def _place_of(document: Mapping, *steps: str) -> Place:
    return reached(document, steps)[0].place


def _connection(stated: ConnectionPart, templates: dict[str, Template]) -> ConnectionSettings:
    plain = {"scheme", "port", "username", "timeout", "concurrency"}
    tls = stated.tls
    return ConnectionSettings(
        **stated.model_dump(include=plain, exclude_none=True),
        password=templates.get("connection.password"),
        token=templates.get("connection.token"),
        fingerprint=tls.fingerprint if tls else None,
        ca_file=Path(tls.ca_file) if tls and tls.ca_file else None,
    )


class _Flat:
    """The settings of a device by leaf path, with the nodes that say them."""

    def __init__(self, merged: Mapping, templates: dict[str, Template], place: Place) -> None:
        self._nodes: dict[str, Node] = {}
        self._config = child(merged, "config")
        self._templates = templates
        self._place = place

    def declared(self, config: Any, unmanaged: tuple[str, ...]) -> dict[str, Wish]:  # noqa: ANN401
        """Leaf path → wish, without what is not managed; secrets as templates."""
        values = config.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        wishes = dict(self._leaves(values))
        for path, template in self._templates.items():
            leaf = path.removeprefix("config.")
            if leaf != path and leaf_at(leaf) is not None:
                wishes[leaf] = Wish(template, template.place)
        return {p: w for p, w in wishes.items() if not any(is_below(p, each) for each in unmanaged)}

    def _leaves(self, values: dict[str, Any]) -> Iterator[tuple[str, Wish]]:
        for steps, value in settings(values):
            node, count = reached(self._config or EMPTY, steps)
            if count == len(steps):
                path = ".".join(steps)
                self._nodes[path] = node
                yield path, Wish(value, node.place)

    def complaints(self, device: Device) -> Iterator[Diagnostic]:
        """What the rules across settings say, at the place of the likeliest culprit."""
        plain = {
            path: wish.value
            for path, wish in device.declared.items()
            if not isinstance(wish.value, Template)
        }
        stated = {path: wish.value for path, wish in device.declared.items()}
        for each in (*complaints(plain), *conflicts(stated)):
            path = each.paths[0] if each.paths else ""
            place = self._culprit(each)
            yield Diagnostic(each.rule, each.message, f"config.{path}", place, each.hint)

    def _culprit(self, complaint: Complaint) -> Place:
        for path in complaint.paths:
            leaf, _, index = path.removesuffix("]").partition("[")
            node = self._nodes.get(leaf)
            if node is not None:
                inner = child(node, int(index)) if index.isdigit() else None
                return (inner or node).place
        return self._place


def _remarks(device: Device, merged: Mapping) -> Iterator[Diagnostic]:
    yield from _about_connection(device, merged)
    for scalar in texts_at(merged, "unmanaged"):
        wrong = wrong_address(str(scalar.value))
        if wrong:
            yield Diagnostic("unknown-path", wrong[0], "unmanaged", scalar.place, wrong[1])
    known = device.known
    if known and device.serial and known.serial not in (None, device.serial):
        message = f"known_cameras.yaml knows this device with serial number {known.serial}"
        yield Diagnostic("serial-conflict", message, "serial", _place_of(merged, "serial"))


def _about_connection(device: Device, merged: Mapping) -> Iterator[Diagnostic]:
    settings = device.connection
    if settings.scheme == "http":
        message = "connections over http are neither encrypted nor verified"
        place = _place_of(merged, "connection", "scheme")
        path = "connection.scheme"
        yield Diagnostic("plain-http", message, path, place, severity=Severity.WARNING)
    if settings.password is None and settings.token is None:
        message = "there is neither a password nor a token to log in with"
        hint = "set connection.password, or defaults.connection.password in fleet.yaml"
        place, path = device.place, "connection"
        yield Diagnostic("no-credentials", message, path, place, hint, Severity.WARNING)
    if settings.ca_file and settings.fingerprint:
        message = "tls takes a fingerprint or a ca_file, not both"
        yield Diagnostic("bad-value", message, "connection.tls", _place_of(merged, *_TLS))
    if settings.ca_file and ".." in PurePosixPath(settings.ca_file.as_posix()).parts:
        message = "the path leads out of the repository"
        yield Diagnostic("outside", message, "connection.tls.ca_file", _place_of(merged, *_CA))


_TLS: Final = ("connection", "tls")
_CA: Final = (*_TLS, "ca_file")
