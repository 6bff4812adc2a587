"""What a camera infers with: which model it runs, and starting and stopping that.

The parts of the setting do not depend on each other, and what is left out stays [ext]; it is written as a
whole all the same. The camera takes it at once and is then busy with it.
"""

from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause, is_in_doubt
from recamera_gitops.errors import CameraError, NotSettled, Rejected
from recamera_gitops.exchange import Json

INFERENCE: Final = "/model/inference?id=0"
RUNNING, STOPPED = "running", "stop"  # how what it says begins; some firmware says stop [draft]
_REQUEST: Final = f"POST {INFERENCE}"
_NOT_SETTINGS: Final = ("iActualFPS", "sStatus")
_PAUSE: Final = 0.5
_LONGEST: Final = 40.0  # seconds in which a model has started, or stopped
_MOST_ERRORS: Final = 4  # looks in a row: the first may be about what was before
_ON: Final = (1, True, "1")
_FAILED: Final = 1


def runs(setting: Json, name: str) -> bool:
    """Whether it is this model that runs, or is to."""
    return is_on(setting) and setting.get("sModel") == name


def is_on(setting: Json) -> bool:
    """Whether some model runs, or is to."""
    return isinstance(setting, dict) and setting.get("iEnable") in _ON


def switched(setting: Json, *, on: bool) -> Json:
    """The setting with inference on or off, in the type that the camera uses."""
    return {**setting, "iEnable": type(setting["iEnable"])(int(on))}


def inferring(before: Json, wanted: Json, until: str) -> Flow[None]:
    """Write the whole setting that is wanted, and wait for what the camera says.

    Where the answer was lost it is written once more, unless a look shows it. No look shows whether what
    was so before has been written again, which is how a model is restarted.

    Rejected where the camera says that it failed, NotSettled where it says nothing of an end in time.
    """
    body = _settings(wanted)
    try:
        yield Ask("POST", INFERENCE, body)
    except CameraError as error:
        if not is_in_doubt(error):
            raise
        found = yield Ask("GET", INFERENCE)  # it answers again
        if body == _settings(before) or body != _settings(found):
            yield Ask("POST", INFERENCE, body)
    waited, status, errors = 0.0, "", 0
    while waited < _LONGEST:
        found = yield Ask("GET", INFERENCE)
        status = str(found.get("sStatus", until)).lower() if isinstance(found, dict) else ""
        if status.startswith(until) and status != "stopping":
            return
        errors = errors + 1 if status == "error" else 0
        if errors >= _MOST_ERRORS:
            message = f"the camera says that inference with {body.get('sModel')} is in error"
            raise Rejected(message, request=_REQUEST, code=_FAILED)
        yield Pause(_PAUSE)
        waited += _PAUSE
    raise NotSettled(f"after {waited:g} s inference is {status}", request=_REQUEST)


def _settings(shown: Json) -> Json:
    """What can be written of what is shown."""
    if not isinstance(shown, dict):
        return None
    return {key: value for key, value in shown.items() if key not in _NOT_SETTINGS}
