"""A conversion is begun once, and watched to its end, over a real socket."""

import pytest

from recamera_gitops.cloud.converting import awaited, begun
from recamera_gitops.cloud.tasks import State, Task, task, tasks
from recamera_gitops.emulator.cloud import CREATE, UNKNOWN_TO_IT
from recamera_gitops.errors import (
    AuthenticationFailed,
    Interrupted,
    NotSettled,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
)

STATUS = "/v1/api/train_status"


def test_a_model_is_sent_with_its_pictures_and_becomes_one_for_the_camera(sky):
    sky = sky()
    model_id = begun(sky.service, sky.source(b"x" * 200_000, sky.pictures()), sky.tell)
    (there,) = sky.state.tasks.values()
    assert (there.model_id, there.prompt, there.size) == (model_id, "yolo.rknn", 200_011)
    assert sky.told[0] == ("sending 0.0 of 0.2 MiB", 0)
    assert sky.told[-1][0] == "sending 0.2 of 0.2 MiB"
    sky.told.clear()
    ended = awaited(sky.service, model_id, sky.tell, 60)
    assert (ended.state, ended.percent, ended.size_bytes) == (State.DONE, 100, 2052)
    assert sky.told == [
        ("waiting 0 %", 0),
        ("converting 33 %", 33),
        ("converting 66 %", 66),
        ("done", 100),
    ]


def test_what_cannot_be_converted_says_why(sky):
    sky = sky()
    model_id = begun(sky.service, sky.source(UNKNOWN_TO_IT), sky.tell)
    with pytest.raises(Rejected, match="could not be converted: unsupported operator"):
        awaited(sky.service, model_id, sky.tell, 60)


def test_waiting_has_an_end_and_tells_how_to_go_on(sky):
    sky = sky()
    sky.state.seconds = 3600
    model_id = begun(sky.service, sky.source(), sky.tell)
    with pytest.raises(
        NotSettled, match=rf"not done after 10 s; .*cloud status {model_id} --watch"
    ):
        awaited(sky.service, model_id, sky.tell, 10)


def test_somebody_who_interrupts_is_told_that_it_goes_on(sky):
    sky = sky()
    model_id = begun(sky.service, sky.source(), sky.tell)
    sky.clock.stop.request()
    with pytest.raises(Interrupted, match=f"the conversion goes on: .* {model_id}"):
        awaited(sky.service, model_id, sky.tell, 60)


def test_an_interrupted_upload_begins_nothing(sky):
    sky = sky()
    source = sky.source(b"x" * 20_000_000)  # more than fits between the two ends

    def tell(told):
        if told.percent > 60:
            sky.clock.stop.request()

    with pytest.raises(Interrupted, match="no conversion was begun"):
        begun(sky.service, source, tell)
    assert sky.state.tasks == {}


def test_some_silence_while_it_converts_is_no_end(sky):
    sky = sky()
    sky.state.seconds = 60
    model_id = begun(sky.service, sky.source(), sky.tell)
    sky.state.faults.add("drop-before", STATUS, nth=2)
    sky.state.faults.add("status-500", STATUS, nth=4)
    sky.state.faults.add("truncate", STATUS, nth=5)
    assert awaited(sky.service, model_id, sky.tell, 600).state is State.DONE


def test_a_service_that_is_gone_is_given_up_in_the_end(sky):
    sky = sky()
    model_id = begun(sky.service, sky.source(), sky.tell)
    sky.state.faults.add("drop-before", STATUS, every=True)
    with pytest.raises(Unreachable, match="the conversion goes on"):
        awaited(sky.service, model_id, sky.tell, 6000)


class TestALostAnswer:
    """Nobody knows whether the conversion was begun, until somebody looks."""

    def test_the_new_model_is_found(self, sky):
        sky = sky()
        before = begun(sky.service, sky.source(), sky.tell)
        sky.state.faults.add("drop-after", CREATE)
        found = begun(sky.service, sky.source(), sky.tell)
        assert found in sky.state.tasks
        assert found != before
        assert sky.state.sent(CREATE) == 2

    @pytest.mark.parametrize("fault", ["garbage", "html", "truncate", "empty"])
    def test_an_answer_that_makes_no_sense_is_one(self, sky, fault):
        sky = sky("records-late")
        sky.state.faults.add(fault, CREATE, executed=True)
        assert begun(sky.service, sky.source(), sky.tell) in sky.state.tasks
        assert sky.state.sent(CREATE) == 1

    def test_nothing_is_sent_again_where_nothing_is_found(self, sky):
        sky = sky()
        sky.state.faults.add("drop-before", CREATE)
        with pytest.raises(
            Unreachable, match="no new conversion can be seen; look with `cloud list`"
        ):
            begun(sky.service, sky.source(), sky.tell)
        assert sky.state.sent(CREATE) == 1

    def test_two_new_ones_are_both_named(self, sky):
        sky = sky()
        source = sky.source()

        def another(told):
            if not sky.state.tasks and told.percent > 50:
                begun(sky.service, source, lambda _: None)

        sky.state.faults.add("drop-after", CREATE, nth=2)
        with pytest.raises(Unreachable) as raised:
            begun(sky.service, source, another)
        assert all(each in str(raised.value) for each in sky.state.tasks)
        assert "which one this is nobody knows" in str(raised.value)


def test_a_refusal_is_told_in_the_words_of_the_service(sky):
    sky = sky()
    sky.state.faults.add("unauthorized", CREATE)
    with pytest.raises(AuthenticationFailed, match="log in again: recamera-gitops cloud login"):
        begun(sky.service, sky.source(), sky.tell)


def test_a_login_that_is_over_is_noticed_before_anything_is_sent(sky):
    sky = sky("http-errors")
    sky.state.expired = True
    with pytest.raises(AuthenticationFailed, match=r"does not accept this login \(token expired\)"):
        begun(sky.service, sky.source(), sky.tell)
    assert sky.state.sent(CREATE) == 0


@pytest.mark.parametrize("flavour", [(), ("records-without-undone",)])
def test_every_model_is_listed_once_over_all_pages(sky, flavour, monkeypatch):
    monkeypatch.setattr("recamera_gitops.cloud.tasks._PAGE", 2)
    sky = sky(*flavour)
    done = {begun(sky.service, sky.source(b"%d" % number), sky.tell) for number in range(5)}
    sky.later()
    undone = {begun(sky.service, sky.source(b"%d" % number), sky.tell) for number in range(3)}
    found = tasks(sky.service)
    assert {each.model_id for each in found if each.state is State.DONE} == done
    assert {each.model_id for each in found if not each.has_ended} == undone
    assert len(found) == 8


def test_moments_are_told_in_utc(sky):
    sky = sky()
    sky.state.wall = lambda: 1_790_000_000.5
    model_id = begun(sky.service, sky.source(), sky.tell)
    sky.later()
    assert task(sky.service, model_id) == Task(
        model_id,
        State.DONE,
        100,
        size_bytes=2052,
        created="2026-09-21T14:13:20Z",
        started="2026-09-21T14:13:20Z",
        finished="2026-09-21T14:13:26Z",
    )


class Says:
    """A transport whose every answer is this."""

    def __init__(self, service, monkeypatch):
        self.service, self.monkeypatch = service, monkeypatch

    def data(self, value):
        self.monkeypatch.setattr(self.service, "read", lambda *_, **__: {"code": 0, "data": value})
        return self.service


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"model_id": "../up", "status": "done"},
        {"model_id": 7, "status": "done"},
    ],
)
def test_a_status_that_is_not_understood_is_told_so(sky, monkeypatch, data):
    service = Says(sky().service, monkeypatch).data(data)
    with pytest.raises(NotUnderstood):
        task(service, "a-model")


@pytest.mark.parametrize(
    ("status", "state", "percent"),
    [
        *[("init", "waiting", 0), ("DONE", "done", 100), ("error", "failed", 0)],
        ("45", "converting", 45),
        (45, "converting", 45),
        ("99.7", "converting", 99),
        ("400", "converting", 100),
    ],
)
def test_a_status_is_a_word_or_a_number(sky, monkeypatch, status, state, percent):
    service = Says(sky().service, monkeypatch).data({"status": status, "created_at": "soon"})
    assert task(service, "a-model") == Task("a-model", State(state), percent)


@pytest.mark.parametrize(
    ("status", "word", "shown"),
    [
        ("Perhaps", "perhaps", "unknown: perhaps"),
        (None, None, "unknown"),
        ("-5", "-5", "unknown: -5"),
        ("\x1b[2J", "\\u001b[2j", "unknown: \\u001b[2j"),
        (["a"], "['a']", "unknown: ['a']"),
    ],
)
def test_a_word_that_is_unknown_is_handed_on(sky, monkeypatch, status, word, shown):
    service = Says(sky().service, monkeypatch).data({"status": status})
    found = task(service, "a-model")
    assert found == Task("a-model", State.UNKNOWN, 0, word=word)
    assert (found.shown, found.has_ended) == (shown, False)


def test_for_a_state_that_is_unknown_nobody_waits(sky, monkeypatch):
    service = Says(sky().service, monkeypatch).data({"status": "cancelled"})
    message = "a-model is unknown: cancelled; look with: recamera-gitops cloud status a-model"
    with pytest.raises(NotUnderstood, match=message):
        awaited(service, "a-model", lambda _told: None, 3600)


@pytest.mark.parametrize("data", [None, [], {"records": []}, {"records": {}, "total": 1}])
def test_a_list_that_is_not_understood_is_told_so(sky, monkeypatch, data):
    with pytest.raises(NotUnderstood, match="unknown form"):
        tasks(Says(sky().service, monkeypatch).data(data))


def test_a_list_that_never_ends_is_left(sky, monkeypatch):
    monkeypatch.setattr("recamera_gitops.cloud.tasks._MOST_PAGES", 3)
    endless = {"records": [{"model_id": "a", "status": "done"}], "total": 10**9}
    with pytest.raises(NotUnderstood, match="does not end"):
        tasks(Says(sky().service, monkeypatch).data(endless))


def test_reads_are_repeated_while_the_service_is_away(sky):
    sky = sky()
    model_id = begun(sky.service, sky.source(), sky.tell)
    sky.state.faults.add("drop-before", STATUS)
    assert task(sky.service, model_id).state is State.WAITING
    assert sky.state.sent(STATUS) == 2


def test_a_service_that_has_too_much_to_do_is_asked_again(sky, monkeypatch):
    sky = sky()
    sky.state.faults.add("unavailable", STATUS)
    codes = iter([503, 0])

    def once(*_, **__):
        code = next(codes)
        if code:
            raise Unavailable("too much", code=code)
        return {"data": {"status": "init"}}

    monkeypatch.setattr(sky.service, "once", once)
    assert task(sky.service, "a-model").state is State.WAITING
