"""Switching slots on an emulated camera: how long it takes, what is lost on the way, what is said."""

import pytest

from recamera_gitops.errors import Unreachable
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.resources.declared import Wish

INTERNAL, CARD = "/dev/mmcblk0p8", "/dev/mmcblk1p1"
UUID = "6A1B-2C3D"
CONFIG, CONTROL = "/record/storage/config", "/record/storage/control"
GB = 1 << 30


def storage(slot=None, **quota):
    wishes = {} if slot is None else {"record.storage.slot": Wish(slot)}
    return wishes | {f"record.storage.quota.{key}": Wish(value) for key, value in quota.items()}


def enabled(rig):
    slot = rig.camera.storage.enabled
    return None if slot is None else slot.dev_path


@pytest.mark.parametrize("slot", [{"device": CARD}, {"uuid": UUID}, {"uuid": UUID.lower()}])
@pytest.mark.parametrize("flavours", [(), ("storage-slow",), ("storage-idle",)])
def test_a_slot_is_switched_on_and_stays(rig, slot, flavours):
    rig = rig(*flavours)
    rig.settle(storage(slot, limit_bytes=8 * GB, rotate=True))
    assert enabled(rig) == CARD
    assert rig.camera.storage.enabled.quota == 8 * GB
    assert rig.camera.storage.enabled.rotates is True
    again = rig.visit(storage(slot, limit_bytes=8 * GB, rotate=True))
    assert not again.plan().resources
    assert not again.writes
    assert not rig.camera.violations


def test_the_requests_are_those_that_the_plan_shows(rig):
    visit = rig().visit(storage({"device": CARD}, limit_bytes=GB))
    plan = visit.plan()
    assert [(each.method, each.path) for each in plan.steps] == [
        ("POST", CONFIG),
        ("POST", CONTROL),
    ]
    visit.apply(plan)
    assert [(method, path) for method, path, _ in visit.writes] == [
        ("POST", CONFIG),
        ("POST", CONTROL),
    ]
    assert b'"sByUUID":"6A1B-2C3D"' in visit.writes[0][2]


def test_the_plan_warns_of_the_directory(rig):
    plan = rig().visit(storage({"uuid": UUID})).plan()
    assert plan.warnings == (
        f"record.storage: enabling {UUID} may overwrite the directory reCamera on it",
    )
    (change,) = plan.resources[0].changes
    assert (change.before, change.after) == ({"device": INTERNAL}, {"uuid": UUID})


def test_the_slot_in_use_is_not_switched_on_again(rig):
    plan = rig().visit(storage({"device": INTERNAL}, limit_bytes="unlimited", rotate=False)).plan()
    assert not plan.resources
    assert not plan.warnings


def test_only_the_quota(rig):
    rig = rig()
    visit = rig.settle(storage(rotate=True))
    assert [path for _, path, _ in visit.writes] == [CONTROL]
    assert b'"iQuotaLimitBytes":-1' in visit.writes[0][2]


def test_no_slot(rig):
    rig = rig()
    rig.settle(storage("none"))
    assert enabled(rig) is None
    assert not rig.visit(storage("none")).plan().resources


def test_a_quota_for_no_slot_is_refused(rig):
    rig = rig()
    rig.settle(storage("none"))
    with pytest.raises(Exception, match="no slot is to be in use"):
        rig.visit(storage(rotate=True)).plan()


def test_a_slot_that_is_not_there_is_named(rig):
    with pytest.raises(Exception, match="has no slot"):
        rig().visit(storage({"device": "/dev/sda1"})).plan()


def test_a_camera_that_does_not_get_done_is_not_done(rig):
    rig = rig()
    rig.camera.storage.enable_seconds = 500.0
    visit = rig.visit(storage({"device": CARD}))
    (outcome,) = visit.apply(visit.plan()).outcomes
    assert outcome.verdict is Verdict.UNVERIFIED
    assert "not settled" in outcome.reason


@pytest.mark.parametrize("target", [CONFIG, CONTROL])
def test_a_lost_reply_is_looked_after(rig, target, lose):
    rig = rig("storage-slow")
    visit = rig.visit(storage({"device": CARD}, limit_bytes=GB))
    plan = visit.plan()
    lose(visit, target)
    (outcome,) = visit.apply(plan).outcomes
    assert outcome.verdict is Verdict.VERIFIED
    assert rig.sent("POST", target) == 1


@pytest.mark.parametrize("target", [CONFIG, CONTROL])
def test_a_lost_request_is_not_sent_again(rig, target, lose):
    rig = rig()
    visit = rig.visit(storage({"device": CARD}, limit_bytes=GB))
    plan = visit.plan()
    lose(visit, target, executed=False)
    (outcome,) = visit.apply(plan).outcomes
    assert outcome.verdict in (Verdict.FAILED, Verdict.UNVERIFIED)
    assert rig.sent("POST", target) == 0


@pytest.fixture
def lose():
    """Let the first request to a path, or only its reply, get lost."""

    def arm(visit, path, *, executed=True):
        send, left = visit.transport.send, [path]

        def lossy(request):
            if left and request.method == "POST" and left[0] in request.path:
                left.clear()
                if executed:
                    send(request)
                raise Unreachable("lost", sent=True)
            return send(request)

        visit.transport.send = lossy

    return arm
