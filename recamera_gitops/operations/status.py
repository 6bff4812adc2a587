"""How a camera is at this moment, read in one go. Nothing is written.

The clock is read last and alone, over a connection that is open by then: its answer is to be on the way as
short as can be.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from recamera_gitops.device.inferring import INFERENCE
from recamera_gitops.operations import health, inference, storage
from recamera_gitops.operations.attention import attention
from recamera_gitops.operations.health import CameraStatus, Push
from recamera_gitops.operations.links import ASSOCIATION, LAN, RADIO, link, powered
from recamera_gitops.operations.parts import Gather, Parts
from recamera_gitops.slots import STATUS

_IDENTITY: Final = "/system/device-info"
_LOAD: Final = "/system/resource-info"
_BATTERY: Final = "/system/battery"
_TIME: Final = "/system/time"
_RECORDING: Final = "/record/rule/config"
_RECORDER: Final = "/record/rule/info"
_PUSH: Final = "/notify/cfg"
_PUSH_STATE: Final = "/notify/status"
_ASIDE: Final = (
    *(_LOAD, _BATTERY, _RECORDING, _RECORDER, STATUS, INFERENCE, _PUSH, _PUSH_STATE),
    *(LAN, RADIO, ASSOCIATION),
)


@dataclass(frozen=True, slots=True)
class Watch:
    """The clock of this machine: `now` as Unix time, and `monotonic` seconds to measure with."""

    now: Callable[[], float]
    monotonic: Callable[[], float]


def status_of(gather: Gather, watch: Watch) -> CameraStatus:
    """Read everything. Each part may be unknown by itself; a camera that is not there is an error."""
    parts = Parts(gather)
    parts.meet(_IDENTITY)
    parts.ask(_ASIDE)
    asked, began = watch.now(), watch.monotonic()
    parts.ask([_TIME])
    took = watch.monotonic() - began
    found = CameraStatus(
        identity=parts.part("identity", _IDENTITY, health.identity),
        load=parts.part("load", _LOAD, health.load),
        battery=parts.part("battery", _BATTERY, health.battery),
        clock=parts.part("clock", _TIME, lambda answer: health.clock(answer, asked, took)),
        recording=parts.part("recording", _RECORDING, health.recording),
        recorder=parts.part("recorder", _RECORDER, health.recorder),
        storage=parts.value("storage", STATUS, storage.understood),
        inference=parts.value("inference", INFERENCE, inference.understood),
        push=_push(parts),
        lan=parts.part("lan", LAN, link),
        radio=parts.part("radio", RADIO, powered),
        wifi=parts.part("wifi", ASSOCIATION, link),
    )
    return replace(found, unknown=parts.unknown, attention=attention(found))


def _push(parts: Parts) -> Push | None:
    """Its mode, and its state where the firmware tells of one."""
    push = parts.part("push", _PUSH, health.push)
    state = parts.part("push.state", _PUSH_STATE, health.push_state, optional=True)
    return None if push is None else replace(push, state=state)
