"""What one camera holds, and what reboots, resets and people do to it."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa

from recamera_gitops.emulator import answers, image, sessions, sight, storage, trees, wifi
from recamera_gitops.emulator.agenda import Agenda
from recamera_gitops.emulator.calls import Json
from recamera_gitops.emulator.confirmations import Confirmations
from recamera_gitops.emulator.faults import Faults
from recamera_gitops.emulator.firmware import firmware
from recamera_gitops.emulator.flavours import checked
from recamera_gitops.emulator.models import INFERENCE, files, key_of
from recamera_gitops.emulator.network import ADDRESSES, LAN, WLAN
from recamera_gitops.emulator.services import SECURE
from recamera_gitops.emulator.sessions import Sessions
from recamera_gitops.emulator.syslog import Syslog
from recamera_gitops.emulator.system import DEVICE_INFO
from recamera_gitops.emulator.upgrade import Upgrade
from recamera_gitops.emulator.uploads import Uploads
from recamera_gitops.exchange import Request, Response

LOG_LENGTH = 100_000
FACTORY_PASSWORD = "recamera"  # noqa: S105 - [wiki]


class Exchange(NamedTuple):
    """One line of the wire log; the status is 0 where the connection was dropped."""

    method: str
    path: str
    status: int
    at: float


_one_at_a_time = threading.Lock()


def shared_key() -> rsa.RSAPrivateKey:
    """The key of every camera that was given none: making one takes a while.

    Two threads that ask first must not get two keys: a password sealed with one fits no other.
    """
    with _one_at_a_time:
        return _made_key()


@cache
def _made_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Device:
    """The state and what happens to it; everything in it is plain attributes."""

    def __init__(
        self,
        serial: str = "RC1126B-EMU-0001",
        *,
        flavours: frozenset[str] = frozenset(),
        password: str = FACTORY_PASSWORD,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        self.serial = serial
        self.flavours = checked(flavours)
        self.clock = clock
        self.wall = wall
        self.restart_seconds = 1.0
        self.reboot_seconds = 30.0 if "reboot-slow" in self.flavours else 2.0
        self.reset_seconds = self.flash_seconds = 1.0
        self.download_seconds = 2.0
        self.edit_seconds = 300.0
        self.inference_seconds = 0.5
        self.event_seconds = 2.0
        self.public_key: str | None = None
        self.https = False
        self.home: Json | None = None  # the factory's wired address, where it is another one
        self.ports = {"http": 80, "https": 443}
        self.identity = 0  # which certificate, as a factory reset may make a new one
        self.listener: Callable[[], object] | None = None
        self.on_request: Callable[[int, Request], object] | None = None
        self.haste = 1.0  # how much faster than its frame rate the picture comes
        self._password = password
        self._key = key
        self._lock = threading.RLock()
        self._traffic = threading.Lock()
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """The first day again: factory documents, no sessions, an empty log, no faults."""
        self._load_settings()
        first_use = "first-use" in self.flavours
        self.sessions = Sessions(self.clock, sessions.digest(self._password), first_use)
        self.storage = storage.storage(self.flavours)
        self.agenda = Agenda()
        self.actions: Counter[str] = Counter()
        self.releases: tuple[str, ...] = ()
        self.interface = LAN
        self.faults = Faults()
        self.log: deque[Exchange] = deque(maxlen=LOG_LENGTH)
        self.violations: list[str] = []
        self.requests = self.writes = self.max_in_flight = self.boots = 0
        self._index = count()
        self.power = True
        self.picture = sight.CLEAR
        self.elsewhere: dict[str, str] = {}
        self.viewed: list[tuple[str, str]] = []
        self.seen = sight.sight(self)
        self.media_back_at = self.inference_settles_at = self.booted_at = self.clock()
        self._clock_offset = 0.0
        self.syslog = Syslog(self.time)
        self.syslog.restart()

    def _load_settings(self) -> None:
        """Everything that a factory reset forgets, as the factory had it."""
        software = firmware(self.flavours)
        self.routes = software.routes
        self.factory = {**software.factory}
        self.documents: dict[str, Any] = trees.copied(software.initial)
        self.documents[DEVICE_INFO]["sSerialNumber"] = self.serial
        self.documents[SECURE]["sEnable"] = self.https
        if self.home is not None:
            wired: Any = trees.merged(self.factory[LAN], {"dIpv4": self.home})
            self.factory[LAN] = wired
            self.patch(LAN, {"dIpv4": self.home})
        self.leases = {
            path: {key: self.factory[path]["dIpv4"][key] for key in ADDRESSES}
            for path in (LAN, WLAN)
        }
        self.models = files(self.documents)
        self.radio = wifi.radio(self.flavours)
        self.edit: image.Edit | None = None
        self.uploads = Uploads()
        self.upgrade = Upgrade()
        self.confirmations = Confirmations()
        self.exported, self.imported = (b"", 0.0), None

    def outgrow(self, flavour: str) -> None:
        """Another firmware starts, without this flavour: settings are kept, further ones added."""
        self.flavours -= {flavour}
        software = firmware(self.flavours)
        self.routes, self.factory = software.routes, {**software.factory}
        fresh: Any = trees.copied(software.initial)
        self.documents = {
            path: trees.completed(self.documents.get(path, value), value)
            for path, value in fresh.items()
        }

    # What the domains need from it.

    @property
    def firmware(self) -> str:
        """The version that the camera reports."""
        version: str = self.documents[DEVICE_INFO]["sFirmwareVersion"]
        return version

    @firmware.setter
    def firmware(self, version: str) -> None:
        self.documents[DEVICE_INFO]["sFirmwareVersion"] = version

    @property
    def scheme(self) -> str:
        """The scheme that is served; the port of the other one redirects."""
        return "https" if self.documents[SECURE]["sEnable"] else "http"

    @property
    def host(self) -> str:
        """Where the camera answers: the address of the interface that it is reached over."""
        address: str = self.documents[self.interface]["dIpv4"]["sV4Address"]
        return address

    @property
    def logins(self) -> int:
        """How many logins succeeded."""
        return self.sessions.logins

    @property
    def failed_logins(self) -> int:
        """How many logins were rejected, for the password or for a lock."""
        return self.sessions.failed_logins

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The key that passwords are encrypted for."""
        return self._key or shared_key()

    def breach(self, violation: str) -> None:
        """Note what a careful client must not do; reads `kind: what`, and never holds a value."""
        self.violations.append(violation)

    def count(self, action: str) -> None:
        """Note something that is not to be done twice by mistake."""
        self.actions[action] += 1

    def presented(self, value: Json) -> Json:
        """A document the way this camera's flavours show it."""
        shown: Any = value
        if "float-noise" in self.flavours:
            shown = trees.single_precision(shown)
        if "lists-shuffled" in self.flavours:
            shown = trees.reordered(shown)
        result: Json = shown
        return result

    def noted(self, entries: list[Json]) -> list[Json]:
        """Read-only entries, with the undocumented field where there is one."""
        if "vendor-fields" not in self.flavours:
            return entries
        return [trees.decorated(entry, "kept") for entry in entries]

    def written(self, new: Json | None = None, *, message: str = "success") -> Response:
        """The answer to a write that was carried out; `new` is the object that was written."""
        if new is not None and "echo-writes" in self.flavours:
            return answers.data(new)
        return answers.success(message, code=200 if "code-200" in self.flavours else 0)

    def current_model(self) -> Json:
        """The card of the model that inference is set to; empty where that one has none."""
        card: Json = self.documents.get(key_of(self.documents[INFERENCE]["sModel"]), {})
        return card

    def time(self) -> float:
        """What the camera's own clock says, in Unix seconds."""
        return self.wall() + self._clock_offset

    def set_time(self, stamp: float) -> None:
        """Set the camera's own clock by hand."""
        self.sessions.jumped(stamp - self.time())
        self._clock_offset = stamp - self.wall()
        if "time-costs-session" in self.flavours:
            self.sessions.expire_all()

    def follow_time_server(self) -> None:
        """Set the camera's own clock right."""
        self.sessions.jumped(-self._clock_offset)
        self._clock_offset = 0.0

    def reboot(self, at: float | None = None) -> None:
        """Vanish for `reboot_seconds`; what was not saved is lost, tokens stay valid."""
        self.boots += 1
        self.edit = None
        self.upgrade.busy = False
        self.syslog.restart()
        self.booted_at = (self.clock() if at is None else at) + self.reboot_seconds
        if self.imported is not None:
            self.documents.update(self.imported["documents"])
            self.sessions.password = self.imported["password"]
            self.sessions.first_use = self.imported["first_use"]
            self.imported = None

    def forget_settings(self) -> None:
        """Every setting is the factory's again; the password is not touched."""
        self._load_settings()
        storage.settle(self, self.clock())

    def factory_reset(self, at: float) -> None:
        """Settings, models, password and sessions are gone; then it reboots."""
        self.forget_settings()
        kept = self.sessions
        self.sessions = Sessions(self.clock, sessions.digest(FACTORY_PASSWORD), first_use=True)
        self.sessions.logins, self.sessions.failed_logins = kept.logins, kept.failed_logins
        if "reset-new-certificate" in self.flavours:
            self.identity += 1
        self.reboot(at)

    # What people and tests do to it.

    def patch(self, path: str, merge: object) -> None:
        """Change a stored document as somebody at the camera's own web page would."""
        with self._lock:
            self.documents[path] = trees.merged(self.documents[path], merge)
        self._tell()

    def move(self, host: str) -> None:
        """Give the camera another address, as its DHCP server might."""
        self.leases[self.interface]["sV4Address"] = host
        self.patch(self.interface, {"dIpv4": {"sV4Address": host}})

    def _tell(self) -> None:
        if self.listener is not None:
            self.listener()
