"""What a look for drift has found, told wherever somebody wants to hear of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.outlets import Outlets
from recamera_gitops.cli.repository import Selected
from recamera_gitops.device.clock import Clock
from recamera_gitops.errors import ExitCode, RecameraError, Unwritable
from recamera_gitops.files import replace_file
from recamera_gitops.fleet.announcing import News, announcing
from recamera_gitops.fleet.drift_history import remember
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.webhook import deliver
from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.report.drift_message import FORMATS, Occasion
from recamera_gitops.report.metrics import Span, drift_metrics
from recamera_gitops.secret import Secret

_SITE: Final = "site"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for drift has found, and when."""

    chosen: Selected
    drift: Drift
    began: datetime
    ended: datetime

    @property
    def root(self) -> Path:
        """The repository."""
        return self.chosen.fleet.root


def passed_on(outlets: Outlets, looked: Looked, clock: Clock) -> Iterator[ExitCode]:
    """Tell it wherever it is to be told; one place that cannot be told keeps no other from it."""
    if outlets.metrics is not None:
        yield from _attempt(partial(_write_metrics, outlets.metrics, looked))
    if outlets.days is not None:
        yield from _attempt(
            partial(remember, looked.root, looked.drift, looked.ended, outlets.days)
        )
    if outlets.webhook is not None:
        url, form = Secret(outlets.webhook), outlets.webhook_form
        yield from _attempt(partial(_announce, url, form, looked, clock))


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


def _announce(url: Secret, form: str, looked: Looked, clock: Clock) -> None:
    """Post what is new, and only then take it as told."""
    names = {each.name for each in looked.chosen.fleet.devices}
    with announcing(looked.root, looked.drift, names) as state:
        news = state.news
        if news is not None:
            deliver(url, FORMATS[form](looked.drift, _occasion(looked, news)), clock)
        state.remember()


def _occasion(looked: Looked, news: News) -> Occasion:
    at = stamp(looked.ended)
    name = looked.chosen.fleet.name
    return Occasion(at, name, news.fingerprint, news.is_resolved, news.new)
