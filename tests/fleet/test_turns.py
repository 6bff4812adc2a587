"""Cameras that are away for a while: so many at once, and none after one was lost."""

import threading

import pytest

from recamera_gitops.errors import ExitCode, Rejected, Unsettled
from recamera_gitops.fleet.operating import Operation
from recamera_gitops.fleet.turns import Turns


@pytest.mark.parametrize("at_once", [1, 2])
def test_so_many_at_a_time(yard, at_once):
    yard = yard(size=5)
    lock, now, most = threading.Lock(), [], []

    def work(reached):
        with lock:
            now.append(reached.device.name)
            most.append(len(now))
        threading.Event().wait(0.01)
        with lock:
            now.remove(reached.device.name)
        return True

    with yard.run() as run:
        turns = Turns(at_once, yard.environment.stop)
        done = run.operate(turns.taken(Operation("away", work)))
    assert all(each.value for each in done)
    assert max(most) <= at_once


def test_a_refusal_stops_nobody_and_a_loss_everybody_after_it(yard):
    yard = yard(size=4)

    def work(reached):
        if reached.device.name == "cam-01":
            raise Rejected("no", code=400)
        if reached.device.name == "cam-02":
            raise Unsettled("gone")
        return True

    with yard.run() as run:
        turns = Turns(1, yard.environment.stop)
        done = run.operate(turns.taken(Operation("away", work)))
    assert [each.exit_code for each in done] == [
        ExitCode.DONE,
        ExitCode.FAILED,
        ExitCode.FAILED,
        ExitCode.REFUSED,
    ]
    assert done[3].error == "not begun: what became of cam-02 is not known"


def test_who_waits_for_a_turn_when_somebody_asks_to_end_is_not_begun(yard):
    yard = yard(size=3)

    def work(reached):
        yard.environment.stop.request()
        return True

    with yard.run() as run:
        turns = Turns(1, yard.environment.stop)
        operation = turns.taken(Operation("away", work, one_by_one=False))
        done = run.operate(operation)
    assert sorted(each.exit_code for each in done) == [
        ExitCode.DONE,
        ExitCode.INTERRUPTED,
        ExitCode.INTERRUPTED,
    ]
