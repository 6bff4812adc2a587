"""Being known to a camera: an API key, or one login whose cookie every request carries."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from recamera_gitops.device import keys
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.device.envelope import SessionEnded, read
from recamera_gitops.device.paths import wire_path
from recamera_gitops.errors import (
    AuthenticationFailed,
    CameraError,
    NotUnderstood,
    Unreachable,
)
from recamera_gitops.exchange import Json, Request, Response
from recamera_gitops.secret import Secret

KEY_PATH: Final = "/system/key"
LOGIN_PATH: Final = "/system/login"
_COOKIE: Final = re.compile(r"(?:^|[\n,])[ \t]*token=([A-Za-z0-9._~+/=-]{1,4096})(?=[;,\n]|$)")
_VISIBLE: Final = re.compile(r"[!-~]+")
# Answers of the login [seed, ext]: iStatus, and iAuth beside a right password.
_WRONG: Final = -1
_LOCKED: Final = -3
_LOGGED_IN: Final = 1
_CHANGE_PASSWORD: Final = 2


class Standing(NamedTuple):
    """The headers that prove who we are, and the number of the login they came from."""

    generation: int
    headers: Mapping[str, str]


class Session:
    """One camera's session, for any number of threads; at most two logins in its life.

    `fetch` reads a path without authentication, `post` sends once and only once.
    """

    def __init__(
        self,
        connection: Connection,
        gate: CredentialGate,
        camera: str,
        *,
        fetch: Callable[[str], Json],
        post: Callable[[Request], Response],
    ) -> None:
        self._connection = connection
        self._gate = gate
        self._camera = camera
        self._fetch = fetch
        self._post = post
        self._lock = threading.Lock()
        self._standing: Standing | None = None
        self._logins = 0
        self._failed: CameraError | None = None
        if connection.token is not None:
            self._standing = Standing(0, _bearer(connection.token))

    def standing(self) -> Standing:
        """What to send along; logs in when that has not happened yet."""
        return self._standing or self._log_in_once()

    def renew(self, stale: Standing) -> None:
        """Log in again, unless another thread has; AuthenticationFailed when that was done before."""
        if self._connection.token is not None:
            raise AuthenticationFailed("the API key was rejected", rejected=True)
        with self._lock:
            now = self._standing
            if now is not None and now.generation != stale.generation:
                return
            if self._logins > 1:
                raise AuthenticationFailed("the session ended again after a new login")
            self._standing = None
            self._standing = self._logged_in()

    def remember(self, used: Standing, response: Response) -> None:
        """Take over a refreshed token; the ancestor re-issues it near its end [rockchip]."""
        cookies = response.headers.get("set-cookie")
        if cookies is None or self._connection.token is not None:
            return
        token = _token(cookies)
        if token is None:
            return
        with self._lock:
            now = self._standing
            if now is not None and now.generation == used.generation:
                self._standing = Standing(now.generation, _cookie(token))

    def _log_in_once(self) -> Standing:
        with self._lock:
            if self._standing is None:
                self._standing = self._logged_in()
            return self._standing

    def _logged_in(self) -> Standing:
        """Log in. Once the password may have been sent, a failure is final for this client."""
        if self._failed is not None:
            raise self._failed.with_traceback(None)
        password = self._connection.password
        if password is None:
            raise AuthenticationFailed("there is neither a password nor an API key to log in with")
        body = self._login_body(password)
        with self._gate.attempt((self._connection.username, password), self._camera):
            try:
                token = self._try(body)
            except CameraError as error:
                if not isinstance(error, Unreachable) or error.sent:
                    self._failed = error
                raise
        self._logins += 1
        return Standing(self._logins, _cookie(token))

    def _login_body(self, password: Secret) -> bytes:
        answer = self._fetch(KEY_PATH)
        pem = answer.get("sPublicKey") if isinstance(answer, dict) else None
        if not isinstance(pem, str):
            raise NotUnderstood("no public key came back", request=f"GET {KEY_PATH}")
        encrypted = keys.encrypt(pem, password)
        form = {"sUserName": self._connection.username, "sPassword": encrypted}
        return json.dumps(form, ensure_ascii=False).encode()

    def _try(self, body: bytes) -> Secret:
        headers = {"Content-Type": "application/json"}
        request = Request("POST", wire_path(LOGIN_PATH), headers, body)
        response = self._post(request)
        try:
            answer = read(request, response)
        except SessionEnded as error:
            raise AuthenticationFailed(
                f"the login was rejected: {error.message}", rejected=True
            ) from None
        _judge(answer)
        token = _token(response.headers.get("set-cookie", ""))
        if token is None:
            raise NotUnderstood("the login brought no session cookie", request=f"POST {LOGIN_PATH}")
        return token


def _judge(answer: Json) -> None:
    """Return only if the camera says that we are logged in."""
    status = answer.get("iStatus") if isinstance(answer, dict) else None
    if status == _WRONG:
        raise AuthenticationFailed("the user name or the password is wrong", rejected=True)
    if status == _LOCKED:
        wait = _seconds(answer.get("sWaittime"))
        raise AuthenticationFailed(f"logins from here are locked for {wait} s", wait=wait)
    if status != 0 or isinstance(status, bool):
        raise NotUnderstood(
            "the login was answered in an unknown way", request=f"POST {LOGIN_PATH}"
        )
    if answer.get("iAuth") == _CHANGE_PASSWORD:
        raise AuthenticationFailed(
            "the camera wants its factory password changed before anything else"
        )
    if answer.get("iAuth") != _LOGGED_IN:
        raise AuthenticationFailed("the password is right, but the camera did not log us in")


def _seconds(value: Json) -> int:
    """The announced wait: an integer despite its name [cgi]."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    return max(0, int(value)) if isinstance(value, (int, float)) else 0


def _token(cookies: str) -> Secret | None:
    found = _COOKIE.search(cookies)
    return None if found is None else Secret(found.group(1))


def _cookie(token: Secret) -> Mapping[str, str]:
    return {"Cookie": f"token={token.reveal()}"}


def _bearer(token: Secret) -> Mapping[str, str]:
    if not _VISIBLE.fullmatch(token.reveal()):
        raise AuthenticationFailed("the API key has characters that cannot stand in a header")
    return {"Authorization": f"Bearer {token.reveal()}"}
