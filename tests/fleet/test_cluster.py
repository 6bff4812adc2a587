"""The two ends of a cluster without one: who may be given work, and who stops when nobody is heard."""

import queue
import threading
from types import SimpleNamespace

import pytest

from recamera_gitops import __version__
from recamera_gitops.errors import InvalidInput, Unwritable
from recamera_gitops.fleet import cluster, worker
from recamera_gitops.fleet.environment import Stop

TOLD = {
    "tls://a:1": {"name": "hq-1", "resources": {"site-hq": 1.0}},
    "tls://b:1": {"name": "yard-1", "resources": {"site-yard": 1.0}},
}


class Versions:
    """A client of a cluster on which these versions are installed, by address."""

    def __init__(self, workers, scheduler):
        self.workers, self.scheduler = workers, scheduler

    def run(self, function, workers, on_error):
        assert (function(), on_error) == (__version__, "return")
        return {each: self.workers[each] for each in workers}

    def run_on_scheduler(self, function):
        if isinstance(self.scheduler, Exception):
            raise self.scheduler
        return self.scheduler


def wrong(workers, scheduler, resources):
    with pytest.raises(InvalidInput) as caught:
        cluster._same_version(Versions(workers, scheduler), TOLD, resources)
    return [each.message for each in caught.value.diagnostics]


def test_everybody_who_may_be_given_work_has_the_same_version():
    workers = {"tls://a:1": __version__, "tls://b:1": "0.0.1"}
    cluster._same_version(Versions(workers, __version__), TOLD, {"site-hq"})
    for resources in ({"site-yard"}, {None}):
        assert wrong(workers, __version__, resources) == [
            f"worker yard-1 has recamera-gitops 0.0.1, this is {__version__}"
        ]
    assert wrong(workers, ModuleNotFoundError("no"), {"site-hq"}) == [
        (
            "the scheduler has no recamera-gitops that answers (ModuleNotFoundError),"
            f" this is {__version__}"
        )
    ]


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("tcp://localhost:8786", True),
        ("tcp://[::1]:8786", True),
        ("tcp://10.0.0.1:8786", False),
        ("tcp://localhost.example:8786", False),
        ("ws://127.0.0.1:8786", False),
        ("tcp://[", False),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls(address, local):
    assert cluster._is_local(address) is local


def test_a_scheduler_of_this_machine_may_have_no_open_worker_elsewhere():
    cluster._safe("tcp://127.0.0.1:1", ["tcp://127.0.0.1:2", "tls://10.0.0.1:2"])
    with pytest.raises(InvalidInput, match=r"tcp://10.0.0.2:2 is spoken to without TLS"):
        cluster._safe("tcp://127.0.0.1:1", ["tcp://127.0.0.1:2", "tcp://10.0.0.2:2"])


@pytest.fixture
def line(monkeypatch):
    """A worker's line over queues of this process; `pulse` is what the run says of itself."""
    distributed = pytest.importorskip("distributed")
    queues, pulse = {}, SimpleNamespace(told={"beat": "1", "stop": False, "over": False})

    class Queue(queue.Queue):
        def __new__(cls, name, client):
            return queues.setdefault(name, super().__new__(cls))

        def __init__(self, name, client):
            if not hasattr(self, "mutex"):
                super().__init__()

        def close(self):
            pass

    monkeypatch.setattr(distributed, "Queue", Queue)
    monkeypatch.setattr(
        distributed,
        "Variable",
        lambda _name, client: SimpleNamespace(get=lambda timeout: pulse.told),
    )
    monkeypatch.setattr(worker, "PULSE", 0.02)
    monkeypatch.setattr(worker, "_DEAF", 0.3)
    stop = Stop()
    made = worker._Line(None, "questions", stop)
    hurried = threading.Event()
    cameras = SimpleNamespace(hurry=hurried.set)
    return SimpleNamespace(line=made, stop=stop, cameras=cameras, hurried=hurried, pulse=pulse)


def listening(line):
    return worker._listening(None, "pulse", line.line, line.stop, line.cameras)


def test_a_worker_that_hears_no_pulse_asks_no_more_and_hurries(line):
    line.line.may_go_on()
    with listening(line), pytest.raises(Unwritable, match="out of reach"):
        line.line.ask("intend", {"request": "POST /osd/cfg"})
    assert line.stop.requested
    assert line.hurried.is_set()
    with pytest.raises(Unwritable):
        line.line.say("tell", {})


def test_a_run_that_is_over_is_heard_at_once(line, monkeypatch):
    monkeypatch.setattr(worker, "_DEAF", 60.0)
    line.pulse.told = {"beat": "2", "stop": False, "over": True}
    with listening(line), pytest.raises(Unwritable):
        line.line.ask("begin", {})


def test_a_worker_that_nobody_lets_begin_gives_up_although_the_run_goes_on(line, monkeypatch):
    beats = iter(range(1 << 30))
    monkeypatch.setattr(
        "distributed.Variable",
        lambda _name, client: SimpleNamespace(
            get=lambda timeout: {"beat": str(next(beats)), "stop": False, "over": False}
        ),
    )
    with listening(line), pytest.raises(Unwritable):
        line.line.ask("begin", {})
    line.line.end()
