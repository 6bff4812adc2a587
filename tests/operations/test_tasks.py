"""Formatting, freeing up and ejecting: told once, followed to the end, whatever the camera tells of it."""

import pytest

from recamera_gitops.device.asking import Told
from recamera_gitops.errors import (
    Interrupted,
    Rejected,
    SessionRenewed,
    Unavailable,
    Unsettled,
)
from recamera_gitops.operations.tasks import EJECT, FORMAT, FREE_UP, treatable, treated
from tests.operations.footage import CARD, INTERNAL, LOST, UUID, Post, drive

STATUS, CONTROL = "/record/storage/status", "/record/storage/control"
TELLING = [(), ("storage-bare-status",), ("storage-no-tasks",)]
SUBMITTED = {"code": 0, "sTaskUID": "7", "sTaskStatus": "RUNNING"}
BARE = {"code": 0, "message": "success"}


def slot(state="MOUNTED", used=1000, **change):
    found = {"sDevPath": CARD, "sUUID": UUID, "sState": state, "iQuotaUsedBytes": used, **change}
    return {"lSlots": [found]}


def statuses(asked):
    return [each.body["sTask"] for each in asked if each.method == "POST"]


@pytest.mark.parametrize("flavours", TELLING)
def test_a_slot_is_formatted_once_and_followed_to_the_end(flavours):
    post = Post(*flavours)
    post.camera.storage.task_seconds = 20.0
    found = post.converse(treated(FORMAT, CARD))
    assert (found.slot.state, found.slot.quota_used_bytes, found.seconds) == ("mounted", 0, 22.0)
    assert post.actions("storage-format") == 1
    assert post.camera.violations == []
    assert post.told[:2] == [
        Told("formatting /dev/mmcblk1p1, 0 s", 0),
        Told("formatting /dev/mmcblk1p1, 1 s", 0),
    ]


def test_a_medium_without_a_file_system_gets_one():
    post = Post()
    post.slot(CARD).state, post.slot(CARD).uuid = "NOT_FORMATTED_OR_FORMAT_UNSUPPORTED", None
    found = post.converse(treated(FORMAT, CARD))
    assert found.slot.uuid is not None


def test_formatting_the_slot_in_use_tells_the_uuid_that_is_no_longer_selected():
    post = Post("format-new-uuid")
    post.document("/record/storage/config", dSelectSlotToEnable={"sByDevPath": "", "sByUUID": UUID})
    post.camera.storage.wanted = post.camera.storage.enabled = post.slot(CARD)
    found = post.converse(treated(FORMAT, CARD))
    assert found.slot.uuid != UUID
    assert found.slot.enabled is False


@pytest.mark.parametrize("flavours", [(), ("storage-slow", "storage-bare-status")])
def test_a_slot_in_use_is_waited_for_until_it_is_so_again(flavours):
    post = Post(*flavours)
    found = post.converse(treated(FORMAT, INTERNAL))
    assert (found.slot.state, found.slot.usable) == ("ready", True)


@pytest.mark.parametrize("flavours", TELLING)
def test_recordings_are_deleted_to_make_room(flavours):
    post = Post(*flavours)
    found = post.converse(treated(FREE_UP, INTERNAL))
    assert (found.slot.quota_used_bytes, found.slot.enabled) == (0, True)
    assert post.actions("storage-free_up") == 1


@pytest.mark.parametrize("flavours", TELLING)
def test_an_ejected_medium_is_out_of_use(flavours):
    post = Post(*flavours)
    found = post.converse(treated(EJECT, CARD))
    assert (found.slot.state, found.slot.enabled) == ("not_mounted", False)
    assert post.actions("storage-eject") == 1


@pytest.mark.parametrize(
    ("treatment", "device", "state", "why"),
    [
        (FORMAT, "/dev/none", None, "it has no slot /dev/none; it has: /dev/mmcblk0p8"),
        (FORMAT, UUID, None, "name the slot by its path, /dev/mmcblk1p1"),
        (FORMAT, CARD, "FORMATTING", "is being formatted already"),
        (FREE_UP, CARD, None, "is mounted; for that it has to be in use"),
        (EJECT, INTERNAL, None, "is built in and cannot be ejected"),
        (EJECT, CARD, "NOT_MOUNTED", "it is out already"),
    ],
)
def test_what_cannot_be_done_is_not_ordered(treatment, device, state, why):
    post = Post()
    post.slot(CARD).state = state or "MOUNTED"
    for flow in (treatable, treated):
        with pytest.raises(Rejected, match=why):
            post.converse(flow(treatment, device))
    assert post.sent("POST", CONTROL) == 0


@pytest.mark.parametrize("kind", ["drop-after", "garbage", "empty", "truncate"])
def test_a_lost_answer_to_an_order_that_has_begun_is_no_matter(kind):
    post = Post()
    post.camera.faults.add(kind, CONTROL)
    assert post.converse(treated(FORMAT, CARD)).slot.state == "mounted"
    assert post.sent("POST", CONTROL) == post.actions("storage-format") == 1


@pytest.mark.parametrize("treatment", [FORMAT, FREE_UP, EJECT])
@pytest.mark.parametrize(
    "lost", [LOST, SessionRenewed("over"), Unavailable("Backend connection failed", code=500)]
)
def test_a_lost_order_of_which_nothing_shows_is_unknown_and_not_repeated(treatment, lost):
    before = slot("READY")
    with pytest.raises(Unsettled, match=r"nothing shows that .* has begun; it was not ordered aga"):
        drive(treated(treatment, CARD), [before, lost, before, before, before])


def test_a_refusal_is_told_as_it_is():
    with pytest.raises(Rejected, match="EBUSY"):
        drive(treated(FORMAT, CARD), [slot(), Rejected("EBUSY: a task is running", code=30016)])


def test_a_camera_that_told_of_no_task_is_not_asked_about_one():
    answers = [slot(), BARE, slot("FORMATTING"), slot("FORMATTING"), slot("MOUNTED", 0)]
    asked, found = drive(treated(FORMAT, CARD), answers)
    assert statuses(asked) == ["ASYNC_SUBMIT"]
    assert found.seconds == 2.0


def test_the_task_is_asked_about_by_its_number():
    done = {"code": 0, "dTask": {"sState": "completed", "iPercent": 100}}
    answers = [slot(), SUBMITTED, {"sTaskStatus": "RUNNING", "iProgress": 30}, slot("FORMATTING")]
    asked, found = drive(treated(FORMAT, CARD), [*answers, done, slot("MOUNTED", 0)])
    assert statuses(asked) == ["ASYNC_SUBMIT", "ASYNC_STATUS", "ASYNC_STATUS"]
    assert asked[2].body == {
        "sAction": "FORMAT",
        "sTask": "ASYNC_STATUS",
        "sSlotDevPath": CARD,
        "sTaskUID": "7",
    }
    assert found.slot.state == "mounted"


def test_a_task_that_says_done_before_the_slot_shows_anything_is_believed_once_the_slot_is_well():
    done = {"sTaskStatus": "DONE"}
    answers = [slot(used=0), SUBMITTED, done, slot(used=0)]
    _, found = drive(treated(FORMAT, CARD), answers)
    assert found.seconds == 0.0


@pytest.mark.parametrize("answer", [{}, [], "ok", None, {"sTaskStatus": 5}, {"sStatus": "odd"}])
def test_any_answer_about_a_task_is_accepted_and_the_slot_decides(answer):
    seen = [slot("FORMATTING"), answer, slot("MOUNTED", 0)]
    _, found = drive(treated(FORMAT, CARD), [slot(), SUBMITTED, answer, *seen])
    assert found.slot.state == "mounted"


def test_a_question_that_is_refused_is_not_put_again():
    refused = Rejected("ENOENT: no such task", code=30002)
    answers = [slot(), SUBMITTED, refused, slot("FORMATTING"), slot("MOUNTED", 0)]
    asked, _ = drive(treated(FORMAT, CARD), answers)
    assert statuses(asked) == ["ASYNC_SUBMIT", "ASYNC_STATUS"]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([{"sTaskStatus": "FAILED"}, slot()], "the slot is mounted, the task FAILED"),
        ([{"sTaskStatus": "CANCELED"}, slot("ERROR")], "the slot is error, the task CANCELED"),
        ([{}, slot("FORMATTING"), {}, slot("ERROR")], "failed: the slot is error"),
        ([{}, slot("FORMATTING"), {}, {"lSlots": []}], "failed: the slot is gone"),
    ],
)
def test_a_format_that_fails_is_told_so(answers, why):
    with pytest.raises(Rejected, match=why):
        drive(treated(FORMAT, CARD), [slot(), SUBMITTED, *answers])


def test_a_medium_that_is_no_better_before_it_begins_has_not_failed():
    bad = "NOT_FORMATTED_OR_FORMAT_UNSUPPORTED"
    answers = [slot(bad), BARE, slot(bad), slot("FORMATTING"), slot("MOUNTED", 0)]
    assert drive(treated(FORMAT, CARD), answers)[1].slot.state == "mounted"


@pytest.mark.parametrize("treatment", [FORMAT, FREE_UP, EJECT])
def test_an_order_of_which_nothing_comes_is_told_after_a_while(treatment):
    with pytest.raises(Unsettled, match="took the order, and nothing shows"):
        drive(treated(treatment, CARD), [slot("READY"), BARE, *[slot("READY")] * 16])


def test_a_task_that_says_done_over_a_slot_that_is_not_is_unknown():
    looks = [{"sTaskStatus": "DONE"}, slot("FORMATTING")] * 16
    with pytest.raises(Unsettled, match="says that formatting /dev/mmcblk1p1 is done, but the sl"):
        drive(treated(FORMAT, CARD), [slot(), SUBMITTED, *looks])


def test_recordings_that_still_become_fewer_are_waited_for():
    looks = [slot("READY", used) for used in (800, 500, 200, 200)]
    _, found = drive(treated(FREE_UP, CARD), [slot("READY"), BARE, *looks])
    assert (found.seconds, found.slot.quota_used_bytes) == (3.0, 200)


def test_a_medium_may_be_gone_after_it_was_ejected():
    _, found = drive(treated(EJECT, CARD), [slot("READY"), BARE, {"lSlots": []}])
    assert found.slot is None


def test_a_camera_that_is_away_for_a_while_is_waited_for():
    post = Post()
    post.camera.storage.task_seconds = 60.0
    status = []

    def away(_number, request):
        if request.path.endswith(STATUS):
            status.append(request)
            post.camera.power = not 4 < len(status) < 20

    post.camera.on_request = away
    assert post.converse(treated(FORMAT, CARD)).slot.state == "mounted"


def test_a_camera_that_stays_away_leaves_it_open():
    post = Post()

    def away(_number, request):
        if b"ASYNC_STATUS" in request.body:
            post.camera.power = False

    post.camera.on_request = away
    with pytest.raises(Unsettled, match="no longer answers; it may go on formatting /dev/mmcblk1p"):
        post.converse(treated(FORMAT, CARD))


def test_it_is_not_followed_for_ever():
    post = Post()
    post.camera.storage.task_seconds = 5000.0
    with pytest.raises(Unsettled, match="has not ended after 900 s; the camera may go on"):
        post.converse(treated(FORMAT, CARD))


def test_whoever_interrupts_is_told_that_the_camera_goes_on():
    post = Post()

    def interrupt(_number, request):
        if b"ASYNC_SUBMIT" in request.body:
            post.clock.stop.request()

    post.camera.on_request = interrupt
    with pytest.raises(Interrupted, match="the camera goes on formatting /dev/mmcblk1p1"):
        post.converse(treated(FORMAT, CARD))
    post.clock.now += 5
    assert post.camera.storage.tasks["1"].status == "RUNNING"
    post.camera.tick()
    assert post.camera.storage.tasks["1"].status == "DONE"


def test_whoever_interrupts_before_anything_shows_is_told_that_nobody_knows():
    post = Post()
    post.client.get("/system/device-info")
    post.camera.faults.add("drop-before", CONTROL)

    def interrupt(_number, request):
        if b"ASYNC_SUBMIT" in request.body:
            post.clock.stop.request()

    post.camera.on_request = interrupt
    with pytest.raises(Interrupted, match=r"whether formatting .* has begun is not known"):
        post.converse(treated(FORMAT, CARD))
