"""Being known to a camera: an API key, or one login whose cookie every request carries."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, NoReturn

from recamera_gitops.device import keys
from recamera_gitops.device.asking import may_be_done
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.credentials import CredentialGate, NotTried
from recamera_gitops.device.envelope import SessionEnded, read
from recamera_gitops.device.paths import wire_path
from recamera_gitops.device.rejections import Addressee
from recamera_gitops.errors import (
    AuthenticationFailed,
    CameraError,
    FirstUse,
    NotUnderstood,
    Rejected,
    Unreachable,
    Unsettled,
)
from recamera_gitops.exchange import Json, Request, Response
from recamera_gitops.secret import Secret

KEY_PATH: Final = "/system/key"
LOGIN_PATH: Final = "/system/login"
CHANGE_PATH: Final = "/system/password"
_JSON: Final = {"Content-Type": "application/json"}
_LOGIN: Final = f"POST {LOGIN_PATH}"
_UNANSWERED: Final = 0
_COOKIE: Final = re.compile(r"(?:^|[\n,])[ \t]*token=([A-Za-z0-9._~+/=-]{1,4096})(?=[;,\n]|$)")
_VISIBLE: Final = re.compile(r"[!-~]+")
# Answers of the login [seed, ext]: iStatus, and iAuth beside a right password.
_WRONG: Final = -1
_LOCKED: Final = -3
_LOGGED_IN: Final = 1
_CHANGE_PASSWORD: Final = 2


class Access(NamedTuple):
    """How a camera is spoken to: the password that works (None with a key), and whether by a key.

    `spare` tells that there is a password to fall back on, `by_next` that the password or the key is the
    one that the camera is to have, and not the one that it is stated to have.
    """

    password: Secret | None
    by_key: bool
    spare: bool
    by_next: bool = False


class Standing(NamedTuple):
    """The headers that prove who we are, and the number of the login they came from."""

    generation: int
    headers: Mapping[str, str]


class Session:
    """One camera's session, for any number of threads; it renews a login once.

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
        self._addressee = Addressee(camera, connection.place)
        self._fetch = fetch
        self._post = post
        self._lock = threading.Lock()
        self._standing: Standing | None = None
        self._restricted: Standing | None = None
        self._generation = 0
        self._renewed = self._expected = False
        self._failed: CameraError | None = None
        self._token = connection.token
        self._next_token = connection.next_token
        self._passwords = _distinct(connection.password, connection.next_password)
        if self._token is not None:
            self._standing = Standing(0, _bearer(self._token))

    def standing(self) -> Standing:
        """What to send along; logs in when that has not happened yet."""
        return self._standing or self._log_in_once()

    def renew(self, stale: Standing) -> None:
        """Log in again, unless another thread has; AuthenticationFailed when that was done before."""
        with self._lock:
            now = self._standing
            if now is not None and now.generation != stale.generation:
                return
            if self._token is not None:
                self._next_key()
                return
            if self._renewed and not self._expected:
                raise AuthenticationFailed("the session ended again after a new login")
            self._renewed, self._expected = not self._expected, False
            self._standing = None
            self._standing = self._logged_in()

    def remember(self, used: Standing, response: Response) -> None:
        """Take over a refreshed token; the ancestor re-issues it near its end [rockchip]."""
        cookies = response.headers.get("set-cookie")
        if cookies is None or self._token is not None:
            return
        token = _token(cookies)
        if token is None:
            return
        with self._lock:
            now = self._standing
            if now is not None and now.generation == used.generation:
                self._standing = Standing(now.generation, _cookie(token))

    def expect_end(self) -> None:
        """The camera restarts, or its clock jumps: the next end of the session is no surprise.

        Nor is a login left unanswered. The login after it does not count as the one that a surprise has.
        """
        with self._lock:
            self._renewed, self._expected = False, True
            if isinstance(self._failed, Unreachable):
                self._failed = None

    def leave(self, place: str) -> None:
        """The camera has another address: log in anew when that is needed."""
        with self._lock:
            self._addressee = self._addressee._replace(address=place)
            self._renewed = False
            if self._token is None:
                self._standing = None

    def public_key(self) -> str:
        """The key that the camera encrypts for; no credential is needed to read it."""
        answer = self._fetch(KEY_PATH)
        pem = answer.get("sPublicKey") if isinstance(answer, dict) else None
        if not isinstance(pem, str):
            raise NotUnderstood("no public key came back", request=f"GET {KEY_PATH}")
        return pem

    def access(self) -> Access:
        """How the camera is spoken to, known for certain."""
        self.standing()
        with self._lock:
            by_key = self._token is not None
            password = None if by_key else self._passwords[0]
            stated = self._connection.token if by_key else self._connection.password
            in_use = self._token if by_key else password
            return Access(password, by_key, bool(self._passwords), by_next=in_use != stated)

    def adopt_key(self, key: Secret | None) -> None:
        """Go on with another API key, if one is used at all; with a login where the key is closed."""
        with self._lock:
            if self._token is None:
                return
            self._token = self._next_token = key
            self._standing = None if key is None else self._numbered(_bearer(key))

    def change_password(self, new: Secret) -> None:
        """Change it, once, and log in with the new one: that login alone tells what became of it."""
        with self._lock:
            standing = self._standing or self._restricted
            if standing is None or not self._passwords or self._token is not None:
                raise AuthenticationFailed("only who has logged in with the password may change it")
            lost = self._changed(standing, self._passwords[0], new)
            self._standing = None
            try:
                self._standing = self._login(self._form(new))
            except CameraError as error:
                self._undecided(error, lost, standing)
            user, old = self._connection.username, self._passwords[0]
            self._gate.replaced((user, old), (user, new), self._addressee)
            self._passwords, self._restricted, self._failed = [new], None, None
            self._renewed = False

    def _changed(self, standing: Standing, old: Secret, new: Secret) -> CameraError | None:
        """Ask for the change; the error instead of which the answer should have come, if it is lost."""
        pem = self.public_key()
        form = {
            "sUserName": self._connection.username,
            "sOldPassword": keys.encrypt(pem, old),
            "sNewPassword": keys.encrypt(pem, new),
        }
        content = json.dumps(form, ensure_ascii=False).encode()
        headers = {**_JSON, **standing.headers}
        request = Request("PUT", wire_path(CHANGE_PATH), headers, content)
        try:
            read(request, self._post(request))
        except CameraError as error:
            if not may_be_done(error):
                raise
            return error
        return None

    def _undecided(
        self, error: CameraError, lost: CameraError | None, standing: Standing
    ) -> NoReturn:
        """The new password does not open the camera."""
        rejected = isinstance(error, AuthenticationFailed) and error.rejected
        if lost is not None and rejected:
            if standing is not self._restricted:
                self._standing = standing  # the old password still holds, and so does its session
            message = f"the password is still the old one; its change was not answered: {lost}"
            raise Rejected(message, code=_UNANSWERED) from error
        self._failed = error
        state = "was changed" if lost is None else f"may have been changed ({lost})"
        message = f"the password {state}, but the new one could not be proved: {error}"
        raise Unsettled(message) from error

    def _next_key(self) -> None:
        """Use the declared key once the one in use is rejected; there is no third."""
        key, self._next_token = self._next_token, None
        if key is None or key == self._token:
            raise AuthenticationFailed("the API key was rejected", rejected=True)
        self._token = key
        self._standing = self._numbered(_bearer(key))

    def _log_in_once(self) -> Standing:
        with self._lock:
            if self._standing is None:
                self._standing = self._logged_in()
            return self._standing

    def _logged_in(self) -> Standing:
        """Log in. Once the password may have been sent, a failure is final for this client."""
        if self._failed is not None:
            raise self._failed.with_traceback(None)
        if not self._passwords:
            raise AuthenticationFailed("there is neither a password nor an API key to log in with")
        while True:
            try:
                return self._with_gate(self._passwords[0])
            except AuthenticationFailed as error:
                wrong = error.rejected or (isinstance(error, NotTried) and error.wait is None)
                if not wrong or len(self._passwords) == 1:
                    raise
                self._failed = None
                del self._passwords[0]

    def _with_gate(self, password: Secret) -> Standing:
        form = self._form(password)
        with self._gate.attempt((self._connection.username, password), self._addressee):
            try:
                return self._login(form)
            except CameraError as error:
                if not isinstance(error, Unreachable) or error.sent:
                    self._failed = error
                raise

    def _form(self, password: Secret) -> bytes:
        encrypted = keys.encrypt(self.public_key(), password)
        form = {"sUserName": self._connection.username, "sPassword": encrypted}
        return json.dumps(form, ensure_ascii=False).encode()

    def _login(self, form: bytes) -> Standing:
        token, restricted = self._try(form)
        standing = None if token is None else self._numbered(_cookie(token))
        if not restricted:
            if standing is None:
                raise NotUnderstood("the login brought no session cookie", request=_LOGIN)
            return standing
        self._restricted = standing
        declared = self._connection.next_password is not None
        hint = "only that can be done" if declared else "declare system.admin_password"
        raise FirstUse(
            f"the camera wants its factory password changed before anything else; {hint}"
        )

    def _numbered(self, headers: Mapping[str, str]) -> Standing:
        self._generation += 1
        return Standing(self._generation, headers)

    def _try(self, body: bytes) -> tuple[Secret | None, bool]:
        """The token of a login, and whether it is good for a change of the password only."""
        request = Request("POST", wire_path(LOGIN_PATH), _JSON, body)
        response = self._post(request)
        try:
            answer = read(request, response)
        except SessionEnded as error:
            raise AuthenticationFailed(
                f"the login was rejected: {error.message}", rejected=True, lasting=False
            ) from None
        return _token(response.headers.get("set-cookie", "")), _is_restricted(answer)


def _distinct(*passwords: Secret | None) -> list[Secret]:
    """The password to log in with, and the one to try after it; none where there is no first."""
    known = dict.fromkeys(each for each in passwords if each is not None)
    return list(known) if passwords[0] is not None else []


def _is_restricted(answer: Json) -> bool:
    """Whether the camera wants its password changed first; raises unless the password is right."""
    status = answer.get("iStatus") if isinstance(answer, dict) else None
    if status == _WRONG:
        raise AuthenticationFailed("the user name or the password is wrong", rejected=True)
    if status == _LOCKED:
        wait = _seconds(answer.get("sWaittime"))
        raise AuthenticationFailed(f"logins from here are locked for {wait} s", wait=wait)
    if status != 0 or isinstance(status, bool):
        raise NotUnderstood("the login was answered in an unknown way", request=_LOGIN)
    auth = answer.get("iAuth")
    if auth not in (_LOGGED_IN, _CHANGE_PASSWORD):
        raise AuthenticationFailed("the password is right, but the camera did not log us in")
    return bool(auth == _CHANGE_PASSWORD)


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
