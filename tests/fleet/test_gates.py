"""A camera is well, or it is said why not: the conversations of gates, with a list of answers."""

import pytest

from recamera_gitops.device.asking import Pause
from recamera_gitops.fleet.gates import Stream, inference, recording, rtsp
from recamera_gitops.secret import Secret

READY = {"lSlots": [{"sDevPath": "/dev/x", "bEnabled": True, "bSelected": True, "sState": "READY"}]}
ON = {"bRuleEnabled": True}


def asked(flow, answers):
    pauses, seen = 0, []
    try:
        ask = next(flow)
        while True:
            if isinstance(ask, Pause):
                pauses += 1
                ask = flow.send(None)
                continue
            assert ask.method == "GET"
            seen.append(ask.path)
            ask = flow.send(answers[ask.path.partition("?")[0]])
    except StopIteration as end:
        return end.value, pauses, seen


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"iEnable": 1, "sStatus": "running"}, None),
        ({"iEnable": 0, "sStatus": "stopped"}, None),
        ({"iEnable": True, "sStatus": "starting"}, "the pipeline is starting"),
        ({"iEnable": 1, "sStatus": "error"}, "the pipeline is error"),
        ({"iEnable": 1}, "the pipeline is silent about its state"),
        (None, None),
    ],
)
def test_inference_that_is_on_runs(answer, trouble):
    found, pauses, _ = asked(inference(), {"/model/inference": answer})
    assert found == trouble
    assert pauses == (9 if trouble else 0)


@pytest.mark.parametrize(
    ("rule", "status", "info", "trouble"),
    [
        ({"bRuleEnabled": False}, {}, {}, None),
        (ON, READY, {"bReadyForNewEvent": True}, None),
        (ON, READY, {"bReadyForNewEvent": False, "dLastRuleEvent": {"sStatus": "WRITING"}}, None),
        (ON, READY, {"bReadyForNewEvent": False}, "it takes no new event"),
        (ON, READY, {"bMediaPaused": True}, "the media process is paused"),
        (ON, {"lSlots": []}, {}, "no storage slot is ready"),
        (ON, None, {}, "no storage slot is ready"),
        (ON, READY, [], "it takes no new event"),
    ],
)
def test_recording_that_is_on_is_ready(rule, status, info, trouble):
    answers = {
        "/record/rule/config": rule,
        "/record/storage/status": status,
        "/record/rule/info": info,
    }
    assert asked(recording(), answers)[0] == trouble


@pytest.mark.parametrize(
    ("setting", "stream"),
    [
        ({"iEnabled": 1, "iAuthType": 0, "sURL": "rtsp://10.0.0.1:554/live/0"}, Stream("live/0")),
        (
            {"iEnabled": 1, "iAuthType": 1, "sUserName": "a", "sPassword": "b", "sURL": "x"},
            Stream("main", "a", Secret("b")),
        ),
        ({"iEnabled": 1, "sURL": "rtsp://10.0.0.1/x'\nfile 'y"}, Stream("main")),
        ({"iEnabled": 1, "sURL": "rtsp://a:5@[fd00::1]:8554/sub"}, Stream("sub", port=8554)),
        ({"iEnabled": 1, "sURL": "rtsp://[fd00::1]/sub"}, Stream("sub", port=554)),
        ({"iEnabled": 1, "sURL": "rtsp://10.0.0.1:65536/sub"}, Stream("sub", port=554)),
        ({"iEnabled": 0, "sURL": "rtsp://10.0.0.1:554/main"}, None),
        (None, None),
    ],
)
def test_only_port_and_path_of_a_stream_are_taken_from_the_camera(setting, stream):
    probed = []
    found, _, _ = asked(rtsp(probed.append), {"/video/0/stream": {"rtsp": setting}})
    assert (found, probed) == (None, [] if stream is None else [stream])


def test_a_stream_is_given_time_and_its_settings_are_read_again():
    troubles = iter(["no", "no", None])
    found, pauses, seen = asked(
        rtsp(lambda _: next(troubles)), {"/video/0/stream": {"rtsp": {"iEnabled": 1}}}
    )
    assert (found, pauses, seen) == (None, 2, ["/video/0/stream"] * 3)
    found, pauses, _ = asked(rtsp(lambda _: "no"), {"/video/0/stream": {"rtsp": {"iEnabled": 1}}})
    assert (found, pauses) == ("no", 2)
