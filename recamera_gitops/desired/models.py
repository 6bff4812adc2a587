"""The shape of the files of a repository, key by key; the schemas are made from these too."""

import re
import shlex
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from recamera_gitops.desired.drifting import Address, Drift
from recamera_gitops.desired.known import normalised_fingerprint
from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.desired.selectors import FORM, Selector
from recamera_gitops.resources.base import Impact, Section
from recamera_gitops.resources.catalog import Config
from recamera_gitops.resources.keyed import WordOrMapping
from recamera_gitops.resources.meanings import means

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
_IPV6: Final = r"\[[0-9A-Fa-f:.]{2,45}\]"
_HOST: Final = rf"^([A-Za-z0-9]([A-Za-z0-9._-]{{0,251}}[A-Za-z0-9])?|{_IPV6})$"
# What the validators below ask for, in the words of a schema.
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_HOST_FORM: Final = (
    rf"^(?:(?![0-9]+(?:\.[0-9]+)*$)[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,251}}[A-Za-z0-9])?"
    rf"|{_OCTET}(?:\.{_OCTET}){{3}}|{_IPV6})$"
)
_FINGERPRINT_FORM: Final = r"^\s*(?:[Ss][Hh][Aa]256:)?:*(?:[0-9A-Fa-f]:*){64}\s*$"
_SHARE: Final = r"^(100|[1-9]?[0-9])%$"
_DURATION: Final = r"^([0-9]{1,6}[smhd])+$"


def _selector(text: str) -> str:
    Selector.parse(text)
    return text


def _timezone(text: str) -> str:
    """A zone that everybody has; `localtime` is another one on each machine."""
    try:
        known = ZoneInfo(text).key != "localtime"
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        hint = did_you_mean(text, available_timezones()) or "for example Europe/Berlin"
        raise ValueError(f"there is no time zone {echo(text)}\n{hint}")
    return text


def _command(text: str) -> str:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError("a quote is not closed in this command") from error
    if not any(words[:1]):
        raise ValueError("this command names no program")
    return text


def _host(text: str) -> str:
    numeric = re.fullmatch(r"[0-9]+(\.[0-9]+)*", text)
    if numeric and not _is_ipv4(text):
        raise ValueError("the host looks like an IPv4 address, but is none")
    return text


def _is_ipv4(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(len(p) <= 3 and int(p) <= 255 for p in parts)  # noqa: PLR2004


Name = Annotated[str, Field(pattern=_NAME)]
Label = Annotated[str, Field(pattern=r"^[^\s,()=!\x00-\x1f]{1,63}$")]
Fingerprint = Annotated[
    str,
    AfterValidator(normalised_fingerprint),
    Field(json_schema_extra={"pattern": _FINGERPRINT_FORM}),
]
Share = Annotated[str, Field(pattern=_SHARE, examples=["25%"])]
CountOrShare = Annotated[int, Field(ge=0)] | Share
Duration = Annotated[str, Field(pattern=_DURATION, examples=["60s"])]
SelectorText = Annotated[
    str,
    AfterValidator(_selector),
    Field(examples=["site=hq,role!=gate"], json_schema_extra={"pattern": FORM}),
]
TimeZone = Annotated[
    str,
    Field(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"),
    AfterValidator(_timezone),
]
Variable = str | int | float | bool
Day = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class Tls(Section):
    """How the camera's certificate is checked, where known_cameras.yaml does not say so."""

    fingerprint: Fingerprint | None = Field(
        default=None,
        description="SHA-256 of the certificate, as `sha256:` and 64 hexadecimal digits.",
    )
    ca_file: str | None = Field(
        default=None,
        min_length=1,
        description="Certificates of the authorities to trust, relative to the repository.",
        examples=["certificates/cameras.pem"],
    )


class ConnectionPart(Section):
    """How a camera is reached. Every key is optional; devices inherit defaults.connection."""

    scheme: Literal["https", "http"] | None = Field(
        default=None, description="https unless stated; http is shown as a warning."
    )
    port: int | None = Field(
        default=None, ge=1, le=65535, description="TCP port; 443 for https, 80 for http."
    )
    username: str | None = Field(
        default=None, min_length=1, description="Name to log in with.", examples=["admin"]
    )
    password: str | None = Field(
        default=None,
        description="Password to log in with, as a reference.",
        examples=["${env:RECAMERA_PASSWORD}"],
    )
    token: str | None = Field(
        default=None,
        description="API key that is used instead of a login, as a reference.",
        examples=["${env:RECAMERA_TOKEN}"],
    )
    tls: Tls | None = Field(
        default=None, description="Certificate check; default is the pin in known_cameras.yaml."
    )
    timeout: float | None = Field(
        default=None, gt=0, le=600, description="Seconds that a whole request may take."
    )
    concurrency: int | None = Field(
        default=None, ge=1, le=4, description="Requests in flight on this camera."
    )


class Defaults(Section):
    """What every device starts from."""

    connection: ConnectionPart | None = Field(
        default=None, description="How cameras are reached unless a device says otherwise."
    )
    profiles: list[Name] | None = Field(
        default=None, description="Profiles that come before those of the device."
    )


class Wave(Section):
    """A part of the fleet that is changed together."""

    select: SelectorText = Field(description="Which devices, as a selector, or `all`.")
    size: CountOrShare | None = Field(
        default=None, description="How many of them at a time, as a count or a percentage."
    )


class MaintenanceWindow(Section):
    """When changes may be made."""

    days: list[Day] | None = Field(default=None, description="Days on which it begins.")
    start: str = Field(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Time at which it begins.",
        examples=["01:00"],
    )
    duration: Duration = Field(description="How long it lasts.", examples=["3h"])
    timezone: TimeZone | None = Field(
        default=None,
        description="Time zone of start, by its IANA name.",
        examples=["Europe/Berlin"],
    )


class CommandGate(Section):
    """A program that says whether a camera is well."""

    command: Annotated[str, AfterValidator(_command)] = Field(
        pattern=r"^\s*\S[\s\S]*$",
        description="Program and arguments, run in the root of the repository for each camera, without"
        " a shell and only with --allow-cmd; exit code 0 means well.",
        examples=["./check-picture.sh --dark"],
    )

    @property
    def words(self) -> tuple[str, ...]:
        """The program and its arguments."""
        return tuple(shlex.split(self.command))


GATES: Final = {
    "verify": "The camera is read again, and is what its files say.",
    "inference": "Inference that is on runs.",
    "recording": "Recording that is on has a place to record to, and is ready.",
    "rtsp": "The main stream shows a first frame; needs ffprobe where the gates are checked.",
    "picture": "The main stream shows a picture that is neither black nor frozen; needs the extra `snapshot`.",
}


Gate = WordOrMapping[CommandGate, Literal["verify", "inference", "recording", "rtsp", "picture"]]


class Rollout(Section):
    """How a change spreads over the fleet."""

    waves: list[Wave] | None = Field(default=None, description="Parts of the fleet, in order.")
    concurrency: int | None = Field(
        default=None, ge=1, le=1024, description="Cameras that are worked on at a time."
    )
    soak: Duration | None = Field(
        default=None, description="Wait after a wave, before its health is checked again."
    )
    max_failures: CountOrShare | None = Field(
        default=None, description="Failed cameras at which the rollout stops."
    )
    max_unreachable: CountOrShare | None = Field(
        default=None, description="Unreachable cameras at which the rollout stops."
    )
    on_failure: Literal["stop", "rollback", "continue"] | None = Field(
        default=None,
        description="What happens when too many cameras fail.",
        **means(
            {
                "stop": "No further camera is begun.",
                "rollback": "What this run has changed is restored.",
                "continue": "The others go on.",
            }
        ),
    )
    gates: list[Gate] | None = Field(
        default=None,
        description="What must be well before the next wave.",
        examples=[["verify", "inference"]],
        **means(GATES),
    )
    window: MaintenanceWindow | None = Field(default=None, description="When changes may be made.")


class Policy(Section):
    """What a change may not do, or not without being asked for."""

    max_changed_devices: CountOrShare | None = Field(
        default=None, description="Most cameras that one apply may change."
    )
    confirm: list[Address] | None = Field(
        default=None, description="Paths whose change needs --confirm besides the approval."
    )
    forbid: list[Address] | None = Field(
        default=None,
        description="Paths, or path=value, that may not be set.",
        examples=[["system.https.enabled=false"]],
    )
    deny_impact: list[Annotated[Impact, Field(strict=False)]] | None = Field(
        default=None, description="Impacts that are refused outside the maintenance window."
    )
    max_plan_age: Duration | None = Field(
        default=None,
        description="Age from which on a saved plan is refused; without it an old one is only warned of.",
        examples=["24h"],
    )
    literal_secrets: bool | None = Field(
        default=None, description="Whether secrets may be written out in these files."
    )


IMPACTS: Final = {
    Impact.NONE: "Nobody notices.",
    Impact.STREAM_RESTART: "Viewers lose the stream for a moment.",
    Impact.RECORDING_GAP: "A recording has a gap.",
    Impact.INFERENCE_RESTART: "The model starts again.",
    Impact.NOTIFY_RESTART: "Results are not pushed for a moment.",
    Impact.CONNECTIVITY: "The connection to the camera may be cut.",
    Impact.REBOOT: "The camera restarts.",
    Impact.IRREVERSIBLE: "It cannot be taken back.",
}

_VARIABLES: Final = (
    "Values for ${var:name}; later layers win. They may use ${device} and ${label:…}."
)


class FleetFile(Section):
    """fleet.yaml: what holds for the whole repository."""

    fleet: Name = Field(description="Name of the fleet.", examples=["acme-warehouse"])
    defaults: Defaults | None = Field(default=None, description="What every device starts from.")
    variables: dict[Name, Variable] | None = Field(default=None, description=_VARIABLES)
    drift: Drift | None = Field(default=None, description="What is no drift.")
    rollout: Rollout | None = Field(default=None, description="How a change spreads.")
    policy: Policy | None = Field(default=None, description="What a change may not do.")


class ProfileFile(Section):
    """profiles/*.yaml: a fragment of desired state that devices share."""

    profile: Name = Field(description="Name of the profile.", examples=["outdoor"])
    extends: list[Name] | None = Field(
        default=None, description="Profiles that this one is laid over."
    )
    variables: dict[Name, Variable] | None = Field(default=None, description=_VARIABLES)
    config: Config = Field(  # type: ignore[valid-type]  # built from the catalogue
        default_factory=Config, description="The settings; what is absent is left alone."
    )


class DeviceFile(Section):
    """devices/*.yaml: one camera; a file may hold several YAML documents."""

    device: Name = Field(description="Name of the camera.", examples=["gate-north"])
    host: Annotated[str, AfterValidator(_host)] = Field(
        pattern=_HOST,
        description="Name, IPv4 address, or IPv6 address in brackets; no port.",
        json_schema_extra={"pattern": _HOST_FORM},
        examples=["192.168.10.21", "[2001:db8::21]"],
    )
    serial: str | None = Field(
        default=None,
        pattern=r"^[!-~]{1,64}$",
        description="Serial number; a camera with another one is never written.",
        examples=["RC1126B-20240101-001"],
    )
    labels: dict[Name, Label] | None = Field(
        default=None,
        description="What selectors and ${label:…} see.",
        examples=[{"site": "hq", "role": "gate"}],
    )
    profiles: list[Name] | None = Field(
        default=None, description="Profiles, laid over the fleet's defaults in this order."
    )
    connection: ConnectionPart | None = Field(
        default=None, description="How this camera is reached, over defaults.connection."
    )
    variables: dict[Name, Variable] | None = Field(default=None, description=_VARIABLES)
    protected: bool | None = Field(
        default=None, description="Whether apply refuses this camera; it is still planned."
    )
    unmanaged: list[Address] | None = Field(
        default=None,
        description="Paths that are never compared and never written on this camera.",
        examples=[["osd.channel_name.text"]],
    )
    config: Config = Field(  # type: ignore[valid-type]  # built from the catalogue
        default_factory=Config, description="The settings, laid over those of the profiles."
    )
