"""`models …` and `inference …`, whole outputs over cameras in process."""

import json
from textwrap import dedent

import pytest

from tests.cli.posts import DOCK, GATE, Posts

INFO = """\
category: Detection
algorithm: YOLO11
classes: [fox]
metrics: {iou: 0.5, confidence: 0.3, max_obj: 9}
"""
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
HEADINGS = "camera  done           runs          status   fps\n"


@pytest.fixture
def posts(tmp_path, rcg, monkeypatch):
    made = Posts(tmp_path, rcg).stand(monkeypatch)
    (tmp_path / "night.rknn").write_bytes(b"RKNN" + b"x" * 600_000)
    (tmp_path / "night.yaml").write_text(INFO)
    return made


def running(posts, name):
    setting = posts.camera(name).documents["/model/inference"]
    return setting["sModel"] if setting["iEnable"] else None


def trouble(ended):
    lines = ended.err.splitlines()
    return [each for each in lines if each.startswith(("error", "night", "--", "    hint: say"))]


def test_the_models_of_one_camera_and_of_several(posts):
    assert posts.ask("models", "list", GATE).out == dedent(f"""\
        model           runs  category        algorithm  size     md5
        yolo11n.rknn    yes   Detection       YOLO11     6.0 MiB  {MD5}
        mobilenet.rknn  no    Classification  MobileNet  4.0 MiB  {MD5}
    """)
    assert posts.ask("models", "list").out == dedent("""\
        camera  runs          other models
        dock    yolo11n.rknn  mobilenet.rknn
        gate    yolo11n.rknn  mobilenet.rknn
    """)


def test_everything_that_is_known_of_a_model(posts):
    assert posts.ask("models", "info", "mobilenet.rknn", GATE).out == dedent(f"""\
        model        mobilenet.rknn
        name         MobileNet v2
        framework    rknn
        version      1.0.0
        category     Classification
        algorithm    MobileNet
        description  Classification model that comes with the camera
        author       Seeed Studio
        size         4.0 MiB
        md5          {MD5}
        classes      empty, occupied
        confidence   0.5
        topk         5
    """)
    code, found = posts.result("models", "info", "mobilenet.rknn", GATE)
    assert (code, found["classes"]) == (0, ["empty", "occupied"])
    assert found["metrics"] == [
        {"name": "confidence", "value": 0.5},
        {"name": "topk", "value": 5},
    ]


def test_the_algorithms(posts):
    assert posts.ask("models", "algorithms", GATE).out == dedent("""\
        detection       YOLOV5, YOLOV8, YOLO11, YOLOX
        classification  MobileNet, ResNet
        segmentation    YOLO11-seg
        tracking        ByteTrack
        keypoint        YOLO11-pose
    """)


class TestUploading:
    """A file, checked here, and proved there."""

    def test_it_is_brought_to_several_cameras_and_a_second_time_to_none(self, posts):
        ended = posts.ask("models", "upload", "night.rknn", "*", "--info", "night.yaml")
        md5 = posts.camera().models["night.rknn"].md5
        assert (ended.code, ended.out) == (
            0,
            dedent(f"""\
                camera  model       done                 info  md5
                dock    night.rknn  uploaded, described  yes   {md5}
                gate    night.rknn  uploaded, described  yes   {md5}
            """),
        )
        assert "gate: writing models.night.rknn 0.5 of 0.6 MiB" in ended.err
        again = posts.ask("models", "upload", "night.rknn", GATE, "--info", "night.yaml")
        assert again.out == f"night.rknn  there already, 585.9 KiB, md5 {md5}\n"
        assert posts.camera().actions["upload"] == 1

    def test_the_json_is_whole(self, posts):
        code, found = posts.result("models", "upload", "night.rknn", GATE, "--name", "a.rknn")
        assert (code, found) == (
            0,
            {
                "file": "a.rknn",
                "size_bytes": 600_004,
                "md5": posts.camera().models["a.rknn"].md5,
                "was_sent": True,
                "was_described": False,
                "was_restarted": False,
                "has_info": False,
            },
        )

    def test_a_model_without_an_info_is_told_so(self, posts):
        ended = posts.ask("models", "upload", "night.rknn", GATE)
        assert "knows nothing about it yet, so it cannot run: say --info FILE\n" in ended.out

    def test_every_problem_is_told_before_any_camera_is_asked(self, posts, tmp_path):
        (tmp_path / "bad.yaml").write_text("category: 5\nmetrics: {iou: 450}\n")
        ended = posts.ask(
            *("models", "upload", "none.rknn", GATE, "--name", "../x", "--info", "bad.yaml")
        )
        assert ended.code == 1
        assert ended.err == dedent("""\
            --name: ../x is no name of a model
                hint: letters, digits, dots, - and _, with .rknn or .rkllm at the end
            none.rknn: it cannot be read: no such file or directory
            bad.yaml:1:11 category: 5 is not text
                hint: put it in quotes: "5"
            bad.yaml:2:16 metrics.iou: 450 is not between 0 and 100
        """)
        assert not posts.camera().log

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "none.yaml:1:1"),
            ("", "one mapping"),
            ("[1]", "a mapping"),
            ("a: {", "none.yaml:"),
        ],
    )
    def test_an_info_that_cannot_be_used(self, posts, tmp_path, content, message):
        if content is not None:
            (tmp_path / "none.yaml").write_text(content)
        ended = posts.ask("models", "upload", "night.rknn", GATE, "--info", "none.yaml")
        assert (ended.code, message in ended.err) == (1, True)

    def test_an_empty_file_is_no_model(self, posts, tmp_path):
        (tmp_path / "night.rknn").write_bytes(b"")
        ended = posts.ask("models", "upload", "night.rknn", GATE)
        assert (ended.code, ended.err) == (1, "night.rknn: the file is empty\n")

    def test_another_file_of_that_name_is_not_replaced_by_the_way(self, posts):
        ended = posts.ask("models", "upload", "night.rknn", GATE, "--name", "yolo11n.rknn")
        assert (ended.code, posts.camera().actions["upload"]) == (5, 0)
        assert "say --force to replace it" in ended.out
        forced = ("models", "upload", "night.rknn", GATE, "--name", "yolo11n.rknn", "--force")
        assert posts.ask(*forced).out.startswith("yolo11n.rknn  uploaded, restarted, ")

    def test_cameras_have_to_be_named(self, posts):
        assert posts.ask("models", "upload", "night.rknn").code == 64


class TestDeleting:
    """What cannot be undone."""

    def test_without_its_name_nothing_is_deleted(self, posts):
        ended = posts.ask("models", "delete", "mobilenet.rknn", "*")
        assert (ended.code, ended.out) == (5, "")
        assert trouble(ended) == [
            "error: dock: the model mobilenet.rknn (4.0 MiB) will be deleted",
            "    hint: say --confirm mobilenet.rknn if that is meant",
            "error: gate: the model mobilenet.rknn (4.0 MiB) will be deleted",
            "    hint: say --confirm mobilenet.rknn if that is meant",
            "error: not confirmed; nothing was written",
        ]
        assert posts.sent(GATE, "/model/delete") == 0

    @pytest.mark.parametrize("answer", ["yes", "mobilenet"])
    def test_something_else_is_no_confirmation(self, posts, answer):
        assert posts.ask("models", "delete", "mobilenet.rknn", GATE, answer=answer).code == 5
        assert posts.sent(GATE, "/model/delete") == 0

    def test_the_name_is_typed(self, posts):
        ended = posts.ask("models", "delete", "mobilenet.rknn", GATE, answer="mobilenet.rknn")
        assert (ended.code, ended.out) == (
            0,
            "camera  deleted         inference\ngate    mobilenet.rknn  untouched\n",
        )
        assert list(posts.camera().models) == ["yolo11n.rknn"]

    def test_one_that_runs_is_left_alone_unless_it_may_be_stopped(self, posts):
        posts.camera(DOCK).documents["/model/inference"]["iEnable"] = 0
        confirmed = ("models", "delete", "yolo11n.rknn", "*", "--confirm", "yolo11n.rknn")
        ended = posts.ask(*confirmed)
        assert (ended.code, ended.out) == (
            5,
            dedent("""\
                camera  deleted       inference
                dock    yolo11n.rknn  untouched
                gate  refused: yolo11n.rknn runs; say --stop to stop it first
            """),
        )
        code, found = posts.json(*confirmed, "--stop")
        assert code == 3
        assert [each["result"] for each in found["devices"]] == [
            None,
            {"file": "yolo11n.rknn", "was_stopped": True},
        ]
        assert posts.camera().violations == []

    def test_the_window_of_the_fleet_is_kept(self, posts):
        posts.write("fleet.yaml", (posts.root / "fleet.yaml").read_text() + WINDOW)
        confirmed = ("models", "delete", "mobilenet.rknn", GATE, "--confirm", "mobilenet.rknn")
        assert posts.ask(*confirmed).code == 5
        assert posts.ask(*confirmed, "--outside-window").code == 0


WINDOW = 'rollout: {window: {start: "01:00", duration: 0s}}\n'


class TestInference:
    """What a camera runs."""

    def test_what_runs_at_one_camera_and_at_several(self, posts):
        assert posts.ask("inference", "status", GATE).out == dedent("""\
            runs    yolo11n.rknn
            status  running
            fps     15 of 15
        """)
        assert posts.ask("inference", "status").out == dedent("""\
            camera  runs          status   fps
            dock    yolo11n.rknn  running  15 of 15
            gate    yolo11n.rknn  running  15 of 15
        """)
        code, found = posts.result("inference", "status", GATE)
        assert (code, found) == (
            0,
            {
                "enabled": True,
                "model": "yolo11n.rknn",
                "fps": 15,
                "actual_fps": 15,
                "status": "running",
            },
        )

    def test_it_is_shown_and_asked_before_it_is_stopped(self, posts):
        for answer in (None, "y"):
            ended = posts.ask("inference", "stop", GATE, answer=answer)
            assert (ended.code, running(posts, GATE)) == (5, "yolo11n.rknn")
            assert "gate: runs yolo11n.rknn, running, fps 15 of 15\n" in ended.err
        ended = posts.ask("inference", "stop", GATE, answer="yes")
        assert "Inference stop at 1 camera? Only 'yes' is accepted:" in ended.err
        assert (ended.code, ended.out) == (
            0,
            dedent("""\
                camera  done     runs                                status   fps
                gate    changed  nothing (yolo11n.rknn is selected)  stopped  0 of 15
            """),
        )
        assert (running(posts, GATE), running(posts, DOCK)) == (None, "yolo11n.rknn")

    def test_where_nothing_is_to_do_nobody_is_asked(self, posts):
        ended = posts.ask("inference", "start", "*", "--model", "yolo11n.rknn")
        assert (ended.code, ended.out) == (
            0,
            HEADINGS
            + "dock    nothing to do  yolo11n.rknn  running  15 of 15\n"
            + "gate    nothing to do  yolo11n.rknn  running  15 of 15\n",
        )
        assert posts.sent(GATE, "/model/inference") == 0

    def test_another_model_is_run(self, posts):
        start = ("inference", "start", GATE, "--model", "mobilenet.rknn", "--fps", "5", "--yes")
        code, found = posts.result(*start)
        assert (code, found["changed"], found["now"]["fps"]) == (0, True, 5)
        assert running(posts, GATE) == "mobilenet.rknn"

    def test_a_model_that_cannot_run_is_refused_before_anybody_is_asked(self, posts):
        ended = posts.ask("inference", "start", GATE, "--model", "a.rknn")
        assert ended.code == 3
        assert "the camera has no model a.rknn; it has: mobilenet.rknn, yolo11n.rknn" in ended.out
        assert posts.sent(GATE, "/model/inference") == 0

    def test_it_stands_in_the_journal(self, posts):
        posts.ask("inference", "stop", "*", "--yes")
        (run,) = json.loads(posts.ask("runs", "list", "--format", "json").out)["runs"]
        assert run["kind"] == "inference stop"
