"""Every request of an apply goes wrong in turn, in every way: safe, truthful, and repaired by the next."""

import pytest

from recamera_gitops.emulator import Fault
from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from tests.reconcile.golden_apply import Golden, length

EVERY_INDEX = ("drop-before", "drop-after", "unauthorized-200", "unavailable")
SOME_INDICES = ("status-500", "unauthorized", "garbage", "html", "empty", "truncate", "nan")
MOST = 100  # requests of the golden apply, rounded up
SLICES = 12


def test_the_sweep_reaches_the_end(rig):
    assert 40 < length(rig) <= MOST


def swept(rig, kind, indices):
    for index in indices:
        golden = Golden(rig)
        golden.camera.faults.append(Fault(kind, nth=index + 1))
        visit = golden.visit()
        outcome = visit.apply(golden.planned)
        golden.check(outcome)
        golden.converge()


@pytest.mark.parametrize("start", range(SLICES))
@pytest.mark.parametrize("kind", EVERY_INDEX)
def test_one_lost_or_refused_exchange_at_every_index(rig, kind, start):
    swept(rig, kind, range(start, MOST, SLICES))


@pytest.mark.parametrize(("number", "kind"), list(enumerate(SOME_INDICES)))
def test_one_spoilt_answer(rig, number, kind):
    swept(rig, kind, range(number, MOST, len(SOME_INDICES)))


@pytest.mark.parametrize("start", range(SLICES))
def test_a_stop_at_every_index(rig, start):
    for index in range(start, MOST, SLICES):
        golden = Golden(rig)
        stop, camera = golden.rig.clock.stop, golden.camera
        seen = []

        def note(_number, _request, seen=seen, stop=stop, index=index):
            seen.append(1)
            if len(seen) == index + 1:
                stop.request()

        camera.on_request = note
        outcome = golden.visit().apply(golden.planned)
        stop.event.clear()
        camera.on_request = None
        golden.check(outcome)
        unfinished = any(each.verdict is not Verdict.VERIFIED for each in outcome.outcomes)
        expected = ExitCode.INTERRUPTED if unfinished and len(seen) > index else ExitCode.DONE
        assert outcome.exit_code is expected, outcome
        golden.converge()


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "status-500", "garbage"])
def test_an_edit_mode_that_cannot_be_left_is_reported_as_open(rig, kind):
    golden = Golden(rig)
    entered = []

    def note(_number, request):
        if request.path.endswith("/scene"):
            entered.append(request.path)
            if len(entered) == 2:
                golden.camera.faults.append(
                    Fault(kind, method="PUT", path="/image/0/scene", every=True)
                )

    golden.camera.on_request = note
    visit = golden.visit()
    outcome = visit.apply(golden.planned)
    golden.camera.on_request = None
    assert len(entered) == 5, "four tries to leave"
    assert visit.edits == [True]
    golden.check(outcome, edit_may_stay=True)
    golden.rig.clock.now += 301
    golden.camera.violations.clear()
    golden.converge()


def test_a_camera_that_goes_away_for_good_is_told_from_one_that_was_never_there(rig):
    golden = Golden(rig)
    golden.camera.power = False
    outcome = golden.visit().apply(golden.planned)
    assert outcome.exit_code is ExitCode.UNREACHABLE
    assert outcome.count(Verdict.NOT_ATTEMPTED) == len(golden.planned.resources)
    golden.camera.power = True
    golden.converge()


@pytest.mark.parametrize("index", range(0, MOST, 6))
def test_power_lost_for_good_in_the_middle(rig, index):
    golden = Golden(rig)
    seen = []

    def note(_number, _request):
        seen.append(1)
        golden.camera.power = len(seen) <= index

    golden.camera.on_request = note
    outcome = golden.visit().apply(golden.planned)
    golden.camera.on_request = None
    golden.camera.power = True
    golden.camera.reboot()  # whatever was not saved is gone
    golden.rig.clock.now += 10
    golden.check(outcome)
    if len(seen) > index:
        assert outcome.exit_code is not ExitCode.DONE
    golden.converge()
