"""What a credential is called on disk: nothing from which a weak password is quickly guessed."""

import hashlib
import json
import threading
from concurrent.futures import Future
from typing import Final

from recamera_gitops.device.credentials import Credential

SALT: Final = 16  # bytes
# 16 MiB and some 50 ms a guess; not more than a few of a run at once.
COST: Final = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 16}
_AT_ONCE: Final = 2


class Fingerprints:
    """Makes the fingerprint of each credential once, and lets nobody wait for that of another."""

    def __init__(self, salt: bytes) -> None:
        self.salt = salt
        self._lock = threading.Lock()
        self._made: dict[Credential, Future[str]] = {}
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def of(self, credential: Credential) -> str:
        """The fingerprint, from any thread."""
        with self._lock:
            known = self._made.get(credential)
            future = self._made.setdefault(credential, Future())
        if known is None:
            self._make(credential, future)
        return future.result()

    def _make(self, credential: Credential, future: Future[str]) -> None:
        try:
            with self._room:
                future.set_result(fingerprint(credential, self.salt))
        except BaseException as error:
            future.set_exception(error)
            raise


def fingerprint(credential: Credential, salt: bytes) -> str:
    """A slow hash of user name and password, as 32 hexadecimal digits."""
    user, password = credential
    text = json.dumps([user, password.reveal()]).encode()
    return hashlib.scrypt(text, salt=salt, **COST).hex()
