"""The addresses of both interfaces; writing the one that carries the conversation moves it.

A camera answers where the document of `camera.interface` says. One that lives on a loopback address,
as those of a fleet do, may be moved to another one; any other camera refuses loopback [cgi].
"""

from functools import partial
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TEXT, TRUTH, Shape, among
from recamera_gitops.emulator.documents import Document, Omitted, Routes, read, write
from recamera_gitops.emulator.faults import ConnectionDropped
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

LAN, WLAN = "/network/lan", "/network/wlan"
ADDRESSES = ("sV4Address", "sV4Gateway", "sV4Netmask")
READ_ONLY = frozenset({f"dLink.{key}" for key in ("sAddress", "sInterface", "iPower", "sNicSpeed")})


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """One object for each interface."""
    return (_settings(LAN, flavours), _settings(WLAN, flavours))


def routes(flavours: Flavours) -> Routes:
    """Their addresses."""
    settings = documents(flavours)
    return {
        each.path: {"GET": partial(read, each), "PUT": partial(_move, each)} for each in settings
    }


def interface(name: str, method: str, *, inverted: bool = False) -> Json:
    """What an interface has on the first day; `inverted` is the meaning of bEnableMethod."""
    wired = name == "eth0"
    return {
        "dIpv4": {
            "sV4Method": method,
            "sV4Address": "192.168.10.21" if wired else "192.168.10.22",
            "sV4Gateway": "192.168.10.254",
            "sV4Netmask": "255.255.255.0",
        },
        "dLink": {
            "sDNS1": "192.168.10.254",
            "sDNS2": "",
            "bEnableMethod": (method != "dhcp") is not inverted,
            "sAddress": "2c:f7:f1:00:00:01" if wired else "2c:f7:f1:00:00:02",
            "sInterface": name,
            "iPower": 1,
            "sNicSpeed": "Auto",
        },
    }


def _settings(path: str, flavours: Flavours) -> Document:
    fixed = "manual" if "lan-manual" in flavours else "static"
    inverted = "dns-method-inverted" in flavours
    method = fixed if fixed == "manual" and path == LAN else "dhcp"
    name = "eth0" if path == LAN else "wlan0"
    shape: dict[str, Shape] = {
        "dIpv4": {"sV4Method": among("dhcp", fixed), **dict.fromkeys(ADDRESSES, TEXT)},
        "dLink": {"sDNS1": TEXT, "sDNS2": TEXT, "bEnableMethod": TRUTH},
    }
    return Document(
        path,
        interface(name, method, inverted=inverted),
        shape,
        Omitted.REFUSED,
        read_only=READ_ONLY,
        rule=partial(_complete, path),
    )


def _complete(path: str, camera: "EmulatedCamera", after: Json) -> None:
    """Refuse what cannot be an address; without a fixed one the camera takes its lease."""
    ipv4, link = after["dIpv4"], after["dLink"]
    for server in (link["sDNS1"], link["sDNS2"]):
        if server:
            _address(server, "dLink")
    if not link["sDNS1"] and not link["sDNS2"]:
        raise Refusal(400, "Invalid parameter: dLink needs a DNS server")
    if ipv4["sV4Method"] == "dhcp":
        ipv4.update(camera.leases[path])
        return
    if link["bEnableMethod"] is ("dns-method-inverted" in camera.flavours):
        raise Refusal(400, "DHCP DNS is not allowed with a static address")
    _usable(camera, ipv4)


def _usable(camera: "EmulatedCamera", ipv4: Json) -> None:
    address, gateway = (_address(ipv4[key], key) for key in ADDRESSES[:2])
    try:
        network = IPv4Network((str(address), ipv4["sV4Netmask"]), strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise Refusal(400, "Invalid parameter: sV4Netmask") from None
    among_own = address.is_loopback and IPv4Address(camera.host).is_loopback
    wrong = {
        "not a netmask": str(network.netmask) != ipv4["sV4Netmask"],
        "no host address": address.is_unspecified or address.is_multicast,
        "a loopback address": address.is_loopback and not among_own,
        "the network's own": address in {network.network_address, network.broadcast_address},
        "in another network than the gateway": gateway not in network,
        "the gateway's": address == gateway,
        "host part 1": int(address) - int(network.network_address) == 1,
    }
    for reason, applies in wrong.items():
        if applies:
            raise Refusal(400, f"Invalid parameter: dIpv4: the address is {reason}")


def _address(text: str, where: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise Refusal(400, f"Invalid parameter: {where} must be dotted") from None


def _move(settings: Document, camera: "EmulatedCamera", call: Call) -> Response:
    """Whether the answer arrives before the address is gone is not known [wiki]."""
    if "lan-unobtainable" in camera.flavours:
        call.document()
        raise Refusal(500, "Unable to Obtain IP address")
    before = camera.host
    written = write(settings, camera, call)
    if camera.host != before:
        camera.count("move")
        if "lan-reply-lost" in camera.flavours:
            raise ConnectionDropped(executed=True)
    if "echo-writes" in camera.flavours:
        return written
    answer = {"code": 200 if "code-200" in camera.flavours else 0, "message": "SUCCESS TO SET IP"}
    if "lan-expected-ip" in camera.flavours:
        expected = camera.documents[settings.path]["dIpv4"]["sV4Address"]
        answer |= {"sExpectedIp": expected, "sDnsPending": ""}
    return answers.data(answer)
