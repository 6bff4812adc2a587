"""Secrets on disk: sealed under the key in RECAMERA_GITOPS_KEY, or not at all."""

import json
from collections.abc import Mapping
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from recamera_gitops.desired.origins import SNAPSHOT_KEY
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.exchange import Json

_HINT: Final = "`head -c 32 /dev/urandom | base64 | tr +/ -_` makes one"


class Seal:
    """Closes and opens what must not be read without the key; without a key it does neither."""

    def __init__(self, key: str | None) -> None:
        self._fernet = None if key is None else _fernet(key)

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> "Seal":
        """The one of an environment; InvalidInput for a key that is none."""
        return cls(variables.get(SNAPSHOT_KEY) or None)

    @property
    def is_there(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def close(self, content: Json) -> str | None:
        """The content, sealed; None without a key."""
        if self._fernet is None:
            return None
        return self._fernet.encrypt(json.dumps(content).encode()).decode("ascii")

    def open(self, sealed: str) -> Json | None:
        """What was sealed; None without the key that it was sealed with."""
        if self._fernet is None:
            return None
        try:
            return json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            return None


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        message = f"{SNAPSHOT_KEY} is not a key: 32 bytes in URL-safe base64 are"
        raise InvalidInput([Diagnostic("bad-key", message, SNAPSHOT_KEY, hint=_HINT)]) from None
