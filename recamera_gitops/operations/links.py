"""The interfaces of a camera, as it tells of them."""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.operations.answers import Answer

LAN: Final = "/network/lan"
WLAN: Final = "/network/wlan"
RADIO: Final = "/network/wifi-status"
ASSOCIATION: Final = "/network/wifi"
_FIXED: Final = {"manual": "static"}  # two words for one thing [ref, wiki]


@dataclass(frozen=True, slots=True)
class Link:
    """One interface; None is what the camera does not tell, or does not have at the moment."""

    interface: str | None
    method: str | None
    address: str | None
    netmask: str | None
    gateway: str | None
    dns: tuple[str, ...]
    mac: str | None
    speed: str | None


def link(answer: Answer) -> Link:
    """An interface with its IPv4 settings."""
    ipv4 = answer.part("dIpv4") or Answer({}, answer.request)
    physical = answer.part("dLink") or Answer({}, answer.request)
    method = _text(ipv4, "sV4Method")
    servers = (_text(physical, key) for key in ("sDNS1", "sDNS2"))
    return Link(
        interface=_text(physical, "sInterface"),
        method=None if method is None else _FIXED.get(method, method),
        address=_text(ipv4, "sV4Address"),
        netmask=_text(ipv4, "sV4Netmask"),
        gateway=_text(ipv4, "sV4Gateway"),
        dns=tuple(each for each in servers if each is not None),
        mac=_text(physical, "sAddress"),
        speed=_text(physical, "sNicSpeed"),
    )


def powered(answer: Answer) -> bool:
    """Whether the radio is on."""
    return answer.switch("iPower")


def _text(answer: Answer, key: str) -> str | None:
    """What stands there; an empty text is nothing."""
    return answer.maybe_text(key) or None
