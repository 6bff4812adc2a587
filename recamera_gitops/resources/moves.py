"""What moves the camera: its wired address, and whether it is spoken to over https."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import (
    Complaint,
    Impact,
    Resource,
    Section,
    Stage,
    View,
    When,
    wire,
)
from recamera_gitops.resources.codecs import TRUE_FALSE, Around, Codec, Sequenced, Words
from recamera_gitops.resources.values import MISSING, Unknown

_MOVES: Final = "the camera has to be found again, and may be lost"
_OCTET: Final = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4: Final = rf"^({_OCTET}\.){{3}}{_OCTET}$"
_SERVER: Final = r"^[0-9A-Fa-f:.]{2,45}$"  # of either family
_STATIC: Final = When("method", "static")
# "static" [wiki][cgi] or "manual" [ref]: the camera's own word is written back.
_METHODS: Final = Words(
    {"dhcp": "dhcp", "static": "static"}, also=({"dhcp": "dhcp", "static": "manual"},)
)


@dataclass(frozen=True)
class Method(Codec):
    """The method, and the switch beside it that says whose DNS servers count.

    A static address does not go with DNS servers of DHCP [cgi]; on means stated ones [wiki].
    """

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The method."""
        return Unknown(raw) if raw[0] is MISSING else _METHODS.decode(raw[:1], around)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The method in the camera's word; the switch moves only on the way from DHCP."""
        (word,) = _METHODS.encode(value, raw[:1], around)
        leaves = value == "static" and _METHODS.decode(raw[:1], around) == "dhcp"
        if not leaves or raw[1] is MISSING:
            return (word, MISSING)
        return (word, *TRUE_FALSE.encode(True, raw[1:], around))


def _complaint(path: str, *others: str, message: str) -> Complaint:
    return Complaint("bad-address", (path, *others), message)


def _can_be_an_address(view: View) -> Iterator[Complaint]:
    """What the camera refuses, or could not be reached with [cgi]."""
    if view("method") == "dhcp" or not isinstance(view("address"), str):
        return
    address, gateway = IPv4Address(view("address")), _address(view("gateway"))
    if address.is_unspecified or address.is_multicast:
        yield _complaint("address", message=f"{address} is no address of a device")
    if address.is_loopback and not (gateway is not None and gateway.is_loopback):
        yield _complaint("address", message=f"{address} is a loopback address")
    if gateway == address:
        yield _complaint("gateway", "address", message="the gateway is the camera itself")
    if isinstance(view("netmask"), str):
        yield from _fits(address, gateway, view("netmask"))


def _fits(address: IPv4Address, gateway: IPv4Address | None, mask: str) -> Iterator[Complaint]:
    try:
        network = IPv4Network((str(address), mask), strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        network = None
    if network is None or str(network.netmask) != mask:
        yield _complaint("netmask", message=f"{mask} is not a netmask")
        return
    if address in (network.network_address, network.broadcast_address):
        yield _complaint(
            "address", "netmask", message=f"{address} is the network's own in {network}"
        )
    if int(address) - int(network.network_address) == 1:
        message = f"{address} is the first address of {network}, which the camera refuses"
        yield _complaint("address", "netmask", message=message)
    if gateway is not None and gateway not in network:
        message = f"the gateway {gateway} is not in the network {network} of the address"
        yield _complaint("gateway", "address", "netmask", message=message)


def _address(text: object) -> IPv4Address | None:
    return IPv4Address(text) if isinstance(text, str) else None


class Lan(Section):
    """The wired network. What a DHCP server has given is never compared."""

    rules = (_can_be_an_address,)

    method: Literal["dhcp", "static"] | None = wire(
        ("dIpv4.sV4Method", "dLink.bEnableMethod"),
        "From a DHCP server, or stated here.",
        codec=Method(),
        source="wiki",
    )
    address: str | None = wire(
        "dIpv4.sV4Address",
        "IPv4 address; not the first of its network.",
        when=_STATIC,
        pattern=_IPV4,
        examples=["192.168.10.21"],
        source="ref",
    )
    netmask: str | None = wire(
        "dIpv4.sV4Netmask",
        "Netmask, dotted.",
        when=_STATIC,
        pattern=_IPV4,
        examples=["255.255.255.0"],
        source="ref",
    )
    gateway: str | None = wire(
        "dIpv4.sV4Gateway",
        "Router, in the same network.",
        when=_STATIC,
        pattern=_IPV4,
        examples=["192.168.10.254"],
        source="ref",
    )
    dns: list[Annotated[str, Field(pattern=_SERVER)]] | None = wire(
        ("dLink.sDNS1", "dLink.sDNS2"),
        "Name servers, one or two.",
        codec=Sequenced(),
        when=_STATIC,
        min_length=1,
        max_length=2,
        examples=[["9.9.9.9"]],
    )


class Https(Section):
    """Whether the camera is spoken to over https; the other port then only redirects."""

    enabled: bool | None = wire(
        "sEnable", "Whether https is on.", codec=TRUE_FALSE, factory=True, source="ext"
    )


RESOURCES: Final = (
    Resource(
        "network.lan",
        Lan,
        stage=Stage.NETWORK,
        get="/network/lan",
        put="/network/lan",
        impact=(Impact.CONNECTIVITY,),
        settles=10.0,
        barrier=True,
        move="lan",
        confirm=True,
        confirm_at="network",
        confirm_why=_MOVES,
    ),
    Resource(
        "system.https",
        Https,
        stage=Stage.NETWORK,
        get="/system/secure",
        method="POST",
        put="/system/secure",
        impact=(Impact.CONNECTIVITY,),
        settles=10.0,
        barrier=True,
        move="https",
        confirm=True,
        confirm_at="network",
        confirm_why=_MOVES,
    ),
)
