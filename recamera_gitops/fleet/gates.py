"""Whether a camera is well some time after it was written; each gate is a conversation of reads.

What is off is well: a camera that is not to run inference, not to record, or not to stream, passes those
gates. What is on is given time to begin.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from recamera_gitops.device.asking import Ask, Flow, Pause
from recamera_gitops.exchange import Json
from recamera_gitops.secret import Secret, foreign
from recamera_gitops.slots import STATUS, flag, in_use, is_usable, slots_of

_INFERENCE: Final = "/model/inference?id=0"
_RULE: Final = "/record/rule/config"
_INFO: Final = "/record/rule/info"
_STREAM: Final = "/video/0/stream"
_LOOKS: Final = 10
_LOOKS_AT_A_STREAM: Final = 3  # each waits by itself
_BETWEEN_LOOKS: Final = 2.0  # a pipeline may be starting, and a clip being written
_ON: Final = (1, True, "1", "true")
# The camera makes the address of the name that it is asked by [ref]: only port and path are taken from it.
_ADDRESS: Final = re.compile(r"rtsp://[^/\s]+?(?::([1-9][0-9]{0,4}))?/([A-Za-z0-9/._-]{1,200})")
_MAIN: Final = "main"
_PORT: Final = 554  # [ext]
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a camera shows its picture, and what it asks for before it does."""

    path: str
    username: str = ""
    password: Secret | None = None
    port: int = _PORT


# Why a stream is not well, None where it is.
Probe: TypeAlias = Callable[[Stream], str | None]


def inference() -> Flow[str | None]:
    """Why inference that is on does not run."""
    return _patient(_inference, _LOOKS)


def recording() -> Flow[str | None]:
    """Why recording that is on is not ready."""
    return _patient(_recording, _LOOKS)


def rtsp(probe: Probe) -> Flow[str | None]:
    """Why the main stream is not well where it is on."""
    return _patient(lambda: _rtsp(probe), _LOOKS_AT_A_STREAM)


def streaming() -> Flow[Stream | None]:
    """The main stream, where it is on."""
    setting = _object(_object((yield Ask("GET", _STREAM))).get("rtsp"))
    if setting.get("iEnabled") not in _ON:
        return None
    address = _ADDRESS.fullmatch(str(setting.get("sURL", "")))
    path = address[2] if address else _MAIN
    port = int(address[1] or _PORT) if address else _PORT
    port = port if port <= _LAST_PORT else _PORT
    if setting.get("iAuthType") not in _ON:
        return Stream(path, port=port)
    password = Secret(str(setting.get("sPassword", "")))
    return Stream(path, str(setting.get("sUserName", "")), password, port)


def _patient(gate: Callable[[], Flow[str | None]], looks: int) -> Flow[str | None]:
    for _ in range(looks - 1):
        trouble = yield from gate()
        if trouble is None:
            return None
        yield Pause(_BETWEEN_LOOKS)
    return (yield from gate())


def _inference() -> Flow[str | None]:
    """Inference that is on says that it runs [ref]."""
    known = _object((yield Ask("GET", _INFERENCE)))
    status = str(known.get("sStatus", "")).lower()
    if known.get("iEnable") not in _ON or status == "running":
        return None
    return f"the pipeline is {foreign(status) or 'silent about its state'}"


def _recording() -> Flow[str | None]:
    """Recording that is on has a usable slot, and is neither paused nor unready [ref, sdk]."""
    rule = _object((yield Ask("GET", _RULE)))
    if rule.get("bRuleEnabled") not in _ON:
        return None
    slot = in_use(slots_of((yield Ask("GET", STATUS))))
    if slot is None or not is_usable(slot):
        return "no storage slot is ready"
    info = _object((yield Ask("GET", _INFO)))
    if flag(info, "bMediaPaused"):
        return "the media process is paused"
    return None if _is_ready(info) else "it takes no new event"


def _is_ready(info: Mapping[str, Json]) -> bool:
    """Ready for an event, or in the middle of one."""
    status = str(_object(info.get("dLastRuleEvent")).get("sStatus", "")).lower()
    return flag(info, "bReadyForNewEvent") or status in ("pending", "writing")


def _rtsp(probe: Probe) -> Flow[str | None]:
    """A stream that is on is probed."""
    stream = yield from streaming()
    return None if stream is None else probe(stream)


def _object(answer: Json) -> Mapping[str, Json]:
    """What was answered, where it is an object; another form tells nothing."""
    return answer if isinstance(answer, dict) else {}
