"""The camera as a machine: its clock, its services, and the ways in."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

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
    nested,
    wire,
)
from recamera_gitops.resources.codecs import (
    COUNT,
    COUNT_AS_TEXT,
    SECRET,
    TRUE_FALSE,
    Around,
    SecretText,
)
from recamera_gitops.resources.values import MISSING, Unknown
from recamera_gitops.secret import Secret

KEY_LENGTH: Final = 32  # of an API key, exactly [cgi]
_FTP_PASSWORD: Final = re.compile(r"(?=.*[A-Za-z])(?=.*\d)(?=.*[^A-Za-z0-9]).{6,15}")


class Ntp(Section):
    """The time server."""

    server: str | None = wire("sAddress", "Name or address.", min_length=1, factory="pool.ntp.org")
    port: int | None = wire("sPort", "UDP port.", codec=COUNT_AS_TEXT, ge=1, le=65535, factory=123)


class Time(Section):
    """Where the camera has its time from, and its zone; the running clock itself is no setting."""

    method: Literal["ntp", "manual"] | None = wire(
        "sMethod", "From a time server, or left as it was set.", source="wiki", factory="ntp"
    )
    ntp: Ntp | None = nested("dNtpConfig", "The time server of method ntp.")
    timezone: str | None = wire(
        "sTimezone",
        "IANA name of the zone.",
        pattern=r"^[A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*$",
        examples=["Europe/Berlin"],
        source="wiki",
    )
    utc_offset: str | None = wire(
        "sTz",
        "Offset from UTC; leave it out where the zone has summer time. A camera may derive it from the zone.",
        follows="timezone",
        pattern=r"^UTC[+-][0-9]{1,2}(:[0-9]{2})?$",
        examples=["UTC+1"],
        source="wiki",
    )


def _time_body(body: Json) -> Json:
    """What each method takes: no timestamp with ntp, one with manual, never the status [wiki].

    The timestamp is the camera's own, so that its clock goes on; two misspellings of it are read, and
    never sent [draft, mock].
    """
    kept = {key: value for key, value in body.items() if key not in _CLOCKS}
    server = body.get("dNtpConfig")
    if isinstance(server, dict):
        kept["dNtpConfig"] = {key: value for key, value in server.items() if key != "status"}
    shown = next((key for key in _CLOCKS if key in body), None)
    if body.get("sMethod") == "manual" and shown is not None:
        kept[_CLOCKS[0]] = body[shown]
    return kept


_CLOCKS: Final = ("iTimestamp", "iTimstamp", "iTimstemp")


def _ftp_password_is_strong(view: View) -> Iterator[Complaint]:
    password = view("password")
    if isinstance(password, Secret) and not _FTP_PASSWORD.fullmatch(password.reveal()):
        yield Complaint(
            "weak-password",
            ("password",),
            "the camera takes 6 to 15 characters with a letter, a digit and a special character",
        )


class Ftp(Section):
    """Files over FTP. A change restarts the service for a second."""

    rules = (_ftp_password_is_strong,)

    enabled: bool | None = wire(
        "sEnable|sEnabel", "Whether it runs.", codec=TRUE_FALSE, source="wiki"
    )
    port: int | None = wire(
        "sFtpPort", "TCP port.", codec=COUNT_AS_TEXT, ge=1, le=65535, factory=21, source="wiki"
    )
    username: str | None = wire(
        "sFtpUser",
        "Name to log in with; no account of the system.",
        min_length=1,
        factory="ftpuser",
        source="wiki",
    )
    password: str | None = wire(
        "sFtpPassword",
        "From 6 to 15 characters with a letter, a digit and a special character.",
        codec=SECRET,
        factory="Seeed123.",
    )


class Serial(Section):
    """The serial port of the expansion connector."""

    baudrate: (
        Literal[9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600] | None
    ) = wire("iBaudrate", "Bits a second.", codec=COUNT, source="ref", factory=115200)
    parity: Literal["N", "E", "O"] | None = wire(
        "sParity", "None, even or odd.", source="ref", factory="N"
    )
    stopbits: Literal[1, 2] | None = wire(
        "iStopbits", "Stop bits.", codec=COUNT, source="ref", factory=1
    )
    bytesize: Literal[5, 6, 7, 8] | None = wire(
        "iBytesize", "Data bits.", codec=COUNT, source="ref", factory=8
    )


def _key_has_32_characters(view: View) -> Iterator[Complaint]:
    key = view("key")
    if isinstance(key, Secret) and not re.fullmatch(r"[!-~]{32}", key.reveal()):
        yield Complaint(
            "key-length", ("key",), f"an API key has exactly {KEY_LENGTH} visible characters"
        )


class Api(Section):
    """Access with an API key instead of a login."""

    rules = (_key_has_32_characters,)

    enabled: bool | None = wire("sEnable", "Whether the key opens anything.", codec=TRUE_FALSE)
    key: str | None = wire("sApiKey", "The key, exactly 32 characters.", codec=SECRET)


ACCESS: Final = "access"  # no route: what the client itself knows of how the camera is reached


def _login() -> Generator[str, Json, Json]:
    return (yield ACCESS)


def way_in() -> Generator[str, Json, dict[str, Any]]:
    """`only_key`: whether an API key is all that opens the camera."""
    known = yield ACCESS
    return {"only_key": isinstance(known, dict) and known.get("only_key") is True}


def key_stays_open(view: View, around: Around) -> Iterator[Complaint]:
    """The key that a camera is reached with is not closed where nothing else opens it."""
    if around.get("only_key") and view("system.api.enabled") is False:
        yield Complaint(
            "closes-access",
            ("system.api.enabled",),
            "this key is the only way in that the files give for this camera",
            "state connection.password too",
        )


@dataclass(frozen=True)
class LoginPassword(SecretText):
    """The password that this run has logged in with, which no camera shows."""

    unseen = "not compared and not changed, the camera is reached with an API key"
    on_firmware = False

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The password as it is."""
        del around
        return raw[0] if isinstance(raw[0], Secret) else Unknown(raw)

    def stated(self, live: Any) -> Any:
        """Nothing: it is what this run was told, and a file names what the password is to become."""
        del live
        return MISSING


_KINDS: Final = ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")
_KINDS_NEEDED: Final = 3


def _password_is_strong(view: View) -> Iterator[Complaint]:
    password = view("admin_password")
    if not isinstance(password, Secret):
        return
    kinds = sum(re.search(kind, password.reveal()) is not None for kind in _KINDS)
    if len(password.reveal()) < _SHORTEST or kinds < _KINDS_NEEDED:
        yield Complaint(
            "weak-password",
            ("admin_password",),
            "the camera takes 6 characters or more, of three kinds: lower case, upper case, digits, others",
        )


_SHORTEST: Final = 6


class Administration(Section):
    """The camera as a machine."""

    rules = (_password_is_strong,)

    admin_password: str | None = wire(
        "password",
        "What connection.password is to become; six characters of three kinds, or more.",
        codec=LoginPassword(),
        only_if_shown=True,
    )


def _password_arguments(targets: Values, differing: set[str], live: Values) -> dict[str, Any]:
    del differing, live
    return {"new": targets["admin_password"]}


def _password_preview(arguments: Values) -> Iterator[tuple[str, str, str, Json]]:
    del arguments
    body = dict.fromkeys(("sUserName", "sOldPassword", "sNewPassword"), "(sensitive)")
    yield "PUT", "/system/password", "system.admin_password: change, once", body


FLOWS: Final = {"password": FlowShape(_password_arguments, _password_preview)}

RESOURCES: Final = (
    Resource(
        "system.time",
        Time,
        stage=Stage.CLOCK,
        get="/system/time",
        put="/system/time",
        shape=_time_body,
        settles=10.0,
    ),
    Resource(
        "system.ftp",
        Ftp,
        stage=Stage.SERVICES,
        get="/ftp/setting",
        method="POST",
        put="/ftp/setting",
        settles=10.0,
    ),
    Resource(
        "system.serial",
        Serial,
        stage=Stage.SERVICES,
        get="/api/v1/device/serial-port",
        method="POST",
        put="/api/v1/device/serial-port",
    ),
    Resource(
        "system.api",
        Api,
        stage=Stage.ACCESS,
        get="/web/setting",
        method="POST",
        put="/web/setting",
        impact=(Impact.CONNECTIVITY,),
        barrier=True,
    ),
    Resource(
        "system",
        Administration,
        stage=Stage.PASSWORD,
        address="system.admin_password",
        reads=_login,
        flow="password",
        impact=(Impact.CONNECTIVITY,),
        barrier=True,
    ),
)
