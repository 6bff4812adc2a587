"""Wi-Fi. A camera is told a BSSID in the field that is called `sSsid` [ref]."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TEXT, problems
from recamera_gitops.emulator.documents import Document, Routes
from recamera_gitops.emulator.faults import ConnectionDropped, Shaped
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.network import LAN, WLAN, interface
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

WIFI = "/network/wifi"
STATUS = "/network/wifi-status"
CONNECTED, TIMED_OUT, WRONG_PASSWORD = 0, -1, -2
NO_LINK = {"sV4Address": "", "sV4Gateway": "", "sV4Netmask": ""}
SLOW_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """One cell in the air; without a password it is open."""

    ssid: str
    bssid: str
    signal: int
    password: str | None = None
    frequency: int = 2437


AIR = (
    AccessPoint("plant", "5c:e9:31:00:00:01", -48, "plant-wifi-pass", 5180),
    AccessPoint("plant", "5c:e9:31:00:00:02", -71, "plant-wifi-pass"),
    AccessPoint("guest", "5c:e9:31:00:00:03", -60, "guest-wifi-pass"),
    AccessPoint("cafe", "5c:e9:31:00:00:04", -66),
)


@dataclass(slots=True)
class Radio:
    """What is in the air, which networks the camera knows, and where it is.

    A connect takes `connect_seconds`: the answer is held back by them or, with `wifi-async`, given
    at once and the camera joins so much later. `last` is what the last connect asked for.
    """

    connect_seconds: float = 0.0
    air: tuple[AccessPoint, ...] = AIR
    saved: set[str] = field(default_factory=lambda: {"guest"})
    at: AccessPoint | None = None
    last: tuple[str, object] | None = None


def radio(flavours: Flavours) -> Radio:
    """The radio on the first day."""
    slow = flavours & {"wifi-slow", "wifi-async"}
    return Radio(connect_seconds=SLOW_SECONDS if slow else 0.0)


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The radio's switch and the live association."""
    identifier = "iId" if "wifi-strings" in flavours else "id"
    return (
        Document(STATUS, {"iPower": 1, identifier: 1, "sType": "wifi"}),
        Document(WIFI, interface("wlan0", "dhcp"), shown=_association),
    )


def routes(flavours: Flavours) -> Routes:
    """The radio's actions."""
    del flavours
    return {
        STATUS: {"POST": _power},
        "/network/wifi-list": {"GET": _scan},
        WIFI: {"POST": _connect, "DELETE": _drop},
    }


def _association(camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    """Method and addresses are those of the interface, while there is a link."""
    del call
    lease = camera.documents[WLAN]["dIpv4"]
    return {**value, "dIpv4": {**lease, **(NO_LINK if camera.radio.at is None else {})}}


def _power(camera: "EmulatedCamera", call: Call) -> Response:
    states = {"on": 1, "off": 0}
    wanted = call.parameter("power")
    if wanted not in states:
        raise Refusal(400, "Invalid parameter: power")
    camera.documents[STATUS]["iPower"] = states[wanted]
    if wanted == "off":
        _out(camera)
    return camera.written()


def _scan(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    air = camera.radio.air if camera.documents[STATUS]["iPower"] else ()
    return answers.data(camera.noted([_cell(camera, cell) for cell in air]))


def _cell(camera: "EmulatedCamera", cell: AccessPoint) -> Json:
    marks = (camera.radio.at == cell, cell.ssid in camera.radio.saved)
    connected, reserved = (_mark(mark=mark, flavours=camera.flavours) for mark in marks)
    return {
        "sBssid": cell.bssid,
        "sSsid": cell.ssid,
        "iFrequency": cell.frequency,
        "iRssi": cell.signal,
        "sFlags": "[ESS]" if cell.password is None else "[WPA2-PSK-CCMP][ESS]",
        "sConnected": connected,
        "sReserved": reserved,
    }


def _mark(*, mark: bool, flavours: Flavours) -> bool | str:
    return str(mark).lower() if "wifi-strings" in flavours else mark


def _connect(camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    for problem in problems({"sSsid": TEXT}, body):
        raise Refusal(400, problem)
    camera.count("wifi-connect")
    air, wanted, password = camera.radio, body["sSsid"], body.get("sPassword")
    if any(cell.ssid == wanted for cell in air.air):
        camera.breach("wifi-name: an SSID was sent where the BSSID belongs")
    if air.at is not None and air.last == (wanted, password):
        camera.breach("repeated: a connect to the network that the camera is already on")
    air.last = (wanted, password)
    camera.syslog.write(
        "info", f"network: connect wifi ssid={wanted}, password={password}"
    )  # [cgi]
    outcome, cell = _attempt(camera, wanted, password)
    if "wifi-async" in camera.flavours:
        camera.agenda.at(camera.clock() + air.connect_seconds, lambda _at: _join(camera, cell))
        return _outcome(CONNECTED)
    _join(camera, cell)
    if cell is None and "wifi-leaves-first" in camera.flavours:
        _out(camera)
    if "wifi-reply-lost" in camera.flavours:
        raise ConnectionDropped(executed=True)
    answer = _outcome(outcome)
    if not air.connect_seconds:
        return answer
    return Shaped(answer.status, answer.headers, answer.body, delay=air.connect_seconds)


def _attempt(
    camera: "EmulatedCamera", bssid: object, password: object
) -> tuple[int, AccessPoint | None]:
    found = next((cell for cell in camera.radio.air if cell.bssid == bssid), None)
    if found is None or not camera.documents[STATUS]["iPower"]:
        return TIMED_OUT, None
    if not _opens(camera.radio, found, password):
        return WRONG_PASSWORD, None
    return CONNECTED, found


def _join(camera: "EmulatedCamera", cell: AccessPoint | None) -> None:
    if cell is None or not camera.documents[STATUS]["iPower"]:
        return
    moves = camera.radio.at is not None and camera.radio.at.ssid != cell.ssid
    camera.radio.at = cell
    camera.radio.saved.add(cell.ssid)
    if moves and "wifi-other-address" in camera.flavours:
        lease = camera.documents[WLAN]["dIpv4"]
        network, _, host = lease["sV4Address"].rpartition(".")
        lease["sV4Address"] = f"{network}.{int(host) + 100}"


def _out(camera: "EmulatedCamera") -> None:
    """Out of the air; with a cable in it the camera is reached the other way."""
    camera.radio.at = None
    if camera.interface == WLAN and "wifi-cable" in camera.flavours:
        camera.interface = LAN


def _opens(air: Radio, cell: AccessPoint, password: object) -> bool:
    if password is None:
        return cell.password is None or cell.ssid in air.saved
    return cell.password in {None, password}


def _outcome(status: int) -> Response:
    """The code stays 0: only `status` tells how it went [ref]."""
    return answers.data({"code": 0, "message": "success", "status": status})


def _drop(camera: "EmulatedCamera", call: Call) -> Response:
    """`?Ignore=` forgets a network, `?disconnect=` only leaves it [wiki]."""
    forget = "Ignore" in call.query
    name = call.parameter("Ignore" if forget else "disconnect")
    air = camera.radio
    known = name in air.saved
    if forget:
        air.saved.discard(name)
    if air.at is not None and air.at.ssid == name:
        _out(camera)
    return _outcome(CONNECTED if known else TIMED_OUT)
