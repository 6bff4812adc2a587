"""The networks that the camera joins."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from recamera_gitops.errors import Rejected, Unavailable
from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import (
    Complaint,
    FlowShape,
    Impact,
    Resource,
    Section,
    Stage,
    Values,
    View,
    When,
    wire,
)
from recamera_gitops.resources.codecs import (
    ON_OFF,
    TRUE_FALSE,
    Around,
    Codec,
    Lower,
    WriteOnlySecret,
)
from recamera_gitops.resources.system import ACCESS
from recamera_gitops.resources.values import MISSING, Unknown, integer
from recamera_gitops.secret import foreign

_MAC: Final = r"^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$"
_ON: Final = When("enabled", value=True)
SCAN: Final = "/network/wifi-list"
_LINK: Final = "/network/wifi"  # the live association, in the form of the wired settings [ref]
_WIRED: Final = "/network/lan"


def _flag(entry: Json, key: str) -> bool:
    return TRUE_FALSE.decode((entry.get(key),), {}) is True


@dataclass(frozen=True)
class Joined(Lower):
    """One key of the scan entry that the camera is connected to; empty while it is to none."""

    key: str = ""
    folded: bool = False

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The value, from the entry whose `sConnected` is true (or "true" [ref])."""
        del around
        if not isinstance(raw[0], list) or not all(isinstance(each, dict) for each in raw[0]):
            return Unknown(raw)
        entry: Json = next((each for each in raw[0] if _flag(each, "sConnected")), {})
        return entry.get(self.key, "")

    def stated(self, live: Any) -> Any:
        """The value; MISSING while the camera is in no network."""
        return live or MISSING

    def equal(self, one: Any, other: Any) -> bool:
        """Equal; hardware addresses in any case."""
        return super().equal(one, other) if self.folded else bool(one == other)


@dataclass(frozen=True)
class Forgotten(Codec):
    """Networks whose credentials the camera must not keep; the scan tells which are saved [wiki]."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The set of all saved networks in reach, which is not a list of unwanted ones."""
        del around
        if not isinstance(raw[0], list) or not all(isinstance(each, dict) for each in raw[0]):
            return Unknown(raw)
        return frozenset(each.get("sSsid", "") for each in raw[0] if _flag(each, "sReserved"))

    def stated(self, live: Any) -> Any:
        """Nothing: a network that is not saved may be wanted all the same."""
        del live
        return MISSING

    def equal(self, one: Any, other: Any) -> bool:
        """Whether none of the unwanted networks is saved; only what is in reach can be told."""
        return not isinstance(other, frozenset) or not set(one) & other

    def before(self, live: Any, target: Any) -> Any:
        """Those of the unwanted networks that are already gone."""
        return (
            [name for name in target if name not in live] if isinstance(live, frozenset) else live
        )


def _wanted_and_unwanted(view: View) -> Iterator[Complaint]:
    unwanted = view("forget")
    if isinstance(unwanted, list) and view("ssid") in unwanted:
        yield Complaint(
            "joined-and-forgotten",
            ("forget", "ssid"),
            f"{view('ssid')!r} is the network to be connected to and cannot be forgotten",
        )


_NAME: Final = Joined(key="sSsid")
_POINT: Final = Joined(key="sBssid", folded=True)


class Wifi(Section):
    """The wireless network. A network is named by its SSID and joined by its strongest access point."""

    rules = (_wanted_and_unwanted,)

    enabled: bool | None = wire(
        "status.iPower", "Whether the radio is on.", codec=ON_OFF, source="ref"
    )
    ssid: str | None = wire(
        "list",
        "Name of the network to be connected to; it must be in reach.",
        codec=_NAME,
        when=_ON,
        min_length=1,
        max_length=32,
        source="wiki",
    )
    bssid: str | None = wire(
        "list",
        "Hardware address of one access point, where it must be that one.",
        codec=_POINT,
        when=_ON,
        pattern=_MAC,
        examples=["3c:84:6a:12:34:56"],
        source="wiki",
    )
    password: str | None = wire(
        "password",
        "Password of the network; it cannot be read back, so it is used when connecting and never compared.",
        codec=WriteOnlySecret(),
        source="wiki",
    )
    forget: list[str] | None = wire(
        "list",
        "Networks whose saved credentials the camera must not keep.",
        codec=Forgotten(),
        when=_ON,
        source="wiki",
    )


def _wifi_documents() -> Generator[str, Json, Json]:
    """Whether the radio is on, and only then what it sees: a scan is slow and needs power [wiki].

    Where the camera is reached over its wireless network, `wired` is its other address, empty where
    it has none; it is None where the way to the camera does not hang on this network.
    """
    status = yield "/network/wifi-status"
    document = {"status": status, "wired": None}
    if isinstance(status, dict) and integer(status.get("iPower", MISSING)) == 1:
        document["list"] = yield SCAN
        known = yield ACCESS
        peer = known.get("peer") if isinstance(known, dict) else None
        if peer and peer == (yield from _address(_LINK)):
            document["wired"] = yield from _address(_WIRED)
    return document


def _address(of: str) -> Generator[str, Json, str]:
    """The IPv4 address that an interface has, empty where it has none or nobody tells [wiki]."""
    try:
        settings = yield of
    except Rejected as error:
        if isinstance(error, Unavailable):
            raise
        return ""
    ipv4 = settings.get("dIpv4") if isinstance(settings, dict) else None
    address = ipv4.get("sV4Address") if isinstance(ipv4, dict) else None
    return address if isinstance(address, str) else ""


def _leaves_the_way(path: str, after: Json, raw: Json) -> bool:
    """Whether a change takes the camera away from where it is reached."""
    if not isinstance(raw, dict) or raw.get("wired") is None:
        return False
    return after is False if path == "enabled" else path in ("ssid", "bssid")


def is_joined(scan: Json, ssid: str, bssid: str | None) -> bool:
    """Whether a scan shows the camera in a network, at any access point or at this one."""
    point = _POINT.decode((scan,), {})
    return bool(_NAME.decode((scan,), {}) == ssid) and (bssid is None or _POINT.equal(point, bssid))


def _out_of_sight(moved: Values, raw: Json) -> Iterator[str]:
    """A network can only be joined where it is."""
    name, scan = moved.get("ssid"), raw.get("list")
    if name is None or not isinstance(scan, list):
        return
    seen = sorted({str(each.get("sSsid")) for each in scan if isinstance(each, dict)} - {""})
    if name not in seen:
        known = ", ".join(map(foreign, seen)) or "none"
        yield f"network.wifi: {foreign(name)} is not in sight; the camera sees: {known}"


def _wifi_arguments(targets: Values, differing: set[str], live: Values) -> dict[str, Any]:
    """What the conversation `wifi` has to do: switch the radio, join a network, forget others."""
    joins = bool(differing & {"ssid", "bssid"})
    saved = live.get("forget")
    unwanted = targets["forget"] if "forget" in differing else []
    return {
        "power": targets["enabled"] if "enabled" in differing else None,
        "ssid": targets.get("ssid") if joins else None,
        "bssid": targets.get("bssid") if joins else None,
        "password": targets.get("password") if joins else None,
        "forget": [name for name in unwanted if not isinstance(saved, frozenset) or name in saved],
    }


def _wifi_bodies(raw: Json, patched: Json) -> dict[str, Any]:
    """Where else the camera is to be looked for, None where it is not reached over this network."""
    del patched
    return {"wired": raw["wired"]}


def _wifi_preview(arguments: Values) -> Iterator[tuple[str, str, str, Json]]:
    """The writes of the conversation; the access point is picked from a scan made at that moment."""
    if arguments["power"] is not None:
        word = "on" if arguments["power"] else "off"
        yield "POST", f"/network/wifi-status?power={word}", f"network.wifi: radio {word}", None
    if arguments["ssid"] is not None:
        point = arguments["bssid"] or f"(strongest access point of {arguments['ssid']})"
        secret = {} if arguments["password"] is None else {"sPassword": "(sensitive)"}
        body = {"sSsid": point, **secret}
        yield "POST", "/network/wifi", f"network.wifi: join {arguments['ssid']}", body
    for name in arguments["forget"]:
        path = f"/network/wifi?Ignore={quote(name, safe='')}"
        yield "DELETE", path, f"network.wifi: forget {name}", None


FLOWS: Final = {"wifi": FlowShape(_wifi_arguments, _wifi_preview, _wifi_bodies)}

RESOURCES: Final = (
    Resource(
        "network.wifi",
        Wifi,
        stage=Stage.NETWORK,
        reads=_wifi_documents,
        flow="wifi",
        impact=(Impact.CONNECTIVITY,),
        barrier=True,
        move="wifi",
        settles=40.0,
        warns=_out_of_sight,
        confirm=True,
        confirm_at="network",
        confirm_when=_leaves_the_way,
        confirm_why="the camera is reached over this network; it has to be found again, and may be lost",
    ),
)
