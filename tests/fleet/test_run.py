"""Many cameras in one run: each for itself, in order, with one login, and never a lock-out."""

import threading
from dataclasses import replace

import pytest

from recamera_gitops.desired.models import Rollout
from recamera_gitops.errors import ExitCode, Interrupted, InvalidInput
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.reconcile.outcome import Phase, Verdict
from recamera_gitops.reconcile.plan import Status

STOP = Rollout(on_failure="stop")


def test_results_come_in_the_order_of_the_devices_with_one_login_each(yard):
    yard = yard(size=9)
    with yard.run() as run:
        plan = run.plan()
        outcomes = run.apply(plan).outcomes
    assert [each.device for each in plan.devices] == yard.names
    assert [each.device for each in outcomes] == yard.names
    assert [each.error for each in outcomes if each.exit_code] == []
    for name in yard.names:
        camera = yard.camera(name)
        assert (camera.logins, camera.failed_logins) == (1, 0)
        assert camera.violations == []
        assert camera.edit is None


def test_a_second_run_writes_nothing(yard):
    yard = yard()
    for _ in range(2):
        before = dict(yard.writes)
        with yard.run() as run:
            run.apply(run.plan())
    assert yard.writes == before


def test_planning_only_reads(yard):
    yard = yard()
    with yard.run() as run:
        plan = run.plan()
    assert plan.summary["changed"] == 3
    assert yard.writes == {}
    for name in yard.names:
        assert {each.method for each in yard.camera(name).log} == {"GET", "POST"}
        assert yard.sent(name, "POST", "/system/login") == 1


def test_a_wrong_password_is_found_out_once_in_a_fleet_of_twenty(yard):
    yard = yard(size=20)
    yard.environment.variables["PW"] = "not the password"
    for _ in range(3):  # as from a timer
        with yard.run() as run:
            plan = run.plan()
        assert {each.status for each in plan.devices} == {Status.FAILED}
        assert {each.exit_code for each in plan.devices} == {ExitCode.ERROR}
    tried = [yard.camera(name).failed_logins for name in yard.names]
    assert sum(tried) == 1


def test_an_unreachable_camera_is_never_one_without_changes(yard):
    yard = yard()
    yard.camera("cam-01").power = False
    with yard.run() as run:
        plan = run.plan()
        outcomes = run.apply(plan).outcomes
    assert [each.status for each in plan.devices] == [
        Status.CHANGED,
        Status.UNREACHABLE,
        Status.CHANGED,
    ]
    codes = [each.exit_code for each in outcomes]
    assert codes == [ExitCode.DONE, ExitCode.UNREACHABLE, ExitCode.DONE]


def test_a_protected_camera_is_planned_and_refused(yard):
    yard = yard(more={"cam-01": "protected: true"})
    with yard.run() as run:
        plan = run.plan()
        outcomes = run.apply(plan).outcomes
    assert plan.devices[1].status is Status.CHANGED
    assert outcomes[1].exit_code is ExitCode.REFUSED
    assert "cam-01" not in yard.writes


def test_a_failing_camera_stops_only_itself(yard):
    yard = yard(size=5)
    yard.camera("cam-01").faults.add("status-500", "/osd/cfg", method="POST", every=True)
    with yard.run() as run:
        outcomes = run.apply(run.plan()).outcomes
    codes = [each.exit_code for each in outcomes]
    assert codes == [ExitCode.DONE, ExitCode.FAILED, *[ExitCode.DONE] * 3]


def test_with_stop_on_error_cameras_are_written_one_after_the_other(yard):
    yard = yard(size=3)
    with yard.run() as run:
        plan = run.plan()
        others = threading.Event()
        for name in yard.names[1:]:
            yard.camera(name).on_request = lambda _number, _request: others.set()
        early = []
        yard.camera("cam-00").on_request = lambda *_: early or early.append(others.wait(0.5))
        yard.camera("cam-00").faults.add("status-500", "/osd/cfg", method="POST", every=True)
        outcomes = run.apply(plan, Way(STOP, one_by_one=True)).outcomes
    assert early
    assert not any(early)
    assert outcomes[0].exit_code is ExitCode.FAILED
    for each in outcomes[1:]:
        assert each.count(Verdict.NOT_ATTEMPTED) == len(each.outcomes)
        assert "not begun" in each.error
    assert yard.writes.keys() <= {"cam-00"}


def test_a_plan_for_a_camera_that_was_exchanged_is_refused(yard):
    yard = yard()
    with yard.run() as run:
        plan = run.plan()
    yard.camera("cam-00").documents["/system/device-info"]["sSerialNumber"] = "SN-OTHER"
    with yard.run() as run:
        outcomes = run.apply(plan).outcomes
    assert outcomes[0].exit_code is ExitCode.FAILED
    assert "SN-OTHER" in outcomes[0].error
    assert yard.writes.keys() == {"cam-01", "cam-02"}


def test_a_serial_in_the_files_binds_before_anything_is_compared(yard):
    yard = yard(more={"cam-01": "serial: SN-EXPECTED"})
    with yard.run() as run:
        plan = run.plan()
    assert plan.devices[1].status is Status.FAILED
    assert plan.devices[1].exit_code == ExitCode.FAILED


@pytest.mark.parametrize("change", ["host", "gone", "protected"])
def test_files_that_changed_since_the_plan_refuse_it(yard, change):
    yard = yard()
    with yard.run() as run:
        plan = run.plan()
    if change == "gone":
        (yard.root / "devices" / "cam-00.yaml").unlink()
    else:
        yard.more = {"cam-00": "protected: true"}
        yard.declare("cam-00")
        if change == "host":
            moved = replace(plan.devices[0], host="elsewhere.test")
            plan = replace(plan, devices=(moved, *plan.devices[1:]))
            yard.more = {}
            yard.declare("cam-00")
    with yard.run() as run:
        outcomes = run.apply(plan).outcomes
    expected = ExitCode.REFUSED if change == "protected" else ExitCode.STALE
    assert outcomes[0].exit_code is expected
    assert [each.exit_code for each in outcomes[1:]] == [ExitCode.DONE] * 2
    assert "cam-00" not in yard.writes


def test_a_plan_for_another_wish_is_stale(yard):
    yard = yard()
    with yard.run() as run:
        plan = run.plan()
    yard.declare("cam-02", "{osd: {font: {size: 48}}}")
    with yard.run() as run:
        outcomes = run.apply(plan).outcomes
    assert outcomes[2].exit_code is ExitCode.STALE
    assert "cam-02" not in yard.writes


def test_targets_narrow_the_plan_and_the_apply(yard):
    yard = yard()
    with yard.run() as run:
        plan = run.plan(("image",))
        outcomes = run.apply(plan).outcomes
    assert {each.address for o in outcomes for each in o.outcomes} == {"image.scenes.night"}
    for name in yard.names:
        assert yard.sent(name, "POST", "/osd/cfg") == 0


def test_no_more_requests_are_in_flight_than_the_connection_allows(yard):
    yard = yard(size=2)
    gate = threading.Barrier(2)

    def note(_number, _request):
        if not gate.broken and yard.camera("cam-00").in_flight > 1:
            gate.abort()

    yard.camera("cam-00").on_request = note
    with yard.run() as run:
        run.apply(run.plan())
    assert max(yard.camera(name).max_in_flight for name in yard.names) <= 4
    assert all(yard.camera(name).violations == [] for name in yard.names)


def test_a_camera_that_is_done_with_keeps_no_connection_but_its_login(yard):
    yard = yard()
    with yard.run() as run:
        plan = run.plan()
        transports = yard.environment.transports.values()
        assert [each.closed for each in transports] == [True] * 3
        for each in transports:
            each.closed = False
        run.apply(plan)
        assert [each.closed for each in transports] == [True] * 3
    assert [yard.sent(name, "POST", "/system/login") for name in yard.names] == [1, 1, 1]


def test_a_missing_secret_is_told_before_any_contact(yard):
    yard = yard()
    del yard.environment.variables["PW"]
    with yard.run() as run, pytest.raises(InvalidInput) as caught:
        run.plan()
    assert [each.rule for each in caught.value.diagnostics] == ["unset-variable"]
    assert all(not yard.camera(name).log for name in yard.names)


def test_a_stop_while_reading_ends_the_run_with_nothing_written(yard):
    yard = yard()
    yard.camera("cam-00").on_request = lambda _number, _request: yard.clock.stop.request()
    with yard.run() as run, pytest.raises(Interrupted):
        run.plan()
    assert yard.writes == {}


def test_a_stop_while_writing_leaves_every_edit_mode(yard):
    yard = yard(size=4)

    def note(_number, request):
        if request.path.endswith("/exposure"):
            yard.clock.stop.request()

    yard.camera("cam-02").on_request = note
    with yard.run() as run:
        outcomes = run.apply(run.plan()).outcomes
    assert outcomes[2].exit_code in {ExitCode.INTERRUPTED, ExitCode.DONE}
    for name in yard.names:
        assert yard.camera(name).edit is None
        assert yard.camera(name).violations == []
    assert all(transport.hurried for transport in yard.environment.transports.values())
    assert all(transport.closed for transport in yard.environment.transports.values())


def test_progress_names_every_phase_of_every_camera(yard):
    yard = yard(size=2)
    said = []
    with yard.run(said) as run:
        run.apply(run.plan())
    for name in yard.names:
        phases = [each.phase for each in said if each.device == name]
        assert set(phases) == set(Phase)
        assert phases[-1] is Phase.DONE


def test_a_plan_is_the_same_whenever_and_however_often_it_is_made(yard):
    yard = yard(size=3)
    sums = set()
    for _ in range(4):
        with yard.run() as run:
            sums.add(run.plan().checksum)
        yard.clock.now += 3600
    assert len(sums) == 1


def test_cameras_are_read_side_by_side_and_trouble_with_one_is_a_value(yard):
    yard = yard(size=4, more={"cam-01": "serial: SN-EXPECTED"})
    yard.camera("cam-02").power = False
    with yard.run() as run:
        read = run.live(lambda device: lambda path: path == "osd.font.size" and device.name)
    assert [each.device for each in read] == yard.names
    assert [each.exit_code for each in read] == [
        ExitCode.DONE,
        ExitCode.FAILED,
        ExitCode.UNREACHABLE,
        ExitCode.DONE,
    ]
    assert [each.live and dict(each.live.values) for each in read] == [
        {"osd.font.size": "auto"},
        None,
        None,
        {"osd.font.size": "auto"},
    ]
    assert "SN-EXPECTED is expected" in read[1].error
    assert yard.writes == {}


def test_a_stop_while_reading_for_the_files_ends_the_run(yard):
    yard = yard()
    yard.camera("cam-00").on_request = lambda _number, _request: yard.clock.stop.request()
    with yard.run() as run, pytest.raises(Interrupted):
        run.live(lambda _device: lambda _path: True)
