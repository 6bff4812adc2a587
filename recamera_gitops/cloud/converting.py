"""Beginning a conversion, once, and waiting for its end.

A conversion whose answer is lost is looked for among the models of the user, and never begun again.
"""

from collections.abc import Callable
from typing import Final

from recamera_gitops.cloud.form import Form
from recamera_gitops.cloud.service import IN_DOUBT, Service
from recamera_gitops.cloud.sources import Source
from recamera_gitops.cloud.tasks import KIND, MODEL_ID, State, Task, task, tasks
from recamera_gitops.device.asking import Told
from recamera_gitops.errors import (
    CameraError,
    Interrupted,
    NotSettled,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
)
from recamera_gitops.secret import foreign

_CREATE: Final = "/v1/api/create_task"
_MIB: Final = 1 << 20
_BETWEEN_LOOKS: Final = 2.0  # as the console [web]
_LOOKS_FOR_IT: Final = 5
_MOST_SILENCE: Final = 10  # looks in a row without an answer, each of which was patient
_REFUSED: Final = 1

Tell = Callable[[Told], None]


def begun(service: Service, source: Source, tell: Tell) -> str:
    """The id of a new conversion."""
    known = {each.model_id for each in tasks(service)}  # proves the login before anything is sent
    fields = {"user_id": service.user.reveal(), **KIND, "prompt": source.prompt}
    files = {"file": source.model}
    if source.dataset is not None:
        files["dataset_file"] = source.dataset

    def out(sent: int, whole: int) -> None:
        if not service.clock.sleep(0):
            raise Interrupted("interrupted while the model was sent; no conversion was begun")
        text = f"sending {sent / _MIB:.1f} of {whole / _MIB:.1f} MiB"
        tell(Told(text, sent * 100 // whole))

    form = Form(fields, files, out)
    try:
        return _model_id(service, form)
    except CameraError as error:
        if not isinstance(error, IN_DOUBT) or not _may_have_arrived(error, form):
            raise
        return _found(service, known, error)


def _may_have_arrived(error: CameraError, form: Form) -> bool:
    """A form of which a part is missing begins nothing."""
    return form.is_complete or not isinstance(error, Unreachable)


def _model_id(service: Service, form: Form) -> str:
    told = service.post(_CREATE, form).get("data")
    found = told.get("model_id") if isinstance(told, dict) else None
    if not isinstance(found, str) or not MODEL_ID.fullmatch(found):
        raise NotUnderstood("no id of the model came back", request=f"POST {_CREATE}")
    return found


def _found(service: Service, known: set[str], lost: CameraError) -> str:
    """The one that is new; nothing is begun again, whatever is found."""
    new: list[str] = []
    for _ in range(_LOOKS_FOR_IT):
        new = [each.model_id for each in tasks(service) if each.model_id not in known]
        if len(new) == 1:
            return new[0]
        if new or not service.clock.sleep(_BETWEEN_LOOKS):
            break
    if new:
        message = f"several conversions are new ({', '.join(new)}); which one this is nobody knows"
    else:
        message = "no new conversion can be seen; look with `cloud list` before it is sent again"
    raise Unreachable(f"{lost}; {message}", sent=True) from lost


def awaited(service: Service, model_id: str, tell: Tell, seconds: float) -> Task:
    """The task once it is done; Rejected where it failed, NotSettled where that takes longer."""
    until = service.clock.monotonic() + seconds
    silent = 0
    while True:
        try:
            now = task(service, model_id)
        except (Unreachable, Unavailable) as error:
            silent += 1
            if silent > _MOST_SILENCE:
                raise Unreachable(f"{error}; {_goes_on(model_id)}", sent=True) from error
        else:
            silent = 0
            tell(Told(_shown(now), now.percent))
            if _is_over(now):
                return well(now)
        if service.clock.monotonic() >= until:
            raise NotSettled(f"not done after {seconds:g} s; {_goes_on(model_id)}")
        if not service.clock.sleep(_BETWEEN_LOOKS):
            raise Interrupted(f"interrupted; {_goes_on(model_id)}")


def _is_over(now: Task) -> bool:
    """NotUnderstood in a state that is unknown: it may be an end, for which nobody should wait."""
    if now.state is State.UNKNOWN:
        look = f"look with: recamera-gitops cloud status {now.model_id}"
        raise NotUnderstood(f"{now.model_id} is {now.shown}; {look}")
    return now.has_ended


def _shown(now: Task) -> str:
    return str(now.state) if now.has_ended else f"{now.state} {now.percent} %"


def _goes_on(model_id: str) -> str:
    return f"the conversion goes on: recamera-gitops cloud status {model_id} --watch"


def _wait_for_it(model_id: str) -> str:
    return f"wait for it with: recamera-gitops cloud status {model_id} --watch"


def well(now: Task) -> Task:
    """The same, if it is done and there is a result; Rejected where it failed, else NotSettled."""
    if now.state is State.FAILED:
        reason = now.error or "the service does not say why"
        message = f"{now.model_id} could not be converted: {foreign(reason)}"
        raise Rejected(message, code=_REFUSED)
    if now.state is not State.DONE:
        message = f"{now.model_id} is not done ({now.shown}); nothing was fetched"
        raise NotSettled(f"{message}; {_wait_for_it(now.model_id)}")
    return now
