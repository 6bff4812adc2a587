"""A rollout carried out: who is written, who is left, and what is on record."""

import pytest

from recamera_gitops.desired.models import Rollout
from recamera_gitops.errors import ExitCode, Unwritable
from recamera_gitops.fleet.rolling import roll
from recamera_gitops.fleet.rollout import Member, Record, Result, course
from recamera_gitops.reconcile.outcome import DeviceOutcome


class Hands:
    """Writes nothing, and remembers what it was asked."""

    shut = None

    def __init__(self, ends=(), unwell=(), interrupted_at=None):
        self.ends, self.unwell, self.interrupted_at = dict(ends), dict(unwell), interrupted_at
        self.written, self.waited, self.notes = [], [], []

    def write(self, names, held, told, *, alone):
        for name in names:
            if held() is not None or name == self.interrupted_at:
                return
            self.written.append(name if not alone else f"{name} alone")
            told(DeviceOutcome(name, "192.0.2.1", ExitCode(self.ends.get(name, 0))))

    def check(self, names, wave):
        return {name: self.unwell[name] for name in names if name in self.unwell}

    def wait(self, seconds):
        self.waited.append(seconds)
        return self.interrupted_at != "soak"

    def note(self, event, **facts):
        self.notes.append((event, facts))

    def held(self, names):
        return self.shut


def way(*members, **settings):
    waves = [{"select": "ring=canary"}, {"select": "all"}]
    return course(Rollout.model_validate({"waves": waves, **settings}), members)


FLEET = (Member("a", {"ring": "canary"}), Member("b", {}), Member("c", {}, disruptive=True))


def test_wave_after_wave_with_the_rough_ones_alone():
    hands = Hands()
    rolled = roll(way(*FLEET), hands)
    assert rolled.stopped is None
    assert hands.written == ["a", "b", "c alone"]
    assert hands.notes == [
        ("wave", {"wave": "1", "waves": 2, "devices": ["a"], "alone": False}),
        ("wave", {"wave": "2.1", "waves": 2, "devices": ["b"], "alone": False}),
        ("wave", {"wave": "2.2", "waves": 2, "devices": ["c"], "alone": True}),
    ]


def test_a_failed_canary_spares_the_others():
    hands = Hands({"a": 3})
    rolled = roll(way(*FLEET), hands)
    assert hands.written == ["a"]
    assert "max_failures" in rolled.stopped
    assert hands.notes[-1][0] == "stop"


def test_who_is_unwell_after_the_soak_counts_as_failed():
    hands = Hands(unwell={"a": "inference: the pipeline is error"})
    rolled = roll(way(*FLEET, soak="1m30s", gates=["inference"]), hands)
    assert hands.waited == [90]
    assert hands.written == ["a"]
    assert rolled.outcomes["a"].exit_code is ExitCode.FAILED
    assert rolled.outcomes["a"].error == "inference: the pipeline is error"


@pytest.mark.parametrize(("at", "written"), [("b", ["a"]), ("soak", ["a"])])
def test_whoever_interrupts_ends_it(at, written):
    hands = Hands(interrupted_at=at)
    rolled = roll(way(*FLEET, **({"soak": "1s"} if at == "soak" else {})), hands)
    assert rolled.stopped == "interrupted"
    assert hands.written == written


def test_a_budget_that_is_spent_in_the_middle_of_a_wave_is_said():
    members = [Member(name, {}) for name in "abcd"]
    hands = Hands({"b": 3})
    rolled = roll(way(*members), hands)
    assert hands.written == ["a", "b"]
    assert "1 of 4 cameras of wave 2 failed" in rolled.stopped


def test_what_is_on_record_is_not_done_again():
    hands = Hands()
    roll(way(*FLEET), hands, Record({"a": Result.GOOD}))
    assert hands.written == ["b", "c alone"]


def test_nothing_is_begun_once_the_window_has_closed():
    hands = Hands()
    hands.shut = "the window has closed"
    rolled = roll(way(*FLEET), hands)
    assert hands.written == []
    assert (rolled.stopped, rolled.spent) == ("the window has closed", False)


def test_a_journal_that_cannot_be_written_ends_it():
    class Full(Hands):
        def note(self, event, **facts):
            if facts.get("wave") == "2.1":
                raise Unwritable("the disk is full")

    rolled = roll(way(*FLEET), hands := Full())
    assert hands.written == ["a"]
    assert rolled.stopped == "the disk is full"
    assert set(rolled.outcomes) == {"a"}
