"""Whether a camera is well some time after it was written; each gate is a conversation of reads.

What is off is well: a camera that is not to run inference, or not to record, passes those gates.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from recamera_gitops.device.asking import Ask, Flow, Pause
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign
from recamera_gitops.slots import STATUS, flag, in_use, is_usable, slots_of

_INFERENCE: Final = "/model/inference?id=0"
_RULE: Final = "/record/rule/config"
_INFO: Final = "/record/rule/info"
_LOOKS: Final = 10
_BETWEEN_LOOKS: Final = 2.0  # a pipeline may be starting, and a clip being written
_ON: Final = (1, True, "1", "true")


def health(gates: Iterable[str]) -> Flow[str | None]:
    """Why the camera is not well, None where it is; `verify` is no conversation and passed over."""
    for gate in gates:
        found = _GATES.get(gate)
        trouble = (yield from _patient(found)) if found is not None else None
        if trouble is not None:
            return f"{gate}: {trouble}"
    return None


def _patient(gate: Callable[[], Flow[str | None]]) -> Flow[str | None]:
    for _ in range(_LOOKS - 1):
        trouble = yield from gate()
        if trouble is None:
            return None
        yield Pause(_BETWEEN_LOOKS)
    return (yield from gate())


def _inference() -> Flow[str | None]:
    """Inference that is on says that it runs [ref]."""
    setting = yield Ask("GET", _INFERENCE)
    known = setting if isinstance(setting, dict) else {}
    status = str(known.get("sStatus", "")).lower()
    if known.get("iEnable") not in _ON or status == "running":
        return None
    return f"the pipeline is {foreign(status) or 'silent about its state'}"


def _recording() -> Flow[str | None]:
    """Recording that is on has a usable slot, and is neither paused nor unready [ref, sdk]."""
    rule = yield Ask("GET", _RULE)
    if not isinstance(rule, dict) or rule.get("bRuleEnabled") not in _ON:
        return None
    slot = in_use(slots_of((yield Ask("GET", STATUS))))
    if slot is None or not is_usable(slot):
        return "no storage slot is ready"
    info = yield Ask("GET", _INFO)
    known = info if isinstance(info, dict) else {}
    if flag(known, "bMediaPaused"):
        return "the media process is paused"
    return None if _is_ready(known) else "it takes no new event"


def _is_ready(info: Mapping[str, Json]) -> bool:
    """Ready for an event, or in the middle of one."""
    last = info.get("dLastRuleEvent")
    status = str(last.get("sStatus", "")).lower() if isinstance(last, dict) else ""
    return flag(info, "bReadyForNewEvent") or status in ("pending", "writing")


_GATES: Final[Mapping[str, Callable[[], Flow[str | None]]]] = {
    "inference": _inference,
    "recording": _recording,
}
