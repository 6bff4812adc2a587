"""The rule of what is not tried again: which credential, at which camera, and for how long. Pure.

A camera counts failed logins per source address and locks longer each time [ext]. What it has rejected is
kept from it, and what a whole fleet may reject is found out at one camera. A credential is a fingerprint
here; times are seconds of one clock.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

SHORTEST_WAIT: Final = 60  # seconds; also where a camera locks and tells no time that is one
LONGEST_WAIT: Final = 86400  # a camera that announces more is asked again after a day
MOST_WORKED: Final = 10_000  # so many credentials are remembered to have worked, the newest ones
_SET_BACK: Final = (
    300  # seconds; with more, somebody has set the clock back, and a wait means nothing
)
_LONGEST: Final = 8  # hexadecimal digits of an ID


class Addressee(NamedTuple):
    """The camera that a login is meant for: what people call it, and `host:port`."""

    camera: str
    address: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A camera did not take a credential, or takes none `until` its lock-out is over.

    `suspect` tells that the credential has worked nowhere since: it may be wrong everywhere.
    """

    fingerprint: str
    camera: str
    address: str
    at: float
    until: float | None = None
    suspect: bool = True

    @property
    def id(self) -> str:
        """What people call it by."""
        digest = hashlib.sha256(f"{self.fingerprint}\n{self.address}".encode())
        return f"login-{digest.hexdigest()[:_LONGEST]}"

    @property
    def pair(self) -> tuple[str, str]:
        """Of which there is never more than one: a credential at a camera."""
        return self.fingerprint, self.address

    def is_over(self, now: float) -> bool:
        """Whether the camera would listen again."""
        return self.until is not None and not self.at - _SET_BACK <= now < self.until


@dataclass(frozen=True, slots=True)
class History:
    """What is known: rejections that still count, and the credentials that have worked somewhere."""

    rejections: tuple[Rejection, ...] = ()
    worked: tuple[str, ...] = ()

    def against(self, fingerprint: str, address: str, now: float) -> Rejection | None:
        """What speaks against trying this credential at this camera.

        Either the camera itself, or others: one that rejected a credential that has worked nowhere yet,
        or two in a row that rejected one that used to work.
        """
        counting = [each for each in self.rejections if not each.is_over(now)]
        for each in counting:
            if each.address == address and (
                each.fingerprint == fingerprint or each.until is not None
            ):
                return each
        suspects = [each for each in counting if each.suspect and each.fingerprint == fingerprint]
        allowed = 1 if fingerprint in self.worked else 0
        return suspects[0] if len(suspects) > allowed else None

    def rejected(self, rejection: Rejection) -> "History":
        """With one more, in the place of what was known of the same credential at the same camera."""
        heard = self if rejection.until is not None else self._listening(rejection.address)
        others = (each for each in heard.rejections if each.pair != rejection.pair)
        return replace(self, rejections=(*others, rejection))

    def accepted(
        self, fingerprint: str, address: str, asked: Collection[tuple[str, str]] | None = None
    ) -> "History":
        """The camera takes this credential.

        Others that it rejected are forgotten, except where somebody still `asked` for them.
        """
        kept = (
            replace(each, suspect=False) if each.fingerprint == fingerprint else each
            for each in self._listening(address).rejections
            if each.address != address
            or (each.fingerprint != fingerprint and (asked is None or each.pair in asked))
        )
        new = () if fingerprint in self.worked else (fingerprint,)
        return History(tuple(kept), (*self.worked, *new)[-MOST_WORKED:])

    def _listening(self, address: str) -> "History":
        """The camera has answered a login, so that no lock-out of it can be left."""
        left = (each for each in self.rejections if each.address != address or each.until is None)
        return replace(self, rejections=tuple(left))

    def since(self, now: float) -> "History":
        """Without the waits that are over."""
        left = (each for each in self.rejections if not each.is_over(now))
        return replace(self, rejections=tuple(left))

    def without(self, identity: str) -> "History":
        """As if what has this ID had never happened."""
        return replace(
            self, rejections=tuple(each for each in self.rejections if each.id != identity)
        )


def rejection(
    fingerprint: str, addressee: Addressee, wait: int | None, now: float, *, suspect: bool
) -> Rejection:
    """What happened now, as it is remembered."""
    until = None if wait is None else now + min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
    return Rejection(fingerprint, addressee.camera, addressee.address, now, until, suspect)
