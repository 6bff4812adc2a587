"""Who a camera is: what binds it, what only one camera can have, and addresses written again and again."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, Sequence, reached
from recamera_gitops.desired.overlay import variables_of
from recamera_gitops.desired.references import has_reference
from recamera_gitops.desired.state import Device

# Settings that hold the address of something other than the camera; a list holds several.
_ADDRESSES: Final = (
    ("host",),
    ("config", "notify", "mqtt", "host"),
    ("config", "system", "time", "ntp", "server"),
    ("config", "network", "lan", "gateway"),
    ("config", "network", "lan", "dns"),
)


def no_serials(sources: Sources) -> Iterator[Found]:
    """Devices that any camera could be; an emulated one on this machine is no camera."""
    for device in sources.fleet.devices:
        if device.expected_serial is None and not _is_here(device.host):
            message = f"no serial number says which camera {echo(device.name)} is"
            yield Found(message, "serial", device.place)


def no_pins(sources: Sources) -> Iterator[Found]:
    """Devices over https whose certificate nothing vouches for."""
    for device in sources.fleet.devices:
        connection = device.connection
        if connection.scheme == "https" and not (device.pin or connection.ca_file):
            message = f"nothing vouches for the certificate of {echo(device.name)}: it is refused"
            yield Found(message, "connection.tls", device.place)


def _is_here(host: str) -> bool:
    """Whether a host is the machine that asks."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class _Sole:
    """What only one camera can have: these settings together, while `only_if` says so.

    `local` tells that cameras with different labels `site` are not in each other's way.
    """

    says: str
    paths: tuple[str, ...]
    only_if: tuple[str, object]
    local: bool


_SOLE: Final = (
    _Sole(
        "MQTT client id",
        ("notify.mqtt.client_id", "notify.mqtt.host"),
        ("notify.mode", "mqtt"),
        local=False,
    ),
    _Sole("wired address", ("network.lan.address",), ("network.lan.method", "static"), local=True),
    *(
        _Sole(
            "multicast group",
            (f"stream.{name}.multicast.address", f"stream.{name}.multicast.port"),
            (f"stream.{name}.multicast.enabled", True),
            local=True,
        )
        for name in ("main", "sub")
    ),
)


def must_differ(sources: Sources) -> Iterator[Found]:
    """What several devices declare and only one of them can have; told where the second one says it."""
    for sole in _SOLE:
        having: dict[tuple[object, ...], list[Device]] = defaultdict(list)
        for device in sources.fleet.devices:
            values = _values(sole, device)
            if values is not None:
                having[values].append(device)
        yield from (_shared(sole, devices) for devices in having.values() if len(devices) > 1)


def _shared(sole: _Sole, devices: list[Device]) -> Found:
    first, second, *others = devices
    more = f" and {len(others)} more" if others else ""
    message = f"{echo(first.name)}, {echo(second.name)}{more} have the same {sole.says}"
    place = second.declared[sole.paths[0]].place or second.place
    return Found(message, f"config.{sole.paths[0]}", place)


def _values(sole: _Sole, device: Device) -> tuple[object, ...] | None:
    path, wanted = sole.only_if
    needed = [device.declared.get(each) for each in (path, *sole.paths)]
    switch, *wishes = (None if each is None else each.value for each in needed)
    if switch != wanted or None in wishes:
        return None
    return (device.labels.get("site") if sole.local else None, *wishes)


def repeated_literals(sources: Sources) -> Iterator[Found]:
    """Addresses that are written in more than one place; told at the first of them."""
    written = defaultdict(list)
    for document in sources.documents():
        for steps in _ADDRESSES:
            for scalar in _literals(document, steps):
                text = str(scalar.value).lower()
                written[text].append((scalar.place, ".".join(steps)))
    names = {str(each.value).lower(): name for name, each in variables_of(sources.document).items()}
    for text, places in written.items():
        if len(places) > 1 and not _is_here(text):
            (place, path), (second, _), *others = sorted(places)
            more = f" and {len(others)} more" if others else ""
            hint = f"write ${{var:{names[text]}}}" if text in names else None
            yield Found(f"{echo(text)} is written here, at {second}{more}", path, place, hint)


def _literals(document: Mapping, steps: tuple[str, ...]) -> Iterator[Scalar]:
    node, count = reached(document, steps)
    if count == len(steps):
        yield from (
            each for each in _each(node) if isinstance(each.value, str) and not has_reference(each)
        )


def _each(node: Node) -> Iterator[Scalar]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return (each for each in items if isinstance(each, Scalar))
