"""The journal: on disk before the next step, and the truth about a run that came to no end."""

import json
import os
import stat
from datetime import UTC, datetime

import pytest

from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.errors import ExitCode, Rejected, Unreachable, Unwritable
from recamera_gitops.fleet import journal, runs
from recamera_gitops.fleet.coordinator import Desk, witness
from recamera_gitops.fleet.runstate import RunState
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Verdict
from recamera_gitops.reconcile.plan import Plan

PLAN = Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", ())


def now():
    return datetime(2026, 11, 22, 10, 0, 1, tzinfo=UTC)


def at(root):
    return journal.folder_of(root, journal.new_run(now()))


@pytest.fixture
def desk(tmp_path, begun):
    made = Desk(RunState(tmp_path), CredentialGate(), lambda _progress: None)
    made.journal = begun
    return made


@pytest.fixture
def begun(tmp_path):
    return journal.begin(at(tmp_path), PLAN, now, Seal(None), kind="apply", by="ann@here")


def lines(tmp_path, run):
    text = (tmp_path / ".recamera/runs" / run / "journal.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_begins_with_its_plan_and_a_line_that_says_so(tmp_path, begun):
    folder = tmp_path / ".recamera/runs" / begun.run
    assert begun.run.startswith("20261122T100001Z-")
    assert planfile.load(folder / "plan.json") == PLAN
    (first,) = lines(tmp_path, begun.run)
    assert first == {
        "at": "2026-11-22T10:00:01Z",
        "event": "begin",
        "run": begun.run,
        "fleet": "acme",
        "checksum": PLAN.checksum,
        "pid": os.getpid(),
        "kind": "apply",
        "by": "ann@here",
    }
    for path, mode in (
        (folder.parent.parent, 0o700),
        (folder, 0o700),
        (folder / "journal.jsonl", 0o600),
    ):
        assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (None, "acknowledged"),
        (Rejected("no", code=400), "refused"),
        (Unreachable("gone", sent=True), "unknown"),
        (Unreachable("gone", sent=False), "not sent"),
    ],
)
def test_a_write_has_a_line_before_it_and_one_after_it(tmp_path, desk, begun, error, result):
    seen = []

    def write():
        with witness(desk, "gate", "POST /osd/cfg"):
            seen.extend(lines(tmp_path, begun.run))
            if error is not None:
                raise error

    if error is None:
        write()
    else:
        with pytest.raises(type(error)):
            write()
    assert [each["event"] for each in seen] == ["begin", "intent"]
    last = lines(tmp_path, begun.run)[-1]
    assert (last["event"], last["request"], last["result"]) == ("answer", "POST /osd/cfg", result)


def test_a_killed_run_tells_what_was_begun(tmp_path, desk, begun):
    with witness(desk, "gate", "POST /osd/cfg"):
        pass
    begun.note("intent", device="gate", request="PUT /image/0/scene")
    path = tmp_path / ".recamera/runs" / begun.run / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b'{"event":"ans')
    (past,) = runs.past(tmp_path)
    assert past.ended is None
    assert past.open == {"gate": ["PUT /image/0/scene"]}


def test_an_ended_run_tells_what_became_of_its_cameras(tmp_path, begun):
    begun.ended(
        DeviceOutcome("gate", "192.0.2.1", ExitCode.FAILED, "no", (Outcome("osd", Verdict.FAILED),))
    )
    begun.close(ExitCode.FAILED)
    (past,) = runs.past(tmp_path)
    assert (past.run, past.ended, past.fleet) == (begun.run, ExitCode.FAILED, "acme")
    assert past.devices["gate"]["outcomes"] == [
        {"address": "osd", "verdict": "failed", "reason": None, "observed": {}}
    ]
    assert (past.kind, past.by) == ("apply", "ann@here")


def test_what_cannot_be_written_down_is_not_sent(desk, monkeypatch):
    sent = []
    monkeypatch.setattr(journal.os, "fsync", _full)
    with pytest.raises(Unwritable, match="nothing more was sent"), witness(desk, "gate", "PUT /x"):
        sent.append(1)
    assert sent == []


def test_an_edit_mode_is_left_all_the_same(desk, monkeypatch):
    desk.editing("gate", "RC1", entered=True)
    with witness(desk, "gate", "PUT /image/0/scene"):
        pass
    monkeypatch.setattr(journal.os, "fsync", _full)
    with pytest.raises(Unwritable), witness(desk, "gate", "PUT /image/0/0/blc"):
        pass
    left = []
    with witness(desk, "gate", "PUT /image/0/scene"):
        left.append(1)
    assert left
    monkeypatch.undo()
    desk.editing("gate", "RC1", entered=False)
    monkeypatch.setattr(journal.os, "fsync", _full)
    with pytest.raises(Unwritable), witness(desk, "gate", "PUT /image/0/scene"):
        left.append(2)
    assert left == [1]


def test_an_error_that_nobody_foresaw_leaves_the_fate_unknown(tmp_path, desk, begun):
    with pytest.raises(ZeroDivisionError), witness(desk, "gate", "POST /osd/cfg"):
        raise ZeroDivisionError
    assert lines(tmp_path, begun.run)[-1]["result"] == "unknown"


def test_a_torn_line_does_not_spoil_the_next_one(tmp_path, begun, monkeypatch):
    def half(descriptor, content):
        os.pwrite(descriptor, content[:9], os.fstat(descriptor).st_size)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "_write_all", half)
        with pytest.raises(Unwritable):
            begun.note("wave", wave="1", waves=1, devices=["gate"])
    begun.note("wave", wave="2", waves=2, devices=["dock"])
    (past,) = runs.past(tmp_path)
    assert past.waves == ("2",)


def _full(_descriptor):
    raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_made_is_said_before_anything(tmp_path):
    (tmp_path / ".recamera").write_text("not a folder")
    with pytest.raises(Unwritable):
        journal.begin(at(tmp_path), PLAN, now, Seal(None))


def test_what_is_no_journal_is_passed_over(tmp_path, begun):
    (tmp_path / ".recamera/runs/0-broken").mkdir()
    (tmp_path / ".recamera/runs/stray").write_text("x")
    assert [each.run for each in runs.past(tmp_path)] == [begun.run]
