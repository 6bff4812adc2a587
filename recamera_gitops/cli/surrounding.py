"""What is known around a plan: taken from the files of the fleet, for views that show it."""

from collections.abc import Iterable, Mapping

from recamera_gitops.desired.models import Rollout
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic
from recamera_gitops.fleet.rollout import wave_of
from recamera_gitops.report.history_points import HistoryPoint
from recamera_gitops.report.results import Surroundings


def surroundings(
    devices: Iterable[Device],
    rollout: Rollout,
    refusals: Iterable[Diagnostic] = (),
    history: Iterable[HistoryPoint] = (),
    since: Mapping[tuple[str, str], str] | None = None,
) -> Surroundings:
    """Labels and waves of these cameras, and what else is known."""
    labels = {each.name: each.labels for each in devices}
    waves = {name: wave_of(rollout, found) for name, found in labels.items()}
    return Surroundings(
        labels,
        {name: wave for name, wave in waves.items() if wave is not None},
        tuple(refusals),
        tuple(history),
        since or {},
    )
