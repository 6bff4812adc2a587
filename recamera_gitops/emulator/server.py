"""A fleet of emulated cameras behind real sockets, served by one event loop in its own thread."""

import asyncio
import ipaddress
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from recamera_gitops.emulator.background import Background
from recamera_gitops.emulator.camera import MOST_IN_FLIGHT, EmulatedCamera
from recamera_gitops.emulator.faults import Fault, meant_for
from recamera_gitops.emulator.flavours import checked
from recamera_gitops.emulator.house import RTSP, House
from recamera_gitops.sockets import make_room

NETMASK, GATEWAY = "255.0.0.0", "127.255.255.254"


@dataclass(slots=True)
class EmulatedFleet:
    """Cameras on consecutive loopback addresses, one port; with port 0 each has a free one.

    A context manager. Inside it `cameras`, `hosts`, `ports`, `urls` and `fingerprints` (SHA-256 of
    the certificate, hex) are parallel lists that follow the cameras: `ports` and `urls` are those
    that serve. `https` is how the cameras begin; `port` belongs to that scheme, and `other_port`,
    0 for a free one, to the other, which redirects. With `rtsp_port`, 0 for a free one, the picture is
    shown there. `camera.ports` has all. `delay` holds every answer back by so many seconds.
    """

    count: int = 1
    address: str = "127.11.0.1"
    port: int = 8180
    https: bool = False
    flavours: Iterable[str] = ()
    faults: Iterable[Fault] = ()
    serials: Iterable[str] | None = None
    password: str = "recamera"  # noqa: S105
    delay: float = 0.0
    other_port: int = 0
    rtsp_port: int | None = None
    cameras: list[EmulatedCamera] = field(init=False, default_factory=list)
    _houses: list[House] = field(init=False, default_factory=list)
    _background: Background | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        flavours = checked(self.flavours)
        serials = self.serials or (
            f"RC1126B-EMU-{number:04d}" for number in range(1, self.count + 1)
        )
        first = ipaddress.IPv4Address(self.address)
        for index, serial in enumerate(serials):
            camera = EmulatedCamera(serial, flavours=flavours, password=self.password)
            camera.https = self.https
            home = {"sV4Gateway": GATEWAY, "sV4Netmask": NETMASK}
            camera.home = {**home, "sV4Address": str(first + index)}
            camera.reset()
            camera.faults.extend(meant_for(self.faults, index, serial))
            self.cameras.append(camera)

    @property
    def hosts(self) -> list[str]:
        """Where each camera is now."""
        return [camera.host for camera in self.cameras]

    @property
    def ports(self) -> list[int]:
        """The port of each camera that serves."""
        return [camera.ports[camera.scheme] for camera in self.cameras]

    @property
    def urls(self) -> list[str]:
        """The origin of each camera."""
        return [
            f"{camera.scheme}://{camera.host}:{camera.ports[camera.scheme]}"
            for camera in self.cameras
        ]

    @property
    def fingerprints(self) -> list[str]:
        """What to pin of each camera; its certificate does not depend on what serves."""
        return [house.certificates.fingerprint for house in self._houses]

    def __enter__(self) -> Self:
        self._bind()
        self._background = Background("emulated-fleet", self._serve)
        self._background.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._background is not None:
            self._background.stop()

    def _bind(self) -> None:
        ports = {"http": self.port, "https": self.other_port}
        if self.https:
            ports = {"https": self.port, "http": self.other_port}
        if self.rtsp_port is not None:
            ports[RTSP] = self.rtsp_port
        self._houses = [House(camera, self.delay) for camera in self.cameras]
        make_room(len(self._houses) * (len(ports) + MOST_IN_FLIGHT))
        try:
            for house in self._houses:
                house.bind(house.camera.host, ports)
        except OSError:
            for house in self._houses:
                house.unbind()
            raise

    async def _serve(
        self, started: Callable[[], None], stopped: Callable[[], Awaitable[object]]
    ) -> None:
        try:
            for house in self._houses:
                await house.open()
            started()
            await stopped()
        finally:
            await asyncio.gather(*(house.close() for house in self._houses))


def serve(fleet: EmulatedFleet, announce: Callable[[str], object]) -> None:
    """Run the fleet until SIGINT or SIGTERM; announces each camera on one line."""
    stopped = threading.Event()
    kept = {
        number: signal.signal(number, lambda *_signal: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with fleet:
            pins = [f"  sha256:{each}" for each in fleet.fingerprints] if fleet.https else None
            for index, (camera, url) in enumerate(zip(fleet.cameras, fleet.urls, strict=True)):
                announce(f"{url}  {camera.serial}{pins[index] if pins else ''}")
            stopped.wait()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
