import resource

import pytest

from recamera_gitops.sockets import make_room

UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "after", "room"),
    [
        (64, 512, 100, (228, 512), 100),
        (64, 512, 4000, (512, 512), 384),
        (64, UNLIMITED, 4000, (4128, UNLIMITED), 4000),
        (300, 512, 100, None, 100),
        (512, 512, 4000, None, 384),
        (64, 64, 4000, None, 1),
        (UNLIMITED, UNLIMITED, 4000, None, 4000),
    ],
)
def test_a_process_gets_what_it_needs_and_never_more_than_it_may(
    soft, hard, wanted, after, room, monkeypatch
):
    told = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: told.append(limits))
    assert make_room(wanted) == room
    assert told == ([] if after is None else [after])


def test_a_system_that_allows_less_than_it_says_is_not_argued_with(monkeypatch):
    def refuse(which, wanted):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, UNLIMITED))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert make_room(100) == 1
