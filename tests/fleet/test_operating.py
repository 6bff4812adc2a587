"""Single operations at cameras: what holds for all of them, whatever they do."""

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.device.asking import Ask
from recamera_gitops.errors import ExitCode, Locked, Rejected, Unavailable
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.operating import Operation, to_be_reached
from recamera_gitops.fleet.run import Run

SCENE = {"iProfile": -1}


def read_it(reached):
    return reached.client.get("/system/device-info")


def write_it(reached):
    def flow():
        yield Ask("PUT", "/image/0/scene", SCENE)

    reached.converse(flow())
    return reached.device.name


READ = Operation("look", read_it)
WRITE = Operation("scene leave", write_it, writes=True)


def test_an_operation_that_reads_leaves_no_run_and_takes_no_lock(yard):
    yard = yard(size=2)
    with yard.run() as run:
        done = run.operate(READ)
    assert [each.exit_code for each in done] == [ExitCode.DONE] * 2
    assert done[1].value["sSerialNumber"] == "SN-cam-01"
    assert runs.past(yard.root) == ()
    assert yard.writes == {}


def test_one_that_writes_stands_in_a_journal_with_every_write(yard):
    yard = yard(size=2)
    with yard.run() as run:
        done = run.operate(WRITE)
    assert [each.value for each in done] == yard.names
    (past,) = runs.past(yard.root)
    assert (past.kind, past.ended) == ("scene leave", ExitCode.DONE)
    assert set(past.begun) == {"cam-00", "cam-01"}
    assert past.ending("cam-01") is ExitCode.DONE
    assert yard.writes == {"cam-00": 1, "cam-01": 1}


def test_no_protected_camera_is_written_and_the_others_are(yard):
    yard = yard(size=2, more={"cam-00": "protected: true"})
    with yard.run() as run:
        first, second = run.operate(WRITE)
        assert run.operate(READ)[0].exit_code is ExitCode.DONE
    assert (first.exit_code, second.exit_code) == (ExitCode.REFUSED, ExitCode.DONE)
    assert yard.writes == {"cam-01": 1}


def test_nothing_is_written_to_a_camera_with_another_serial_number(yard):
    yard = yard(size=1, more={"cam-00": "serial: SN-other"})
    with yard.run() as run:
        (done,) = run.operate(WRITE)
    assert done.exit_code is ExitCode.FAILED
    assert "SN-cam-00 answers, SN-other is expected" in done.error
    assert yard.writes == {}


def test_nothing_is_done_while_another_run_holds_a_camera(yard):
    yard = yard(size=1)
    with yard.run() as run, yard.run() as other:

        def meanwhile(reached):
            with pytest.raises(Locked):
                other.operate(WRITE)
            return True

        (done,) = run.operate(Operation("long one", meanwhile, writes=True))
    assert done.value is True
    assert yard.writes == {}


def test_an_error_at_one_camera_stops_no_other_and_keeps_its_code(yard):
    yard = yard(size=2)

    def sometimes(reached):
        if reached.device.name == "cam-00":
            raise Rejected("not today", request="POST /x", code=30001)
        if reached.device.name == "cam-01":
            raise KeyError("a defect")

    with yard.run() as run:
        first, second = run.operate(Operation("sometimes", sometimes))
    assert (first.error, first.exit_code) == ("POST /x: not today", ExitCode.FAILED)
    assert "a defect of recamera-gitops: KeyError" in second.error


def test_once_somebody_asked_to_end_no_further_camera_is_begun(yard):
    yard = yard(size=3)

    def once(reached):
        yard.environment.stop.request()
        return True

    with yard.run() as run:
        done = run.operate(Operation("once", once, writes=True, one_by_one=True))
    assert [each.exit_code for each in done] == [
        ExitCode.DONE,
        ExitCode.INTERRUPTED,
        ExitCode.INTERRUPTED,
    ]
    (past,) = runs.past(yard.root)
    assert past.ended is ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("policy", "impact", "expected"),
    [
        ("policy: {deny_impact: [reboot]}", ("reboot",), "policy-deny-impact"),
        ("policy: {deny_impact: [reboot]}", ("recording-gap",), None),
        ("policy: {deny_impact: [reboot]}", (), None),
        ('rollout: {window: {start: "01:00", duration: 0s}}', ("reboot",), "outside-window"),
        ('rollout: {window: {start: "01:00", duration: 0s}}', (), None),
        ("", ("reboot",), None),
    ],
)
def test_what_people_notice_waits_for_the_window(yard, policy, impact, expected):
    yard = yard(size=1)
    with (yard.root / "fleet.yaml").open("a") as file:
        file.write(policy + "\n")
    fleet = load(yard.root)
    with Run(fleet, fleet.devices, yard.environment, lambda _: None) as run:
        found = run.early(Operation("device reboot", read_it, writes=True, impact=impact))
    assert [each.id for each in found] == ([expected] if expected else [])


def test_routes_are_read_side_by_side_and_an_error_stands_in_the_place_of_its_answer(yard):
    yard = yard(size=1)
    with yard.run() as run:
        (done,) = run.operate(
            Operation("look", lambda at: at.gather(["/system/device-info", "/system/none"]))
        )
    assert done.value["/system/device-info"]["sSerialNumber"] == "SN-cam-00"
    assert isinstance(done.value["/system/none"], Rejected)


def test_a_camera_that_is_only_to_be_reached_declares_nothing_but_its_login(yard):
    yard = yard(size=1)
    yard.declare("cam-00", "{osd: {font: {size: 16}}, system: {admin_password: '${env:NEW}'}}")
    (device,) = load(yard.root).devices
    assert set(to_be_reached(device).declared) == {"system.admin_password"}
    assert to_be_reached(device).connection is device.connection


def test_who_only_looks_does_not_wait_for_a_process_that_restarts(yard):
    yard = yard(size=1)
    path = "/model/inference?id=0"
    yard.camera("cam-00").faults.add("unavailable", "/model/inference", every=True)
    began = yard.clock()
    with yard.run() as run:
        (done,) = run.operate(Operation("look", lambda reached: reached.gather([path])))
    assert isinstance(done.value[path], Unavailable)
    assert yard.clock() == began


def test_a_value_that_was_not_wished_for_ends_the_camera_in_the_journal_too(yard):
    yard = yard(size=1)
    operation = Operation("odd one", write_it, writes=True, ending=lambda _: ExitCode.FAILED)
    with yard.run() as run:
        (done,) = run.operate(operation)
    assert (done.value, done.error, done.exit_code) == ("cam-00", None, ExitCode.FAILED)
    (past,) = runs.past(yard.root)
    assert (past.ended, past.ending("cam-00")) == (ExitCode.FAILED, ExitCode.FAILED)
