"""Models at a camera in process: listed, brought, described, taken away, and what is lost on the way."""

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.errors import (
    CameraError,
    InvalidInput,
    NotSettled,
    NotUnderstood,
    Refused,
    Rejected,
    Unreachable,
    Unsettled,
)
from recamera_gitops.operations.models import (
    Algorithms,
    DeletedModel,
    Metric,
    Model,
    UploadedModel,
    algorithms,
    deletable,
    deleted,
    model_info,
    models,
    uploaded,
)
from recamera_gitops.resources.models import Info, card
from tests.operations.footage import Post, drive

INFERENCE, UPLOAD = "/model/inference", "/model/upload"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
STATED = Info.model_validate(
    {
        "category": "Detection",
        "algorithm": "YOLO11",
        "classes": ["fox"],
        "metrics": {"iou": 0.5, "confidence": 0.3, "max_obj": 9},
    }
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "night.rknn"
    path.write_bytes(b"RKNN" + b"x" * 1_200_000)
    return measured("night.rknn", path)


def bring(post, file, *, name="night.rknn", info=None, replace=False):
    def told(cards, shown):
        return card(info, name, cards, shown)

    return post.converse(uploaded(name, file, None if info is None else told, replace=replace))


@pytest.mark.parametrize("flavours", [(), ("models-object",), ("vendor-fields",)])
def test_the_list_tells_what_runs(flavours):
    post = Post(*flavours)
    post.camera.models["bare.rknn"] = post.camera.models["yolo11n.rknn"]
    found = post.converse(models()).models
    assert found == (
        Model(
            *("yolo11n.rknn", "YOLO11n", "rknn", "Detection", "YOLO11", 6291456, MD5),
            has_info=True,
            runs=True,
        ),
        Model(
            *("mobilenet.rknn", "MobileNet v2", "rknn", "Classification", "MobileNet"),
            *(4194304, MD5),
            has_info=True,
            runs=False,
        ),
        Model("bare.rknn", *[None] * 6, has_info=False, runs=False),
    )


def test_nothing_runs_where_inference_is_off():
    post = Post()
    post.document(INFERENCE, iEnable=0)
    assert not any(each.runs for each in post.converse(models()).models)


@pytest.mark.parametrize(("flavours", "iou"), [((), 0.45), (("metrics-percent",), 45)])
def test_thresholds_are_told_on_the_scale_of_the_camera(flavours, iou):
    found = Post(*flavours).converse(model_info("yolo11n.rknn"))
    assert found.metrics[0] == Metric("iou", iou)
    assert found.classes[:2] == ("person", "bicycle")
    assert (found.file, found.author, found.size_bytes) == ("yolo11n.rknn", "Seeed Studio", 6291456)


def test_a_model_that_is_not_there_or_not_known_is_told():
    post = Post()
    with pytest.raises(Rejected, match=r"no model a.rknn; it has: mobilenet.rknn, yolo11n.rknn"):
        post.converse(model_info("a.rknn"))
    post.camera.models["bare.rknn"] = post.camera.models["yolo11n.rknn"]
    with pytest.raises(Rejected, match=r"knows nothing about bare.rknn"):
        post.converse(model_info("bare.rknn"))


def test_the_algorithms_are_told_by_what_they_do():
    assert Post().converse(algorithms()) == Algorithms(
        detection=("YOLOV5", "YOLOV8", "YOLO11", "YOLOX"),
        classification=("MobileNet", "ResNet"),
        segmentation=("YOLO11-seg",),
        tracking=("ByteTrack",),
        keypoint=("YOLO11-pose",),
    )


@pytest.mark.parametrize(
    ("flow", "answers"),
    [
        (algorithms(), [{"lDetection": "YOLO"}]),
        (algorithms(), [[]]),
        (models(), ["<html>"]),
        (models(), [[{"name": "a"}]]),
        (models(), [[{"model": "a.rknn", "modelInfo": {"name": 7}}], {}]),
        (model_info("a"), [[{"model": "a"}], [{"model": "a"}], {"metrics": []}]),
        (model_info("a"), [[{"model": "a"}], [{"model": "a"}], {"classes": [1]}]),
    ],
)
def test_what_the_reference_does_not_know_is_not_understood(flow, answers):
    with pytest.raises(NotUnderstood):
        drive(flow, answers)


class TestUploading:
    """File, info, inference, in this order."""

    def test_a_new_model_is_brought_and_described(self, file):
        post = Post()
        assert bring(post, file, info=STATED) == UploadedModel(
            *("night.rknn", file.size, file.md5),
            was_sent=True,
            was_described=True,
            was_restarted=False,
            has_info=True,
        )
        shown = post.camera.documents["/model/info?File-name=night.rknn"]
        assert shown["classes"] == ["fox"]
        assert (shown["name"], shown["framework"], shown["md5sum"]) == ("night", "rknn", file.md5)
        assert post.camera.violations == []

    def test_without_an_info_it_is_there_and_cannot_run(self, file):
        found = bring(Post(), file)
        assert (found.was_sent, found.was_described, found.has_info) == (True, False, False)

    def test_what_is_there_is_not_sent_again(self, file):
        post = Post()
        bring(post, file, info=STATED)
        before = dict(post.camera.actions)
        again = bring(post, file, info=STATED)
        assert (again.was_sent, again.was_described, again.was_restarted) == (False,) * 3
        assert post.camera.actions == before

    def test_another_info_alone_restarts_the_model_that_runs(self, file):
        post = Post()
        bring(post, file, info=STATED)
        post.document(INFERENCE, sModel="night.rknn")
        found = bring(post, file, info=Info.model_validate({"description": "at night"}))
        assert (found.was_sent, found.was_described, found.was_restarted) == (False, True, True)
        assert post.camera.documents["/model/info?File-name=night.rknn"]["classes"] == ["fox"]

    def test_another_file_of_that_name_is_only_replaced_if_that_is_meant(self, file):
        post = Post()
        with pytest.raises(Refused, match=f"another yolo11n.rknn, with the MD5 {MD5}; say --force"):
            bring(post, file, name="yolo11n.rknn")
        assert post.actions("upload") == 0
        found = bring(post, file, name="yolo11n.rknn", replace=True)
        assert (found.was_sent, found.was_restarted) == (True, True)
        shown = post.camera.documents["/model/info?File-name=yolo11n.rknn"]
        assert (shown["md5sum"], shown["algorithm"]) == (file.md5, "YOLO11")

    @pytest.mark.parametrize(
        ("left", "told"),
        [
            ({}, "a night.rknn of which it tells no MD5, and which may be this one; say --force"),
            ({"size": 1}, "another night.rknn, of another size; say --force"),
        ],
    )
    def test_what_an_upload_that_broke_off_has_left_may_be_this_one(self, file, left, told):
        listing = [{"model": "night.rknn", "modelInfo": left}]
        with pytest.raises(Refused, match=told):
            drive(uploaded("night.rknn", file, None, replace=False), [listing, left])

    def test_too_little_is_told_before_anything_is_sent(self, file):
        post = Post()
        with pytest.raises(InvalidInput, match="its info lacks category, algorithm, metrics"):
            bring(post, file, info=Info.model_validate({"classes": ["fox"]}))
        assert post.actions("upload") == 0

    @pytest.mark.parametrize(("flavours", "iou"), [((), 0.5), (("metrics-percent",), 50)])
    def test_thresholds_are_written_on_the_scale_of_the_camera(self, file, flavours, iou):
        post = Post(*flavours)
        bring(post, file, info=STATED)
        assert post.camera.documents["/model/info?File-name=night.rknn"]["metrics"]["iou"] == iou

    @pytest.mark.parametrize("nth", range(1, 6))
    @pytest.mark.parametrize("fault", ["drop-after", "drop-before", "garbage"])
    def test_whatever_is_lost_no_part_is_sent_twice(self, file, fault, nth):
        post = Post()
        post.camera.faults.add(fault, f"{UPLOAD}*", method="POST", nth=nth)
        try:
            bring(post, file, info=STATED)
        except CameraError:
            bring(post, file, info=STATED, replace=True)
        assert post.camera.models["night.rknn"].md5 == file.md5
        assert [e for e in post.camera.violations if e.startswith("repeated")] == []

    def test_a_camera_that_shows_something_else_is_not_done(self, file):
        post = Post()
        bring(post, file, info=STATED)
        post.document("/model/info?File-name=night.rknn", md5sum="0" * 32)
        post.camera.faults.add("ignore", "/model/info*", method="POST", every=True)
        post.camera.faults.add("ignore", f"{UPLOAD}?start=*", every=True)
        with pytest.raises(Unsettled, match=f"was sent; then: .* shows 0{{32}} of .* {file.md5}"):
            bring(post, file, replace=True)

    def test_what_was_done_before_an_info_is_refused_is_told(self, file):
        post = Post()
        post.camera.faults.add("status-500", "/model/info*", method="POST")
        with pytest.raises(Unsettled, match="the file was sent; then: POST /cgi-bin"):
            bring(post, file, info=STATED)
        assert bring(post, file, info=STATED, replace=True).has_info

    def test_a_file_that_the_camera_refuses_is_told(self, file):
        with pytest.raises(Rejected, match="MD5 checksum mismatch"):
            bring(Post("upload-bad-md5"), file)


class TestDeleting:
    """Never by the way, and once."""

    def test_it_is_gone(self):
        post = Post()
        gone = post.converse(deleted("mobilenet.rknn", stop=False))
        assert gone == DeletedModel("mobilenet.rknn", was_stopped=False)
        assert list(post.camera.models) == ["yolo11n.rknn"]

    def test_one_that_runs_is_left_alone(self):
        post = Post()
        for flow in (deleted, deletable):
            with pytest.raises(Refused, match=r"yolo11n.rknn runs; say --stop"):
                post.converse(flow("yolo11n.rknn", stop=False))
        assert post.camera.writes == 0

    def test_unless_it_is_to_be_stopped_first(self):
        post = Post()
        gone = post.converse(deleted("yolo11n.rknn", stop=True))
        assert gone == DeletedModel("yolo11n.rknn", was_stopped=True)
        assert post.camera.documents[INFERENCE]["iEnable"] == 0
        assert post.camera.violations == []

    @pytest.mark.parametrize("fault", ["drop-after", "garbage", "truncate"])
    def test_where_the_answer_is_lost_a_look_decides(self, fault):
        post = Post()
        post.camera.faults.add(fault, "/model/delete*")
        post.converse(deleted("mobilenet.rknn", stop=False))
        assert post.actions("model-delete") == 1

    def test_one_that_is_still_there_is_not_deleted_again(self):
        post = Post()
        post.camera.faults.add("ignore", "/model/delete*")
        with pytest.raises(NotSettled, match="still listed"):
            post.converse(deleted("mobilenet.rknn", stop=False))
        post.camera.faults.add("html", "/model/delete*")
        with pytest.raises(NotSettled, match="was not deleted again: a web page came back"):
            post.converse(deleted("mobilenet.rknn", stop=False))
        assert "mobilenet.rknn" in post.camera.models

    def test_an_error_after_it_is_gone_is_looked_into(self):
        post = Post()
        post.camera.faults.add("status-500", "/model/delete*", executed=True)
        post.converse(deleted("mobilenet.rknn", stop=False))
        assert "mobilenet.rknn" not in post.camera.models

    def test_that_inference_was_stopped_for_nothing_is_told(self):
        post = Post()
        post.camera.faults.add("status-500", "/model/delete*")
        with pytest.raises(Unsettled, match="inference was stopped; then: "):
            post.converse(deleted("yolo11n.rknn", stop=True))

    def test_one_that_is_not_there_cannot_be_deleted(self):
        with pytest.raises(Rejected, match=r"no model a.rknn"):
            Post().converse(deleted("a.rknn", stop=True))


def test_an_upload_that_nobody_answers_is_told(file):
    post = Post()
    post.camera.faults.add("drop-before", f"{UPLOAD}*", every=True)
    with pytest.raises(Unreachable):
        bring(post, file)
    assert "night.rknn" not in post.camera.models
