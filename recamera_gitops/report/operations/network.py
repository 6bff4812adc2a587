"""How a camera is connected, as people read it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from recamera_gitops.operations.links import Link
from recamera_gitops.operations.network import Multicast, NetworkState
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, facts
from recamera_gitops.report.operations.wifi import ssid_of, strength
from recamera_gitops.report.paint import Paint
from recamera_gitops.secret import printable

NOBODY_KNOWS: Final = "?"
ON_OR_OFF: Final[Mapping[bool | None, str]] = {True: "on", False: "off", None: NOBODY_KNOWS}


def _cells(state: NetworkState) -> tuple[str, ...]:
    way = "wifi" if state.over_wifi else "cable"
    return (
        _address(state.lan),
        ON_OR_OFF[state.radio],
        _address(state.wifi),
        NOBODY_KNOWS if "joined" in _unknown(state) else ssid_of(state.joined),
        way if state.reached_at and state.wifi is not None else NOBODY_KNOWS,
    )


def _details(state: NetworkState, paint: Paint) -> Iterator[str]:
    pairs = [("reached at", _reached(state)), ("cable", link_text(state.lan))]
    pairs += [("radio", ON_OR_OFF[state.radio]), ("wifi", link_text(state.wifi))]
    if state.joined is not None:
        pairs.append(("in", f"{ssid_of(state.joined)}, {strength(state.joined)}"))
    if state.wlan is not None:
        pairs.append(("wifi is set to", state.wlan.method or UNKNOWN))
    pairs += [(f"multicast {each.stream}", _multicast(each)) for each in state.multicast]
    yield from facts(pairs, paint)
    for each in state.unknown:
        yield paint("change", f"{each.part} is not known: {printable(each.reason)}")


def _reached(state: NetworkState) -> str:
    if state.reached_at is None:
        return NOBODY_KNOWS
    return f"{state.reached_at}, over its wireless network" if state.over_wifi else state.reached_at


def _address(link: Link | None) -> str:
    return NOBODY_KNOWS if link is None else link.address or UNKNOWN


def _unknown(state: NetworkState) -> set[str]:
    return {each.part for each in state.unknown}


def link_text(link: Link | None) -> str:
    """Everything about an interface in a line."""
    if link is None:
        return NOBODY_KNOWS
    if link.address is None:
        return "no address"
    words = {
        "netmask": link.netmask,
        "gateway": link.gateway,
        "DNS": ", ".join(link.dns) or None,
        "MAC": link.mac,
    }
    told = [f"{word} {value}" for word, value in words.items() if value is not None]
    method = [] if link.method is None else [link.method]
    return ", ".join([link.address, *method, *told])


def _multicast(each: Multicast) -> str:
    where = f"{each.address or UNKNOWN}:{each.port or UNKNOWN}"
    return where if each.enabled else f"off ({where})"


NETWORK: Final = View[NetworkState](
    ("cable", "radio", "wifi", "in", "reached over"), _cells, _details
)
