"""What became of a plan, camera by camera and resource by resource."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json


class Verdict(StrEnum):
    """What is known about one resource after apply; the five are never mixed up."""

    VERIFIED = "verified"  # written, and a later read shows it
    UNVERIFIED = "unverified"  # written and acknowledged, but a later read shows something else
    FAILED = "failed"  # the camera refused it, or it was certainly not sent
    UNKNOWN = "unknown"  # sent, and no later read could tell what became of it
    NOT_ATTEMPTED = "not attempted"


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that the camera stored otherwise; sensitive values are None."""

    path: str
    desired: Json
    sent: Json
    observed: Json
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one planned resource, and why."""

    address: str
    verdict: Verdict
    reason: str | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def observed(self) -> dict[str, Json]:
        """What the camera shows instead of what was written, by path; secrets left out."""
        return {each.path: each.observed for each in self.differences if not each.sensitive}


@dataclass(frozen=True, slots=True)
class DeviceOutcome:
    """What became of one camera; `exit_code` is what this camera alone would end the run with."""

    device: str
    host: str
    exit_code: ExitCode
    error: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    warnings: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many of its resources ended with this verdict."""
        return sum(outcome.verdict is verdict for outcome in self.outcomes)


class Phase(StrEnum):
    """What a camera is doing, for people who wait."""

    READING = "reading"
    WRITING = "writing"
    VERIFYING = "verifying"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """One camera has come to a phase; `detail` names the resource, the verdict or the error.

    `percent` tells how far one that takes a while is, `exit_code` how one that is done has ended.
    """

    device: str
    phase: Phase
    detail: str = ""
    percent: int | None = None
    exit_code: ExitCode = ExitCode.DONE


# A run that meets several ends with the first of these that some camera met.
_GRAVEST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.ERROR,
    ExitCode.FAILED,
    ExitCode.STALE,
    ExitCode.LOCKED,
    ExitCode.REFUSED,
    ExitCode.DIFFERENCES,
    ExitCode.UNREACHABLE,
    ExitCode.DONE,
)


def gravest(codes: Collection[ExitCode]) -> ExitCode:
    """The exit code of a run whose cameras ended with these."""
    return next((code for code in _GRAVEST_FIRST if code in codes), ExitCode.DONE)
