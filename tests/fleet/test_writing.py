"""A run and the locks of others: refused as a whole, taken over by name, lost in the middle."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recamera_gitops.desired.models import Rollout
from recamera_gitops.errors import ExitCode, Locked, Unwritable
from recamera_gitops.fleet.claims import Here
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.locks import LEASE, Locks
from recamera_gitops.fleet.runstate import RunState

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def others(yard, here=None):
    return Locks(yard.root, lambda: LONG_AGO, "acme", here)


def warned(yard):
    """What the runs are warned of from now on."""
    yard.warnings.clear()
    return yard.warnings


def left_behind(yard, *cameras):
    """The lock of a run that is gone."""
    path = yard.root / ".recamera" / "locks" / "gone.json"
    with others(yard, Here("bob", "build-2", 815)).hold("gone", cameras):
        content = path.read_bytes()
    path.write_bytes(content)


def test_one_camera_that_another_run_holds_keeps_all_from_being_written(yard):
    yard = yard()
    with yard.run() as run:
        plan = run.plan()
        with others(yard).hold("other", ["cam-01"]):
            with pytest.raises(Locked, match="cam-01: locked by run other"):
                run.apply(plan)
            assert yard.writes == {}
            assert not (yard.root / ".recamera" / "runs").exists()
        assert run.apply(plan).exit_code is ExitCode.DONE
    assert others(yard).listed() == ()


def test_who_only_reads_or_has_nothing_to_write_asks_for_no_lock(yard):
    yard = yard(more={"cam-01": "protected: true"})
    with yard.run() as run:
        run.apply(run.plan())
    with others(yard).hold("other", yard.names), yard.run() as run:
        plan = run.plan()
        codes = [each.exit_code for each in run.apply(plan).outcomes]
    assert codes == [ExitCode.DONE, ExitCode.REFUSED, ExitCode.DONE]


GONE = "took over the lock that run gone of bob on build-2 (process 815) left behind"


def test_the_lock_of_a_run_that_is_gone_is_named(yard):
    yard = yard()
    heard = warned(yard)
    left_behind(yard, "cam-01", "elsewhere")
    with yard.run() as run:
        assert run.apply(run.plan()).exit_code is ExitCode.DONE
    assert heard == [f"cam-01: {GONE}"]
    assert [each.device for each in others(yard).listed()] == ["elsewhere"]


def test_it_is_named_also_where_an_edit_mode_has_to_be_left_first(yard):
    yard = yard()
    heard = warned(yard)
    left_behind(yard, "cam-01", "cam-02")
    for name in ("cam-00", "cam-01"):
        RunState(yard.root).mark_editing(name, f"SN-{name}")
    with yard.run() as run:
        assert run.recover() == (("cam-00", None), ("cam-01", None))
        run.apply(run.plan())
    assert heard == [f"cam-01: {GONE}", f"cam-02: {GONE}"]


def test_an_edit_mode_of_a_run_that_lives_is_left_alone(yard):
    yard = yard()
    RunState(yard.root).mark_editing("cam-01", "SN-cam-01")
    with others(yard).hold("other", ["cam-01"]), yard.run() as run:
        ((name, trouble),) = run.recover()
    assert name == "cam-01"
    assert trouble.startswith("cam-01: locked by run other of ")
    assert RunState(yard.root).left_editing("cam-01") == "SN-cam-01"


def test_a_camera_whose_lock_was_taken_away_is_not_begun(yard):
    yard = yard()

    def steal(_number, request):
        if request.method != "GET" and "/image" in request.path:
            (held,) = (each for each in others(yard).listed() if each.device == "cam-02")
            others(yard).unlock([held.id], force=True)
            yard.camera("cam-00").on_request = None

    with yard.run() as run:
        plan = run.plan()
        yard.camera("cam-00").on_request = steal
        outcomes = run.apply(plan, Way(Rollout(), one_by_one=True)).outcomes
    assert [each.exit_code for each in outcomes] == [0, 0, ExitCode.LOCKED]
    assert outcomes[2].error == "not begun: somebody has taken its lock away from this run"
    assert yard.writes.keys() == {"cam-00", "cam-01"}


def test_a_run_that_lasts_prolongs_its_locks(yard):
    yard = yard(size=1)
    moments, prolonged = [LONG_AGO], threading.Event()
    yard.environment = replace(yard.environment, now=lambda: moments[-1])

    def last(_number, request):
        if request.method != "GET" and not prolonged.is_set():
            moments.append(LONG_AGO + LEASE)
            for _ in range(100):
                (lock,) = others(yard).listed()
                if lock.claim.expires == LONG_AGO + 2 * LEASE:
                    prolonged.set()
                    break
                threading.Event().wait(0.05)

    with yard.run() as run:
        plan = run.plan()
        yard.camera("cam-00").on_request = last
        run.apply(plan)
    assert prolonged.is_set()


def test_a_long_soak_prolongs_them_too(yard):
    yard = yard(size=2)
    expiries = []

    def slept(seconds):
        expiries.extend(each.claim.expires for each in others(yard).listed())
        yard.clock.now += seconds
        return True

    yard.clock.sleep = slept
    began = yard.clock.now

    def moment():
        return LONG_AGO + timedelta(seconds=yard.clock.now - began)

    yard.environment = replace(yard.environment, now=moment)
    waves = {"waves": [{"select": "all", "size": 1}, {"select": "all"}], "soak": "2h"}
    with yard.run() as run:
        run.apply(run.plan(), Way(Rollout.model_validate(waves)))
    assert max(expiries) > LONG_AGO + timedelta(hours=2)


def test_where_no_lock_can_be_written_no_camera_is(yard):
    yard = yard()
    (yard.root / ".recamera").write_text("a file\n", encoding="utf-8")
    with yard.run() as run:
        plan = run.plan()
        with pytest.raises(Unwritable, match="nothing was sent"):
            run.apply(plan)
    assert yard.writes == {}
