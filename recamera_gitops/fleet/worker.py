"""The worker's side of a Dask cluster: does one errand, and asks the run that it is for.

A worker goes on only as long as it hears the pulse of that run.
"""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from recamera_gitops import __version__
from recamera_gitops.device.clock import SystemClock
from recamera_gitops.errors import Unwritable
from recamera_gitops.fleet.asker import Asker, Facts
from recamera_gitops.fleet.cameras import Cameras
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.errands import Errand, Result, done, opened

if TYPE_CHECKING:
    from distributed import Client

    from recamera_gitops.exchange import Json

PULSE: Final = 1.0
# What a line that is lost raises, also in the middle of being closed.
TROUBLE: Final = (OSError, RuntimeError, AttributeError, CancelledError)
_DEAF: Final = 20.0  # seconds that it goes on without a pulse, or without leave to begin
_CUT: Final = "cut"


class Unbegun(Enum):
    """The result of a worker that was not let begin."""

    UNBEGUN = auto()


def version() -> str:
    """Which program is installed where this runs."""
    return __version__


def a_name() -> str:
    """One that nobody else on the cluster has."""
    return f"recamera-gitops-{uuid.uuid4().hex}"


def perform(errand: Errand, name: str, pulse: str) -> Result | Unbegun:
    """Do an errand, on a worker."""
    from distributed import get_client, get_worker

    worker, client = get_worker(), get_client()
    environment = Environment.real(allow_cmd=errand.allow_cmd)
    line = _Line(client, name, environment.stop)
    asker = Asker(line, environment.variables, errand.salt)
    try:
        with (
            opened(errand, environment, asker) as cameras,
            _listening(client, pulse, line, environment.stop, cameras),
        ):
            if not asker.begin(str(worker.name), worker.address):
                return Unbegun.UNBEGUN
            line.may_go_on()
            return done(errand, cameras, environment, asker.warn, str(worker.name))
    except Unwritable:  # nobody is left who could be told anything
        return Unbegun.UNBEGUN
    finally:
        line.end()


class _Line:
    """From a worker to the clerk of its errand, for any number of threads."""

    def __init__(self, client: "Client", name: str, stop: Stop) -> None:
        from distributed import Queue

        self._name = a_name()
        self._questions = Queue(name, client=client)
        self._answers = Queue(self._name, client=client)
        self._stop = stop
        self._lock = threading.Lock()
        self._is_cut = False
        self.has_begun = False

    def ask(self, question: str, facts: Facts) -> Facts:
        """Ask, and wait for the answer; Unwritable once nobody answers any more."""
        with self._lock, _reaching():
            self._put(question, facts, waits=True)
            answer: dict[str, Json] = self._answers.get()
            if answer.get(_CUT):
                self._is_cut = True
                raise _out_of_reach()
        if answer["stop"]:
            self._stop.request()
        return answer

    def say(self, question: str, facts: Facts) -> None:
        """Tell something that needs no answer."""
        with _reaching():
            self._put(question, facts, waits=False)

    def may_go_on(self) -> None:
        """The work may be done."""
        self.has_begun = True

    def cut(self) -> None:
        """Nobody answers any more: whoever waits for it hears so."""
        with suppress(*TROUBLE):
            if not self._is_cut:
                self._answers.put({_CUT: True})
        self._is_cut = True

    def end(self) -> None:
        """The result is there."""
        with suppress(Unwritable):
            self.say("done", {})
        with suppress(*TROUBLE):
            for each in (self._questions, self._answers):
                each.close()  # the scheduler keeps a queue as long as anybody has it

    def _put(self, question: str, facts: Facts, *, waits: bool) -> None:
        if self._is_cut:
            raise _out_of_reach()
        told = {"question": question, "asker": self._name, "facts": {**facts}, "waits": waits}
        self._questions.put(told)


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        raise _out_of_reach() from error


def _out_of_reach() -> Unwritable:
    return Unwritable("whoever coordinates the work is out of reach; nothing more was sent")


@contextmanager
def _listening(
    client: "Client", pulse: str, line: _Line, stop: Stop, cameras: Cameras
) -> Iterator[None]:
    """Listen to the pulse of the run meanwhile."""
    over = threading.Event()
    listener = threading.Thread(
        target=_listen, args=(client, pulse, line, stop, cameras, over), daemon=True
    )
    listener.start()
    try:
        yield
    finally:
        over.set()
        listener.join()


def _listen(
    client: "Client", pulse: str, line: _Line, stop: Stop, cameras: Cameras, over: threading.Event
) -> None:
    from distributed import Variable

    clock, variable = SystemClock(), Variable(pulse, client=client)
    last, heard_at = "", clock.monotonic()
    begun_at = heard_at
    while not over.wait(PULSE):
        try:
            told = variable.get(timeout=PULSE)
        except TROUBLE:
            told = {"beat": last, "stop": False, "over": False}
        now = clock.monotonic()
        heard_at = heard_at if told["beat"] == last else now
        last = told["beat"]
        late = now - heard_at > _DEAF or (not line.has_begun and now - begun_at > _DEAF)
        if told["over"] or late:
            line.cut()
        if told["stop"] or told["over"] or late:
            stop.request()
            cameras.hurry()
