"""What sets off recordings, and setting one off: at a camera in process, and driven by answers."""

import pytest

from recamera_gitops.errors import (
    Interrupted,
    NotSettled,
    NotUnderstood,
    Rejected,
    Unsettled,
)
from recamera_gitops.operations.recording import (
    Event,
    Pin,
    Port,
    RecordInfo,
    record_info,
    triggered,
)
from tests.operations.footage import LOST, Post, drive

RULES, TRIGGER, INFO = (f"/record/rule/{name}" for name in ("config", "record-rule-config", "info"))
ACTIVATE = "/record/rule/http-rule-activate"


@pytest.fixture
def ready():
    """A camera that can be told to record."""

    def make(*flavours, **options):
        post = Post(*flavours, **options)
        post.document(RULES, bRuleEnabled=True)
        post.document(TRIGGER, sCurrentSelected="HTTP")
        return post

    return make


@pytest.mark.parametrize("flavours", [(), ("rule-seconds",), ("vendor-fields",)])
def test_everything_that_is_shown_is_told(flavours):
    assert Post(*flavours).converse(record_info()) == RecordInfo(
        enabled=False,
        trigger="inference",
        ready=True,
        media_paused=False,
        clip_seconds=60,
        last_event=Event("COMPLETED", "2026-08-20T10:00:00Z", "http", "http"),
        gpios=(Pin("GPIO_01", 106, "FLOATING", "LOW"), Pin("GPIO_02", 107, "FLOATING", "LOW")),
        ttys=(Port("Console"), Port("ttyS4")),
    )


@pytest.mark.parametrize(
    ("flavours", "kind"), [(("legacy-trigger-names",), "inference"), (("sed",), "SED")]
)
def test_a_trigger_has_the_name_that_files_give_it(flavours, kind):
    assert Post(*flavours).converse(record_info()).trigger == kind


def shown(change=None, trigger="HTTP", **rules):
    event = {"sStatus": "COMPLETED", "iTimestamp": 1_787_220_000}
    info = {"bReadyForNewEvent": True, "dLastRuleEvent": event, **(change or {})}
    return [{"bRuleEnabled": True, **rules}, {"sCurrentSelected": trigger}, info]


def test_what_may_be_missing_is_not_guessed():
    _, found = drive(record_info(), shown({"dLastRuleEvent": None}))
    assert found == RecordInfo(
        enabled=True,
        trigger="http",
        ready=True,
        media_paused=None,
        clip_seconds=None,
        last_event=None,
        gpios=(),
        ttys=(),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"bReadyForNewEvent": None},
        {"bReadyForNewEvent": 1},
        {"dLastRuleEvent": []},
        {"dLastRuleEvent": {"sStatus": "COMPLETED", "iTimestamp": True}},
        {"dLastRuleEvent": {"sStatus": "COMPLETED", "iTimestamp": -1}},
        {"dLastRuleEvent": {"sStatus": "COMPLETED", "iTimestamp": 10**18}},
        {"dAvailableGPIOs": []},
        {"bVideoClipLengthSeconds": "long"},
    ],
)
def test_what_has_another_form_is_not_understood(change):
    with pytest.raises(NotUnderstood, match="GET /record/rule/info"):
        drive(record_info(), shown(change))


def test_a_recording_is_set_off_once_and_followed_to_its_end(ready):
    post = ready()
    found = post.converse(triggered(wait=True))
    assert found.event.status == "COMPLETED"
    assert found.seconds == 2.0
    assert {each.text for each in post.told} == {"recording pending", "recording writing"}
    assert post.actions("rule-activate") == 1
    assert len(post.files) == 5
    assert post.camera.violations == []


def test_without_waiting_it_is_told_how_far_it_is(ready):
    post = ready()
    found = post.converse(triggered(wait=False))
    assert (found.event.status, found.event.rule, found.seconds) == ("PENDING", "http", 0.0)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((TRIGGER, {"sCurrentSelected": "TIMER"}), "its trigger is timer; only a camera with"),
        ((RULES, {"bRuleEnabled": False}), "its recording rules are off"),
        ((INFO, {"bReadyForNewEvent": False}), "it is not ready: it does not tell why"),
        (
            (INFO, {"bReadyForNewEvent": False, "bMediaPaused": True}),
            "not ready: its media are paused",
        ),
        (
            (INFO, {"dLastRuleEvent": {"sStatus": "WRITING", "iTimestamp": 1}}),
            r"a recording is under way \(WRITING\)",
        ),
    ],
)
def test_it_is_not_told_what_it_cannot_do(ready, change, why):
    post = ready()
    post.document(change[0], **change[1])
    with pytest.raises(Rejected, match=why):
        post.converse(triggered(wait=True))
    assert post.sent("POST", ACTIVATE) == 0


def test_without_a_slot_in_use_that_is_the_reason(ready):
    post = ready()
    post.camera.storage.wanted = post.camera.storage.enabled = None
    with pytest.raises(Rejected, match="no storage slot is in use"):
        post.converse(triggered(wait=False))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (30001, "refuses .30001.: its rules are off, its schedule is inactive"),
        (30016, "refuses .30016.: its storage is not ready"),
        (30099, "odd"),
    ],
)
def test_a_refusal_is_told_in_words(code, words):
    with pytest.raises(Rejected, match=words) as refused:
        drive(triggered(wait=False), [*shown(), Rejected("odd", code=code)])
    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["drop-after", "garbage", "empty"])
def test_a_lost_answer_is_looked_at(ready, kind):
    post = ready()
    post.camera.faults.add(kind, ACTIVATE)
    assert post.converse(triggered(wait=True)).event.status == "COMPLETED"
    assert post.sent("POST", ACTIVATE) == post.actions("rule-activate") == 1


@pytest.mark.parametrize("kind", ["drop-before", "unavailable", "html"])
def test_an_order_that_may_be_lost_is_never_repeated(ready, kind):
    post = ready()
    post.camera.faults.add(kind, ACTIVATE, executed=False)
    post.client.get("/system/device-info")  # a connection stands: what is dropped may have arrived
    with pytest.raises(Unsettled, match="shows no new recording; it was not told again"):
        post.converse(triggered(wait=True))
    assert post.sent("POST", ACTIVATE) == 1


def test_an_order_without_effect_does_not_count_as_done(ready):
    post = ready()
    post.camera.faults.add("ignore", ACTIVATE)
    with pytest.raises(NotSettled, match="took the order, and shows no recording after 3 s"):
        post.converse(triggered(wait=False))


def test_a_recording_that_fails_is_no_success(ready):
    with pytest.raises(Rejected, match="the recording ended FAILED"):
        ready("event-fails").converse(triggered(wait=True))


def test_it_is_not_waited_for_ever(ready):
    post = ready()
    post.camera.event_seconds = 400.0
    with pytest.raises(Unsettled, match="still WRITING after 120 s; it may go on"):
        post.converse(triggered(wait=True))


def test_another_recording_is_not_taken_for_the_own_one():
    events = [
        {"bReadyForNewEvent": False, "dLastRuleEvent": {"sStatus": "WRITING", "iTimestamp": at}}
        for at in (1_787_220_001, 1_787_220_002)
    ]
    with pytest.raises(Unsettled, match="another recording has begun"):
        drive(triggered(wait=True), [*shown(), {"code": 0}, *events])


def test_a_lost_answer_and_nothing_new_is_unknown():
    looks = [shown()[2]] * 6
    with pytest.raises(Unsettled, match="lost"):
        drive(triggered(wait=False), [*shown(), LOST, *looks])


def test_whoever_interrupts_is_told_that_the_camera_goes_on(ready):
    post = ready()
    post.camera.on_request = lambda _number, request: (
        post.clock.stop.request() if request.path.endswith("http-rule-activate") else None
    )
    with pytest.raises(Interrupted, match="the recording that was set off goes on"):
        post.converse(triggered(wait=True))
