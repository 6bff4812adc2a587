"""What goes between a viewer, who knows no password, and the one camera that it looks at.

The viewer is FFmpeg: it would follow a redirect to anybody, and tell them the password it was given. So it
is given none. What it asks is asked of the camera, with proof of the password; of what the camera answers
it is passed what it needs, as if it had been asked here.
"""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from recamera_gitops.device.challenges import Challenge, Login, challenge
from recamera_gitops.device.rtsp import (
    REDIRECTIONS,
    UNAUTHORIZED,
    Message,
    NonsenseError,
    asked,
    inside,
    pointing_at,
)

REDIRECTS: Final = "it redirects, which is not followed"
_LEAVING: Final = "TEARDOWN"
_PASSED_ON: Final = (
    *("content-type", "content-base", "transport", "session", "public", "range", "rtp-info"),
)


class RedirectedError(Exception):
    """The camera says that the stream is elsewhere."""


class StrangerError(Exception):
    """Somebody asks who does not know the address."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that has no answer yet: what it is for the camera, and its number at the viewer."""

    method: str
    message: Message
    number: str
    again: bool = False


@dataclass(slots=True)
class Viewing:
    """One conversation, without a socket. `camera` and `viewer` are `rtsp://HOST:PORT`, as each side is asked.

    What is asked of us has `key` after that, which nobody can guess: only the viewer knows the address.
    """

    camera: str
    viewer: str
    login: Login | None
    unguessable: Callable[[], str] = field(default=lambda: secrets.token_hex(8))
    key: str = field(init=False)
    _waiting: deque[_Asked] = field(default_factory=deque, init=False)
    _count: int = field(default=0, init=False)
    _challenge: Challenge | None = field(default=None, init=False)
    _answers: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.key = self.unguessable()

    @property
    def base(self) -> str:
        """What every address that the viewer asks for begins with."""
        return f"{self.viewer}/{self.key}"

    @property
    def is_begun(self) -> bool:
        """Whether the camera has been asked anything."""
        return self._count > 0

    @property
    def is_waiting(self) -> bool:
        """Whether the camera owes an answer that somebody needs."""
        return any(each.method != _LEAVING for each in self._waiting)

    def ask(self, said: Message) -> bytes:
        """What the camera is to be sent for a request; StrangerError where it is not one of the viewer.

        NonsenseError where the viewer has been told to ask for something that is not here.
        """
        method, target = said.request
        path = inside(target)
        if not f"{path}/".startswith(f"/{self.key}/"):
            raise NonsenseError if self.is_begun else StrangerError
        target = self.camera + path.removeprefix(f"/{self.key}")
        own = replace(said, start=asked(method, target)).without("authorization", "cseq")
        number = next(iter(said.all("cseq")), "0")
        return self._sent(_Asked(method, own, number))

    def answer(self, said: Message) -> tuple[bytes, bytes]:
        """What is to be sent for an answer of the camera: to the camera, and to the viewer.

        RedirectedError where it redirects, by an answer or by a request; NonsenseError where nobody had asked.
        """
        if said.start.startswith("REDIRECT "):
            raise RedirectedError
        status = said.status
        if status in REDIRECTIONS:
            raise RedirectedError
        if not self._waiting:
            raise NonsenseError
        before = self._waiting.popleft()
        if status == UNAUTHORIZED:
            if self._accepted(before, challenge(said.all("www-authenticate"))):
                return self._sent(replace(before, again=True)), b""
            self.login = None
        told = pointing_at(said.only(_PASSED_ON), self.base)
        bases = told.all("content-base")
        if any(not each.startswith(self.base) for each in bases):
            told = told.without("content-base")
        return b"", told.having("CSeq", before.number).encoded()

    def _accepted(self, before: _Asked, new: Challenge | None) -> bool:
        """Whether a challenge is answered: the first one, and one that says that only the last was old."""
        if self.login is None or new is None or before.again:
            return False
        if self._challenge is not None and not new.is_stale:
            return False
        self._challenge, self._answers = new, 0
        return True

    def _sent(self, request: _Asked) -> bytes:
        self._count += 1
        whole = request.message.having("CSeq", str(self._count))
        if self._challenge is not None and self.login is not None:
            self._answers += 1
            own, (method, target) = self.unguessable(), request.message.request
            proof = self._challenge.answer(self.login, method, target, self._answers, own)
            whole = whole.having("Authorization", proof)
        self._waiting.append(request)
        return whole.encoded()
