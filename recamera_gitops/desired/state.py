"""A fleet as its files declare it, before any secret is resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from recamera_gitops.desired.drifting import Drift
from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.desired.models import Policy, Rollout
from recamera_gitops.desired.references import Template
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.resources.declared import Declared

PORTS: Final = {"https": 443, "http": 80}
DEFAULT_TIMEOUT: Final = 45.0
DEFAULT_CONCURRENCY: Final = 4


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """How a camera is reached, with the fleet's defaults filled in and secrets unresolved.

    Of `password` and `token` the more specific layer's counts; both are there only where one layer
    states both. `fingerprint` is 64 lower-case digits; `ca_file` is relative to the repository unless
    it is absolute. None means that nothing is stated.
    """

    scheme: str = "https"
    port: int | None = None
    username: str = "admin"
    password: Template | None = None
    token: Template | None = None
    fingerprint: str | None = None
    ca_file: Path | None = None
    timeout: float = DEFAULT_TIMEOUT
    concurrency: int = DEFAULT_CONCURRENCY

    @property
    def effective_port(self) -> int:
        """The port spoken to: the stated one, else the scheme's own."""
        return self.port or PORTS[self.scheme]


@dataclass(frozen=True, slots=True)
class Device:
    """One camera as the files declare it.

    `profiles` are all that were laid over each other, in that order. A sensitive wish holds a
    `Template` until `resolve`. `places` tells where `host`, `protected` and `connection.scheme` are
    written, as far as they are.
    """

    name: str
    host: str
    place: Place
    serial: str | None
    labels: Mapping[str, str]
    profiles: tuple[str, ...]
    protected: bool
    unmanaged: tuple[str, ...]
    connection: ConnectionSettings
    declared: Declared
    known: KnownCamera | None = None
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every secret that is still to be resolved: those of the login first."""
        login = (self.connection.password, self.connection.token)
        wishes = (wish.value for wish in self.declared.values())
        return tuple(each for each in (*login, *wishes) if isinstance(each, Template))

    @property
    def expected_serial(self) -> str | None:
        """The stated serial number, else the known one."""
        return self.serial or (self.known.serial if self.known else None)

    @property
    def pin(self) -> str | None:
        """The fingerprint its certificate must have; None where a CA, or nothing, vouches for it."""
        if self.connection.fingerprint or self.connection.ca_file:
            return self.connection.fingerprint
        return self.known.fingerprint if self.known else None


@dataclass(frozen=True, slots=True)
class Fleet:
    """A repository: its devices by name, and what is said about all of them.

    `places` tells where each part of `policy` and `rollout` stands, by its path: `policy.forbid[0]`.
    """

    name: str
    root: Path
    devices: tuple[Device, ...]
    known: Mapping[str, KnownCamera]
    policy: Policy
    drift: Drift
    rollout: Rollout
    warnings: tuple[Diagnostic, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
