"""One credential, many cameras: a wrong password is found out once, not once per camera.

A camera counts failed logins per source address and locks longer each time [ext]. So the first client
with a credential is its scout. Until it has worked, nobody else tries it; once a camera has rejected
it, nobody tries it again in this run.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

from recamera_gitops.errors import AuthenticationFailed
from recamera_gitops.secret import Secret

Credential: TypeAlias = tuple[str, Secret]


class NotTried(AuthenticationFailed):
    """Another camera has rejected this credential in this run; nothing was sent."""


class _State(Enum):
    UNTRIED = auto()
    SCOUTED = auto()
    WORKED = auto()
    REJECTED = auto()


@dataclass(slots=True)
class _Standing:
    state: _State = _State.UNTRIED
    camera: str = ""
    wait: int | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)


class CredentialGate:
    """Shared by the clients of a run; every login with a password goes through `attempt`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standings: dict[Credential, _Standing] = {}

    @contextlib.contextmanager
    def attempt(self, credential: Credential, camera: str) -> Iterator[None]:
        """Enter when this camera may be tried; leave normally when the credential has worked.

        Leaving with AuthenticationFailed that is `rejected` or names a `wait` closes the gate for
        everyone. Leaving with anything else (the camera went away) lets the next one be the scout.
        """
        standing = self._standing(credential)
        self._admit(standing, camera)
        try:
            yield
        except AuthenticationFailed as error:
            refused = error.rejected or error.wait is not None
            self._settle(
                standing, _State.REJECTED if refused else _State.WORKED, camera, error.wait
            )
            raise
        except BaseException:
            self._settle(standing, _State.UNTRIED, camera)
            raise
        self._settle(standing, _State.WORKED, camera)

    def close(self, credential: Credential, camera: str, wait: int | None = None) -> None:
        """Let nobody try it: an earlier run knows that this camera rejected it."""
        self._settle(self._standing(credential), _State.REJECTED, camera, wait)

    def _standing(self, credential: Credential) -> _Standing:
        with self._lock:
            return self._standings.setdefault(credential, _Standing())

    def _admit(self, standing: _Standing, camera: str) -> None:
        with standing.changed:
            standing.changed.wait_for(lambda: standing.state is not _State.SCOUTED)
            if standing.state is _State.REJECTED:
                raise _not_tried(standing)
            if standing.state is _State.UNTRIED:
                standing.state, standing.camera = _State.SCOUTED, camera

    def _settle(
        self, standing: _Standing, state: _State, camera: str, wait: int | None = None
    ) -> None:
        with standing.changed:
            if standing.state is _State.REJECTED:
                return  # the first camera that rejected it is the one to name
            if state is _State.UNTRIED and standing.state is _State.WORKED:
                return
            standing.state, standing.camera, standing.wait = state, camera, wait
            standing.changed.notify_all()


def _not_tried(standing: _Standing) -> NotTried:
    if standing.wait is not None:
        return NotTried(
            f"not tried: {standing.camera} has locked logins from here for {standing.wait} s",
            wait=standing.wait,
        )
    return NotTried(f"not tried: {standing.camera} rejected this user name and password")
