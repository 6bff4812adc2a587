"""Being let in: whether a credential works, which certificate is shown, and another password."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.credentials import NotTried
from recamera_gitops.device.keys import described
from recamera_gitops.device.restarting import IDENTITY
from recamera_gitops.device.tls import fingerprint_of, shown_certificate
from recamera_gitops.errors import AuthenticationFailed, CameraError, FirstUse, Unsettled
from recamera_gitops.secret import Secret, foreign

_BY_LOGIN, _BY_KEY = "password", "API key"


class LoginState(StrEnum):
    """What a camera makes of a credential."""

    ACCEPTED = "accepted"
    FIRST_USE = "first use"
    REJECTED = "rejected"
    LOCKED = "locked"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Login:
    """What came of one login.

    `way` is `password` or `API key`; `next` where the camera takes the one that the files want it to
    have, and no longer the one they reach it with. `wait_seconds` is how long it takes no login from here.
    """

    state: LoginState
    way: str
    username: str | None
    next: bool = False
    wait_seconds: int | None = None
    detail: str = ""

    @property
    def works(self) -> bool:
        """Whether the credential is right, be it for the change of the factory password only."""
        return self.state in (LoginState.ACCEPTED, LoginState.FIRST_USE)


def check_login(client: Client) -> Login:
    """Log in, as every run does; a key is proved by a read, since there is no login with it."""
    connection = client.connection
    way = _BY_LOGIN if connection.token is None else _BY_KEY
    username = connection.username if connection.token is None else None
    try:
        client.get(IDENTITY)
        return Login(LoginState.ACCEPTED, way, username, client.access().by_next)
    except FirstUse as error:
        return Login(LoginState.FIRST_USE, way, username, detail=error.message)
    except AuthenticationFailed as error:
        state = _state(error)
        detail = error.message.removeprefix(f"{LoginState.NOT_TRIED}: ")
        return Login(state, way, username, wait_seconds=error.wait, detail=detail)


def _state(error: AuthenticationFailed) -> LoginState:
    if isinstance(error, NotTried):
        return LoginState.NOT_TRIED
    return LoginState.REJECTED if error.wait is None else LoginState.LOCKED


class PinState(StrEnum):
    """How the certificate that is shown stands to what is known."""

    SAME = "same"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    BY_AUTHORITY = "by authority"
    NO_HTTPS = "no https"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that a camera shows, and the known one; fingerprints are SHA-256, as files state them."""

    state: PinState
    shown: str | None = None
    known: str | None = None
    subject: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None


def certificate(connection: Connection) -> Certificate:
    """Look at it; no HTTP is sent, and so no credential."""
    if connection.scheme != "https":
        return Certificate(PinState.NO_HTTPS)
    content = shown_certificate(connection)
    shown, known = fingerprint_of(content), connection.fingerprint
    facts = described(content)
    return Certificate(
        state=_standing(connection, shown),
        shown=_stated(shown),
        known=None if known is None else _stated(known),
        subject=None if facts is None else facts.subject,
        valid_from=None if facts is None else _day(facts.valid_from),
        valid_until=None if facts is None else _day(facts.valid_until),
    )


def _stated(fingerprint: str) -> str:
    return f"sha256:{fingerprint.lower()}"


def _standing(connection: Connection, shown: str) -> PinState:
    if connection.fingerprint is not None:
        return PinState.SAME if connection.fingerprint.lower() == shown else PinState.CHANGED
    return PinState.UNKNOWN if connection.ca_file is None else PinState.BY_AUTHORITY


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Changed:
    """A password that was changed, and proved by a login.

    `stated_at` is where the files state the old one, None where they do not; `shared` tells that other
    cameras have it from there too.
    """

    serial: str
    first_use: bool
    stated_at: str | None = None
    shared: bool = False


def enter(client: Client) -> bool:
    """Log in with the password as it is; whether the camera allows nothing but to change it."""
    try:
        client.access()
    except FirstUse:
        return True
    return False


def change_password(client: Client, new: Secret) -> Changed:
    """Change it, once, and prove it by a login: that alone tells what became of it."""
    first_use = enter(client)
    client.change_password(new)
    try:
        serial = client.identify().serial
    except CameraError as error:
        message = f"the password was changed, and a login proved the new one; then: {error}"
        raise Unsettled(message, done=True) from error
    return Changed(foreign(serial), first_use)
