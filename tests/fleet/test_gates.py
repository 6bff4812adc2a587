"""A camera is well, or it is said why not."""

import pytest

from recamera_gitops.device.asking import Pause
from recamera_gitops.fleet.gates import health

READY = {"lSlots": [{"sDevPath": "/dev/x", "bEnabled": True, "bSelected": True, "sState": "READY"}]}
ON = {"bRuleEnabled": True}


def asked(gates, answers):
    flow, pauses, seen = health(gates), 0, []
    try:
        ask = next(flow)
        while True:
            if isinstance(ask, Pause):
                pauses += 1
                ask = flow.send(None)
                continue
            seen.append(ask.path)
            ask = flow.send(answers[ask.path.partition("?")[0]])
    except StopIteration as end:
        return end.value, pauses, seen


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"iEnable": 1, "sStatus": "running"}, None),
        ({"iEnable": 0, "sStatus": "stopped"}, None),
        ({"iEnable": True, "sStatus": "starting"}, "inference: the pipeline is starting"),
        ({"iEnable": 1, "sStatus": "error"}, "inference: the pipeline is error"),
        (None, None),
    ],
)
def test_inference_that_is_on_runs(answer, trouble):
    found, pauses, _ = asked(["verify", "inference"], {"/model/inference": answer})
    assert found == trouble
    assert pauses == (9 if trouble else 0)


@pytest.mark.parametrize(
    ("rule", "status", "info", "trouble"),
    [
        ({"bRuleEnabled": False}, {}, {}, None),
        (ON, READY, {"bReadyForNewEvent": True}, None),
        (ON, READY, {"bReadyForNewEvent": False, "dLastRuleEvent": {"sStatus": "WRITING"}}, None),
        (ON, READY, {"bReadyForNewEvent": False}, "recording: it takes no new event"),
        (ON, READY, {"bMediaPaused": True}, "recording: the media process is paused"),
        (ON, {"lSlots": []}, {}, "recording: no storage slot is ready"),
    ],
)
def test_recording_that_is_on_is_ready(rule, status, info, trouble):
    answers = {
        "/record/rule/config": rule,
        "/record/storage/status": status,
        "/record/rule/info": info,
    }
    assert asked(["recording"], answers)[0] == trouble
