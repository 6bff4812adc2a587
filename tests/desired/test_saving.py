"""Files are replaced whole, only where they are what was read, and never outside of the repository."""

import pytest

from recamera_gitops.desired.saving import FileChange, save
from recamera_gitops.errors import NotSaved, Stale


@pytest.fixture
def root(tmp_path):
    (tmp_path / "fleet" / "devices").mkdir(parents=True)
    for name in ("a", "b"):
        (tmp_path / "fleet" / "devices" / f"{name}.yaml").write_bytes(b"old\n")
    return tmp_path / "fleet"


def change(name, before=b"old\n", after=b"new\n"):
    return FileChange(f"devices/{name}.yaml", before, after)


def contents(root):
    return [(root / "devices" / f"{name}.yaml").read_bytes() for name in ("a", "b")]


def test_every_file_is_written(root):
    save(root, [change("a"), change("b")])
    assert contents(root) == [b"new\n", b"new\n"]
    assert len(list((root / "devices").iterdir())) == 2


def test_nothing_is_written_where_one_has_changed(root):
    with pytest.raises(Stale, match=r"devices/b\.yaml has changed since it was read"):
        save(root, [change("a"), change("b", before=b"older\n")])
    assert contents(root) == [b"old\n", b"old\n"]


def test_nothing_is_written_where_one_is_gone(root):
    with pytest.raises(NotSaved, match=r"devices/c\.yaml: No such file or directory; nothing"):
        save(root, [change("a"), change("c")])
    assert contents(root) == [b"old\n", b"old\n"]


@pytest.mark.parametrize("directory", [False, True])
def test_nothing_is_written_through_a_link_out_of_the_repository(root, directory):
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "b.yaml").write_bytes(b"old\n")
    link = root / "devices" / "b.yaml"
    if directory:
        (root / "elsewhere").symlink_to(outside)
        changes = [change("a"), FileChange("elsewhere/b.yaml", b"old\n", b"new\n")]
    else:
        link.unlink()
        link.symlink_to(outside / "b.yaml")
        changes = [change("a"), change("b")]
    with pytest.raises(NotSaved, match="leads out of the repository; nothing was written"):
        save(root, changes)
    assert contents(root) == [b"old\n", b"old\n"]
    assert (outside / "b.yaml").read_bytes() == b"old\n"
