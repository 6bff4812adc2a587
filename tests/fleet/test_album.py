"""Pictures before and after an apply: of which cameras, when, and what is kept of them."""

import base64
import json
from dataclasses import replace

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.origins import Ended
from recamera_gitops.device.eye import MISSING
from recamera_gitops.errors import ExitCode, Interrupted
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.album import Album, shows, small, told
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.pictures import Blank, Picture
from recamera_gitops.fleet.rollout import at_once
from recamera_gitops.fleet.run import Run
from recamera_gitops.reconcile.plan import DevicePlan, Status
from tests.fleet.test_errands import Workers
from tests.fleet.test_policy import changed


def picture(shade, **more):
    points = bytes([shade]) * 100
    return Picture(320, 176, b"whole", b"small", points, **{"frozen": False, **more})


class Darkroom:
    """The program that takes pictures, made up: each is lighter than the one before."""

    def __init__(self, cameras=()):
        self.taken, self.answers, self.cameras = [], [], cameras
        self.told = None

    def __call__(self, program, stop=None):
        wanted = json.loads(program.told)
        self.taken.append((wanted["host"], sum(each.writes for each in self.cameras)))
        found = self.answers.pop(0) if self.answers else None
        if isinstance(found, BaseException):
            raise found
        if found is not None:
            return Ended(json.dumps({"trouble": found}).encode())
        text = base64.b64encode(bytes([20 * len(self.taken)]) * 100).decode()
        parts = dict.fromkeys(("jpeg", "small", "points"), text)
        return Ended(json.dumps({"width": 1, "height": 1, "frozen": False, **parts}).encode())


@pytest.fixture
def shown(yard):
    """A yard whose pictures are made up, and what an apply with pictures makes of it."""

    class Shown:
        def __init__(self, **options):
            self.yard = yard(**{"size": 1, **options})
            self.room = Darkroom(self.yard.cameras.values())
            self.yard.environment = replace(self.yard.environment, run=self.room)

        def apply(self, *, snapshots=True):
            with self.yard.run() as run:
                plan = run.plan()
                way = Way(at_once(run._fleet.rollout), snapshots=snapshots)
                return run.apply(plan, way)

        @property
        def past(self):
            return runs.find(self.yard.root, "latest")

    return Shown


@pytest.mark.parametrize(
    ("path", "is_seen"),
    [
        ("osd.font.size", True),
        ("image.scenes.night.exposure.mode", True),
        ("image.rotation", True),
        ("video.main.gop", False),
    ],
)
def test_pictures_are_of_changes_that_are_to_be_seen(path, is_seen):
    assert shows(changed("gate", path, 1)) is is_seen
    assert not shows(DevicePlan("gate", "h", Status.UNCHANGED))


def test_a_picture_is_taken_just_before_the_first_write_and_after_the_last(shown):
    site = shown()
    applied = site.apply()
    (camera,) = site.yard.cameras.values()
    assert site.room.taken == [("cam-00.test", 0), ("cam-00.test", camera.writes)]
    assert camera.writes > 0
    pictures = applied.pictures["cam-00"]
    assert [pictures[when]["mean"] for when in ("before", "after")] == [20, 40]
    assert pictures["after"]["differs"] == 1
    assert runs.pictures(site.past) == applied.pictures
    assert applied.exit_code == 0


def test_files_are_for_their_owner_only(shown):
    site = shown()
    facts = site.apply().pictures["cam-00"]["before"]
    folder = site.past.folder
    for name in ("pictures.jsonl", facts["file"], facts["small"]):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert (folder / "pictures").stat().st_mode & 0o777 == 0o700
    assert small(folder, facts) == bytes([20]) * 100
    assert small(folder, {"small": "../../../fleet.yaml"}) is None
    assert small(folder, {"trouble": "none"}) is None


def test_nobody_looks_unless_asked_or_where_nothing_is_to_be_seen(shown):
    site = shown()
    assert site.apply(snapshots=False).pictures == {}
    assert not (site.past.folder / "pictures.jsonl").exists()
    site.yard.declare("cam-00", "{video: {main: {gop: 25}}}")
    assert site.apply().pictures == {}
    assert site.room.taken == []


def test_a_picture_that_cannot_be_taken_fails_nothing(shown):
    site = shown()
    site.room.answers = ["401 Unauthorized"] * 4
    applied = site.apply()
    assert applied.exit_code == 0
    trouble = {"trouble": "401 Unauthorized"}
    assert applied.pictures == {"cam-00": {"before": trouble, "after": trouble}}
    assert len(site.room.taken) == 4  # once more each, since a stream may be starting


def test_a_stream_that_comes_back_a_moment_later_is_seen(shown):
    site = shown()
    site.room.answers = [None, "the connection was refused"]
    assert site.apply().pictures["cam-00"]["after"]["mean"] == 60


def test_a_worker_without_the_library_is_asked_once(shown):
    site = shown()
    site.room.answers = [MISSING, MISSING]
    assert site.apply().pictures["cam-00"]["after"] == {"trouble": MISSING}
    assert len(site.room.taken) == 2


def test_a_stream_that_is_off_is_named(shown):
    site = shown()
    (camera,) = site.yard.cameras.values()
    camera.documents["/video/0/stream"]["rtsp"]["iEnabled"] = 0
    before = site.apply().pictures["cam-00"]["before"]
    assert before == {
        "trouble": "its main stream is off over RTSP; stream.main.rtsp.enabled switches it on"
    }


def test_a_defect_in_the_darkroom_fails_nothing(shown):
    site = shown()
    site.room.answers = [ZeroDivisionError()] * 2
    applied = site.apply()
    assert applied.exit_code == 0
    assert "ZeroDivisionError" in applied.pictures["cam-00"]["before"]["trouble"]


def test_whoever_interrupts_the_first_picture_writes_nothing(shown):
    site = shown()
    site.yard.environment.stop.event.clear()

    def interrupted(program, stop):
        site.yard.environment.stop.request()
        raise Interrupted("interrupted")

    site.yard.environment = replace(site.yard.environment, run=interrupted)
    applied = site.apply()
    assert applied.exit_code is ExitCode.INTERRUPTED
    assert applied.outcomes[0].error == "interrupted before it was begun"
    assert site.yard.writes == {}


def test_whoever_interrupts_the_last_picture_loses_nothing_else(shown):
    site = shown()
    site.room.answers = [None, *[Interrupted("interrupted")] * 2]
    applied = site.apply()
    assert applied.outcomes[0].exit_code == 0
    assert applied.pictures["cam-00"]["after"] == {"trouble": "interrupted"}


def test_a_camera_that_was_not_written_is_not_looked_at_again(shown):
    site = shown()
    (camera,) = site.yard.cameras.values()
    camera.faults.add("status-500", "/osd/cfg", method="POST", every=True)
    camera.faults.add("status-500", "/image/0/scene", method="PUT", every=True)
    applied = site.apply()
    assert applied.exit_code == 3
    assert [*applied.pictures["cam-00"]] == ["before"]


def test_what_cannot_be_kept_is_told_and_fails_nothing(tmp_path):
    album = Album(tmp_path)
    (tmp_path / "pictures").write_text("in the way")
    album.keep("gate", "before", picture(10))
    album.keep("gate", "after", Blank("gone"))
    album.close()
    assert album.told == {
        "gate": {
            "before": {"trouble": "it cannot be kept (File exists)"},
            "after": {"trouble": "gone"},
        }
    }
    lines = [json.loads(each) for each in (tmp_path / "pictures.jsonl").read_text().splitlines()]
    assert told(lines) == album.told


def test_what_differs_is_told_only_where_there_is_a_picture_before(tmp_path):
    album = Album(tmp_path)
    album.keep("gate", "before", Blank("off"))
    album.keep("gate", "after", picture(3, frozen=True))
    album.close()
    after = album.told["gate"]["after"]
    assert (after["alarm"], after.get("differs")) == ("black", None)


def test_a_worker_takes_the_pictures_of_its_cameras(shown):
    site = shown()
    workers = Workers(site.yard.environment)
    fleet = load(site.yard.root)
    here = replace(site.yard.environment, run=pytest.fail)
    with Run(fleet, fleet.devices, here, lambda _: None, cluster=workers) as run:
        applied = run.apply(run.plan(), Way(at_once(fleet.rollout), snapshots=True))
    assert applied.exit_code == 0
    assert applied.pictures["cam-00"]["after"]["mean"] == 40
