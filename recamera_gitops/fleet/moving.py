"""A camera that moves: written once, found again by its key and serial number, or not let go of quietly.

One camera of the fleet moves at a time. When one has not been found again, no other is moved in that
run: whatever went wrong would go wrong again.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from recamera_gitops.desired.state import Device
from recamera_gitops.device.asking import Flow, may_be_done
from recamera_gitops.device.client import Client
from recamera_gitops.device.clock import Clock
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.envelope import Redirected
from recamera_gitops.device.tls import fetch_certificate
from recamera_gitops.device.transport import Transport
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    Refused,
    Rejected,
    Unreachable,
    Unsettled,
    WrongCamera,
)
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.steps import Call
from recamera_gitops.resources.network import SCAN, is_joined

DEADLINE: Final = 60.0
_STAYS: Final = 15.0  # as long a camera is not believed to have stayed where it was
_PAUSE: Final = 1.0
_PROBE: Final = 5.0
_CERTIFICATE: Final = 3.0
_USB: Final = "192.168.42.1"


class Moves:
    """One move at a time, fleet-wide; after one that is not proved there is no other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: str | None = None

    @contextmanager
    def alone(self, camera: str) -> Iterator[None]:
        """Be the only camera that moves; Refused once another one has not been proved."""
        with self._lock:
            if self._open is not None:
                raise Refused(f"not moved: what became of the move of {self._open} is not proved")
            try:
                yield
            except (Unsettled, WrongCamera):
                self._open = camera
                raise


@dataclass(frozen=True)
class Mover:
    """The moves of one camera. `open_client` makes a client, `open_transport` only a transport."""

    device: Device
    client: Client
    open_client: Callable[[Connection], Client]
    open_transport: Callable[[Connection], Transport]
    clock: Clock
    moves: Moves
    stopped: Callable[[], bool]
    remark: Callable[[str], None]

    def move(self, kind: str, call: Call) -> None:
        """Write once, find the camera, and go on with it where it is now."""
        here = self.client.connection
        search = _Search(self, here, _SEARCHES[kind](here, call.body))
        self._moved(search, lambda: self.client.send(call.method, call.path, call.body))

    def roam(self, conversation: Flow[None], wired: str, wanted: Mapping[str, Any]) -> None:
        """Hold a conversation that may take the camera out of the wireless network it is reached over.

        It is looked for where it was, and at its wired address, also after a refusal: it may have left
        the old network by then. `wanted` tells the network (`ssid`, `bssid`) that it is to join.
        """
        here = self.client.connection
        places = [replace(here, host=wired)] if wired else []
        refusals: list[Rejected] = []

        def write() -> None:
            try:
                self.client.converse(conversation)
            except Rejected as refusal:
                if not refusal.is_definite:
                    raise
                refusals.append(refusal)

        def arrived() -> bool:
            return bool(refusals) or self._has_joined(wanted)

        try:
            self._moved(_Search(self, here, places, claims=False, arrived=arrived), write)
        except Unsettled as error:
            said = "".join(f"{each}; " for each in refusals)
            raise Unsettled(f"{said}{error}", done=error.done) from error
        for refusal in refusals:
            raise refusal

    def _has_joined(self, wanted: Mapping[str, Any]) -> bool:
        """Whether a camera that is found where it was is in the network that it was to join."""
        if wanted["ssid"] is None:
            return wanted["power"] is not False
        return is_joined(self.client.get(SCAN), wanted["ssid"], wanted["bssid"])

    def _moved(self, search: "_Search", write: Callable[[], Json]) -> None:
        here = self.client.connection
        with self.moves.alone(self.device.name):
            if self.stopped():
                raise Interrupted("interrupted before the camera was moved")
            search.prepare()
            answer, lost = self._answer(write)
            search.expect(answer)
            found = search.found()
            if found == here and lost is not None:
                raise lost  # it may never have arrived: the camera itself tells
            if (here.scheme, found.scheme) == ("https", "http"):
                raise Unsettled(
                    f"the camera answers without TLS at {found.origin}; nobody logs in there before"
                    f" the files say so; {_edits(self.device, here, found)}",
                    done=True,
                )
            if found != here:
                self._follow(found, here, search.serial)
                self.remark(_advice(self.device, here, found))

    def _answer(self, write: Callable[[], Json]) -> tuple[Json, CameraError | None]:
        """The answer; or the error in its place where it is lost, which is usual for a move."""
        try:
            return write(), None
        except CameraError as error:
            if not may_be_done(error):
                raise
            return None, error

    def _follow(self, found: Connection, here: Connection, serial: str) -> None:
        self.client.relocate(found, self.open_transport(found))
        try:
            shown = self.client.identify().serial
        except CameraError as error:
            message = f"it answers at {found.origin} and cannot be read there: {error}"
            raise Unsettled(f"{message}; {_recovery(self.device, here, found)}") from error
        if shown != serial:
            self.client.relocate(here, self.open_transport(here))
            raise WrongCamera(f"{shown} answers at {found.origin}, {serial} was moved there")


class _Search:
    """Where a camera may be: `places` are the new ones, the likeliest first.

    Nobody else may be at a place that the camera `claims`. One that answers where it was has stayed, or
    is still on its way, unless it has `arrived`.
    """

    def __init__(
        self,
        mover: Mover,
        here: Connection,
        places: list[Connection],
        *,
        claims: bool = True,
        arrived: Callable[[], bool] = lambda: False,
    ) -> None:
        self._mover = mover
        self._here = here
        self._places = places
        self._claims = claims
        self._arrived = arrived
        self._trouble: dict[str, CameraError] = {}
        self.serial = ""
        self._key = ""

    def prepare(self) -> None:
        """Who is to be found again; Refused where somebody else is at the new place."""
        self._key = self._mover.client.public_key()
        self.serial = self._mover.client.identify().serial
        for place in self._places if self._claims else ():
            if place.host != self._here.host:
                self._is_free(place)

    def expect(self, answer: Json) -> None:
        """Take what the answer tells about the new address [cgi]."""
        told = answer.get("sExpectedIp") if isinstance(answer, dict) else None
        if isinstance(told, str) and told and self._here.scheme == self._scheme:
            place = replace(self._here, host=told)
            if place not in self._places:
                self._places.append(place)

    def found(self) -> Connection:
        """Where it answers; Unsettled when that is nowhere, or nothing vouches for who answers."""
        clock = self._mover.clock
        started = clock.monotonic()
        while True:
            place = self._answering(clock.monotonic() - started)
            if place is not None:
                return place
            if clock.monotonic() - started >= DEADLINE:
                raise Unsettled(f"{self._not_found()}; {self._recovery()}")
            if not clock.sleep(_PAUSE):
                raise Unsettled(f"interrupted while looking for the camera; {self._recovery()}")

    def _answering(self, waited: float) -> Connection | None:
        """The first place at which it answers and stays; where it was comes last if it claims another."""
        places = [each for each in self._places if each != self._here]
        for place in [*places, self._here] if self._claims else [self._here, *places]:
            if self._answers(place):
                if place != self._here or self._stays(waited):
                    return place
                break
        return None

    def _stays(self, waited: float) -> bool:
        """Whether a camera that answers where it was is not about to leave."""
        if waited >= _STAYS or self._here in self._places:
            return True
        try:
            return self._arrived()
        except CameraError as error:
            self._trouble[self._here.origin] = error
            return False

    @property
    def _scheme(self) -> str:
        return self._places[0].scheme if self._places else self._here.scheme

    def _answers(self, place: Connection) -> bool:
        """Whether the camera itself answers there; no credential is sent to find out."""
        try:
            if place.scheme == "https" and place.fingerprint is None and place.ca_file is None:
                self._unproved(place)
            return self._probe(place) == self._key
        except Unsettled:
            raise
        except Redirected as error:
            self._redirected(error.target)
        except CameraError as error:
            self._trouble[place.origin] = error
        return False

    def _probe(self, place: Connection) -> str:
        client = self._mover.open_client(replace(place, timeout=min(place.timeout, _PROBE)))
        try:
            return client.public_key()
        finally:
            client.close()

    def _redirected(self, target: str) -> None:
        """Learn the other port; only of the same host, and only the scheme that was asked for."""
        try:
            parts = urlsplit(target)
            port = parts.port
        except ValueError:
            return
        if parts.scheme != self._scheme or parts.hostname != self._here.host.strip("[]").lower():
            return
        scheme = self._places[0].scheme if self._places else self._here.scheme
        place = replace(self._here, scheme=scheme, port=port)
        if place not in self._places:
            self._places.insert(0, place)

    def _unproved(self, place: Connection) -> None:
        shown = fetch_certificate(place, _CERTIFICATE)
        raise Unsettled(
            f"https is on at {place.origin}, and no pin or CA vouches for its certificate"
            f" sha256:{shown}; no credential was sent to it; {self._recovery(place)}",
            done=True,
        )

    def _is_free(self, place: Connection) -> None:
        try:
            if self._probe(place) == self._key:
                return
        except Unreachable as error:
            if not error.sent:
                return
        except CameraError:
            pass
        raise Refused(f"somebody else answers at {place.host} already; nothing was written")

    def _not_found(self) -> str:
        places = dict.fromkeys(each.origin for each in (*self._places, self._here))
        tried = ", ".join(
            f"{origin} ({self._trouble[origin].message})" if origin in self._trouble else origin
            for origin in places
        )
        return f"not found again within {DEADLINE:.0f} s at {tried}"

    def _recovery(self, place: Connection | None = None) -> str:
        expected = place or next(iter(self._places), None)
        return _recovery(self._mover.device, self._here, expected)


def _lan(here: Connection, body: Json) -> list[Connection]:
    ipv4 = body.get("dIpv4") if isinstance(body, dict) else None
    if not isinstance(ipv4, dict) or ipv4.get("sV4Method") == "dhcp":
        return []
    return [replace(here, host=ipv4["sV4Address"])]


def _https(here: Connection, body: Json) -> list[Connection]:
    is_on = str(body["sEnable"]).lower() in ("true", "1")
    return [replace(here, scheme="https" if is_on else "http", port=None)]


_SEARCHES: Final[Mapping[str, Callable[[Connection, Json], list[Connection]]]] = {
    "lan": _lan,
    "https": _https,
}


def _advice(device: Device, here: Connection, found: Connection) -> str:
    return f"it now answers at {found.origin}: {_edits(device, here, found)}"


def _recovery(device: Device, here: Connection, expected: Connection | None) -> str:
    """What a person does next, step by step."""
    by_usb = f"to recover, connect it over USB, where it answers at {_USB}, and look at its network"
    return f"{by_usb}; then {_edits(device, here, expected)}"


def _edits(device: Device, here: Connection, there: Connection | None) -> str:
    edits = [] if there is not None else [_edit(device, "host", "its new address")]
    if there is not None and there.host != here.host:
        edits.append(_edit(device, "host", there.host))
    if there is not None and there.scheme != here.scheme:
        edits.append(_edit(device, "connection.scheme", there.scheme))
    if there is not None and there.port != here.port:
        edits.append(f"set connection.port: {there.effective_port} in {device.place.file}")
    return ", ".join([*edits, f"run `recamera-gitops trust {device.name}`"])


def _edit(device: Device, path: str, value: str) -> str:
    place = device.places.get(path, device.place)
    return f"set {path}: {value} at {place}"
