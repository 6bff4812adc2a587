"""Models from ONNX to cameras that speak https, with connections that drop, and a Ctrl-C."""

import json
import signal

import pytest

from recamera_gitops.emulator.cloud import CREATE, CloudState, onnx
from recamera_gitops.emulator.cloud_server import EmulatedCloud
from tests.conftest import canary

INFO = """\
category: Detection
algorithm: YOLO11
classes: [fox]
metrics: {iou: 0.5, confidence: 0.3, max_obj: 9}
"""


@pytest.fixture
def sky(site):
    """Cameras over https, trusted, and a cloud in which somebody is logged in by a variable."""
    made = site(https=True)
    assert made.rcg("trust").code == 0
    state = CloudState(seconds=0, token=canary("token"), user=canary("user"))
    (made.root / "fox.onnx").write_bytes(onnx(b"x" * 1_500_000))
    (made.root / "fox.yaml").write_text(INFO)
    with EmulatedCloud(state=state) as cloud:
        made.variables["RECAMERA_CLOUD_URL"] = cloud.url
        made.variables["RECAMERA_CLOUD_TOKEN"] = state.token
        made.cloud = state
        yield made
    assert state.violations == []


def test_what_drops_on_the_way_is_found_and_nothing_is_sent_twice(sky):
    sky.cloud.faults.add("drop-after", CREATE)
    sky.cloud.faults.add("drop-before", "/v1/api/train_status")
    for name in ("gate-north", "dock-east"):
        sky.camera(name).faults.add("drop-after", "/model/upload?id=*")
        sky.camera(name).faults.add("drop-after", "/model/info*", method="POST")
    ended = sky.rcg(
        *("cloud", "convert", "fox.onnx", "--install", "*", "--info", "fox.yaml"),
        *("--format", "json"),
    )
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert [each["result"]["was_sent"] for each in told["devices"]] == [True] * 3
    assert sky.cloud.sent(CREATE) == 1
    assert sky.violations == []
    started = sky.rcg("inference", "start", "*", "--model", "fox.rknn", "--yes")
    assert started.code == 0, started.err
    assert sky.rcg("models", "delete", "fox.rknn", "*", "--confirm", "fox.rknn").code == 5
    stopped = sky.rcg("models", "delete", "fox.rknn", "*", "--stop", "--confirm", "fox.rknn")
    assert stopped.code == 0, stopped.err
    assert sky.violations == []


def test_a_ctrl_c_while_it_converts_says_how_to_go_on(sky):
    sky.cloud.seconds = 3600
    process = sky.start("cloud", "convert", "fox.onnx")
    while "waiting" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    ended = sky.ended(process)
    (model_id,) = sky.cloud.tasks
    assert ended.code == 130
    assert f"the conversion goes on: recamera-gitops cloud status {model_id} --watch" in ended.err
    sky.cloud.seconds = 0
    assert sky.rcg("cloud", "download", model_id).code == 0
