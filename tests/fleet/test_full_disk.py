"""A journal that cannot be written any more: nothing is sent that it could not tell of."""

import pytest

from recamera_gitops.errors import ExitCode, Unwritable
from recamera_gitops.fleet import journal
from recamera_gitops.reconcile.outcome import Verdict
from tests.fleet.conftest import CONFIG

WRITES = ("intent", "answer")


class Disk:
    """Has room for so many lines, and none after them."""

    def __init__(self, monkeypatch, room):
        self.room = room
        self.lines = []
        write_all = journal._write_all

        def written(descriptor, content):
            if len(self.lines) >= self.room:
                raise OSError(28, "No space left on device")
            self.lines.append(content)
            write_all(descriptor, content)

        monkeypatch.setattr(journal, "_write_all", written)


def lines_of_an_apply(yard, monkeypatch):
    disk = Disk(monkeypatch, 10_000)
    with yard.run() as run:
        assert run.apply(run.plan()).exit_code is ExitCode.DONE
    monkeypatch.undo()
    return len(disk.lines)


def reset(yard):
    for camera in yard.cameras.values():
        camera.reset()
        camera.log.clear()


def test_the_disk_is_full_at_every_line_in_turn(yard, monkeypatch):
    made = yard(size=1, config=CONFIG)
    total = lines_of_an_apply(made, monkeypatch)
    assert total > 15
    for room in range(total):
        reset(made)
        with monkeypatch.context() as patched, made.run() as run:
            plan = run.plan()
            Disk(patched, room)
            try:
                applied = run.apply(plan)
            except Unwritable:
                assert made.writes == {}
                continue
        camera = made.camera("cam-00")
        assert camera.edit is None, room
        assert camera.violations == []
        assert applied.exit_code is ExitCode.ERROR, room
        assert "cannot be written" in applied.stopped
        (outcome,) = applied.outcomes
        claimed = {each.address for each in outcome.outcomes if each.verdict is Verdict.VERIFIED}
        with made.run() as run:
            differing = {each.address for each in run.plan().devices[0].resources}
        assert claimed & differing == set(), room
        if made.writes:
            told = [e for e in outcome.outcomes if e.verdict is not Verdict.NOT_ATTEMPTED]
            assert told, room


def test_no_other_camera_is_begun(yard, monkeypatch):
    made = yard(size=3, config="{osd: {font: {size: 16}}}")
    with made.run() as run:
        plan = run.plan()
        Disk(monkeypatch, 4)
        applied = run.apply(plan)
    assert applied.exit_code is ExitCode.ERROR
    assert all("cannot be written" in each.error for each in applied.outcomes if each.exit_code)
    assert len(made.writes) <= 3


@pytest.mark.parametrize("where", ["runs", "editing"])
def test_a_state_folder_that_is_a_file_is_said_before_anything_is_sent(yard, where):
    made = yard(size=1)
    (made.root / ".recamera").mkdir()
    (made.root / ".recamera" / where).write_text("not a folder")
    with made.run() as run:
        plan = run.plan()
        if where == "runs":
            with pytest.raises(Unwritable):
                run.apply(plan)
        else:
            assert run.apply(plan).exit_code is not ExitCode.DONE
    camera = made.camera("cam-00")
    assert camera.edit is None
    assert not [e for e in camera.log if e.path.endswith("/image/0/scene")]
