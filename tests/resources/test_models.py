"""Models under keys of the files' own: their paths, their content, the scale of their thresholds."""

from pathlib import Path

import pytest

from recamera_gitops.artifact import Artifact, measured
from recamera_gitops.errors import Rejected
from recamera_gitops.resources.base import Stage, decode, patch
from recamera_gitops.resources.catalog import (
    Config,
    complaints,
    confirmation,
    is_address,
    leaf_at,
    resource_at,
    resources,
    settings,
)
from recamera_gitops.resources.models import cards_of, on_camera
from recamera_gitops.resources.values import MISSING

NAME = "yolo.v2-1.rknn"
CARD = {"name": "YOLO", "md5sum": "A" * 32, "size": 5, "metrics": {"iou": 45, "confidence": 25}}


def made(md5="a" * 32, size=5):
    return Artifact("models/a.rknn", size, md5, Path("nowhere"))


def setting(path):
    return leaf_at(f"models.{NAME}.{path}")


def told(reads, answers):
    """What a conversation of reads makes of these answers, and what it asked for."""
    asked = [next(reads)]
    try:
        for answer in answers:
            failed = isinstance(answer, Exception)
            asked.append(reads.throw(answer) if failed else reads.send(answer))
    except StopIteration as done:
        return done.value, asked
    raise AssertionError("it goes on")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"models.{NAME}", ""),
        (f"models.{NAME}.source", "source"),
        (f"models.{NAME}.info.metrics.iou", "info.metrics.iou"),
        ("models.a.rkllm.info.classes", "info.classes"),
    ],
)
def test_a_path_into_a_name_with_dots(path, found):
    assert leaf_at(path).path == found
    assert resource_at(path).path_of(leaf_at(path)) == path
    assert resource_at(path) is resource_at(path)
    assert is_address(path)


@pytest.mark.parametrize(
    "path",
    ["models.a", "models.a.onnx", "models.a.rknn.sourc", "models.a.rknn.info.iou", "models..rknn"],
)
def test_a_path_that_leads_nowhere(path):
    assert leaf_at(path) is None
    assert not is_address(path)


def test_a_model_goes_when_nothing_runs_it_any_more_and_comes_before_anything_does():
    paths = ["inference.model", "models.old.rknn", "models.new.rknn.source", "osd.font.size"]
    assert [each.path for each in resources(paths)] == [
        "models.new.rknn",
        "inference",
        "models.old.rknn",
        "osd",
    ]
    assert resource_at("models.old.rknn").stage is Stage.CLEANUP


def test_the_settings_of_a_config():
    config = {"models": {NAME: {"source": "m", "info": {"classes": ["a"]}}, "b.rknn": "absent"}}
    values = Config.model_validate(config).model_dump(exclude_unset=True)
    assert dict(settings(values)) == {
        ("models", NAME, "source"): "m",
        ("models", NAME, "info", "classes"): ["a"],
        ("models", "b.rknn"): "absent",
    }


def test_deleting_is_said_by_the_file_itself_and_needs_no_other_word():
    assert confirmation("models.a.rknn", "absent") is None
    assert confirmation("models.a.rknn.source", {}) is None


@pytest.mark.parametrize("shown", [60, 0.6])
def test_a_threshold_may_be_written_in_percent_whatever_the_camera_shows(shown):
    codec = setting("info.metrics.iou").wire.codec
    wanted = codec.target(60, None, {})
    assert codec.equal(wanted, codec.decode((shown,), {}))
    assert codec.encode(wanted, (shown,), {}) == (shown,)


def test_content_is_known_by_its_digest():
    codec = setting("source").wire.codec
    assert codec.equal(made(), {"md5": "A" * 32, "size": 5})
    assert codec.equal(made(), {"md5": "a" * 32, "size": None})
    assert not codec.equal(made(), {"md5": "a" * 32, "size": 6})
    assert not codec.equal(made(), {"md5": "b" * 32, "size": 5})
    assert not codec.equal(made(), {"md5": None, "size": None})
    assert codec.equal({"md5": None, "size": None}, {"md5": None, "size": None})


def test_what_the_camera_shows_of_a_file():
    listing = [{"model": NAME, "modelInfo": CARD}]
    raw, asked = told(resource_at(f"models.{NAME}.source").documents(), [listing, CARD])
    assert asked == ["/model/list", f"/model/info?File-name={NAME}"]
    assert decode(raw, setting("source")) == {"size": 5, "md5": "A" * 32}
    raw, _ = told(resource_at(f"models.{NAME}.source").documents(), [{"lModels": []}])
    assert decode(raw, setting("source")) is MISSING
    refused = Rejected("Model info not found", code=404)
    raw, _ = told(resource_at(f"models.{NAME}.source").documents(), [listing, refused])
    assert decode(raw, setting("source")) == {"size": None, "md5": None}


def test_a_listing_in_either_form():
    assert cards_of([{"model": "a", "modelInfo": None}]) == {"a": {}}
    assert cards_of({"lModels": [{"model": "a", "modelInfo": {"x": 1}}, 5]}) == {"a": {"x": 1}}
    assert cards_of(None) == {}


@pytest.mark.parametrize(
    ("metrics", "around", "live", "written"),
    [
        ({"iou": 45, "confidence": 25}, {}, 0.45, 50),
        ({"iou": 45.0}, {}, 0.45, 50.0),
        ({"iou": "45"}, {}, 0.45, "50.0"),
        ({"iou": 0.45, "confidence": 0.25}, {"percent": True}, 0.45, 0.5),
        ({"iou": 1}, {"percent": True}, 0.01, 50),
        ({}, {"percent": True}, MISSING, 50),
        ({}, {"percent": False}, MISSING, 0.5),
        ({}, {}, MISSING, 0.5),
    ],
)
def test_thresholds_keep_the_scale_that_the_camera_shows(metrics, around, live, written):
    raw = {"info": {"metrics": metrics}}
    leaf = setting("info.metrics.iou")
    assert decode(raw, leaf, around) == live
    value = patch(raw, [(leaf, 0.5)], around)["info"]["metrics"]["iou"]
    assert (value, type(value)) == (written, type(written))


def test_the_scale_of_other_models():
    for number, percent in ((45, True), (0.45, False)):
        facts, _ = told(on_camera(), [[{"model": "a", "modelInfo": {"metrics": {"iou": number}}}]])
        assert facts["percent"] is percent
        assert facts["models"].keys() == {"a"}


def test_what_must_be_said_of_a_model():
    declared = {f"models.{NAME}.info.name": "x"}
    (complaint,) = complaints(declared, {"models": {}})
    assert complaint.rule == "no-such-model"
    declared[f"models.{NAME}.source"] = made()
    for cards in ({}, {NAME: {}}):
        (complaint,) = complaints(declared, {"models": cards})
        assert complaint.rule == "info-needed"
        assert "category, algorithm, classes" in complaint.message
    assert not complaints(declared, {"models": {NAME: CARD}})
    assert not complaints(declared)


def test_a_model_that_runs_is_not_to_go():
    wish = {"models.a.rknn": "absent", "inference.model": "a.rknn"}
    (complaint,) = complaints(wish)
    assert complaint.rule == "absent-but-running"
    assert not complaints(wish | {"inference.enabled": False})
    assert not complaints(wish | {"inference.model": "b.rknn"})


def test_a_file_is_measured_and_changes(tmp_path):
    path = tmp_path / "a.rknn"
    path.write_bytes(b"one")
    found = measured("a.rknn", path)
    assert found.shown() == {"file": "a.rknn", "size": 3, "md5": "f97c5d29941bfb1b2fdab0874906ab82"}
    assert found.is_unchanged()
    assert list(found.chunks(2)) == [b"on", b"e"]
    path.write_bytes(b"other")
    assert not found.is_unchanged()
    path.unlink()
    assert not found.is_unchanged()
