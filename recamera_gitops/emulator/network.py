"""Addresses and Wi-Fi. A camera is told a BSSID in the field that is called `sSsid` [ref]."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TEXT, problems
from recamera_gitops.emulator.documents import Document, Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

WIFI = "/network/wifi"
STATUS = "/network/wifi-status"
CONNECTED, TIMED_OUT, WRONG_PASSWORD = 0, -1, -2
NO_LINK = {"sV4Address": "", "sV4Gateway": "", "sV4Netmask": ""}


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
    """What is in the air, which networks the camera knows, and where it is."""

    air: tuple[AccessPoint, ...] = AIR
    saved: set[str] = field(default_factory=lambda: {"guest"})
    at: AccessPoint | None = None


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The addresses of both interfaces, and the radio's switch."""
    identifier = "iId" if "wifi-strings" in flavours else "id"
    manual = "lan-manual" in flavours
    return (
        Document("/network/lan", _interface("eth0", "manual" if manual else "dhcp")),
        Document("/network/wlan", _interface("wlan0", "dhcp")),
        Document(STATUS, {"iPower": 1, identifier: 1, "sType": "wifi"}),
        Document(WIFI, _interface("wlan0", "dhcp"), shown=_association),
    )


def routes(flavours: Flavours) -> Routes:
    """The radio's actions."""
    del flavours
    return {
        STATUS: {"POST": _power},
        "/network/wifi-list": {"GET": _scan},
        WIFI: {"POST": _connect, "DELETE": _drop},
    }


def _interface(name: str, method: str) -> Json:
    return {
        "dIpv4": {
            "sV4Method": method,
            "sV4Address": "192.168.10.21",
            "sV4Gateway": "192.168.10.254",
            "sV4Netmask": "255.255.255.0",
        },
        "dLink": {
            "sDNS1": "192.168.10.254",
            "sDNS2": "",
            "bEnableMethod": False,
            "sAddress": "2c:f7:f1:00:00:01" if name == "eth0" else "2c:f7:f1:00:00:02",
            "sInterface": name,
            "iPower": 1,
            "sNicSpeed": "Auto",
        },
    }


def _association(camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    del call
    if camera.radio.at is None:
        return {**value, "dIpv4": {**value["dIpv4"], **NO_LINK}}
    return value


def _power(camera: "EmulatedCamera", call: Call) -> Response:
    states = {"on": 1, "off": 0}
    wanted = call.parameter("power")
    if wanted not in states:
        raise Refusal(400, "Invalid parameter: power")
    camera.documents[STATUS]["iPower"] = states[wanted]
    if wanted == "off":
        camera.radio.at = None
    return camera.written()


def _scan(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    radio = camera.radio
    cells = radio.air if camera.documents[STATUS]["iPower"] else ()
    return answers.data(camera.noted([_cell(camera, cell) for cell in cells]))


def _cell(camera: "EmulatedCamera", cell: AccessPoint) -> Json:
    radio = camera.radio
    marks = (radio.at == cell, cell.ssid in radio.saved)
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
    radio = camera.radio
    wanted = body["sSsid"]
    if any(cell.ssid == wanted for cell in radio.air):
        camera.breach("wifi-name: an SSID was sent where the BSSID belongs")
    found = [cell for cell in radio.air if cell.bssid == wanted]
    if not found or not camera.documents[STATUS]["iPower"]:
        return _outcome(TIMED_OUT)
    if not _opens(radio, found[0], body.get("sPassword")):
        return _outcome(WRONG_PASSWORD)
    radio.at = found[0]
    radio.saved.add(found[0].ssid)
    return _outcome(CONNECTED)


def _opens(radio: Radio, cell: AccessPoint, password: object) -> bool:
    if password is None:
        return cell.password is None or cell.ssid in radio.saved
    return cell.password in {None, password}


def _outcome(status: int) -> Response:
    """The code stays 0: only `status` tells how it went [ref]."""
    return answers.data({"code": 0, "message": "success", "status": status})


def _drop(camera: "EmulatedCamera", call: Call) -> Response:
    """`?Ignore=` forgets a network, `?disconnect=` only leaves it [wiki]."""
    forget = "Ignore" in call.query
    name = call.parameter("Ignore" if forget else "disconnect")
    radio = camera.radio
    known = name in radio.saved
    if forget:
        radio.saved.discard(name)
    if radio.at is not None and radio.at.ssid == name:
        radio.at = None
    return _outcome(CONNECTED if known else TIMED_OUT)
