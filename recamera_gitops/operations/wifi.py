"""The radio of a camera: what it sees, and which network it is told to join or to forget.

A camera may be reached over the very network that it is told to leave. Nothing is believed that a scan does
not show afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

from recamera_gitops.device.asking import Ask, Flow, Pause, Told
from recamera_gitops.errors import (
    CameraError,
    NotSettled,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unsettled,
)
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer
from recamera_gitops.operations.links import ASSOCIATION, LAN, RADIO, link, powered
from recamera_gitops.secret import foreign

T = TypeVar("T")
SCAN: Final = "/network/wifi-list"
_FORGET: Final = "DELETE /network/wifi"
_NOT_FOUND: Final = 404
_LOOKS: Final = 10  # a camera may take forty seconds to join a network
_BETWEEN_LOOKS: Final = 4.0
_CLOSED: Final = (
    "WPA",
    "WEP",
    "SAE",
    "PSK",
    "EAP",
    "OWE",
)  # what the flags of a closed network say


@dataclass(frozen=True, slots=True)
class Network:
    """One access point that a camera sees; without an `ssid` it hides its name."""

    ssid: str | None
    bssid: str
    signal_dbm: int
    frequency_mhz: int | None
    secured: bool
    connected: bool
    remembered: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """What a camera sees, the strongest first; nothing while its radio is off."""

    radio: bool
    networks: tuple[Network, ...]

    def named(self, ssid: str, bssid: str | None = None) -> tuple[Network, ...]:
        """The access points of a network, or the one that is meant."""
        return tuple(
            each
            for each in self.networks
            if each.ssid == ssid and (bssid is None or each.bssid.casefold() == bssid.casefold())
        )

    @property
    def joined(self) -> Network | None:
        """The one that it is connected to."""
        return joined_in(self.networks)


@dataclass(frozen=True, slots=True)
class Way:
    """How a camera is reached: over its wireless network or not, and what its wired address is."""

    over_wifi: bool
    wired: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The network that a camera is in now; `changed` is False where it was in it before."""

    network: Network
    changed: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A network that a camera does not remember; `changed` is False where it never did."""

    ssid: str
    changed: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Power:
    """Whether the radio is on now; `changed` is False where it was so before."""

    radio: bool
    changed: bool
    notes: tuple[str, ...] = ()


def scan() -> Flow[Scan]:
    """Look around; it takes some seconds."""
    if not (yield from radio()):
        return Scan(radio=False, networks=())
    return Scan(radio=True, networks=networks((yield Ask("GET", SCAN))))


def radio() -> Flow[bool]:
    """Whether the radio is on."""
    return powered(Answer((yield Ask("GET", RADIO)), f"GET {RADIO}"))


def networks(body: Json) -> tuple[Network, ...]:
    """What a scan shows, the strongest first."""
    request = f"GET {SCAN}"
    if not isinstance(body, list | None):
        raise NotUnderstood("the Wi-Fi scan is not a list", request=request)
    found = [_network(Answer(each, request, "a network")) for each in body or ()]
    return tuple(sorted(found, key=lambda each: (-each.signal_dbm, each.ssid or "", each.bssid)))


def joined_in(found: Iterable[Network]) -> Network | None:
    """The one of these that the camera is connected to."""
    return next((each for each in found if each.connected), None)


def _network(entry: Answer) -> Network:
    flags = entry.maybe_text("sFlags") or ""
    return Network(
        ssid=entry.text("sSsid").replace("\\u0000", "").strip() or None,
        bssid=entry.text("sBssid"),
        signal_dbm=entry.whole("iRssi"),
        frequency_mhz=entry.maybe_whole("iFrequency"),
        secured=any(word in flags.upper() for word in _CLOSED),
        connected=bool(entry.maybe_truth("sConnected")),
        remembered=bool(entry.maybe_truth("sReserved")),
    )


def way(peer: str) -> Flow[Way]:
    """How it is reached at the address `peer`."""
    over = bool(peer) and (yield from _address(ASSOCIATION)) == peer
    return Way(over_wifi=over, wired=(yield from _address(LAN)) if over else "")


def _address(path: str) -> Flow[str]:
    """The address that an interface has; empty where it has none, or the firmware does not tell."""
    try:
        return link(Answer((yield Ask("GET", path)), f"GET {path}")).address or ""
    except Unavailable:
        raise
    except Rejected:
        return ""


def settled(ssid: str, bssid: str | None = None) -> Flow[Network]:
    """The network, as soon as a scan shows the camera in it; NotSettled where none does in time."""
    trouble = ""
    for look in range(_LOOKS):
        if look:
            yield Told(f"waits until it is in {foreign(ssid)}", 100 * look // _LOOKS)
            yield Pause(_BETWEEN_LOOKS)
        try:
            found = yield from scan()
        except CameraError as error:
            trouble = f": {error}"
            continue
        trouble = ""
        network = joined_in(found.named(ssid, bssid))
        if network is not None:
            return network
    seconds = int(_LOOKS * _BETWEEN_LOOKS)
    raise NotSettled(f"{seconds} s later it is not seen in {foreign(ssid)}{trouble}")


def forgetting(ssid: str) -> Flow[None]:
    """Have a network forgotten, once; Rejected where the camera does not know it."""
    answer = yield Ask("DELETE", f"/network/wifi?Ignore={quote(ssid, safe='')}")
    status = answer.get("status", 0) if isinstance(answer, dict) else 0
    if status not in (0, "0"):
        message = f"{foreign(ssid)} was not forgotten: the camera does not remember it"
        raise Rejected(message, request=_FORGET, code=_NOT_FOUND)


def forgotten(ssid: str) -> Flow[bool]:
    """Whether a scan shows that a network is not remembered, False where it is out of sight.

    NotSettled where it is still remembered.
    """
    found = (yield from scan()).named(ssid)
    if any(each.remembered for each in found):
        raise NotSettled(f"{foreign(ssid)} is still remembered")
    return bool(found)


def switching(*, on: bool) -> Flow[None]:
    """Switch the radio, once."""
    yield Ask("POST", f"{RADIO}?power={'on' if on else 'off'}")


def switched(*, on: bool) -> Flow[None]:
    """See that the radio is as it was told; NotSettled where it is not."""
    if (yield from radio()) is not on:
        raise NotSettled(f"its radio is still {'off' if on else 'on'}")


def proved(check: Flow[T], lost: CameraError | None) -> Flow[T]:
    """What a check says; where an answer was lost before, that it failed leaves everything open."""
    try:
        return (yield from check)
    except NotSettled as error:
        if lost is None:
            raise
        message = f"{error}; whether the camera was told is not known: {lost}"
        raise Unsettled(message) from lost
