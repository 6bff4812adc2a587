"""`drift`: look, leave out what the fleet passes over, tell the rest; for scheduled jobs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from recamera_gitops.cli import console, views
from recamera_gitops.cli.repository import Selected, selected, warned
from recamera_gitops.cli.running import Working, opened, plan_endings
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import ExitCode, RecameraError, Unwritable
from recamera_gitops.files import replace_file
from recamera_gitops.fleet.drift_history import remember
from recamera_gitops.fleet.proving import proven
from recamera_gitops.reconcile.drift import Drift, Ignore, explained, split
from recamera_gitops.report.metrics import Span, drift_metrics
from recamera_gitops.resources.grave import Level

_SITE = "site"


@dataclass(frozen=True, slots=True)
class DriftRequest:
    """What `drift` was asked for; differences below the `threshold` do not decide how it ends.

    What was found is remembered for so many `days`; None means that it is not.
    """

    selection: Selection
    form: str
    threshold: str = "low"
    metrics: Path | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for drift has found, and when."""

    chosen: Selected
    drift: Drift
    began: datetime
    ended: datetime


def drift(request: DriftRequest) -> ExitCode:
    """Look for differences, except where the fleet says that they do not matter."""
    chosen = warned(selected(request.selection))
    with opened(chosen) as working:
        began = working.now()
        found = _found(working, chosen.fleet)
        looked = Looked(chosen, found, began, working.now())
        console.result(views.DRIFT[request.form](found))
        codes = [*plan_endings(found.plan), *_passed_on(request, looked)]
        if found.graver(Level(request.threshold)):
            codes.append(ExitCode.DIFFERENCES)
        return working.ended(codes)


def _found(working: Working, fleet: Fleet) -> Drift:
    rules = fleet.drift
    ignores = [Ignore(e.path, e.reason, e.until) for e in rules.ignored(working.now().date())]
    found = split(working.plan(), ignores)
    return explained(found, rules.severity or {}, proven(fleet.root, found.plan))


def _passed_on(request: DriftRequest, looked: Looked) -> Iterator[ExitCode]:
    """Tell it wherever it is to be told; one place that cannot be told keeps no other from it."""
    if request.metrics is not None:
        yield from _attempt(partial(_write_metrics, request.metrics, looked))
    if request.days is not None:
        root = looked.chosen.fleet.root
        yield from _attempt(partial(remember, root, looked.drift, looked.ended, request.days))


def _attempt(tell: Callable[[], None]) -> Iterator[ExitCode]:
    try:
        tell()
    except RecameraError as error:
        console.say(f"error: {error}")
        yield ExitCode.ERROR


def _write_metrics(path: Path, looked: Looked) -> None:
    sites = {each.name: each.labels.get(_SITE, "") for each in looked.chosen.devices}
    span = Span(looked.ended.timestamp(), (looked.ended - looked.began).total_seconds())
    content = drift_metrics(looked.drift, sites, span).encode()
    try:
        replace_file(path, content)
    except OSError as error:
        raise Unwritable(f"{path} cannot be written ({error.strerror})") from error
