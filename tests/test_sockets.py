import resource

import pytest

from recamera_gitops.sockets import make_room

UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "after"),
    [
        (64, 512, 100, (228, 512)),
        (64, 512, 4000, (512, 512)),
        (64, UNLIMITED, 4000, (4128, UNLIMITED)),
        (300, 512, 100, None),
        (512, 512, 4000, None),
        (UNLIMITED, UNLIMITED, 4000, None),
    ],
)
def test_a_process_gets_what_it_needs_and_never_more_than_it_may(
    soft, hard, wanted, after, monkeypatch
):
    told = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: told.append(limits))
    make_room(wanted)
    assert told == ([] if after is None else [after])


def test_a_system_that_allows_less_than_it_says_is_not_argued_with(monkeypatch):
    def refuse(which, wanted):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, UNLIMITED))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    make_room(100)
