"""What a radio sees, and what became of what it was told, as people read it. Pure."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.operations.wifi import Forgotten, Joined, Network, Power, Scan
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN
from recamera_gitops.report.paint import Paint
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import bounded, names
from recamera_gitops.secret import printable

HIDDEN: Final = "(hidden)"
_WIDEST_NOTES: Final = 200


def ssid_of(network: Network | None) -> str:
    """What a network is called."""
    return UNKNOWN if network is None else network.ssid or HIDDEN


def strength(network: Network) -> str:
    """`-48 dBm`."""
    return f"{network.signal_dbm} dBm"


def _row(network: Network) -> tuple[str, ...]:
    marks = {"connected": network.connected, "remembered": network.remembered}
    frequency = UNKNOWN if network.frequency_mhz is None else f"{network.frequency_mhz} MHz"
    return (
        network.ssid or HIDDEN,
        strength(network),
        frequency,
        "password" if network.secured else "open",
        network.bssid,
        ", ".join(word for word, so in marks.items() if so),
    )


def _details(scan: Scan, paint: Paint) -> Iterator[str]:
    if not scan.radio:
        yield "The radio is off."
    elif not scan.networks:
        yield "No network is in sight."
    else:
        heads = ("network", "signal", "frequency", "security", "access point", "")
        yield from table(heads, [_row(each) for each in scan.networks], paint)


def _cells(scan: Scan) -> tuple[str, ...]:
    if not scan.radio:
        return ("off", *(UNKNOWN,) * 4)
    remembered = dict.fromkeys(ssid_of(each) for each in scan.networks if each.remembered)
    best = scan.networks[:1]
    return (
        "on",
        str(len(scan.networks)),
        ssid_of(scan.joined),
        names(list(remembered)) or UNKNOWN,
        f"{ssid_of(best[0])} {strength(best[0])}" if best else UNKNOWN,
    )


SCAN: Final = View[Scan](
    ("radio", "networks", "connected to", "remembered", "strongest"), _cells, _details
)


def _noted(value: Joined | Forgotten | Power, done: str, before: str) -> tuple[str, str]:
    told = "; ".join(value.notes)
    return done if value.changed else before, bounded(printable(told), _WIDEST_NOTES)


def _joined(value: Joined) -> tuple[str, ...]:
    state = _noted(value, "joined", "was there")
    return ssid_of(value.network), value.network.bssid, strength(value.network), *state


def _forgotten(value: Forgotten) -> tuple[str, ...]:
    return value.ssid, *_noted(value, "forgotten", "was not remembered")


def _power(value: Power) -> tuple[str, ...]:
    done = "on" if value.radio else "off"
    return _noted(value, f"switched {done}", f"was {done}")


JOINED: Final = View[Joined](("network", "access point", "signal", "result", ""), _joined)
FORGOTTEN: Final = View[Forgotten](("network", "result", ""), _forgotten)
POWER: Final = View[Power](("radio", ""), _power)
