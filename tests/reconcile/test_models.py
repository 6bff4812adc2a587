"""Models on an emulated camera: brought, described, restarted, taken away; answers lost at every step."""

import hashlib

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.errors import Stale, Unreachable
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.resources.declared import Wish

NEW, RUNNING, IDLE = "new.v1.rknn", "yolo11n.rknn", "mobilenet.rknn"
INFO = {
    "category": "Detection",
    "algorithm": "YOLO11",
    "classes": ["forklift", "person"],
    "metrics.iou": 0.45,
    "metrics.confidence": 0.3,
    "metrics.max_obj": 50,
}
CONTENT = bytes(range(256)) * 4200  # a little more than two parts
FLAVOURS = [
    (),
    ("metrics-percent",),
    ("models-object",),
    ("upload-308",),
    ("upload-201",),
    ("code-200",),
]


@pytest.fixture
def model(tmp_path):
    """Wishes for a model: its content, if any, and its info."""

    def make(name, content=CONTENT, **info):
        wishes = {f"models.{name}.info.{key}": Wish(value) for key, value in info.items()}
        if content is not None:
            path = tmp_path / name
            path.write_bytes(content)
            wishes[f"models.{name}.source"] = Wish(measured(f"models/{name}", path))
        return wishes

    return make


def writes(visit):
    return [
        (method, path.partition("?")[0] + (f"?{path.partition('?')[2].partition('=')[0]}"))
        for method, path, _ in visit.writes
    ]


def md5(camera, name):
    return camera.models[name].md5


@pytest.mark.parametrize("flavours", FLAVOURS, ids=str)
def test_a_new_model_is_brought_and_described_once(rig, model, flavours):
    rig = rig(*flavours)
    wishes = model(NEW, **INFO)
    visit = rig.settle(wishes)
    assert writes(visit) == [
        ("POST", "/model/upload?upload-type"),
        *[("POST", "/model/upload?id")] * 3,
        ("POST", "/model/upload?start"),
        ("POST", "/model/info?File-name"),
    ]
    assert md5(rig.camera, NEW) == hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    again = rig.visit(wishes)
    assert not again.plan().resources
    assert not again.writes
    assert not rig.camera.violations


def test_the_plan_tells_content_by_its_digest(rig, model):
    plan = rig().visit(model(RUNNING)).plan()
    (resource,) = plan.resources
    (change,) = resource.changes
    assert resource.address == f"models.{RUNNING}"
    assert change.path == f"models.{RUNNING}.source"
    assert change.before == {"size": 6291456, "md5": "d41d8cd98f00b204e9800998ecf8427e"}
    assert change.after["file"] == f"models/{RUNNING}"
    assert [each.path.partition("=")[0] for each in plan.steps] == [
        "/model/upload?upload-type",
        "/model/upload?id",
        "/model/upload?start",
        "/model/inference?id",
    ]


def test_a_model_that_runs_is_restarted(rig, model):
    rig = rig()
    visit = rig.settle(model(RUNNING))
    assert writes(visit)[-1] == ("POST", "/model/inference?id")
    assert not rig.camera.violations


def test_another_one_is_not(rig, model):
    visit = rig().settle(model(IDLE))
    assert "/model/inference" not in str(writes(visit))


@pytest.mark.parametrize("flavours", [(), ("metrics-percent",)])
def test_only_the_info(rig, model, flavours):
    rig = rig(*flavours)
    wishes = model(RUNNING, None, **{"metrics.confidence": 0.5, "author": "us"})
    visit = rig.settle(wishes)
    assert writes(visit) == [("POST", "/model/info?File-name"), ("POST", "/model/inference?id")]
    assert not rig.visit(wishes).plan().resources
    assert not rig.camera.violations


def test_a_model_is_brought_before_inference_runs_it(rig, model):
    rig = rig()
    wishes = model(NEW, **INFO) | {
        "inference.model": Wish(NEW),
        f"models.{RUNNING}": Wish("absent"),
    }
    rig.settle(wishes)
    assert rig.camera.models.keys() == {NEW, IDLE}
    assert not rig.visit(wishes).plan().resources
    assert not rig.camera.violations


@pytest.mark.parametrize("flavours", [(), ("inference-stop",)])
def test_a_model_that_runs_is_stopped_and_deleted(rig, flavours):
    rig = rig(*flavours)
    wishes = {f"models.{RUNNING}": Wish("absent")}
    visit = rig.visit(wishes)
    (change,) = visit.plan().resources[0].changes
    assert (change.before, change.after) == ("present", "absent")
    rig.settle(wishes)
    assert RUNNING not in rig.camera.models
    assert not rig.visit(wishes).plan().resources
    assert not rig.camera.violations


def test_what_is_not_named_is_left_alone(rig, model):
    rig = rig()
    rig.settle(model(NEW, **INFO))
    assert rig.camera.models.keys() == {NEW, RUNNING, IDLE}
    assert not rig.visit({}).plan().resources


def test_what_the_camera_has_no_file_of(rig, model):
    with pytest.raises(Exception, match="say its source"):
        rig().visit(model(NEW, None, author="us")).plan()
    with pytest.raises(Exception, match="its info lacks category"):
        rig().visit(model(NEW)).plan()


def test_a_file_that_changed_since_the_plan_is_not_sent(rig, model, tmp_path):
    visit = rig().visit(model(IDLE))
    plan = visit.plan()
    (tmp_path / IDLE).write_bytes(b"something else")
    outcome = visit.apply(plan)
    assert outcome.exit_code == Stale.exit_code
    assert not visit.writes


def test_a_file_that_arrives_otherwise_is_refused(rig, model, tmp_path):
    rig = rig()
    visit = rig.visit(model(IDLE))
    plan = visit.plan()
    send = visit.transport.send

    def spoiling(request):
        if "?id=" in request.path and request.body:
            request = type(request)(
                request.method, request.path, request.headers, bytes(len(request.body))
            )
        return send(request)

    visit.transport.send = spoiling
    (outcome,) = visit.apply(plan).outcomes
    assert outcome.verdict is Verdict.FAILED
    assert "MD5" in outcome.reason
    assert md5(rig.camera, IDLE) == "d41d8cd98f00b204e9800998ecf8427e"


# What is written, in order, when a model that runs gets new content and a new info.
WRITES = ["upload-type", "id", "id", "id", "start", "info", "inference"]


def lose(visit, position, *, executed):
    """Lose the n-th write, or only its answer."""
    send, count = visit.transport.send, [0]

    def lossy(request):
        if request.method == "GET" or request.path.endswith("/system/login"):
            return send(request)
        count[0] += 1
        if count[0] != position + 1:
            return send(request)
        if executed:
            send(request)
        raise Unreachable("lost", sent=True)

    visit.transport.send = lossy


@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize("position", range(len(WRITES)))
@pytest.mark.parametrize("name", [NEW, RUNNING])
def test_whatever_is_lost_no_part_is_sent_twice(rig, model, name, position, executed):
    rig = rig()
    wishes = model(name, **INFO)
    visit = rig.visit(wishes)
    plan = visit.plan()
    lose(visit, position, executed=executed)
    outcome = visit.apply(plan)
    assert not [each for each in rig.camera.violations if each.startswith(("repeated", "chunk"))]
    assert rig.camera.actions["upload"] <= 2
    if WRITES[position] == "info" and not executed:
        assert outcome.outcomes[0].verdict is not Verdict.VERIFIED
        rig.settle(wishes)
    else:
        assert outcome.outcomes[0].verdict is Verdict.VERIFIED, outcome.outcomes
    assert not rig.visit(wishes).plan().resources
    assert md5(rig.camera, name) == hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


def test_an_upload_that_is_lost_twice_is_given_up(rig, model):
    rig = rig()
    visit = rig.visit(model(RUNNING))
    plan = visit.plan()
    send = visit.transport.send

    def lossy(request):
        if "?id=" in request.path and request.method == "POST" and request.body[:1] == CONTENT[:1]:
            raise Unreachable("lost", sent=True)
        return send(request)

    visit.transport.send = lossy
    (outcome,) = visit.apply(plan).outcomes
    assert outcome.verdict is Verdict.FAILED
    assert rig.camera.actions["upload"] == 2


def test_an_upload_can_be_interrupted(rig, model):
    rig = rig()
    visit = rig.visit(model(RUNNING))
    plan = visit.plan()
    send = visit.transport.send

    def stopping(request):
        if "?id=" in request.path:
            rig.clock.stop.request()
        return send(request)

    visit.transport.send = stopping
    outcome = visit.apply(plan)
    assert outcome.exit_code == 130
    assert sum("?id=" in path for _, path, _ in visit.writes) == 1
