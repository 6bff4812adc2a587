"""Addresses to look at, from how people write them: each once, and made one by one. Pure."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias

from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.secret import printable

MOST: Final = 1 << 16  # a /16; who means more has mistyped, or should be asked by whom
_HINT: Final = "such as 192.168.10.0/24, 192.168.10.21, 192.168.10.20-40 or fd00::10-fd00::20"
_ALL_COUNT: Final = {4: 31, 6: 127}  # prefixes of networks so small that every address is a host's
_THIS_NETWORK: Final = IPv4Network("0.0.0.0/8")
_EVERYBODY: Final = IPv4Address("255.255.255.255")
Address: TypeAlias = IPv4Address | IPv6Address
_KINDS: Final[Mapping[int, type[Address]]] = {4: IPv4Address, 6: IPv6Address}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Addresses that follow each other, as numbers, both ends included.

    `zone` names the interface behind which a link-local address is.
    """

    version: int
    zone: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[str]:
        zone = f"%{self.zone}" if self.zone else ""
        for number in range(self.first, self.last + 1):
            yield f"{_KINDS[self.version](number)}{zone}"


class _Wrong(ValueError):
    """What is wrong with one of the texts, and what to write instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.hint = hint
        super().__init__(message)


def spans_of(texts: Iterable[str]) -> tuple[Span, ...]:
    """What networks, ranges and addresses mean together, in order; InvalidInput with all that is wrong.

    Of a network its own address and that of its broadcast are not meant.
    """
    spans: list[Span] = []
    problems: list[Diagnostic] = []
    for each in texts:
        try:
            spans.append(_checked(_span(each.strip())))
        except _Wrong as wrong:
            problems.append(Diagnostic("no-address", str(wrong), printable(each), hint=wrong.hint))
    merged = tuple(_merged(spans))
    count = sum(each.count for each in merged)
    if count > MOST and not problems:
        message = f"these are {count} addresses together; {MOST} are the most"
        problems.append(Diagnostic("no-address", message, hint="look at one part after another"))
    if problems:
        raise InvalidInput(problems)
    return merged


def _span(text: str) -> Span:
    if "/" in text:
        return _network(text)
    first, dash, last = text.partition("-")
    if not dash or "%" in first:  # an interface may be called br-lan
        return _between(_address(text), _address(text))
    return _between(_address(first), _end(first, last))


def _network(text: str) -> Span:
    """The hosts of a network; written with the address of one of them it is the same network."""
    try:
        network: IPv4Network | IPv6Network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise _Wrong("this is no network", _HINT) from None
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.prefixlen < _ALL_COUNT[network.version]:
        first += 1
        last -= isinstance(network, IPv4Network)  # there is no broadcast over IPv6
    return Span(network.version, "", first, last)


def _address(text: str) -> Address:
    bare = text.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        raise _Wrong("this is no address, range or network", _HINT) from None


def _end(first: str, last: str) -> Address:
    """The end of a range, of which IPv4 needs the last number only."""
    if last.strip().isdecimal():
        return _address(f"{first.strip().rpartition('.')[0]}.{last.strip()}")
    return _address(last)


def _between(first: Address, last: Address) -> Span:
    zones = {getattr(each, "scope_id", None) for each in (first, last)}
    if first.version != last.version or len(zones) > 1:
        raise _Wrong("a range begins and ends in the same network", _HINT)
    if int(last) < int(first):
        raise _Wrong("this range ends before it begins", f"write {last}-{first}")
    return Span(first.version, zones.pop() or "", int(first), int(last))


def _checked(span: Span) -> Span:
    """The same, where all of it can be asked; every special block is aligned, so its ends tell."""
    for number in (span.first, span.last):
        what = _special(_KINDS[span.version](number), span.zone)
        if what is not None:
            raise what
    if span.count > MOST:
        raise _Wrong(
            f"these are {span.count} addresses; {MOST} are the most", "name a smaller part"
        )
    return span


def _special(address: Address, zone: str) -> _Wrong | None:
    """Why no single host is meant by an address; None where one is."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return _Wrong("this is an IPv4 address", f"write {address.ipv4_mapped}")
        if address.is_link_local and not zone:
            return _Wrong("this needs the interface it is behind", f"such as {address}%eth0")
    kinds = {
        "the broadcast address": address == _EVERYBODY,
        "an unspecified address": address.is_unspecified or address in _THIS_NETWORK,
        "a multicast address": address.is_multicast,
        "a reserved address": address.is_reserved and not address.is_loopback,
    }
    what = next((name for name, applies in kinds.items() if applies), None)
    return None if what is None else _Wrong(f"{address} is {what}, and no camera's")


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The same addresses, each in one span only."""
    open_: Span | None = None
    for each in sorted(spans):
        if open_ is None:
            open_ = each
        elif (each.version, each.zone) == (
            open_.version,
            open_.zone,
        ) and each.first <= open_.last + 1:
            open_ = Span(open_.version, open_.zone, open_.first, max(open_.last, each.last))
        else:
            yield open_
            open_ = each
    if open_ is not None:
        yield open_
