"""Which hosts are cameras: what an answer proves, and what a host is after all of its ports. Pure.

Only a public key where a camera has its own proves one [seed]. It is asked for before any login, so no
credential is anywhere near.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from recamera_gitops.device.envelope import read
from recamera_gitops.device.keys import is_public_key
from recamera_gitops.device.paths import wire_path
from recamera_gitops.device.session import KEY_PATH
from recamera_gitops.errors import CameraError
from recamera_gitops.exchange import Request, Response

QUESTION: Final = Request("GET", wire_path(KEY_PATH))


class Verdict(StrEnum):
    """What a host is; the one that is proved best comes first."""

    RECAMERA = "recamera"
    NOT_RECAMERA = "not_recamera"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One address after a look at it.

    `port` and `scheme` tell where the answer came from, `fingerprint` which certificate was shown there
    (64 hex digits), and `reason` why it is not counted among the cameras.
    """

    address: str
    verdict: Verdict
    port: int | None = None
    scheme: str | None = None
    fingerprint: str | None = None
    reason: str | None = None


def objection(response: Response) -> str | None:
    """Why this answer to the question does not come from a camera; None where it does."""
    try:
        answer = read(QUESTION, response)
    except CameraError as error:
        return error.message
    if response.status != HTTPStatus.OK:
        return f"HTTP {response.status}"
    pem = answer.get("sPublicKey") if isinstance(answer, dict) else None
    if not isinstance(pem, str):
        return "no public key came back"
    return None if is_public_key(pem) else "what came back is not a public key"


def best(sightings: Iterable[Sighting]) -> Sighting:
    """What a host is whose ports have been seen one by one: the first of those that prove most."""
    return min(sightings, key=lambda each: tuple(Verdict).index(each.verdict))
