"""One credential, many cameras: a wrong password is found out once, not once per camera.

The first client with a credential is its scout: until it has worked, nobody else tries it. What came of it
goes into a ledger, which is asked before every login.
"""

import contextlib
import threading
from collections.abc import Iterator
from enum import Enum, auto
from typing import Protocol, TypeAlias

from recamera_gitops.device.clock import Clock, SystemClock
from recamera_gitops.device.rejections import Addressee, History, rejection
from recamera_gitops.errors import AuthenticationFailed
from recamera_gitops.secret import Secret

Credential: TypeAlias = tuple[str, Secret]


class NotTried(AuthenticationFailed):
    """It is known that this credential would be rejected, or may be wrong everywhere; nothing was sent."""


class Came(Enum):
    """What came of a login: it worked, it was rejected (or locked out), or nobody knows.

    DENIED is a rejection that may have another reason than the credential [seed names iStatus for that].
    """

    WORKED = auto()
    REJECTED = auto()
    DENIED = auto()
    NOTHING = auto()


class Ledger(Protocol):
    """What is known of credentials, by their fingerprints; asked and told from any thread."""

    def fingerprint(self, credential: Credential) -> str:
        """What the credential is called here; may take a moment, the first time."""
        ...

    def refusal(self, fingerprint: str, addressee: Addressee) -> NotTried | None:
        """Why this camera is not to be asked, if it is not."""
        ...

    def rejected(
        self, fingerprint: str, addressee: Addressee, wait: int | None, *, suspect: bool
    ) -> None:
        """The camera did not take it, or takes nothing for `wait` seconds."""
        ...

    def accepted(self, fingerprint: str, addressee: Addressee) -> None:
        """The camera takes it."""
        ...


class Memory:
    """A ledger that ends with the process."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._history = History()
        self._names: dict[Credential, str] = {}

    def fingerprint(self, credential: Credential) -> str:
        """A number: nobody else is to recognise it."""
        with self._lock:
            return self._names.setdefault(credential, str(len(self._names)))

    def refusal(self, fingerprint: str, addressee: Addressee) -> NotTried | None:
        """Why this camera is not to be asked, if it is not."""
        now = self._clock.monotonic()
        found = self._history.against(fingerprint, addressee.address, now)
        if found is None:
            return None
        if found.until is None:
            return NotTried(f"not tried: {found.camera} rejected this user name and password")
        wait = round(found.until - now)
        message = f"not tried: {found.camera} has locked logins from here for {wait} s"
        return NotTried(message, wait=wait)

    def rejected(
        self, fingerprint: str, addressee: Addressee, wait: int | None, *, suspect: bool
    ) -> None:
        """The camera did not take it, or takes nothing for `wait` seconds."""
        told = rejection(fingerprint, addressee, wait, self._clock.monotonic(), suspect=suspect)
        with self._lock:
            self._history = self._history.rejected(told)

    def accepted(self, fingerprint: str, addressee: Addressee) -> None:
        """The camera takes it."""
        with self._lock:
            self._history = self._history.accepted(fingerprint, addressee.address)


class CredentialGate:
    """Shared by the clients of a run; every login with a password goes through `attempt`.

    `admit`, `settle` and `supersede` are what whoever logs in elsewhere asks and tells from there.
    """

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._ledger = ledger or Memory()
        self._run = Memory()  # what is known in this run only
        self._changed = threading.Condition()
        self._scouted: set[str] = set()
        self._worked: set[str] = set()

    @contextlib.contextmanager
    def attempt(self, credential: Credential, addressee: Addressee) -> Iterator[None]:
        """Enter when this camera may be tried, else NotTried; leave as the login ended."""
        fingerprint = self._ledger.fingerprint(credential)
        self.admit(fingerprint, addressee)
        came, wait = Came.NOTHING, None
        try:
            yield
            came = Came.WORKED
        except AuthenticationFailed as error:
            came, wait = _came(error), error.wait
            raise
        finally:
            self.settle(fingerprint, addressee, came, wait)

    def admit(self, fingerprint: str, addressee: Addressee) -> None:
        """Return when this camera may be tried; NotTried when it must not. `settle` has to follow.

        Waits while the scout of the credential is on its way.
        """
        with self._changed:
            while True:
                refusal = self._ledger.refusal(fingerprint, addressee) or self._run.refusal(
                    fingerprint, addressee
                )
                if refusal is not None:
                    raise refusal
                if fingerprint in self._worked:
                    return
                if fingerprint not in self._scouted:
                    self._scouted.add(fingerprint)
                    return
                self._changed.wait()

    def settle(
        self, fingerprint: str, addressee: Addressee, came: Came, wait: int | None = None
    ) -> None:
        """What came of it. A scout that came to nothing (the camera went away) hands over."""
        try:
            if came is Came.WORKED:
                self._run.accepted(fingerprint, addressee)
                self._ledger.accepted(fingerprint, addressee)
            elif came in (Came.REJECTED, Came.DENIED):
                suspect = fingerprint not in self._worked
                ledger = self._ledger if came is Came.REJECTED else self._run
                ledger.rejected(fingerprint, addressee, wait, suspect=suspect)
        finally:
            with self._changed:
                self._scouted.discard(fingerprint)
                if came is Came.WORKED:
                    self._worked.add(fingerprint)
                self._changed.notify_all()

    def replaced(self, old: Credential, new: Credential, addressee: Addressee) -> None:
        """The camera takes the new one from now on; the old one is kept from it, and from no other."""
        self.supersede(self._ledger.fingerprint(old), self._ledger.fingerprint(new), addressee)

    def supersede(self, old: str, new: str, addressee: Addressee) -> None:
        """The same of fingerprints."""
        self._ledger.rejected(old, addressee, None, suspect=False)
        self._ledger.accepted(new, addressee)


def _came(error: AuthenticationFailed) -> Came:
    if error.rejected and not error.lasting:
        return Came.DENIED
    return Came.REJECTED if error.rejected or error.wait is not None else Came.WORKED
