"""`diff`: what the files declare otherwise than an earlier revision of them, without a camera or a secret."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console, jobs, views
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.repository import checked_targets, selected, warned
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired import fleet as files
from recamera_gitops.desired.selectors import Selector, is_named
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet.revisions import Difference, Revision, revision
from recamera_gitops.reconcile.outcome import gravest
from recamera_gitops.report.revised import (
    RevisedCamera,
    RevisedRow,
    RevisedRows,
    revised_json,
    revised_markdown,
    revised_outputs,
    revised_text,
)
from recamera_gitops.report.values import document, names


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What `diff` was asked for; with `same_logins` no login may go elsewhere than before."""

    selection: Selection
    base: Path
    targets: tuple[str, ...]
    forms: Forms
    detailed: bool
    same_logins: bool


def diff(request: DiffRequest) -> ExitCode:
    """Load both, compare, show."""
    request.forms.check()
    targets = checked_targets(request.targets)
    before = _earlier(request.base)
    chosen = warned(selected(request.selection))
    meant = _meant(before, request.selection)
    found = revision((before, meant), (chosen.fleet, chosen.devices), targets)
    rows = _rows(replace(found, against=str(request.base)))
    code = gravest([*views.deliver(request.forms, _VIEWS, rows), *_ends(request, found)])
    jobs.tell(os.environ, partial(revised_markdown, rows), revised_outputs(rows, code))
    return code


def _ends(request: DiffRequest, found: Revision) -> Iterator[ExitCode]:
    elsewhere = [each.device for each in found.devices if each.redirects]
    if request.same_logins and elsewhere:
        console.say(f"error: a login would be sent elsewhere, or another one: {names(elsewhere)}")
        yield ExitCode.REFUSED
    elif request.detailed and found.differs:
        yield ExitCode.DIFFERENCES


def _earlier(base: Path) -> Fleet:
    """The fleet in another folder; what is wrong there is named with that folder."""
    try:
        return files.load(root_of(base))
    except InvalidInput as error:
        raise InvalidInput(_in(base, each) for each in error.diagnostics) from error


def _in(base: Path, found: Diagnostic) -> Diagnostic:
    if found.place is None:
        return found
    return replace(found, place=replace(found.place, file=str(base / found.place.file)))


def _meant(fleet: Fleet, selection: Selection) -> tuple[Device, ...]:
    """The cameras that the same selection means in another revision, which may be none."""
    wanted = Selector() if selection.selector is None else Selector.parse(selection.selector)
    return tuple(
        each
        for each in fleet.devices
        if is_named(each.name, selection.names) and wanted.matches(each.labels)
    )


def _rows(found: Revision) -> RevisedRows:
    cameras = tuple(
        RevisedCamera(
            each.device, str(each.turn), each.redirects, tuple(map(_row, each.differences))
        )
        for each in found.devices
    )
    return RevisedRows(found.fleet, found.against, tuple(map(_row, found.fleet_wide)), cameras)


def _row(each: Difference) -> RevisedRow:
    return RevisedRow(
        each.path, str(each.turn), each.before, each.after, each.sensitive, each.source
    )


_VIEWS: Final[Mapping[str, views.View[RevisedRows]]] = {
    "text": revised_text,
    "json": lambda rows, _: document(revised_json(rows)) + "\n",
    "markdown": lambda rows, _: revised_markdown(rows),
}
