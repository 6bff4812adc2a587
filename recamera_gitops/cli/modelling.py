"""`models` and `inference`: what is looked at first, what has to be agreed to, and how it is shown."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from recamera_gitops.artifact import Artifact, measured
from recamera_gitops.cli import console
from recamera_gitops.cli.consent import Consent
from recamera_gitops.cli.foreseeing import Foreseen
from recamera_gitops.cli.model_options import Bringing
from recamera_gitops.cli.operating import agreed, confirmed, operate, timely
from recamera_gitops.cli.running import Working
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.cards import read_card
from recamera_gitops.device.asking import Flow
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet.operating import Operation
from recamera_gitops.operations.inference import (
    Turned,
    start_foreseen,
    started,
    stop_foreseen,
    stopped,
)
from recamera_gitops.operations.models import (
    DeletedModel,
    Model,
    UploadedModel,
    deletable,
    deleted,
    uploaded,
)
from recamera_gitops.report.operations.models import (
    DELETED,
    TURNED,
    UPLOADED,
    foretold,
    inference_cells,
)
from recamera_gitops.report.values import counted
from recamera_gitops.resources.models import KEY, Info, card
from recamera_gitops.secret import printable

_RESTART: Final = "inference-restart"
_NAME: Final = "letters, digits, dots, - and _, with .rknn or .rkllm at the end"


def upload(
    selection: Selection, operation: Operation[UploadedModel], form: str, *, outside_window: bool
) -> ExitCode:
    """Bring a model to the selected cameras."""
    prepare = partial(timely, operation=operation, outside_window=outside_window)
    return operate(selection, operation, UPLOADED, form, prepare)


def uploading(model: Bringing) -> Operation[UploadedModel]:
    """The operation for a model; InvalidInput with everything that speaks against it."""
    file = model.name or model.path.name
    problems = [*name_problems(model, file)]
    content = _measured(model.path, problems)
    stated = _stated(model.info, problems)
    if problems or content is None:
        raise InvalidInput(problems)
    told = None if stated is None else partial(card, stated, file)
    return Operation(
        "models upload",
        lambda reached: reached.converse(uploaded(file, content, told, replace=model.force)),
        writes=True,
        impact=(_RESTART,) if model.force or stated is not None else (),
    )


def name_problems(model: Bringing, file: str) -> Iterator[Diagnostic]:
    """Why a camera would not take a file of that name."""
    if not re.fullmatch(KEY, file):
        message = f"{printable(file)} is no name of a model"
        at = str(model.path) if model.name is None else "--name"
        yield Diagnostic("bad-name", message, at, hint=_NAME)


def _stated(path: Path | None, problems: list[Diagnostic]) -> Info | None:
    if path is None:
        return None
    try:
        return read_card(path)
    except InvalidInput as error:
        problems.extend(error.diagnostics)
        return None


def _measured(path: Path, problems: list[Diagnostic]) -> Artifact | None:
    try:
        found = measured(str(path), path)
    except OSError as error:
        message = f"it cannot be read: {(error.strerror or str(error)).lower()}"
        problems.append(Diagnostic("unreadable", message, str(path)))
        return None
    if not found.size:
        problems.append(Diagnostic("bad-value", "the file is empty", str(path)))
    return found


def delete(selection: Selection, file: str, consent: Consent, form: str, *, stop: bool) -> ExitCode:
    """Delete a model at the selected cameras, where that is confirmed."""
    operation: Operation[DeletedModel] = Operation(
        "models delete",
        lambda reached: reached.converse(deleted(file, stop=stop)),
        writes=True,
        impact=("irreversible", *((_RESTART,) if stop else ())),
    )

    def ask(working: Working, seen: Mapping[str, Model]) -> None:
        words = dict.fromkeys(seen, file)
        confirmed(working, words, consent.confirmed, lambda name: f"{name}: {foretold(seen[name])}")

    foreseen = Foreseen(
        operation, lambda reached: reached.converse(deletable(file, stop=stop)), ask
    )
    return foreseen.shown(selection, DELETED, form, outside_window=consent.outside_window)


def start(
    selection: Selection, model: str | None, fps: int | None, consent: Consent, form: str
) -> ExitCode:
    """Run a model at the selected cameras, where that is agreed to."""
    turning = Turning(
        "inference start", partial(start_foreseen, model, fps), partial(started, model, fps)
    )
    return _turn(selection, turning, consent, form)


def stop(selection: Selection, consent: Consent, form: str) -> ExitCode:
    """Run nothing at the selected cameras, where that is agreed to."""
    turning = Turning("inference stop", stop_foreseen, stopped)
    return _turn(selection, turning, consent, form)


class Turning(NamedTuple):
    """A command, what it would come to at a camera, and doing it."""

    name: str
    look: Callable[[], Flow[Turned]]
    flow: Callable[[], Flow[Turned]]


def _turn(selection: Selection, turning: Turning, consent: Consent, form: str) -> ExitCode:
    operation = Operation(
        turning.name,
        lambda reached: reached.converse(turning.flow()),
        writes=True,
        impact=(_RESTART,),
    )

    def ask(working: Working, seen: Mapping[str, Turned]) -> None:
        changing = {camera: each.now for camera, each in seen.items() if each.changed}
        for camera, now in changing.items():
            runs, status, speed = inference_cells(now)
            console.say(f"{camera}: runs {runs}, {status}, fps {speed}")
        if changing:
            question = f"{turning.name} at {counted(len(changing), 'camera')}?"
            agreed(working, question.capitalize(), yes=consent.yes)

    foreseen = Foreseen(operation, lambda reached: reached.converse(turning.look()), ask)
    return foreseen.shown(selection, TURNED, form, outside_window=consent.outside_window)
