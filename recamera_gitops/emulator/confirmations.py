"""The tokens of two-phase operations: signed for one purpose, one session, and one use [cgi]."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera


@dataclass(slots=True)
class Confirmation:
    """What a token confirms, for whom, and until when."""

    purpose: str
    session: str
    until: float
    used: bool = False


@dataclass(slots=True)
class Confirmations:
    """The tokens that were handed out; they live for 1 to 5 minutes [ref], here for the least."""

    seconds: float = 60.0
    issued: dict[str, Confirmation] = field(default_factory=dict)

    def issue(self, camera: "EmulatedCamera", purpose: str, session: str) -> str:
        """A new token."""
        token = secrets.token_urlsafe(32)
        self.issued[token] = Confirmation(purpose, session, camera.clock() + self.seconds)
        return token

    def spend(self, camera: "EmulatedCamera", purpose: str, session: str, token: object) -> bool:
        """Whether the token counts; it does so once."""
        known = self.issued.get(token) if isinstance(token, str) else None
        if known is None or known.purpose != purpose:
            camera.breach(f"confirm-token: {purpose} with a token that is not for it")
            return False
        if known.used:
            camera.breach(f"repeated: the confirm token of {purpose} was used again")
            return False
        if known.session != session:
            camera.breach(f"confirm-token: {purpose} confirmed from another session")
            return False
        known.used = camera.clock() < known.until
        return known.used
