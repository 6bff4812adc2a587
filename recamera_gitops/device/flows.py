"""Conversations by name, and that of the wireless network."""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from recamera_gitops.device.asking import Ask, Flow, Pause, is_in_doubt
from recamera_gitops.device.modelling import model, model_absent
from recamera_gitops.device.storing import storage
from recamera_gitops.errors import CameraError, NotUnderstood, Rejected
from recamera_gitops.exchange import Json
from recamera_gitops.secret import Secret, foreign

__all__ = ["FLOWS", "Ask", "Flow", "Pause", "connect_wifi", "wifi"]

_SCAN: Final = "/network/wifi-list"
_CONNECT: Final = "POST /network/wifi"
_NOT_FOUND: Final = 404
# `status` in the answer to a connect [ref].
_TIMED_OUT, _WRONG_PASSWORD = -1, -2
_WIFI_FAILURES: Final = {
    _TIMED_OUT: "the network did not answer in time; look whether it is in reach",
    _WRONG_PASSWORD: "the password is wrong",
}
# What helps whoever applies files.
_REMEDIES: Final = {
    _TIMED_OUT: "then apply again",
    _WRONG_PASSWORD: "correct network.wifi.password, and apply again",
}


def connect_wifi(
    ssid: str,
    *,
    bssid: str | None = None,
    password: Secret | None = None,
) -> Flow[None]:
    """Join the network of this name, at its strongest access point or at the stated one.

    The camera wants the BSSID in `sSsid` [ref], so a scan comes first. Without a password an open
    network is joined, or one that the camera remembers.
    """
    scan = yield Ask("GET", _SCAN)
    found = _access_point(scan, ssid, bssid)
    body = (
        {"sSsid": found} if password is None else {"sSsid": found, "sPassword": password.reveal()}
    )
    try:
        answer = yield Ask("POST", "/network/wifi", body)
    except CameraError as error:
        if not is_in_doubt(error) or not (yield from _joined(found)):
            raise
        return
    status = answer.get("status", 0) if isinstance(answer, dict) else 0
    if status not in (0, "0"):
        other = status if isinstance(status, int) else 1
        code = next((each for each in _WIFI_FAILURES if str(each) == str(status)), other)
        reason = _WIFI_FAILURES.get(code, f"status {foreign(str(status))}")
        raise Rejected(
            f"Wi-Fi {foreign(ssid)} was not joined: {reason}", request=_CONNECT, code=code
        )


def _joined(bssid: str) -> Flow[bool]:
    """Whether the camera is where it was told to go; its answer may be lost on the way there."""
    try:
        scan = yield Ask("GET", _SCAN)
    except CameraError:
        return False
    return any(address == bssid and connected for _, address, _, connected in _seen(scan))


def _access_point(scan: Json, ssid: str, bssid: str | None) -> str:
    """The BSSID to join, as the camera spells it: the strongest, then the lowest."""
    seen = list(_seen(scan))
    matching = [
        (-strength, address)
        for name, address, strength, _ in seen
        if name == ssid and (bssid is None or address.casefold() == bssid.casefold())
    ]
    if matching:
        return min(matching)[1]
    wanted = ssid if bssid is None else f"{ssid} ({bssid})"
    names = ", ".join(sorted({foreign(name) for name, *_ in seen if name})) or "none"
    message = f"Wi-Fi {foreign(wanted)} is not in sight; the camera sees: {names}"
    raise Rejected(message, request=_CONNECT, code=_NOT_FOUND)


def _seen(scan: Json) -> Generator[tuple[str, str, int, bool], None, None]:
    """Name, address, strength, and whether the camera is connected to it."""
    if not isinstance(scan, list | None):
        raise NotUnderstood("the Wi-Fi scan is not a list", request=f"GET {_SCAN}")
    for entry in scan or ():
        name, address = (entry.get(key) if isinstance(entry, dict) else None for key in _WHO)
        if not isinstance(name, str) or not isinstance(address, str):
            raise NotUnderstood("the Wi-Fi scan has an unknown form", request=f"GET {_SCAN}")
        connected = str(entry.get("sConnected")).lower() == "true"
        yield name, address, _strength(entry.get("iRssi")), connected


_WHO: Final = ("sSsid", "sBssid")
_WEAKEST: Final = -1000


def _strength(value: Json) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return _WEAKEST


def wifi(
    *,
    power: bool | None = None,
    ssid: str | None = None,
    bssid: str | None = None,
    password: Secret | None = None,
    forget: Sequence[str] = (),
) -> Flow[None]:
    """Switch the radio, join a network, then forget others; None leaves a part as it is."""
    if power is not None:
        yield Ask("POST", f"/network/wifi-status?power={'on' if power else 'off'}")
    if ssid is not None:
        yield from _joined_as_declared(ssid, bssid, password)
    for name in forget:
        yield Ask("DELETE", f"/network/wifi?Ignore={quote(name, safe='')}")


def _joined_as_declared(ssid: str, bssid: str | None, password: Secret | None) -> Flow[None]:
    try:
        yield from connect_wifi(ssid, bssid=bssid, password=password)
    except Rejected as error:
        remedy = _REMEDIES.get(error.code)
        if remedy is None:
            raise
        message = f"{error.message}; {remedy}"
        raise Rejected(message, request=error.request, code=error.code) from error


# Conversations by the name under which resources declare them.
FLOWS: Final[Mapping[str, Callable[..., Flow[Any]]]] = {
    "model": model,
    "model_absent": model_absent,
    "storage": storage,
    "wifi": wifi,
}
