"""What cameras have in common, and several files written together or not at all."""

import pytest

from recamera_gitops import files
from recamera_gitops.files import replace_files
from recamera_gitops.fleet.adoption import in_common
from recamera_gitops.resources.declared import Wish
from recamera_gitops.secret import Secret

SIZE, NAME, KEY = "osd.font.size", "osd.channel_name.text", "system.api.key"


def common(*cameras, share=100, inherited=None):
    return in_common([(each, inherited or {}) for each in cameras], share)


def test_only_what_all_have_alike_is_common():
    cameras = ({SIZE: 32, NAME: "a"}, {SIZE: 32, NAME: "b"}, {SIZE: 32})
    assert common(*cameras) == {SIZE: 32}
    assert common(*cameras, {}) == {}


@pytest.mark.parametrize(
    ("share", "found"), [(100, {}), (76, {}), (75, {SIZE: 32}), (1, {SIZE: 48})]
)
def test_a_share_is_reached_or_not(share, found):
    sizes = (48, 32, 32, 32)
    assert common(*({SIZE: each} for each in sizes), share=share) == found


def test_values_are_alike_as_the_camera_sees_them():
    position = "osd.date_time.position"
    assert common({position: [0.7, 0.05]}, {position: [0.70001, 0.05]}) == {position: [0.7, 0.05]}
    assert common({KEY: Secret("a")}, {KEY: Secret("a")}) == {KEY: Secret("a")}
    assert common({KEY: Secret("a")}, {KEY: Secret("b")}) == {}


def test_what_a_profile_says_already_stays_with_the_cameras():
    assert common({SIZE: 32}, {SIZE: 32}, inherited={SIZE: Wish(48)}) == {}


def test_files_are_replaced_together(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    replace_files({tmp_path / "a": b"new", tmp_path / "folder/b": b"b"})
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "folder/b").read_bytes() == b"b"


def test_after_an_error_everything_is_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old")
    one = files.replace_file

    def failing(path, content, mode=files.PUBLIC):
        if path.name == "c":
            raise OSError(30, "Read-only file system")
        one(path, content, mode)

    monkeypatch.setattr(files, "replace_file", failing)
    wanted = {tmp_path / "a": b"new", tmp_path / "folder/b": b"b", tmp_path / "c": b"c"}
    with pytest.raises(OSError, match="Read-only"):
        replace_files(wanted)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"
