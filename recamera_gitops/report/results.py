"""What views are made of: a plan or what became of one, and what is known around it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recamera_gitops.errors import Diagnostic, ExitCode
from recamera_gitops.reconcile.drift import Drift, Ignored
from recamera_gitops.reconcile.outcome import DeviceOutcome
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.report.history_points import HistoryPoint
from recamera_gitops.report.pictures import Photo, Pictures, no_photo


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Labels by camera, its wave where the files state waves, and what stands against applying.

    `history` is what earlier looks for drift have found, the oldest first, and `since` when a difference,
    by camera and path, was seen first and at every look from then on (RFC 3339).
    """

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    waves: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Diagnostic, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    since: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan to be shown. With `steps` every request is; `ignored` differences were left out of drift.

    `ignored` None means that it is a plan, and no drift.
    """

    plan: Plan
    around: Surroundings = field(default_factory=Surroundings)
    steps: bool = False
    ignored: tuple[Ignored, ...] | None = None

    @property
    def drift(self) -> Drift | None:
        """The same as drift; None where it is none."""
        return None if self.ignored is None else Drift(self.plan, self.ignored)

    @property
    def kind(self) -> str:
        """The command that it is from."""
        return "plan" if self.ignored is None else "drift"


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a plan; `kind` is the command that it is from: apply or rollback.

    `run` is its journal's name, None where there was nothing to do. `stopped` is why not everything was
    begun, and `back` what became of restoring what had been changed by then. `pictures` tells what
    cameras showed before and after, where that was looked at, and `photo` gives the JPEG of one.
    """

    plan: Plan
    outcomes: tuple[DeviceOutcome, ...]
    around: Surroundings = field(default_factory=Surroundings)
    exit_code: ExitCode = ExitCode.DONE
    kind: str = "apply"
    run: str | None = None
    stopped: str | None = None
    back: tuple[DeviceOutcome, ...] = ()
    pictures: Mapping[str, Pictures] = field(default_factory=dict)
    photo: Photo = no_photo
