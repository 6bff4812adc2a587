"""Bringing, describing and deleting models, and switching slots, driven by lists of answers."""

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.device.asking import Ask, Pause, Received, Told, Upload, is_in_doubt
from recamera_gitops.device.modelling import model, model_absent
from recamera_gitops.device.storing import storage
from recamera_gitops.errors import NotSettled, NotUnderstood, Rejected, Unavailable, Unreachable

LOST = Unreachable("lost", sent=True)
BEGUN = Received({"code": 0}, {"file-id": "7"})
FINE = Received({"code": 0})
OFF = {"iEnable": 0, "sModel": "a.rknn"}
ON = {"iEnable": 1, "sModel": "a.rknn", "iFPS": 15, "iActualFPS": 15, "sStatus": "running"}


def drive(flow, answers, *, others=None, told=None):
    """What is asked; pauses are answered by themselves, and what is left over by `others`."""
    asked, answers = [], iter(answers)
    try:
        ask = next(flow)
        while True:
            asked.append(ask)
            if isinstance(ask, Pause | Told):
                ask = flow.send(None)
                continue
            answer = next(answers, others)
            ask = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration:
        if told is not None:
            told += [each for each in asked if isinstance(each, Told)]
        return [each for each in asked if not isinstance(each, Pause | Told)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.rknn"
    path.write_bytes(b"x" * 600_000)
    return measured("models/a.rknn", path)


def brought(file, answers):
    flow = model(name="a.rknn", file=file, describe=True, info={"name": "a"})
    return drive(flow, answers)


def test_an_upload_tells_how_far_it_is(file):
    answers = [[], BEGUN, FINE, FINE, FINE, [{"model": "a.rknn"}], {"md5sum": file.md5}, OFF]
    told = []
    drive(model(name="a.rknn", file=file, describe=False, info={}), answers, told=told)
    assert told == [
        Told("models.a.rknn 0.5 of 0.6 MiB", 87),
        Told("models.a.rknn 0.6 of 0.6 MiB", 100),
    ]


def test_an_upload_part_by_part(file):
    listed = [{"model": "a.rknn"}]
    refused = Rejected("Model info not found", code=404)
    answers = [[], BEGUN, FINE, FINE, FINE, listed, refused, {"code": 0}, OFF]
    asked = brought(file, answers)
    assert asked[1] == Upload("/model/upload?upload-type=resumable", b"", {"File-Size": "600000"})
    assert [each.headers.get("Content-Range") for each in asked[2:4]] == [
        "bytes 0-524287/600000",
        "bytes 524288-599999/600000",
    ]
    assert asked[4].path == f"/model/upload?start=7&md5sum={file.md5}&File-name=a.rknn"
    body = {"name": "a", "size": 600_000, "md5sum": file.md5}
    assert asked[-2] == Ask("POST", "/model/info?File-name=a.rknn", body)
    assert "xxx" not in repr(asked)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([[], Received({"code": 0}), [], Received(None)], NotUnderstood),  # no number, twice
        ([[], BEGUN, Received({"range": "bytes 0-9"}), [], LOST, []], Unreachable),
        ([[], Rejected("Insufficient disk space", code=500)], Rejected),  # refused, not in doubt
        ([[], BEGUN, Rejected("no", code=400)], Rejected),
        ([[], BEGUN, LOST, [], BEGUN, LOST, []], Unreachable),
        (["<html>"], NotUnderstood),
    ],
)
def test_an_upload_that_comes_to_nothing(file, answers, error):
    with pytest.raises(error):
        drive(model(name="a.rknn", file=file, describe=False, info={}), answers, others=[])


def test_a_number_may_stand_in_the_body(file):
    refused = Rejected("disk", code=400)
    with pytest.raises(Rejected):
        brought(file, [[], Received({"code": 0, "File-Id": 9}), refused])


def test_a_model_that_does_not_start_is_not_done():
    flow = model(name="a.rknn", file=None, describe=True, info={"name": "b"})
    listed = [{"model": "a.rknn"}]
    starting = {**ON, "sStatus": "starting"}
    with pytest.raises(NotSettled, match="inference is starting"):
        drive(flow, [listed, {"name": "a"}, {"code": 0}, ON, {"code": 0}], others=starting)


def test_a_model_that_runs_is_stopped_before_it_goes():
    stopped = {**ON, "iEnable": 0, "sStatus": "stop"}
    stopping = {**stopped, "sStatus": "stopping"}
    asked = drive(model_absent(name="a.rknn"), [ON, {"code": 0}, stopping, stopped, {"code": 0}])
    assert asked[1] == Ask(
        "POST", "/model/inference?id=0", {"iEnable": 0, "sModel": "a.rknn", "iFPS": 15}
    )
    assert asked[-1] == Ask("DELETE", "/model/delete?File-name=a.rknn")
    assert len(drive(model_absent(name="a.rknn"), [OFF, {"code": 0}])) == 2


def test_a_refusal_is_no_doubt():
    assert not is_in_doubt(Rejected("no", code=400))
    assert is_in_doubt(Unavailable("restarting", code=503))
    assert is_in_doubt(LOST)


CHOICE = {"dSelectSlotToEnable": {"sByDevPath": "/dev/a", "sByUUID": ""}}


def slots(**fields):
    slot = {"sDevPath": "/dev/a", "bSelected": True, "bEnabled": True, "sState": "READY", **fields}
    return {"lSlots": [slot]}


def test_a_slot_that_never_gets_ready_is_given_up():
    flow = storage(select=True, config=CHOICE, quota={})
    with pytest.raises(NotSettled, match="after 45 s slot /dev/a is indexing"):
        drive(flow, [{"code": 0}], others=slots(bSyncing=True, sState="INDEXING"))
    flow = storage(select=True, config=CHOICE, quota={})
    with pytest.raises(NotSettled, match="not in use; it is error"):
        drive(flow, [{"code": 0}], others=slots(bEnabled=False, sState="ERROR"))


def test_a_selection_that_was_lost_on_the_way_is_told():
    flow = storage(select=True, config=CHOICE, quota={})
    with pytest.raises(Unreachable):
        drive(flow, [LOST], others=slots(bSelected=False))
    with pytest.raises(Rejected):
        drive(storage(select=True, config=CHOICE, quota={}), [Rejected("no", code=400)])


def test_a_quota_is_completed_from_the_slot():
    shown = slots(iQuotaLimitBytes=5, bQuotaRotate=False)
    asked = drive(storage(select=False, config=CHOICE, quota={"bQuotaRotate": True}), [shown, {}])
    assert asked[-1].body == {
        "sAction": "CONFIG",
        "sTask": "SYNC",
        "sSlotDevPath": "/dev/a",
        "dSlotConfig": {"iQuotaLimitBytes": 5, "bQuotaRotate": True},
    }
    assert (
        len(drive(storage(select=False, config=CHOICE, quota={"bQuotaRotate": False}), [shown]))
        == 1
    )
    with pytest.raises(Rejected, match="no slot is in use"):
        drive(storage(select=False, config=CHOICE, quota={"bQuotaRotate": True}), [{"lSlots": []}])
