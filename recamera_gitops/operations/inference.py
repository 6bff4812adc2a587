"""Which model a camera runs: told, started, stopped.

What is asked for is compared first, so that nothing is restarted that is already as it should be.
"""

from dataclasses import dataclass
from typing import Final

from recamera_gitops.device.asking import Ask, Flow
from recamera_gitops.device.inferring import (
    INFERENCE,
    RUNNING,
    STOPPED,
    inferring,
    is_on,
    switched,
)
from recamera_gitops.device.modelling import listed
from recamera_gitops.errors import NotUnderstood, Rejected, Unsettled
from recamera_gitops.exchange import Json
from recamera_gitops.operations.answers import Answer
from recamera_gitops.secret import foreign

_READ: Final = f"GET {INFERENCE}"
_WRITE: Final = f"POST {INFERENCE}"
_NOT_THERE: Final = 404


@dataclass(frozen=True, slots=True)
class Inference:
    """What runs, or would if it were enabled; `status` is what the camera says of it."""

    enabled: bool
    model: str
    fps: int
    actual_fps: int | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Turned:
    """What runs now, and whether something had to be written for that."""

    now: Inference
    changed: bool


def inference() -> Flow[Inference]:
    """Look."""
    return understood((yield Ask("GET", INFERENCE)))


def start_foreseen(model: str | None = None, fps: int | None = None) -> Flow[Turned]:
    """What runs now, and whether something would have to be written; Rejected where it cannot run."""
    before, wanted = yield from _to_run(model, fps)
    return _foreseen(before, wanted, RUNNING)


def started(model: str | None = None, fps: int | None = None) -> Flow[Turned]:
    """Run a model, the selected one unless another is named, and wait until it runs."""
    before, wanted = yield from _to_run(model, fps)
    return (yield from _turned(before, wanted, RUNNING))


def stop_foreseen() -> Flow[Turned]:
    """What runs now, and whether something would have to be written."""
    before = yield from _setting()
    return _foreseen(before, switched(before, on=False), STOPPED)


def stopped() -> Flow[Turned]:
    """Run nothing, and wait until nothing runs."""
    before = yield from _setting()
    return (yield from _turned(before, switched(before, on=False), STOPPED))


def _to_run(model: str | None, fps: int | None) -> Flow[tuple[Json, Json]]:
    setting = yield from _setting()
    wanted = setting["sModel"] if model is None else model
    yield from _can_run(wanted)
    speed = {} if fps is None else {"iFPS": type(setting["iFPS"])(fps)}
    return setting, {**switched(setting, on=True), "sModel": wanted, **speed}


def _foreseen(before: Json, wanted: Json, until: str) -> Turned:
    now = understood(before)
    is_so = wanted == before and (now.status or until).lower().startswith(until)
    return Turned(now, changed=not is_so)


def _turned(before: Json, wanted: Json, until: str) -> Flow[Turned]:
    foreseen = _foreseen(before, wanted, until)
    if not foreseen.changed:
        return foreseen
    yield from inferring(before, wanted, until)
    after = yield from _setting()
    if any(after.get(key) != wanted[key] for key in ("iEnable", "sModel", "iFPS")):
        message = "the camera took it, and shows something else now; look with `inference status`"
        raise Unsettled(message, request=_WRITE)
    return Turned(understood(after), changed=True)


def _can_run(model: str) -> Flow[None]:
    """Rejected, before anything is written, where the camera lacks the model or its info [ref]."""
    models = yield from listed()
    if model not in models:
        there = ", ".join(map(foreign, sorted(models))) or "none"
        message = f"the camera has no model {foreign(model) or '(none selected)'}; it has: {there}"
        raise Rejected(message, request=_WRITE, code=_NOT_THERE)
    if not models[model]:
        message = f"the camera knows nothing about {foreign(model)}, so it cannot run it"
        hint = "give it an info: models upload FILE --info FILE"
        raise Rejected(f"{message}; {hint}", request=_WRITE, code=_NOT_THERE)


def _setting() -> Flow[Json]:
    setting = yield Ask("GET", INFERENCE)
    understood(setting)
    return setting


def understood(setting: Json) -> Inference:
    """What a setting says of it."""
    answer = Answer(setting, _READ)
    if answer.body.get("iEnable") is None:
        raise NotUnderstood("the answer does not tell whether inference is on", request=_READ)
    return Inference(
        enabled=is_on(setting),
        model=answer.text("sModel"),
        fps=answer.whole("iFPS"),
        actual_fps=answer.maybe_whole("iActualFPS"),
        status=answer.maybe_text("sStatus"),
    )
