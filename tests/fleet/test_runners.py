import threading

import pytest

from recamera_gitops.errors import Rejected
from recamera_gitops.fleet.runners import HELPERS, IN_FLIGHT, Threads

PATHS = [f"/{number}" for number in range(12)]


@pytest.fixture
def threads():
    made = []

    def make(cameras, at_once=None):
        made.append(Threads(cameras, at_once))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_results_come_in_the_order_of_the_cameras(threads):
    assert threads(40).over(range(40), lambda number: number * 2) == [2 * n for n in range(40)]


def test_every_path_is_asked_once_and_an_error_stands_in_the_place_of_its_answer(threads):
    asked = []

    def get(path):
        asked.append(path)
        if path == "/3":
            raise Rejected("no", code=5)
        return path.upper()

    found = threads(1).gather(get, PATHS)
    assert list(found) == PATHS == sorted(asked, key=PATHS.index)
    assert isinstance(found.pop("/3"), Rejected)
    assert found == {path: path for path in found}


def test_a_camera_among_few_is_asked_four_things_at_once(threads):
    together = threading.Barrier(1 + HELPERS)
    threads(2).gather(lambda _: together.wait(timeout=20), PATHS)
    assert not together.broken


def test_a_camera_among_many_is_asked_by_its_own_thread_alone(threads):
    askers = set()
    threads(IN_FLIGHT).gather(lambda _: askers.add(threading.get_ident()), PATHS)
    assert askers == {threading.get_ident()}


def test_no_more_cameras_are_worked_on_than_was_said(threads):
    working, most, lock = set(), [], threading.Lock()

    def work(camera):
        with lock:
            working.add(camera)
            most.append(len(working))
        with lock:
            working.remove(camera)

    threads(200, at_once=3).over(range(200), work)
    assert max(most) <= 3
