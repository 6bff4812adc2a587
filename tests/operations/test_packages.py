"""Files for cameras, judged before any camera is asked."""

import gzip
import io
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.emulator import firmware_image
from recamera_gitops.errors import InvalidInput
from recamera_gitops.operations.packages import backup_name, configuration, image, stranger

MADE = datetime(2026, 11, 26, 18, 0, 5, tzinfo=UTC)


def tar(*names):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as file:
        for name in names:
            file.addfile(tarfile.TarInfo(name))
    return stream.getvalue()


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "file.tar"
        path.write_bytes(content)
        return path

    return write


def complaints(judge, path):
    with pytest.raises(InvalidInput) as caught:
        judge(path)
    return [(each.rule, each.message) for each in caught.value.diagnostics]


def test_an_image_has_what_the_camera_looks_for(written):
    path = written(firmware_image("V2.0.0"))
    assert image(path).size == path.stat().st_size
    assert image(written(tar("./boot.img", "./rootfs.img", "./RK_OTA_update.sh", "more")))


def test_everything_that_an_image_lacks_is_told_at_once(written):
    assert complaints(image, written(tar("boot.img"))) == [
        ("not-a-package", "there is no rootfs.img in it"),
        ("not-a-package", "there is no RK_OTA_update.sh in it"),
    ]


@pytest.mark.parametrize("judge", [image, configuration])
def test_something_else_is_no_package(judge, written, tmp_path):
    assert complaints(judge, written(b"no tar at all"))[0][0] == "not-a-package"
    assert complaints(judge, written(b"")) == [("empty-file", "it is empty")]
    assert complaints(judge, tmp_path / "none.tar") == [("no-such-file", "there is no such file")]
    assert complaints(judge, tmp_path)[0][0] == "unreadable"
    assert complaints(judge, written(tar("a", "b")[:300]))[0][0] == "not-a-package"


def test_a_configuration_may_be_packed(written):
    assert configuration(written(gzip.compress(tar("config/state.json"))))
    assert complaints(configuration, written(tar())) == [("not-a-package", "the tar is empty")]


@given(st.binary(max_size=2000))
def test_no_bytes_are_too_strange(content):
    with tempfile.TemporaryDirectory() as folder:  # hypothesis makes many files in one test
        path = Path(folder) / "x.tar"
        path.write_bytes(content)
        for judge in (image, configuration):
            with pytest.raises(InvalidInput):
                judge(path)


@given(st.text(min_size=1), st.sampled_from(["gate", "gate-north"]))
def test_a_backup_names_its_camera_and_no_other_folder(serial, device):
    name = backup_name(device, serial, MADE)
    assert "/" not in name
    assert name.endswith("-20261126T180005Z.tar")
    assert stranger(name, serial, ()) is None


def test_a_backup_of_another_camera_is_noticed():
    name = backup_name("gate-north", "RC1-02", MADE)
    assert stranger(name, "RC1-01", ["RC1-02", "02"]) == "RC1-02"
    assert stranger(name, "RC1-01", []) == "gate-north-RC1-02"
    assert stranger("config.tar", "RC1-01", ["RC1-02"]) is None
