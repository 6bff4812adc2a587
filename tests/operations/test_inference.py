"""Inference at a camera in process: told, started, stopped."""

import pytest

from recamera_gitops.device.asking import Ask
from recamera_gitops.errors import NotSettled, NotUnderstood, Rejected, Unsettled
from recamera_gitops.operations.inference import (
    Inference,
    Turned,
    inference,
    start_foreseen,
    started,
    stop_foreseen,
    stopped,
)
from tests.operations.footage import LOST, Post, drive

INFERENCE = "/model/inference"
RUNS = Inference(True, "yolo11n.rknn", 15, 15, "running")


def posts(camera):
    return sum(
        (e.method, e.path.partition("?")[0][-16:]) == ("POST", INFERENCE) for e in camera.log
    )


@pytest.mark.parametrize("flavours", [(), ("vendor-fields",)])
def test_what_runs_is_told(flavours):
    assert Post(*flavours).converse(inference()) == RUNS


@pytest.mark.parametrize("flavours", [(), ("inference-stop",)])
def test_it_is_stopped_and_started_again(flavours):
    post = Post(*flavours)
    assert post.converse(stop_foreseen()) == Turned(RUNS, changed=True)
    off = post.converse(stopped())
    assert (off.changed, off.now.enabled, off.now.status[:4]) == (True, False, "stop")
    assert off.now.model == "yolo11n.rknn"
    assert post.converse(stopped()).changed is False
    assert post.converse(started()) == Turned(RUNS, changed=True)
    assert post.camera.violations == []


def test_another_model_at_another_speed():
    post = Post()
    foreseen = post.converse(start_foreseen("mobilenet.rknn", 5))
    assert foreseen == Turned(RUNS, changed=True)
    found = post.converse(started("mobilenet.rknn", 5))
    assert found.now == Inference(True, "mobilenet.rknn", 5, 5, "running")


def test_what_is_so_already_is_not_written():
    post = Post()
    assert post.converse(started("yolo11n.rknn", 15)) == Turned(RUNS, changed=False)
    assert post.converse(start_foreseen()).changed is False
    assert posts(post.camera) == 0


@pytest.mark.parametrize("flow", [started, start_foreseen])
def test_a_model_that_cannot_run_is_refused_before_anything_is_written(flow):
    post = Post()
    with pytest.raises(Rejected, match=r"no model a.rknn; it has: mobilenet.rknn, yolo11n.rknn"):
        post.converse(flow("a.rknn"))
    post.camera.models["bare.rknn"] = post.camera.models["yolo11n.rknn"]
    with pytest.raises(Rejected, match=r"knows nothing about bare.rknn, so it cannot run it"):
        post.converse(flow("bare.rknn"))
    post.document(INFERENCE, sModel="")
    with pytest.raises(Rejected, match=r"no model \(none selected\)"):
        post.converse(flow())
    assert posts(post.camera) == 0


SETTING = {"iEnable": 0, "sModel": "a.rknn", "iFPS": 15, "sStatus": "stopped", "sNew": "x"}
LISTED = [{"model": "a.rknn", "modelInfo": {"name": "a"}}]
ON = {**SETTING, "iEnable": 1, "sStatus": "running"}


@pytest.mark.parametrize("kind", [int, str])
def test_the_whole_setting_is_written_in_the_types_that_were_read(kind):
    off = {**SETTING, "iEnable": kind(0), "iFPS": kind(15)}
    wanted = {"iEnable": kind(1), "sModel": "a.rknn", "iFPS": kind(9), "sNew": "x"}
    on = {**wanted, "sStatus": "running"}
    asked, _ = drive(started(fps=9), [off, LISTED, {}, on, on])
    assert asked[2] == Ask("POST", "/model/inference?id=0", wanted)


def test_an_answer_that_is_lost_is_asked_again():
    answers = [SETTING, LISTED, LOST, SETTING, {}, ON, ON]
    asked, found = drive(started(), answers)
    assert [each.method for each in asked] == ["GET", "GET", "POST", "GET", "POST", "GET", "GET"]
    assert found.now.enabled


def test_an_error_is_one_once_it_stays():
    error = {**ON, "sStatus": "error"}
    asked, _ = drive(started(), [SETTING, LISTED, {}, error, ON, ON])
    assert len(asked) == 6
    with pytest.raises(Rejected, match=r"inference with a.rknn is in error"):
        drive(started(), [SETTING, LISTED, {}, error, error, error, error])


def test_waiting_has_an_end():
    starting = {**ON, "sStatus": "starting"}
    with pytest.raises(NotSettled, match="after 40 s inference is starting"):
        drive(started(), [SETTING, LISTED, {}, *[starting] * 100])


def test_what_is_stored_otherwise_is_no_success():
    with pytest.raises(Unsettled, match="shows something else now"):
        drive(started(fps=9), [SETTING, LISTED, {}, ON, ON])


@pytest.mark.parametrize("answer", [None, [], {}, {"iEnable": 1}, {**ON, "iFPS": "fast"}])
def test_what_the_reference_does_not_know_is_not_understood(answer):
    with pytest.raises(NotUnderstood):
        drive(inference(), [answer])
