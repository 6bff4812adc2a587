"""One writer for a camera: processes that race, are killed or live by other clocks, and damaged files."""

import contextlib
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recamera_gitops.errors import ExitCode, Locked, Unwritable
from recamera_gitops.files import replace_file
from recamera_gitops.fleet.claims import Here, identity
from recamera_gitops.fleet.locks import LEASE, Locks, State
from tests.conftest import ROOT

START = datetime(2026, 11, 26, 10, tzinfo=UTC)
HERE = Here("alice", "build-1", 4711)
THERE = Here("bob", "build-2", 815)


class Wall:
    """A clock that somebody may set."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def locks(tmp_path, wall):
    """Locks of this repository, as another process or host would have them too."""
    return lambda here=HERE, clock=wall: Locks(tmp_path, clock, "acme", here)


def left_by_a_killed_run(locks, root, *cameras, here=HERE, run="killed"):
    """What is on disk when a process has ended in the middle."""
    with locks(here).hold(run, cameras) as hold:
        kept = (root / f".recamera/locks/{run}.json").read_bytes()
    assert hold.stale == ()
    (root / f".recamera/locks/{run}.json").write_bytes(kept)
    (root / f".recamera/locks/{run}.run").touch()


def states(locks, here=HERE):
    return {each.device: each.state for each in locks(here).listed()}


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def files(root):
    return sorted(each.name for each in (root / ".recamera" / "locks").iterdir())


# --- in one process --------------------------------------------------------------------------------


def test_a_run_has_its_cameras_to_itself_and_lets_go_on_every_way_out(locks, tmp_path):
    for error in (None, ValueError, KeyboardInterrupt):
        with contextlib.suppress(ValueError, KeyboardInterrupt), locks().hold("one", ["a", "b"]):
            assert states(locks) == {"a": State.HELD, "b": State.HELD}
            if error is not None:
                raise error
        assert states(locks) == {}
        assert files(tmp_path) == ["mutex"]


def test_who_is_refused_is_told_of_every_camera_and_takes_none(locks):
    with locks().hold("one", ["a", "b"]), locks().hold("two", ["c"]):
        with (
            pytest.raises(Locked) as caught,
            locks(THERE).hold("three", ["z", "b", "c"]),
        ):
            pytest.fail("nobody gets in")
        assert str(caught.value).splitlines() == [
            "b: locked by run one of alice on build-1 (process 4711) since 2026-11-26T10:00:00Z",
            "c: locked by run two of alice on build-1 (process 4711) since 2026-11-26T10:00:00Z",
            "nothing was written",
        ]
        assert caught.value.exit_code is ExitCode.LOCKED
        assert caught.value.hint == "wait for it, or end that process"
        assert states(locks).keys() == {"a", "b", "c"}
        with locks().hold("four", ["z"]) as hold:
            assert hold.stale == ()


def test_a_run_is_not_resumed_twice_at_the_same_time(locks):
    with (
        locks().hold("one", ["a"]),
        pytest.raises(Locked, match="locked by run one"),
        locks().hold("one", ["b"]),
    ):
        pytest.fail("nobody gets in")


def test_a_lock_says_who_holds_it(locks, tmp_path):
    with locks().hold("one", ["a"]):
        (lock,) = locks().listed()
        assert lock.id == identity("one", "a")
        assert lock.claim.expires == START + LEASE
        told = json.loads((tmp_path / ".recamera/locks/one.json").read_bytes())
        assert told == {
            "run": "one",
            "fleet": "acme",
            "owner": "alice",
            "host": "build-1",
            "pid": 4711,
            "start": "2026-11-26T10:00:00Z",
            "expires": "2026-11-26T10:10:00Z",
            "cameras": ["a"],
        }


def test_this_process_is_somebody_somewhere(tmp_path, wall):
    with Locks(tmp_path, wall).hold("one", ["a"]):
        (lock,) = Locks(tmp_path, wall).listed()
    assert lock.claim.pid == os.getpid()
    assert lock.claim.owner
    assert lock.claim.host


def test_whoever_has_no_name_has_a_number(monkeypatch):
    def nameless():
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nameless)
    assert Here.real().owner == str(os.getuid())


def test_a_thousand_cameras_take_one_descriptor(locks):
    cameras = [f"camera-{number:04}" for number in range(1000)]
    before = descriptors()
    with locks().hold("one", cameras) as hold:
        assert descriptors() == before + 1
        assert all(hold.still_held(each) for each in cameras)
        assert len(locks().listed()) == 1000
    assert descriptors() == before


def test_names_of_any_kind_are_names(locks):
    with locks().hold("../../x", ["../a", "b\n"]):
        assert states(locks) == {"../a": State.HELD, "b\n": State.HELD}
    assert states(locks) == {}


def test_without_cameras_nothing_is_on_disk(locks, tmp_path):
    with locks().hold("one", []) as hold:
        hold.renew()
    assert locks().listed() == ()
    assert list(tmp_path.iterdir()) == []


# --- what others left behind -----------------------------------------------------------------------


def test_a_lock_of_a_killed_run_is_taken_over_and_named(locks, tmp_path):
    left_by_a_killed_run(locks, tmp_path, "a", "b")
    assert states(locks) == {"a": State.STALE, "b": State.STALE}
    with locks().hold("two", ["b", "c"]) as hold:
        assert [str(each) for each in hold.stale] == [
            "b: took over the lock that run killed of alice on build-1 (process 4711) left behind",
        ]
        assert states(locks) == {"a": State.STALE, "b": State.HELD, "c": State.HELD}
    with locks().hold("three", ["a", "b"]) as hold:
        assert [each.lock.device for each in hold.stale] == ["a"]
    assert files(tmp_path) == ["mutex"]


def test_a_killed_run_is_resumed_under_its_own_name(locks, tmp_path):
    left_by_a_killed_run(locks, tmp_path, "a", "b")
    with locks().hold("killed", ["a"]) as hold:
        assert [each.lock.device for each in hold.stale] == ["a"]
        assert states(locks) == {"a": State.HELD}


@pytest.mark.parametrize("days", [-1, 1])
def test_no_clock_has_a_say_on_one_host(locks, tmp_path, wall, days):
    with locks().hold("one", ["a"]):
        wall.now += timedelta(days=days)
        assert states(locks) == {"a": State.HELD}
        with pytest.raises(Locked), locks().hold("two", ["a"]):
            pytest.fail("nobody gets in")
    left_by_a_killed_run(locks, tmp_path, "a")
    wall.now -= 2 * timedelta(days=days)
    assert states(locks) == {"a": State.STALE}


def test_a_lock_of_another_host_counts_until_it_expires(locks, tmp_path, wall):
    left_by_a_killed_run(locks, tmp_path, "a", here=THERE)
    assert states(locks) == {"a": State.ELSEWHERE}
    with pytest.raises(Locked) as caught, locks().hold("two", ["a"]):
        pytest.fail("nobody gets in")
    assert "2026-11-26T10:00:00Z until 2026-11-26T10:10:00Z" in str(caught.value)
    assert caught.value.hint == "if that run is gone: recamera-gitops unlock killed"
    wall.now += LEASE
    assert states(locks) == {"a": State.EXPIRED}
    with locks().hold("two", ["a"]) as hold:
        (stale,) = hold.stale
    assert str(stale).startswith(
        "a: took over the lock that run killed of bob on build-2 (process 815)"
    )


def test_what_another_host_is_seen_to_hold_does_not_expire(locks, wall):
    with locks(THERE).hold("one", ["a"]):
        wall.now += 3 * LEASE
        assert states(locks) == {"a": State.HELD}


def test_a_run_that_lives_prolongs_what_it_holds(locks, tmp_path, wall):
    with locks().hold("one", ["a"]) as hold:
        path = tmp_path / ".recamera" / "locks" / "one.json"
        before = path.stat().st_mtime_ns
        hold.renew()
        assert path.stat().st_mtime_ns == before  # it is not time yet
        wall.now += LEASE / 2
        hold.renew()
        (lock,) = locks().listed()
        assert lock.claim.expires == START + LEASE * 1.5
        assert lock.claim.start == START
        assert hold.still_held("a")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"run": 1}', b"\xff\x00", b"[" * 100_000, b'{"pid": 1e999}'],
)
def test_a_damaged_file_is_named_and_blocks_nobody_for_ever(locks, tmp_path, content):
    left_by_a_killed_run(locks, tmp_path, "a")
    (tmp_path / ".recamera/locks/killed.json").write_bytes(content)
    assert states(locks) == {"": State.STALE}
    with locks().hold("two", ["a", "b"]) as hold:
        (stale,) = hold.stale
        assert str(stale) == "took over whatever run killed held: its lock file was damaged"
        assert states(locks).keys() == {"a", "b"}
    assert files(tmp_path) == ["mutex"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cameras", "a"),
        ("cameras", [1]),
        ("pid", "1"),
        ("owner", None),
        ("start", "2026-11-26T10:00:00"),
        ("expires", "soon"),
        ("host", 1),
        ("run", "another"),
    ],
)
def test_every_part_of_a_file_has_to_be_what_it_is(locks, tmp_path, key, value):
    left_by_a_killed_run(locks, tmp_path, "a")
    path = tmp_path / ".recamera" / "locks" / "killed.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), key: value}), encoding="utf-8")
    assert states(locks) == {"": State.STALE}


def test_a_damaged_file_of_a_run_that_lives_keeps_everybody_out(locks, tmp_path):
    with locks().hold("one", ["a"]) as hold:
        (tmp_path / ".recamera/locks/one.json").write_bytes(b"{")
        with pytest.raises(Locked, match="run one lives, and its damaged"), locks().hold("2", "b"):
            pytest.fail("nobody gets in")
        assert not hold.still_held("a")


def test_what_a_run_left_that_held_nothing_yet_is_swept_up(locks, tmp_path):
    left_by_a_killed_run(locks, tmp_path, "a")
    (tmp_path / ".recamera/locks/killed.json").unlink()
    with locks().hold("two", ["a"]) as hold:
        assert hold.stale == ()
        assert files(tmp_path) == ["mutex", "two.json", "two.run"]


# --- taking a lock away ----------------------------------------------------------------------------


def test_a_lock_is_taken_away_by_its_id_or_by_its_run(locks, tmp_path):
    left_by_a_killed_run(locks, tmp_path, "a", "b", "c", here=THERE)
    assert [each.device for each in locks().unlock([identity("killed", "b")])] == ["b"]
    assert states(locks).keys() == {"a", "c"}
    assert [each.device for each in locks().unlock(["killed"])] == ["a", "c"]
    assert files(tmp_path) == ["mutex"]
    assert locks().unlock(["killed"]) == ()


def test_the_lock_of_a_run_that_lives_is_taken_only_by_force_and_it_notices(locks, wall):
    with locks().hold("one", ["a", "b"]) as hold:
        with pytest.raises(Locked) as caught:
            locks().unlock([identity("one", "a")])
        assert str(caught.value).endswith("\nnothing was unlocked")
        assert hold.still_held("a")
        locks().unlock([identity("one", "a")], force=True)
        assert not hold.still_held("a")
        with pytest.raises(Locked, match="taken its lock away"):
            hold.require("a")
        hold.require("b")
        wall.now += LEASE
        hold.renew()  # brings nothing back
        assert states(locks) == {"b": State.HELD}
        with locks().hold("two", ["a"]):
            assert hold.still_held("b")
    assert states(locks) == {}


def test_whoever_lost_everything_lets_go_of_nothing_that_is_not_his(locks):
    with contextlib.ExitStack() as other:
        with locks().hold("one", ["a"]) as hold:
            locks().unlock(["one"], force=True)
            other.enter_context(locks(THERE).hold("one", ["a"]))
            assert not hold.still_held("a")
        assert states(locks) == {"a": State.HELD}


def test_a_state_folder_that_is_gone_is_a_lock_that_is_lost(locks, tmp_path):
    with locks().hold("one", ["a"]) as hold:
        (tmp_path / ".recamera").rename(tmp_path / "elsewhere")
        assert not hold.still_held("a")
        hold.renew()
    assert not (tmp_path / ".recamera").exists()


# --- the disk --------------------------------------------------------------------------------------


def test_only_the_owner_may_read_them_whatever_the_umask(locks, tmp_path):
    before = os.umask(0)
    try:
        with locks().hold("one", ["a"]):
            for each in (tmp_path / ".recamera").rglob("*"):
                mode = 0o700 if each.is_dir() else 0o600
                assert stat.S_IMODE(each.stat().st_mode) == mode, each
            assert stat.S_IMODE((tmp_path / ".recamera").stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_where_nothing_can_be_written_nobody_gets_in(locks, tmp_path):
    (tmp_path / ".recamera").write_text("a file\n", encoding="utf-8")
    with pytest.raises(Unwritable, match="nothing was sent"), locks().hold("one", ["a"]):
        pytest.fail("nobody gets in")
    assert locks().listed() == ()


def test_a_full_disk_leaves_no_half_of_a_lock(locks, tmp_path, monkeypatch):
    def full(path, content, mode):
        raise OSError(28, "No space left on device")

    before = descriptors()
    with monkeypatch.context() as patched:
        patched.setattr("recamera_gitops.fleet.locks.replace_file", full)
        with pytest.raises(Unwritable, match="No space left"), locks().hold("one", ["a"]):
            pytest.fail("nobody gets in")
    assert states(locks) == {}
    assert descriptors() == before
    with locks().hold("one", ["a"]) as hold:
        assert hold.stale == ()


def test_a_disk_that_fills_up_while_a_lock_is_taken_over_leaves_it_as_it_was(
    locks, tmp_path, monkeypatch
):
    left_by_a_killed_run(locks, tmp_path, "a", "b")

    def full(path, content, mode):
        if path.name == "killed.json":
            raise OSError(28, "No space left on device")
        replace_file(path, content, mode)

    before = descriptors()
    with monkeypatch.context() as patched:
        patched.setattr("recamera_gitops.fleet.locks.replace_file", full)
        with pytest.raises(Unwritable, match="No space left"), locks().hold("one", ["a"]):
            pytest.fail("nobody gets in")
    assert states(locks) == {"a": State.STALE, "b": State.STALE}
    assert descriptors() == before


# --- processes -------------------------------------------------------------------------------------

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from recamera_gitops.errors import Locked
from recamera_gitops.fleet.locks import Locks

root, run = Path(sys.argv[1]), sys.argv[2]
locks = Locks(root, lambda: datetime(2026, 11, 26, tzinfo=UTC))
"""
HOLD = """
sys.stdin.readline()
try:
    with locks.hold(run, ["a", "b"]) as hold:
        print("in", *sorted(each.lock.device for each in hold.stale), flush=True)
        sys.stdin.readline()
except Locked:
    print("out", flush=True)
"""
RACE = """
inside, got = root / "inside", 0
for turn in range(25):
    try:
        with locks.hold(f"{run}-{turn}", ["a", "b"] if turn % 2 else ["b", "c"]) as hold:
            inside.touch(exist_ok=False)
            got += 1
            assert hold.stale == () and hold.still_held("b")
            inside.unlink()
    except Locked:
        pass
print("got", got, flush=True)
"""


@pytest.fixture
def process(tmp_path):
    """Starts a Python process about this repository; all are ended with the test."""
    with contextlib.ExitStack() as stack:

        def start(code, run):
            started = subprocess.Popen(  # noqa: S603 - this very package
                [sys.executable, "-c", PROGRAM + code, tmp_path, run],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            stack.enter_context(started)
            stack.callback(started.kill)
            return started

        yield start


def told(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().split()


def test_of_processes_that_race_one_is_inside_at_a_time(process, tmp_path):
    racing = [process(RACE, f"run-{number}") for number in range(4)]
    ended = [each.communicate(timeout=60)[0].split() for each in racing]
    assert [each[:1] for each in ended] == [["got"]] * 4
    assert any(int(each[1]) for each in ended)
    assert files(tmp_path) == ["mutex"]


def test_a_killed_holder_is_followed_by_exactly_one_of_those_that_race(process, tmp_path):
    holder = process(HOLD, "killed")
    racing = [process(HOLD, f"run-{number}") for number in range(3)]
    assert told(holder) == ["in"]
    assert told(racing[0]) == ["out"]
    holder.kill()
    holder.wait(10)
    racing[0] = process(HOLD, "run-again")
    for each in racing:
        each.stdin.write("\n")
        each.stdin.flush()
    ended = sorted(each.stdout.readline().split() for each in racing)
    assert ended == [["in", "a", "b"], ["out"], ["out"]]
    for each in racing:
        each.communicate(timeout=10)
    assert files(tmp_path) == ["mutex"]
