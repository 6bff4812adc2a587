"""What is to be converted is looked at before anything is sent, and everything is told at once."""

import pytest

from recamera_gitops.cloud.sources import Source, checked
from recamera_gitops.emulator.cloud import onnx
from recamera_gitops.errors import InvalidInput
from tests.cloud.conftest import archive


def complaints(*given):
    with pytest.raises(InvalidInput) as raised:
        checked(*given)
    return [(each.rule, each.message) for each in raised.value.diagnostics]


def test_a_model_with_pictures(tmp_path):
    model, dataset = tmp_path / "yolo.v8.onnx", tmp_path / "p.zip"
    model.write_bytes(onnx())
    dataset.write_bytes(archive("readme.txt", "in/a.JPG"))
    assert checked(model, dataset, None) == Source(model, dataset, "yolo.v8.rknn")
    assert checked(model, None, "night").prompt == "night"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "it is a zip archive, such as a PyTorch checkpoint"),
        (b"RKNN....", "it is a model for the camera already"),
        (b"version https://git-lfs.github.com/spec/v1", "it is a pointer of Git LFS"),
        (b"<!doctype html>", "it is a page or an XML file"),
        (b"\x08", "it does not begin as one"),
        (b"\x08\xff\x01", "it does not begin as one"),
    ],
)
def test_what_is_no_model(tmp_path, content, message):
    model = tmp_path / "a.onnx"
    model.write_bytes(content)
    assert complaints(model, None, None) == [("not-onnx", f"this is no ONNX model: {message}")]


def test_everything_is_told_at_once(tmp_path):
    model, dataset = tmp_path / "a.pt", tmp_path / "b.tar"
    model.write_bytes(b"x")
    dataset.write_bytes(b"x")
    assert complaints(model, dataset, "a\nb") == [
        ("not-onnx", "this is no ONNX model: its name does not end in .onnx"),
        ("not-onnx", "this is no ONNX model: it does not begin as one"),
        ("not-a-dataset", "this is no dataset: its name does not end in .zip"),
        ("not-a-dataset", "this is no dataset: it is no zip archive"),
        ("bad-option", "it holds what cannot be printed"),
    ]


def test_a_dataset_without_pictures(tmp_path):
    model, dataset = tmp_path / "a.onnx", tmp_path / "b.zip"
    model.write_bytes(onnx())
    dataset.write_bytes(archive("a.txt", "b.txt"))
    message = "this is no dataset: none of its 2 files is a picture"
    assert complaints(model, dataset, None) == [("not-a-dataset", message)]


def test_files_that_are_not_there(tmp_path):
    model, dataset = tmp_path / "a.onnx", tmp_path / "b.zip"
    assert (
        complaints(model, dataset, None)
        == [("unreadable", "it cannot be read: no such file or directory")] * 2
    )


def test_a_model_larger_than_onnx_can_be(tmp_path):
    model = tmp_path / "a.onnx"
    with model.open("wb") as file:
        file.truncate((2 << 30) + 1)
    assert complaints(model, None, None)[0][0] == "too-large"
