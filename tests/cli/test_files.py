"""`files …`, whole outputs over cameras in process, and what is on this machine afterwards."""

from textwrap import dedent

import pytest

from recamera_gitops.emulator.clips import Clip, film
from tests.cli.posts import DOCK, GATE, Posts

CONTROL = "/record/storage/control"
DAY = 1_787_306_400  # 2026-08-21 10:00:00 UTC
LARGE = "2026-08-21/large.mp4"
FIRST, SECOND = "2026-08-20/clip_0001.mp4", "2026-08-20/clip_0002.mp4"


@pytest.fixture
def posts(tmp_path, rcg, monkeypatch):
    posts = Posts(tmp_path, rcg).stand(monkeypatch)
    posts.camera().storage.slots[0].files[LARGE] = Clip(film(5_000_000), DAY)
    yield posts
    for camera in posts.cameras.values():
        assert camera.violations == []
        assert camera.storage.relays == {}


def said(ended):
    """What is said of files beside the result."""
    return [
        e for e in ended.err.splitlines() if e.startswith(("warning: gate", "note: gate", "error"))
    ]


def tree(root):
    return sorted(e.relative_to(root).as_posix() for e in root.rglob("*") if e.is_file())


def test_recordings_are_listed(posts):
    ended = posts.ask("files", "list", GATE)
    assert (ended.code, ended.out) == (
        0,
        dedent("""\
            path         size  modified
            2026-08-20/  -     2026-08-20T10:01:00Z
            2026-08-21/  -     2026-08-21T10:00:00Z
            0 files, 0 B, on /dev/mmcblk0p8
        """),
    )
    assert posts.ask("files", "list", GATE, "2026-08-20/").out == dedent("""\
        path                      size     modified
        2026-08-20/clip_0001.mp4  2.0 KiB  2026-08-20T10:00:00Z
        2026-08-20/clip_0002.mp4  1.0 KiB  2026-08-20T10:01:00Z
        2 files, 3.0 KiB, on /dev/mmcblk0p8
    """)
    assert posts.ask("files", "list", GATE, "--recursive").out.splitlines()[-2:] == [
        "2026-08-21/large.mp4      4.8 MiB  2026-08-21T10:00:00Z",
        "3 files, 4.8 MiB, on /dev/mmcblk0p8",
    ]


def test_programs_read_the_listing_in_json(posts):
    code, found = posts.result("files", "list", GATE, "2026-08-21")
    assert (code, found) == (
        0,
        {
            "slot": "/dev/mmcblk0p8",
            "directory": "2026-08-21",
            "entries": [
                {
                    "path": LARGE,
                    "kind": "file",
                    "size_bytes": 5_000_000,
                    "modified": "2026-08-21T10:00:00Z",
                }
            ],
            "refused": [],
        },
    )


def test_a_file_is_fetched_to_a_folder_or_to_a_name(posts):
    out = posts.root / "out"
    ended = posts.ask("files", "get", GATE, LARGE, FIRST, "--output", out)
    assert ended.out == f"{LARGE}\n{FIRST}\n2 files fetched (4.8 MiB); in {out}\n"
    assert "gate: reading 2026-08-21/large.mp4, 2 to go" in ended.err
    assert tree(out) == [FIRST, LARGE]
    assert (out / LARGE).read_bytes() == film(5_000_000)
    ended = posts.ask("files", "get", GATE, FIRST, "--output", posts.root / "gate.mp4")
    assert ended.code == 0
    assert (posts.root / "gate.mp4").stat().st_mtime == 1_787_220_000
    ended = posts.ask("files", "get", GATE, "2026-08-21", "--output", out)
    assert ended.out == f"0 files fetched (0 B), 1 here already; in {out}\n"


def test_what_is_not_there_is_named_and_the_rest_is_fetched(posts):
    ended = posts.ask("files", "get", GATE, FIRST, "none.mp4", "--output", posts.root / "out")
    assert ended.code == 3
    assert said(ended) == ["warning: gate: none.mp4: it is not there"]
    assert ended.out.splitlines()[-1].startswith("1 file fetched (2.0 KiB), 1 failed; in ")


def test_a_mirror_is_kept_for_each_camera_and_fetches_nothing_twice(posts):
    mirror = posts.root / "mirror"
    call = ("files", "sync", "--output", mirror, "--since", "2026-08-20")
    assert posts.ask(*call).out == dedent("""\
        camera  fetched  bytes    here already  being written  refused  failed  not attempted
        dock    2        3.0 KiB  0             0              0        0       0
        gate    3        4.8 MiB  0             0              0        0       0
    """)
    assert tree(mirror) == [
        f"dock/{FIRST}",
        f"dock/{SECOND}",
        *(f"gate/{e}" for e in (FIRST, SECOND, LARGE)),
    ]
    posts.camera().storage.slots[0].files.pop(FIRST)
    code, found = posts.json(*call)
    assert code == 0
    assert found["devices"][1]["result"] == {
        "directory": str(mirror / "gate"),
        "downloaded": [],
        "skipped": [SECOND, LARGE],
        "being_written": [],
        "refused": [],
        "failed": [],
        "not_attempted": [],
        "notes": [],
        "bytes": 0,
        "stopped": None,
    }
    assert (mirror / "gate" / FIRST).is_file()


@pytest.mark.parametrize(
    ("period", "fetched"),
    [
        (("--since", "2026-08-21"), 1),
        (("--since", "2026-08-20", "--until", "2026-08-20"), 2),
        (("--since", "2026-08-20T10:00:30Z", "--until", "2026-08-21T12:00:00+02:00"), 2),
        (("--since", "2026-08-20", "--until", "2026-08-21T09:59:59"), 2),
        (("--since", "1h"), 0),
        (("--since", "99999d"), 3),
    ],
)
def test_a_period_is_a_time_or_a_day_or_a_while_ago(posts, period, fetched):
    _, found = posts.json("files", "sync", GATE, "--output", posts.root / "m", *period)
    assert len(found["devices"][0]["result"]["downloaded"]) == fetched


@pytest.mark.parametrize("time", ["yesterday", "2d3", "2026-13-01", "-1d", ""])
def test_what_is_no_time_is_wrong_usage(posts, time):
    for option in ("--since", "--until"):
        ended = posts.ask("files", "sync", "--output", "m", "--since", "1d", option, time)
        assert ended.code == 64
        assert f"{time!r} is no time: say 2d or 12h" in ended.err
    assert posts.camera().requests == 0


def test_hostile_names_are_refused_by_name_and_end_with_3(posts):
    lie = {"type": "file", "mtime": "Thu, 20 Aug 2026 10:00:00 GMT", "size": 3}
    posts.camera().storage.lies = [{"name": each, **lie} for each in ("../../x", ".bashrc")]
    ended = posts.ask("files", "get", GATE, "2026-08-21", "--output", posts.root / "out")
    assert ended.code == 3
    assert said(ended) == [
        "warning: gate: 2026-08-21/../../x: the name holds a slash",
        "warning: gate: 2026-08-21/.bashrc: the name begins with a dot",
    ]
    assert tree(posts.root / "out") == [LARGE]
    assert posts.ask("files", "list", GATE).code == 3
    posts.camera().storage.lies = []


def test_other_files_are_kept_unless_they_are_to_be_replaced(posts):
    (posts.root / "out" / "2026-08-21").mkdir(parents=True)
    (posts.root / "out" / LARGE).write_text("mine")
    call = ("files", "get", GATE, LARGE, "--output", posts.root / "out")
    ended = posts.ask(*call)
    assert ended.code == 3
    assert said(ended) == [
        f"warning: gate: {LARGE}: another file is there; it is replaced with --overwrite"
    ]
    assert posts.ask(*call, "--overwrite").code == 0
    assert (posts.root / "out" / LARGE).stat().st_size == 5_000_000


def test_what_stops_it_is_told_with_what_was_done(posts):
    def away(_number, request):
        if "large" in request.path:
            posts.camera().power = False

    posts.camera().on_request = away
    out = posts.root / "out"
    ended = posts.ask("files", "get", GATE, "2026-08-20", LARGE, "--output", out)
    assert ended.code == 4
    assert said(ended) == ["warning: gate: stopped: dropped"]
    assert ended.out.splitlines()[-1] == (f"2 files fetched (3.0 KiB), 1 not attempted; in {out}")
    posts.camera().storage.relays.clear()


def test_a_full_disk_ends_with_1_and_the_relay_is_closed(posts, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recamera_gitops.folders.os.write", full)
    ended = posts.ask("files", "get", GATE, LARGE, "--output", posts.root / "out")
    assert ended.code == 1
    assert ended.out == f"gate  failed: {LARGE}: no space left on device\n"


def test_thumbnails_stand_where_the_files_would(posts):
    ended = posts.ask("files", "thumb", GATE, "2026-08-20", "--output", posts.root / "thumbs")
    assert ended.code == 0
    assert tree(posts.root / "thumbs") == [f"{FIRST}.thumb.jpg"]
    ended = posts.ask("files", "thumb", GATE, SECOND, "--output", posts.root / "thumbs")
    assert (ended.code, said(ended)) == (3, [f"warning: gate: {SECOND}: it has no thumbnail"])


class TestRemoving:
    def test_it_is_shown_and_asked_first(self, posts):
        ended = posts.ask("files", "rm", GATE, FIRST, "2026-08-21")
        assert ended.code == 5
        assert "gate: 2026-08-20/clip_0001.mp4, 2.0 KiB\n" in ended.err
        assert "gate: 2026-08-21/ with 1 file, 4.8 MiB\n" in ended.err
        assert said(ended)[-1].startswith("error: nobody can be asked here; approve with --yes")
        assert len(posts.camera().storage.slots[0].files) == 4

    @pytest.mark.parametrize("answer", ["no", "y", ""])
    def test_anything_but_yes_removes_nothing(self, posts, answer):
        ended = posts.ask("files", "rm", GATE, FIRST, answer=answer)
        assert ended.code == 5
        assert "Remove 1 file, which cannot be had again? Only 'yes' is accepted:" in ended.err
        assert FIRST in posts.camera().storage.slots[0].files

    def test_what_was_agreed_to_is_gone(self, posts):
        ended = posts.ask("files", "rm", GATE, FIRST, "2026-08-21/", answer="yes")
        assert (ended.code, ended.out) == (0, f"removed {FIRST}\nremoved 2026-08-21\n")
        assert sorted(posts.camera().storage.slots[0].files) == [
            "2026-08-20/.thumb/clip_0001.mp4.thumb.jpg",
            SECOND,
        ]

    def test_a_protected_camera_keeps_its_recordings(self, posts):
        posts.declare(GATE, "protected: true\n")
        assert posts.ask("files", "rm", GATE, FIRST, "--yes").code == 5
        assert posts.ask("files", "list", GATE).code == 0
        assert FIRST in posts.camera().storage.slots[0].files

    def test_one_path_that_leads_nowhere_keeps_all_of_them(self, posts):
        ended = posts.ask("files", "rm", GATE, FIRST, "none", "--yes")
        assert (ended.code, ended.out) == (
            3,
            "gate  failed: it has no none; nothing was removed\n",
        )
        assert FIRST in posts.camera().storage.slots[0].files

    def test_it_waits_for_the_window_where_policy_says_so(self, posts):
        closed = 'rollout: {window: {start: "01:00", duration: 0s}}\n'
        posts.write("fleet.yaml", posts.read("fleet.yaml") + closed)
        assert posts.ask("files", "rm", GATE, FIRST, "--yes").code == 5
        assert FIRST in posts.camera().storage.slots[0].files
        assert posts.ask("files", "rm", GATE, FIRST, "--yes", "--outside-window").code == 0
        assert posts.ask("files", "list", GATE).code == 0

    def test_the_journal_holds_no_name_of_a_relay(self, posts):
        names = set()

        def note(*_):
            names.update(each.name for each in posts.camera().storage.relays.values())

        posts.camera().on_request = note
        posts.ask("files", "rm", GATE, FIRST, "--yes", "--debug")
        kept = b"".join(
            e.read_bytes() for e in (posts.root / ".recamera").rglob("*") if e.is_file()
        )
        assert names
        assert not [each for each in names if each.encode() in kept]
        assert b"POST /record/storage/control" in kept


@pytest.mark.parametrize("path", ["../x", "/etc", "a//b", "", "a/../b", ".", "a\\b"])
@pytest.mark.parametrize(
    "words", [("list",), ("rm",), ("get", "--output", "o"), ("thumb", "--output", "o")]
)
def test_a_path_that_leads_elsewhere_is_wrong_usage(posts, words, path):
    ended = posts.ask("files", words[0], GATE, path, *words[1:])
    assert ended.code == 64
    assert "is no path inside the recordings" in ended.err
    assert posts.camera().requests == 0


@pytest.mark.parametrize("name", ["gate-*", "g?te", "[g]ate"])
def test_a_pattern_is_no_camera_for_a_command_about_one(posts, name):
    ended = posts.ask("files", "list", name)
    assert ended.code == 64
    assert "it is the name of one camera, no pattern" in ended.err


def test_a_camera_that_lists_nothing_is_told_in_words(posts):
    posts.camera().flavours |= {"relay-no-listing"}
    ended = posts.ask("files", "sync", "--output", posts.root / "m", "--since", "2026-08-20")
    assert ended.code == 3
    assert ended.out.splitlines()[-1] == (
        "gate  failed: this camera does not list its recordings: Not found"
    )
    assert tree(posts.root / "m" / DOCK) == [FIRST, SECOND]
