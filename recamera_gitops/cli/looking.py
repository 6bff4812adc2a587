"""`status`: one look at every camera, or one after another until somebody has seen enough."""

import sys
from collections.abc import Sequence
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.operating import reachable
from recamera_gitops.cli.progress.latest import latest
from recamera_gitops.cli.progress.observer import Nobody
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.operating import Done, Operation, Reached
from recamera_gitops.operations.health import CameraStatus
from recamera_gitops.operations.status import Watch, status_of
from recamera_gitops.report.operations.status import status_json, status_text
from recamera_gitops.report.values import document, one_line

_JSON: Final = "json"


def look(selection: Selection, form: str) -> ExitCode:
    """Look once."""
    with opened(reachable(selection)) as working:
        found = working.operate(_operation(working))
        at = stamp(working.now())
        if form == _JSON:
            console.result(document(status_json(found, at)) + "\n")
        else:
            console.result(status_text(found, console.paint()))
        return working.ended(each.exit_code for each in found)


def look_again(selection: Selection, form: str, seconds: float) -> ExitCode:
    """Look until somebody interrupts it; every camera keeps its session from look to look."""
    in_place = form != _JSON and console.is_terminal(sys.stdout)
    chosen = reachable(selection)
    with opened(chosen, within=Nobody()) as working, latest(in_place=in_place) as show:
        operation = _operation(working)
        while True:
            found = working.operate(operation)
            if working.stop.requested:
                break
            show(_told(found, stamp(working.now()), form))
            if not working.clock.sleep(seconds):
                break
    return ExitCode.DONE


def _operation(working: Working) -> Operation[CameraStatus]:
    watch = Watch(lambda: working.now().timestamp(), working.clock.monotonic)

    def work(reached: Reached) -> CameraStatus:
        found = status_of(reached.gather, watch)
        if found.identity is not None:
            reached.expect(found.identity.serial)
        return found

    return Operation("status", work)


def _told(found: Sequence[Done[CameraStatus]], at: str, form: str) -> str:
    """One look among several, with its time."""
    if form == _JSON:
        return one_line(status_json(found, at)) + "\n"
    return f"{at}\n{status_text(found, console.paint())}\n"
