"""A picture of what a camera sees, as it was kept, and the time that the camera's own clock shows."""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow
from recamera_gitops.errors import NotUnderstood
from recamera_gitops.operations.answers import Answer

_TIME: Final = "/system/time"
_STAMPS: Final = (
    "iTimestamp",
    "iTimstamp",
    "iTimstemp",
)  # as spelled by different firmware [ref, draft]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture in a file: when it was taken, how large it is, and how light.

    `luminance` is the mean of its points from 0 to 255; `black` and `frozen` tell what is wrong with it.
    """

    file: str
    taken: str
    width: int
    height: int
    bytes: int
    luminance: float
    black: bool
    frozen: bool


def camera_time() -> Flow[str]:
    """What the camera's own clock shows."""
    request = f"GET {_TIME}"
    answer = Answer((yield Ask("GET", _TIME)), request)
    for key in _STAMPS:
        if answer.maybe_whole(key) is not None and (moment := answer.moment(key)) is not None:
            return moment
    raise NotUnderstood("it does not tell the time", request=request)
