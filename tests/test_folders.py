"""Files of strangers stay in the folder that was named, and are there as a whole or not at all."""

import os
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recamera_gitops.errors import NotSaved
from recamera_gitops.folders import Folder, InTheWay, Local

ONE_EXAMPLE_AFTER_ANOTHER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
ODD = ("..", ".", "", "/", "a/b", "/etc/passwd", "../..", "a\0b", "..\\..", "C:", "con", "\u202e")
NAMES = st.one_of(st.sampled_from(ODD), st.text(string.ascii_letters + "./\\ ~-", max_size=6))


def put(folder, parts, content=b"content", modified=1_000_000):
    with folder.part(parts, len(content), modified) as part:
        part.append(content)
        part.finish()


def tree(root):
    return {each.relative_to(root).as_posix() for each in root.rglob("*")}


def test_a_file_takes_its_place_as_a_whole_with_its_time(tmp_path):
    with Folder(tmp_path / "new" / "out") as folder:
        assert folder.look(("day", "clip.mp4")) is None
        with folder.part(("day", "clip.mp4"), 6, 1_787_220_000) as part:
            part.append(b"abc")
            assert folder.look(("day", "clip.mp4")) is None
            part.append(b"def")
            part.finish()
        found = folder.look(("day", "clip.mp4"))
    assert found == Local(6, 1_787_220_000)
    assert tree(tmp_path) == {"new", "new/out", "new/out/day", "new/out/day/clip.mp4"}
    assert (tmp_path / "new/out/day/clip.mp4").read_bytes() == b"abcdef"


@ONE_EXAMPLE_AFTER_ANOTHER
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_no_name_leads_out_of_the_folder(tmp_path_factory, parts):
    around = tmp_path_factory.mktemp("around")
    with Folder(around / "out") as folder:
        try:
            put(folder, parts)
        except (ValueError, NotSaved):
            assert tree(around / "out") <= {"/".join(parts[: end + 1]) for end in range(len(parts))}
        else:
            assert "out/" + "/".join(parts) in tree(around)
    assert {each.name for each in around.iterdir()} == {"out"}


@pytest.mark.parametrize("bad", ["..", ".", "", "a/b", "a\0b"])
def test_a_name_that_leads_elsewhere_is_a_mistake_of_ours_wherever_it_stands(tmp_path, bad):
    with Folder(tmp_path) as folder:
        for parts in ((bad,), (bad, "x"), ("x", bad)):
            with pytest.raises(ValueError, match="no name"):
                folder.look(parts) or folder.look(("x",)) or put(folder, parts)


class TestLinks:
    @pytest.fixture
    def elsewhere(self, tmp_path):
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "precious").write_text("precious")
        (tmp_path / "out").mkdir()
        return elsewhere

    def test_a_linked_folder_is_not_entered(self, tmp_path, elsewhere):
        (tmp_path / "out" / "day").symlink_to(elsewhere)
        with Folder(tmp_path / "out") as folder:
            assert isinstance(folder.look(("day", "precious")), InTheWay)
            assert isinstance(folder.look(("day", "none")), InTheWay)
            with pytest.raises(NotSaved):
                put(folder, ("day", "clip.mp4"))
        assert tree(elsewhere) == {"precious"}

    @pytest.mark.parametrize("target", ["elsewhere/precious", "elsewhere/nothing"])
    def test_a_linked_file_is_neither_followed_nor_taken_for_one(self, tmp_path, elsewhere, target):
        (tmp_path / "out" / "clip").symlink_to(tmp_path / target)
        with Folder(tmp_path / "out") as folder:
            assert folder.look(("clip",)) == InTheWay("something that is no file is there")
            put(folder, ("clip",), b"new")
        assert (elsewhere / "precious").read_text() == "precious"
        assert not (elsewhere / "nothing").exists()
        assert (tmp_path / "out" / "clip").read_bytes() == b"new"

    def test_a_linked_part_is_not_written_through(self, tmp_path, elsewhere):
        (tmp_path / "out" / ".clip.7-1000000.part").symlink_to(elsewhere / "precious")
        with Folder(tmp_path / "out") as folder, pytest.raises(NotSaved):
            put(folder, ("clip",))
        assert (elsewhere / "precious").read_text() == "precious"

    def test_the_folder_itself_may_be_a_link_that_the_user_made(self, tmp_path, elsewhere):
        (tmp_path / "link").symlink_to(elsewhere)
        with Folder(tmp_path / "link") as folder:
            put(folder, ("clip",))
        assert tree(elsewhere) == {"precious", "clip"}


def test_what_is_no_folder_is_in_the_way(tmp_path):
    (tmp_path / "day").write_text("a file")
    (tmp_path / "clip").mkdir()
    with Folder(tmp_path) as folder:
        assert isinstance(folder.look(("day", "clip")), InTheWay)
        assert isinstance(folder.look(("clip",)), InTheWay)
        with pytest.raises(NotSaved, match="day/clip: not a directory"):
            put(folder, ("day", "clip"))


def test_a_pipe_where_a_part_should_be_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ".clip.7-1000000.part")
    with Folder(tmp_path) as folder, pytest.raises(NotSaved, match="is no file"):
        put(folder, ("clip",))


def test_what_has_come_stays_for_the_same_version_and_no_other(tmp_path):
    def begin(size, modified, content):
        with Folder(tmp_path) as folder, folder.part(("clip.mp4",), size, modified) as part:
            before = part.length
            part.append(content)
            return before

    assert begin(10, 5, b"abc") == 0
    assert begin(10, 5, b"def") == 3
    assert tree(tmp_path) == {".clip.mp4.10-5.part"}
    assert begin(10, 6, b"x") == 0
    assert tree(tmp_path) == {".clip.mp4.10-6.part"}


def test_files_of_others_are_not_taken_for_parts(tmp_path):
    others = {".clip.mp4.part", ".clip.mp4.9-x.part", "clip.mp4.9-1.part", ".other.9-1.part"}
    for name in others:
        (tmp_path / name).touch()
    with Folder(tmp_path) as folder:
        put(folder, ("clip.mp4",))
    assert tree(tmp_path) == {*others, "clip.mp4"}


def test_nothing_empty_is_left_behind(tmp_path):
    with Folder(tmp_path) as folder, folder.part(("clip",), 10, 5):
        pass
    with Folder(tmp_path) as folder, folder.part(("clip",), 10, 5) as part:
        part.append(b"abc")
        part.discard()
    assert tree(tmp_path) == set()


def test_a_part_that_is_too_long_is_begun_anew(tmp_path):
    (tmp_path / ".clip.3-5.part").write_bytes(b"much too long")
    with Folder(tmp_path) as folder, folder.part(("clip",), 3, 5) as part:
        assert part.length == 0


@pytest.mark.parametrize(
    ("size", "modified", "alike"),
    [(7, 100, True), (7, 102, True), (7, 98, True), (7, 103, False), (8, 100, False)],
)
def test_a_copy_has_the_same_size_and_nearly_the_same_time(size, modified, alike):
    assert Local(7, 100).is_like(size, modified) is alike


def test_what_the_system_says_against_it_is_told_with_the_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with Folder(tmp_path) as folder:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(NotSaved, match="day/clip: no space left on device"):
            put(folder, ("day", "clip"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotSaved, match="not a directory"), Folder(tmp_path / "file" / "out"):
        pass
    assert Path(tmp_path / "file").is_file()
