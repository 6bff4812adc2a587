"""How a camera is connected: its interfaces, its radio, and the network that it is in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer
from recamera_gitops.operations.links import ASSOCIATION, LAN, RADIO, WLAN, Link, link, powered
from recamera_gitops.operations.parts import Gather, Parts, Unknown
from recamera_gitops.operations.wifi import SCAN, Network, joined_in, networks

_STREAMS: Final = {"main": "/video/0/stream", "sub": "/video/1/stream"}


@dataclass(frozen=True, slots=True)
class Multicast:
    """Where a stream is sent to whoever listens."""

    stream: str
    enabled: bool
    address: str | None
    port: int | None


@dataclass(frozen=True, slots=True)
class NetworkState:
    """How a camera is connected, as far as it tells; what it does not is in `unknown`, with the reason.

    `wlan` is how the wireless interface is set, `wifi` how it is at the moment, and `joined` the network
    that it is in: none while it has no address there. `reached_at` is the address that was asked.
    """

    reached_at: str | None
    lan: Link | None
    wlan: Link | None
    radio: bool | None
    wifi: Link | None
    joined: Network | None
    multicast: tuple[Multicast, ...]
    unknown: tuple[Unknown, ...]

    @property
    def over_wifi(self) -> bool:
        """Whether the camera was asked over its wireless network."""
        return None not in (self.reached_at, self.wifi) and self.wifi_address == self.reached_at

    @property
    def wifi_address(self) -> str | None:
        """The address that it has there."""
        return None if self.wifi is None else self.wifi.address


def network_state(gather: Gather, peer: Callable[[], str]) -> NetworkState:
    """Read all of it; only a camera that is in a wireless network looks around for its name."""
    parts = Parts(gather)
    parts.meet(LAN)
    parts.ask([WLAN, RADIO, ASSOCIATION, *_STREAMS.values()])
    radio = parts.part("radio", RADIO, powered)
    wifi = parts.part("wifi", ASSOCIATION, link)
    joined = None
    if radio and wifi is not None and wifi.address is not None:
        parts.ask([SCAN])
        joined = parts.value("joined", SCAN, _joined)
    multicast = (
        parts.part(f"multicast.{name}", path, _multicast(name)) for name, path in _STREAMS.items()
    )
    return NetworkState(
        reached_at=peer() or None,
        lan=parts.part("lan", LAN, link),
        wlan=parts.part("wlan", WLAN, link, optional=True),
        radio=radio,
        wifi=wifi,
        joined=joined,
        multicast=tuple(each for each in multicast if each is not None),
        unknown=parts.unknown,
    )


def _joined(body: Json) -> Network | None:
    return joined_in(networks(body))


def _multicast(stream: str) -> Callable[[Answer], Multicast | None]:
    def decoded(answer: Answer) -> Multicast | None:
        block = answer.part("muticast")  # so it is spelled [ref]
        if block is None:
            return None
        enabled = block.switch("iEnabled")
        return Multicast(stream, enabled, block.maybe_text("sAddress"), block.maybe_whole("sPort"))

    return decoded
