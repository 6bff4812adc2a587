"""Who may talk to the camera: password, tokens, API key, lock-outs.

A wrong old password counts like a failed login. After a change every session is revoked [cgi], the
restricted one of the first login as well.

Tokens look like the device's: HS256 JWTs of about 190 bytes in a cookie, valid for a day [ext].
How many failures lock and for how long is not published; here three, then a minute, doubling.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call
from recamera_gitops.emulator.checks import TEXT, problems, text
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

USER = "admin"
OPEN_PATHS = frozenset({"/system/key", "/system/login", "/system/check"})
PASSWORD = "/system/password"  # noqa: S105
TOKEN_SECONDS = 86400
LEEWAY = 1.0  # times in a token are whole seconds
WEAK = 10001
SHORTEST, KINDS_NEEDED = 6, 3
SHA256_HEX = text("[0-9a-f]{64}")


@dataclass(slots=True)
class Token:
    """One login: `restricted` allows the change of the factory password only."""

    issued: float
    expires: float
    restricted: bool = False
    revoked: bool = False


@dataclass(slots=True)
class Lock:
    """Failed logins of one client."""

    failures: int = 0
    until: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class Sessions:
    """The state of the front door; `password` is kept as its SHA-256, as a shadow entry would."""

    clock: Callable[[], float]
    password: str
    first_use: bool
    allowed_failures: int = 3
    first_lock_seconds: float = 60.0
    tokens: dict[str, Token] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)
    logins: int = 0
    failed_logins: int = 0
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def issue(self) -> str:
        """A new token."""
        claims = {"sub": USER, "jti": secrets.token_hex(8), "ver": 1, "purpose": "login"}
        parts = [_part({"alg": "HS256", "typ": "JWT"}), _part(claims)]
        signature = hmac.digest(self.secret, ".".join(parts).encode(), "sha256")
        token = ".".join([*parts, _base64url(signature)])
        now = self.clock()
        self.tokens[token] = Token(now, now + TOKEN_SECONDS, restricted=self.first_use)
        return token

    def revoke_all(self) -> None:
        """Every token issued so far is void, as after a change of the password [cgi]."""
        for token in self.tokens.values():
            token.revoked = True

    def expire_all(self) -> None:
        """Every token issued so far has reached the end of its life."""
        for token in self.tokens.values():
            token.expires = self.clock() - 1

    def jumped(self, seconds: float) -> None:
        """The camera's own clock, which tokens are judged by, has been set so much later [cgi]."""
        for token in self.tokens.values():
            token.issued -= seconds
            token.expires -= seconds

    def failed(self, client: str) -> Lock:
        """Count a wrong password; every third locks, each time for longer."""
        self.failed_logins += 1
        lock = self.locks.setdefault(client, Lock())
        lock.failures += 1
        if lock.failures % self.allowed_failures == 0:
            lock.seconds = lock.seconds * 2 or self.first_lock_seconds
            lock.until = self.clock() + lock.seconds
        return lock

    def wait(self, client: str) -> int:
        """Seconds until the client may try again; 0 when it may now."""
        remaining = self.locks.get(client, Lock()).until - self.clock()
        return max(0, -int(-remaining // 1))


def digest(password: str) -> str:
    """What the camera remembers of a password."""
    return hashlib.sha256(password.encode()).hexdigest()


def routes(flavours: Flavours) -> Routes:
    """The front door's addresses."""
    del flavours
    return {
        "/system/key": {"GET": _key},
        "/system/check": {"GET": _check},
        "/system/login": {"POST": _login},
        "/system/logout": {"POST": _logout},
        PASSWORD: {"PUT": _change_password},
    }


def authorise(camera: "EmulatedCamera", call: Call) -> None:
    """Let the call pass, or refuse it with 401."""
    if call.path in OPEN_PATHS or _key_is_valid(camera, call):
        return
    if "loopback-open" in camera.flavours and call.client == "127.0.0.1":
        return
    token = camera.sessions.tokens.get(cookie(call))
    if token is None:
        raise Refusal(401, "Unauthorized")
    if token.revoked:
        raise Refusal(401, "Unauthorized: Token revoked")
    if camera.clock() < token.issued - LEEWAY:
        raise Refusal(401, "Unauthorized: Token used before issued")
    if camera.clock() >= token.expires:
        raise Refusal(401, "Unauthorized: Token expired")
    if token.restricted and call.path != PASSWORD:
        raise Refusal(401, "Unauthorized: Token purpose mismatch")


def cookie(call: Call) -> str:
    """The token that came with the call."""
    for each in call.header("cookie").split(";"):
        name, _, value = each.strip().partition("=")
        if name == "token":
            return value
    return ""


def _key_is_valid(camera: "EmulatedCamera", call: Call) -> bool:
    """The API key counts with or without `Bearer` [ext]; a JWT in that header does not."""
    setting = camera.documents["/web/setting"]
    sent = call.header("authorization").removeprefix("Bearer ")
    return bool(sent) and setting["sEnable"] and hmac.compare_digest(sent, setting["sApiKey"])


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _part(claims: object) -> str:
    return _base64url(json.dumps(claims, separators=(",", ":")).encode())


def _key(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    pem = camera.key.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    return answers.data({"sPublicKey": camera.public_key or pem.decode()})


def _check(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    return answers.data({"bFirst": camera.sessions.first_use})


def _login(camera: "EmulatedCamera", call: Call) -> Response:
    sessions = camera.sessions
    body = call.document()
    for problem in problems({"sUserName": TEXT, "sPassword": TEXT}, body):
        raise Refusal(400, problem)
    wait = sessions.wait(call.client)
    if wait:
        sessions.failed_logins += 1
        return _rejected(-3, wait, sessions.locks[call.client].failures)
    plain = "login-plain" in camera.flavours
    password = body["sPassword"] if plain else _decrypted(camera, body["sPassword"])
    if not plain and password is None:
        camera.breach("plain-password: the password of a login was not encrypted")
    if body["sUserName"] != USER or password is None or digest(password) != sessions.password:
        camera.syslog.write("warning", f"login: wrong password from {call.client}")
        return _rejected(-1, 0, sessions.failed(call.client).failures)
    sessions.logins += 1
    camera.syslog.write("info", f"login: {USER} from {call.client}")
    sessions.locks.pop(call.client, None)
    status = {
        "iStatus": 0,
        "iAuth": 2 if sessions.first_use else 1,
        "sWaittime": 0,
    }
    setting = f"token={sessions.issue()}; Max-Age={TOKEN_SECONDS}; Path=/"
    return answers.data(status, headers={"set-cookie": setting})


def _rejected(status: int, wait: int, attempts: int) -> Response:
    """A rejected login is an HTTP 200 as well [ext]; the wait is an integer despite its prefix."""
    return answers.data(
        {"iStatus": status, "iAuth": 0, "sWaittime": wait, "iLoginAttempts": attempts}
    )


def _decrypted(camera: "EmulatedCamera", encoded: str) -> str | None:
    """The clear text of base64(RSA PKCS#1 v1.5), None where it is something else."""
    try:
        cipher = base64.b64decode(encoded, validate=True)
        if len(cipher) != camera.key.key_size // 8:
            return None
        return camera.key.decrypt(cipher, padding.PKCS1v15()).decode()
    except ValueError:
        return None


def _logout(camera: "EmulatedCamera", call: Call) -> Response:
    """Signs out every session of the user, not only this one [cgi]."""
    del call
    camera.sessions.revoke_all()
    cleared = answers.success()
    headers = {**cleared.headers, "set-cookie": "token=; Max-Age=0; Path=/"}
    return Response(cleared.status, headers, cleared.body)


def _change_password(camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    fields = ("sUserName", "sOldPassword", "sNewPassword")
    for problem in problems(dict.fromkeys(fields, TEXT), body):
        raise Refusal(400, problem)
    old, new = (_decrypted(camera, body[name]) for name in fields[1:])
    if old is None or new is None:
        breach = "plain-password: a password to change was not encrypted"
        raise Refusal(400, "Failed to decrypt password", breach=breach)
    sessions = camera.sessions
    if sessions.wait(call.client):
        sessions.failed_logins += 1
        raise Refusal(400, "Too many failed attempts, the old password was not checked")
    if body["sUserName"] != USER or _remembered(camera, old) != sessions.password:
        sessions.failed(call.client)
        raise Refusal(400, "The old password is incorrect")
    sessions.password = _new_password(camera, new)
    sessions.first_use = False
    camera.count("password-change")
    if "password-keeps-sessions" not in camera.flavours:
        sessions.revoke_all()
    return camera.written()


def _remembered(camera: "EmulatedCamera", sent: str) -> str:
    return sent if "password-sha256" in camera.flavours else digest(sent)


def _new_password(camera: "EmulatedCamera", sent: str) -> str:
    """What to remember; composition can only be checked where the clear text arrives [cgi]."""
    if "password-sha256" in camera.flavours:
        if not SHA256_HEX.accepts(sent):
            raise Refusal(400, "Invalid password digest")
        return sent
    groups = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    kinds = sum(any(belongs(letter) for letter in sent) for belongs in groups)
    if len(sent) < SHORTEST or kinds < KINDS_NEEDED:
        raise Refusal(WEAK, "Password too weak")
    return digest(sent)
