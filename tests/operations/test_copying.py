"""Recordings onto this machine: piece by piece, resumed, checked, and never outside of the folder."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recamera_gitops.device.asking import Fetch, Piece
from recamera_gitops.emulator.clips import Clip, film
from recamera_gitops.errors import (
    Interrupted,
    NotSaved,
    NotSettled,
    Rejected,
    Unavailable,
    Unsettled,
)
from recamera_gitops.operations import copying
from recamera_gitops.operations.copying import Copied, Stop
from recamera_gitops.operations.files import Files, Target
from recamera_gitops.operations.listing import Left
from recamera_gitops.operations.removing import Doomed, Removed
from tests.operations.footage import CARD, INTERNAL, Post

DAY = 1_787_306_400  # 2026-08-21 10:00:00 UTC
LARGE = "2026-08-21/large.mp4"
RELAYED = "/storage/relay/*"
CONTROL = "/record/storage/control"
SMALL = ("2026-08-20/clip_0001.mp4", "2026-08-20/clip_0002.mp4")


class Shelf(Post):
    """A camera with a large file among its recordings, and a folder for them."""

    def __init__(self, root, *flavours, size=10_000, **options):
        super().__init__(*flavours, **options)
        self.root = root
        self.add(LARGE, size)

    def add(self, path, size=10, modified=DAY, device=INTERNAL):
        self.slot(device).files[path] = Clip(film(size), modified)

    def files_of(self, slot=None):
        return Files(self.clock.monotonic, slot)

    def get(self, *paths, place=None, overwrite=False, slot=None):
        return self.files_of(slot).got(self, paths, Target(self.root, place, overwrite))

    def sync(self, first=None, last=None, *, overwrite=False):
        return self.files_of().synced(self, Target(self.root, overwrite=overwrite), first, last)

    def read(self, path):
        return (self.root / path).read_bytes()

    @property
    def tree(self):
        return {e.relative_to(self.root).as_posix() for e in self.root.rglob("*") if e.is_file()}

    def fetched(self):
        """How many times a file was asked for, or a piece of one."""
        return sum(
            each.method == "GET" and each.path.startswith("/storage/") and each.path[-1] != "/"
            for each in self.camera.log
        )


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Pieces are of a thousand bytes here."""
    monkeypatch.setattr(copying, "_PIECE", 1000)
    made = []

    def make(*flavours, **options):
        made.append(Shelf(tmp_path / "out", *flavours, **options))
        return made[-1]

    yield make
    for each in made:
        assert each.camera.violations == []
        assert each.camera.storage.relays == {} or not each.camera.power


def test_a_file_comes_in_pieces_and_is_the_same(shelf):
    shelf = shelf()
    copied = shelf.get(LARGE)
    assert copied == Copied(str(shelf.root), downloaded=(LARGE,), bytes=10_000)
    assert shelf.read(LARGE) == film(10_000)
    assert (shelf.root / LARGE).stat().st_mtime == DAY
    assert shelf.fetched() == 10
    assert shelf.tree == {LARGE}
    assert [each.percent for each in shelf.told] == list(range(10, 101, 10))
    assert shelf.told[0].text == f"{LARGE}, 1 to go"


def test_a_file_that_is_named_comes_from_a_camera_that_lists_nothing(shelf):
    shelf = shelf("relay-no-listing")
    copied = shelf.get(LARGE, "2026-08-21/nothing.mp4")
    assert copied.downloaded == (LARGE,)
    assert [each.path for each in copied.failed] == ["2026-08-21/nothing.mp4"]
    assert shelf.read(LARGE) == film(10_000)
    assert (shelf.root / LARGE).stat().st_mtime == DAY


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2000])
@pytest.mark.parametrize("flavours", [(), ("relay-no-ranges",)])
def test_a_file_of_any_size_comes_whole(shelf, size, flavours):
    shelf = shelf(*flavours, size=size)
    assert shelf.get(LARGE).downloaded == (LARGE,)
    assert shelf.read(LARGE) == film(size)


def test_a_directory_comes_with_everything_below_it(shelf):
    shelf = shelf()
    shelf.add("2026-08-20/inner/a b#.mp4")
    copied = shelf.get("2026-08-20/")
    assert copied.downloaded == (*SMALL, "2026-08-20/inner/a b#.mp4")
    assert shelf.tree == {*copied.downloaded}


def test_a_single_file_may_go_to_another_name(shelf):
    shelf = shelf()
    shelf.get(LARGE, place=("gate.mp4",))
    assert shelf.tree == {"gate.mp4"}


def test_another_slot_may_be_meant(shelf):
    shelf = shelf()
    shelf.camera.storage.wanted = shelf.camera.storage.enabled = shelf.slot(CARD)
    shelf.slot(CARD).files["of-the-card.mp4"] = Clip(b"x", DAY)
    assert shelf.get("of-the-card.mp4").downloaded == ("of-the-card.mp4",)
    assert shelf.get("of-the-card.mp4", slot=CARD).skipped == ("of-the-card.mp4",)


class TestSecondRun:
    def test_what_is_here_is_not_fetched_again(self, shelf):
        shelf = shelf()
        assert len(shelf.sync().downloaded) == 3
        before = shelf.fetched()
        copied = shelf.sync()
        assert (copied.skipped, copied.bytes) == ((*SMALL, LARGE), 0)
        assert shelf.fetched() == before

    def test_a_file_that_is_another_one_is_replaced_only_when_that_is_wanted(self, shelf):
        shelf = shelf()
        shelf.root.mkdir()
        (shelf.root / "2026-08-21").mkdir()
        (shelf.root / LARGE).write_text("mine")
        copied = shelf.get(LARGE)
        why = "another file is there; it is replaced with --overwrite"
        assert copied.refused == (Left(LARGE, why),)
        assert shelf.read(LARGE) == b"mine"
        assert shelf.get(LARGE, overwrite=True).downloaded == (LARGE,)
        assert shelf.read(LARGE) == film(10_000)

    def test_the_same_size_at_another_time_is_another_file(self, shelf):
        shelf = shelf()
        shelf.get(LARGE)
        shelf.add(LARGE, 10_000, DAY + 60)
        assert shelf.get(LARGE).refused

    def test_a_link_is_neither_followed_nor_replaced(self, shelf, tmp_path):
        shelf = shelf()
        (tmp_path / "elsewhere").mkdir()
        shelf.root.mkdir()
        (shelf.root / "2026-08-21").symlink_to(tmp_path / "elsewhere")
        (shelf.root / "2026-08-20").mkdir()
        (shelf.root / SMALL[0]).symlink_to(tmp_path / "elsewhere" / "x")
        copied = shelf.sync(overwrite=True)
        assert [each.path for each in copied.refused] == [SMALL[0], LARGE]
        assert copied.downloaded == (SMALL[1],)
        assert list((tmp_path / "elsewhere").iterdir()) == []


class TestResuming:
    @pytest.mark.parametrize("kind", ["drop-before", "drop-after", "truncate", "unavailable"])
    def test_a_piece_that_was_lost_is_asked_for_again(self, shelf, kind):
        shelf = shelf()
        shelf.camera.faults.add(kind, "/storage/relay/*/large.mp4", nth=4)
        assert shelf.get(LARGE).downloaded == (LARGE,)
        assert shelf.read(LARGE) == film(10_000)
        assert shelf.fetched() == 11

    def stopped(self, shelf, at=4):
        """Get a file whose camera goes away at the piece of that number."""

        def away(_number, request):
            if "large" in request.path and shelf.fetched() >= at - 1:
                shelf.camera.power = False

        shelf.camera.on_request = away
        assert shelf.get(LARGE).stopped.exit_code == 4
        shelf.camera.on_request, shelf.camera.power = None, True

    def test_a_later_run_goes_on_where_this_one_was_stopped(self, shelf):
        shelf = shelf()
        self.stopped(shelf)
        assert shelf.tree == {f"2026-08-21/.large.mp4.10000-{DAY}.part"}
        before = shelf.fetched()
        shelf.camera.storage.relays.clear()
        copied = shelf.get(LARGE)
        assert (copied.downloaded, copied.bytes) == ((LARGE,), 7000)
        assert shelf.fetched() - before == 7
        assert shelf.read(LARGE) == film(10_000)
        assert shelf.tree == {LARGE}

    @pytest.mark.parametrize(("size", "modified"), [(10_000, DAY + 5), (9_000, DAY)])
    def test_another_version_is_begun_anew(self, shelf, size, modified):
        shelf = shelf()
        self.stopped(shelf)
        shelf.camera.storage.relays.clear()
        shelf.files[LARGE] = Clip(bytes(size), modified)
        assert shelf.get(LARGE).bytes == size
        assert shelf.read(LARGE) == bytes(size)
        assert shelf.tree == {LARGE}

    def test_what_was_done_before_it_stopped_is_told(self, shelf):
        shelf = shelf()

        def away(_number, request):
            if "large" in request.path:
                shelf.camera.power = False

        shelf.camera.on_request = away
        copied = shelf.sync()
        assert copied.downloaded == SMALL
        assert copied.not_attempted == (LARGE,)
        assert copied.stopped == Stop("dropped", 4)

    def test_whoever_interrupts_keeps_what_has_come(self, shelf):
        shelf = shelf()

        def interrupt(_number, request):
            if "large" in request.path and shelf.fetched() >= 3:
                shelf.clock.stop.request()

        shelf.camera.on_request = interrupt
        copied = shelf.get(LARGE)
        assert (copied.bytes, copied.stopped.exit_code) == (4000, 130)
        assert copied.not_attempted == (LARGE,)
        assert shelf.tree == {f"2026-08-21/.large.mp4.10000-{DAY}.part"}

    def test_whoever_interrupts_before_anything_has_come_gets_no_result(self, shelf):
        shelf = shelf()
        shelf.clock.stop.request()
        with pytest.raises(Interrupted):
            shelf.sync()


class TestFilesThatChange:
    @pytest.fixture
    def recording(self, shelf):
        shelf = shelf()
        shelf.document("/record/rule/config", bRuleEnabled=True)
        shelf.document("/record/rule/record-rule-config", sCurrentSelected="HTTP")
        shelf.client.send("POST", "/record/rule/http-rule-activate")
        shelf.clock.now += 1
        shelf.camera.tick()
        return shelf

    def test_a_sync_leaves_a_file_that_is_being_written_for_the_next_one(self, recording):
        first = recording.sync()
        (growing,) = first.being_written
        assert growing.endswith(".mp4")
        assert len(first.downloaded) == 3
        assert first.failed == ()
        recording.clock.now += 5
        recording.camera.tick()
        assert recording.sync().downloaded == (growing,)
        assert recording.read(growing) == film(240_000)

    def test_whoever_asks_for_it_by_name_is_told(self, recording):
        (growing,) = (path for path in recording.files if "/20" in path)
        copied = recording.get(growing)
        assert copied.failed == (Left(growing, "it is still being written; get it later"),)
        assert recording.tree == set()

    def test_one_that_grows_after_it_was_listed_is_not_taken(self, shelf):
        shelf = shelf()

        def grow(_number, request):
            if "large" in request.path and shelf.fetched() == 7:
                shelf.add(LARGE, 10_001)

        shelf.camera.on_request = grow
        copied = shelf.sync()
        assert copied.failed == (Left(LARGE, "its size is 10001 bytes now, no longer 10000"),)
        assert shelf.tree == {*SMALL}

    def test_one_that_shrinks_is_not_taken(self, shelf):
        shelf = shelf()

        def shrink(_number, request):
            if "large" in request.path and shelf.fetched() == 2:
                shelf.add(LARGE, 1500)

        shelf.camera.on_request = shrink
        assert shelf.get(LARGE).failed == (Left(LARGE, "it is shorter than it was"),)
        assert shelf.tree == set()

    def test_one_that_is_rotated_away_stops_no_other(self, shelf):
        shelf = shelf()
        shelf.camera.on_request = lambda _n, request: (
            shelf.files.pop(SMALL[0], None) if SMALL[0] in request.path else None
        )
        copied = shelf.sync()
        assert copied.failed == (Left(SMALL[0], "it is no longer there"),)
        assert copied.downloaded == (SMALL[1], LARGE)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, 3),
        (DAY, None, 1),
        (DAY + 1, None, 0),
        (None, DAY - 1, 2),
        (DAY - 86_400, DAY, 3),
        (DAY - 86_399, DAY - 1, 1),
    ],
)
def test_only_what_was_modified_in_the_period_is_fetched(shelf, first, last, found):
    assert len(shelf().sync(first, last).downloaded) == found


def test_the_oldest_come_first_for_they_are_the_first_to_go(shelf):
    shelf = shelf()
    shelf.add("a-new-one.mp4", 5, DAY + 1000)
    shelf.add("z-old-one.mp4", 5, DAY - 1_000_000)
    assert shelf.sync().downloaded == ("z-old-one.mp4", *SMALL, LARGE, "a-new-one.mp4")


def test_hostile_names_are_refused_and_the_others_are_fetched(shelf, tmp_path):
    shelf = shelf()
    lie = {"type": "file", "mtime": "Thu, 20 Aug 2026 10:00:00 GMT", "size": 3}
    names = ("../../../escaped", "..", ".ssh", "a\\b", "\x1b]0;x", "y" * 999)
    shelf.camera.storage.lies = [{"name": name, **lie} for name in names]
    copied = shelf.sync()
    assert copied.downloaded == (*SMALL, LARGE)
    assert len(copied.refused) == 3 * len(names)
    assert {each.name for each in tmp_path.iterdir()} == {"out"}
    assert shelf.tree == {*SMALL, LARGE}


ODD = ("..", "../..", "/", "\\", ".", "\0", "a/../../b", "~", "-rf", "%2e%2e%2f", "CON", "x" * 250)


@settings(max_examples=25)
@given(st.lists(st.one_of(st.text(max_size=8), st.sampled_from(ODD)), max_size=6))
def test_whatever_a_camera_calls_its_files_they_stay_in_the_folder(tmp_path_factory, names):
    around = tmp_path_factory.mktemp("around")
    shelf = Shelf(around / "out")
    entry = {"mtime": "Thu, 20 Aug 2026 10:00:00 GMT", "size": 0}
    kinds = ("file", "directory")
    shelf.camera.storage.lies = [
        {"name": name, "type": kinds[number % 2], **entry} for number, name in enumerate(names)
    ]
    shelf.files_of().got(shelf, ("2026-08-20",), Target(shelf.root))
    assert {each.name for each in around.iterdir()} == {"out"}
    assert {each.name for each in shelf.root.iterdir()} <= {"2026-08-20"}
    assert shelf.camera.violations == []


def test_a_file_that_is_only_listed_is_told_to_be_gone(shelf):
    shelf = shelf()
    lie = {"name": "ghost", "type": "file", "mtime": "Thu, 20 Aug 2026 10:00:00 GMT", "size": 3}
    shelf.camera.storage.lies = [lie]
    assert {each.reason for each in shelf.sync().failed} == {"it is no longer there"}


def test_odd_names_are_noted_and_fetched(shelf):
    shelf = shelf()
    for name in ("Clip.mp4", "clip.mp4", "con.mp4"):
        shelf.add(f"odd/{name}")
    copied = shelf.get("odd")
    assert len(copied.downloaded) == 3
    assert copied.notes == (
        Left("odd/con.mp4", "Windows knows no file of that name"),
        Left("odd/clip.mp4", "elsewhere its name may be that of odd/Clip.mp4"),
    )


def test_paths_at_which_nothing_is_stop_no_other(shelf):
    shelf = shelf()
    copied = shelf.get("none.mp4", LARGE, "nowhere/none.mp4", "2026-08-20/none.mp4")
    assert copied.downloaded == (LARGE,)
    assert copied.failed == tuple(
        Left(path, "it is not there")
        for path in ("none.mp4", "nowhere/none.mp4", "2026-08-20/none.mp4")
    )


def test_a_file_that_is_named_twice_is_fetched_once(shelf):
    assert shelf().get("2026-08-20", SMALL[0]).downloaded == SMALL


@pytest.mark.parametrize("kind", ["html", "redirect", "garbage", "status-500", "empty"])
def test_what_comes_instead_of_a_piece_is_no_piece(shelf, kind):
    shelf = shelf()
    shelf.camera.faults.add(kind, f"/storage/relay/*/{SMALL[0]}", every=True)
    copied = shelf.sync()
    assert copied.downloaded == (SMALL[1], LARGE)
    assert [each.path for each in copied.failed] == [SMALL[0]]
    assert SMALL[0] not in shelf.tree


@pytest.mark.parametrize(
    "piece",
    [
        Piece(b"x" * 1000, 0, 9_999),
        Piece(b"", 0, 10_000),
        Piece(b"x" * 10_001, 0, None),
        Piece(b"x" * 900, 0, 900),
    ],
)
def test_a_piece_that_does_not_fit_is_not_written(shelf, piece, monkeypatch):
    shelf = shelf()
    real = shelf.client.fetch
    monkeypatch.setattr(
        shelf.client, "fetch", lambda wanted: piece if "large" in wanted.path else real(wanted)
    )
    copied = shelf.get(LARGE)
    assert [each.path for each in copied.failed] == [LARGE]
    assert shelf.tree == set()


def test_more_than_a_camera_may_send_at_once_is_not_accepted(shelf, monkeypatch):
    shelf, asked = shelf(), []
    real = shelf.client.fetch
    monkeypatch.setattr(copying, "_LONGEST_WHOLE", 5000)
    monkeypatch.setattr(shelf.client, "fetch", lambda wanted: asked.append(wanted) or real(wanted))
    shelf.get(LARGE)
    assert {(type(each), each.length, each.most) for each in asked} == {(Fetch, 1000, 5000)}


@pytest.mark.parametrize("number", [1, 3])
def test_a_full_disk_is_told_and_what_has_come_is_kept(shelf, monkeypatch, number):
    shelf, real, written = shelf(), os.write, []

    def write(descriptor, content):
        written.append(len(content))
        if len(written) >= number:
            raise OSError(28, "No space left on device")
        return real(descriptor, content)

    monkeypatch.setattr("recamera_gitops.folders.os.write", write)
    if number == 1:
        with pytest.raises(NotSaved, match=f"{LARGE}: no space left on device"):
            shelf.get(LARGE)
        return
    copied = shelf.get(LARGE)
    assert copied.stopped == Stop(f"{LARGE}: no space left on device", 1)
    assert copied.not_attempted == (LARGE,)
    monkeypatch.undo()
    monkeypatch.setattr(copying, "_PIECE", 1000)
    assert shelf.get(LARGE).bytes == 8000


class TestThumbnails:
    def thumbs(self, shelf, *paths):
        return shelf.files_of().thumbnails(shelf, paths, Target(shelf.root))

    def test_the_thumbnail_of_a_file_stands_where_the_file_would(self, shelf):
        shelf = shelf()
        copied = self.thumbs(shelf, SMALL[0])
        assert copied.downloaded == ("2026-08-20/.thumb/clip_0001.mp4.thumb.jpg",)
        assert shelf.tree == {"2026-08-20/clip_0001.mp4.thumb.jpg"}
        assert self.thumbs(shelf, SMALL[0]).skipped == copied.downloaded

    def test_those_of_a_directory_are_all_that_there_are(self, shelf):
        shelf = shelf()
        shelf.add("2026-08-20/.thumb/clip_0002.mp4.thumb.jpg")
        self.thumbs(shelf, "2026-08-20")
        assert shelf.tree == {f"{path}.thumb.jpg" for path in SMALL}

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            (SMALL[1], "it has no thumbnail"),
            (LARGE, "it has no thumbnail"),
            ("2026-08-21", "it has no thumbnail"),
            ("none.mp4", "it is not there"),
        ],
    )
    def test_what_has_none_is_told(self, shelf, path, why):
        shelf = shelf()
        assert self.thumbs(shelf, path).failed == (Left(path, why),)


class TestRemoving:
    def test_what_would_be_gone_is_told(self, shelf):
        shelf = shelf()
        assert shelf.files_of().doomed(shelf, ("2026-08-20", LARGE)) == (
            Doomed("2026-08-20", "directory", 2, 3096),
            Doomed(LARGE, "file", 1, 10_000),
        )
        with pytest.raises(Rejected, match=r"it has no a, no b/c; nothing was removed"):
            shelf.files_of().doomed(shelf, ("a", LARGE, "b/c"))

    def remove(self, shelf, *paths):
        return shelf.files_of().removed(shelf, paths)

    def test_what_is_told_to_be_gone_is_gone(self, shelf):
        shelf = shelf()
        assert self.remove(shelf, "2026-08-20", LARGE) == Removed(INTERNAL, ("2026-08-20", LARGE))
        assert shelf.files == {}
        assert shelf.actions("storage-remove_files_or_directories") == 1

    def test_nothing_is_removed_where_one_path_leads_nowhere(self, shelf):
        shelf = shelf()
        with pytest.raises(Rejected, match="nothing was removed"):
            self.remove(shelf, LARGE, "none")
        assert LARGE in shelf.files

    @pytest.mark.parametrize("path", ["", "/", "..", "a/../b", "/etc", "."])
    def test_what_is_no_path_inside_is_never_sent(self, shelf, path):
        with pytest.raises(ValueError, match="is no path inside"):
            self.remove(shelf(), path)

    def order(self, shelf, kind, **settings):
        """Spoil the order to remove, among all others."""

        def spoil(_number, request):
            if b"REMOVE" in request.body:
                shelf.camera.faults.add(kind, CONTROL, **settings)

        shelf.camera.on_request = spoil

    @pytest.mark.parametrize("kind", ["drop-after", "garbage", "empty", "truncate"])
    def test_a_lost_answer_is_looked_at(self, shelf, kind):
        shelf = shelf()
        self.order(shelf, kind)
        assert self.remove(shelf, LARGE).removed == (LARGE,)
        assert shelf.actions("storage-remove_files_or_directories") == 1

    @pytest.mark.parametrize("kind", ["drop-before", "unavailable", "ignore"])
    def test_an_order_that_did_nothing_is_told_and_not_repeated(self, shelf, kind):
        shelf = shelf()
        self.order(shelf, kind, executed=False)
        with pytest.raises(NotSettled, match=f"still there: {LARGE}; gone: nothing"):
            self.remove(shelf, LARGE)
        assert LARGE in shelf.files

    def test_an_error_of_the_camera_is_told_with_what_was_seen(self, shelf):
        shelf = shelf()
        self.order(shelf, "status-500")
        with pytest.raises(NotSettled, match=r"gone: nothing \(Internal Server Error\)"):
            self.remove(shelf, LARGE)

    def test_half_of_it_is_told_as_half(self, shelf):
        shelf = shelf()
        shelf.camera.on_request = lambda _n, request: (
            shelf.files.pop(SMALL[1], None) if b"REMOVE" in request.body else None
        )
        put_back = Clip(b"x", DAY)

        def again(_number, request):
            if b"REMOVE" in request.body:
                shelf.camera.on_request = lambda *_: shelf.files.setdefault(LARGE, put_back)

        shelf.camera.on_request = again
        with pytest.raises(NotSettled, match=f"still there: {LARGE}; gone: {SMALL[0]}"):
            self.remove(shelf, SMALL[0], LARGE)

    def test_a_camera_that_goes_away_after_the_order_leaves_it_open(self, shelf):
        shelf = shelf()

        def away(_number, request):
            if b"REMOVE" in request.body:
                shelf.camera.on_request = lambda *_: setattr(shelf.camera, "power", False)

        shelf.camera.on_request = away
        with pytest.raises(Unsettled, match="it was not seen which are gone"):
            self.remove(shelf, LARGE)


def test_a_process_that_restarts_is_waited_for_and_one_that_stays_away_ends_it(shelf):
    shelf = shelf()
    shelf.camera.faults.add("unavailable", "/storage/relay/*/large.mp4", every=True)
    copied = shelf.sync()
    assert (copied.downloaded, copied.not_attempted) == (SMALL, (LARGE,))
    assert copied.stopped.exit_code == Unavailable.exit_code
