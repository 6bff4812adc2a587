"""A Dask cluster, through the library that the extra `dask` brings: its only door.

What a work asks, and what it is answered, goes through queues as plain data; the work and its result are
pickled. Every run has a pulse: by it workers hear that somebody asked to end, and when it stops they stop.
"""

import ipaddress
import logging
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from recamera_gitops import __version__
from recamera_gitops.device.clock import SystemClock
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.fleet.clerk import Clerk
from recamera_gitops.fleet.environment import Stop
from recamera_gitops.fleet.errands import Errand, Result
from recamera_gitops.fleet.sites import Lost, NotBegun, NoWorker
from recamera_gitops.fleet.worker import PULSE, TROUBLE, Unbegun, a_name, perform, version
from recamera_gitops.secret import printable

if TYPE_CHECKING:
    from distributed import Client, Future, Queue
    from distributed.security import Security

_CONNECT: Final = 10.0  # seconds that a scheduler may take to answer
_PATIENCE: Final = 10.0  # so long a worker may take to be started again
_SILENCE: Final = 30.0  # and the scheduler to say who works for it
_SHARE: Final = 0.001  # of a resource: its threads bound what a worker does, not what it declares
_LOOK: Final = "look"  # said by nobody but the run itself, so that its threads look up
_SAME: Final = "install the same version everywhere; no camera was contacted"
_START: Final = "start it with tls:// and certificates, see docs/cluster.md"
_LOGGERS: Final = ("distributed", "distributed.client")
_NO_SCHEDULER: Final = "the scheduler of the cluster was lost"
# What a client of a cluster shows to its scheduler, and where dask is told of it.
_CERTIFICATES: Final = {
    "tls_ca_file": "DASK_DISTRIBUTED__COMM__TLS__CA_FILE",
    "tls_client_cert": "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT",
    "tls_client_key": "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY",
}


@contextmanager
def connected(
    address: str, resources: Collection[str | None], stop: Stop
) -> Iterator["DaskCluster"]:
    """The cluster of a scheduler, its workers for these resources being fit to work for this program.

    InvalidInput, before any contact with a camera, where it cannot be used.
    """
    with _client(address) as client:
        told = client.scheduler_info(n_workers=-1)["workers"]
        _safe(address, told)
        _same_version(client, told, resources)
        cluster = DaskCluster(client, stop)
        try:
            yield cluster
        finally:
            cluster.close()


@contextmanager
def _client(address: str) -> "Iterator[Client]":
    """What is pickled is trusted: only over TLS, with certificates on both sides, or on this machine."""
    from distributed import Client

    address = address if "://" in address else f"tcp://{address}"
    if not address.startswith("tls://") and not _is_local(address):
        message = f"{printable(address)} is spoken to without TLS, and is not on this machine"
        raise _unusable("unsafe-cluster", message, _START)
    for each in _LOGGERS:  # a run says in its own words what it has lost
        logging.getLogger(each).setLevel(logging.CRITICAL)
    security = _security(address)
    try:
        client = Client(address, timeout=_CONNECT, security=security, set_as_default=False)
    except (*TROUBLE, ValueError) as error:
        message = f"the scheduler {printable(address)} cannot be reached"
        hint = "look whether it runs there"
        if security.require_encryption:
            hint += ", and whether its certificate and yours are of the same CA"
        raise _unusable("no-cluster", message, hint) from error
    try:
        yield client
    finally:
        with suppress(*TROUBLE):
            client.close()


def _security(address: str) -> "Security":
    """As dask is configured; over TLS both sides show a certificate."""
    from distributed.security import Security

    security = Security(require_encryption=address.startswith("tls://"))
    named = {name: getattr(security, each) for each, name in _CERTIFICATES.items()}
    lacking = [name for name, file in named.items() if file is None or not Path(file).is_file()]
    if security.require_encryption and lacking:
        message = "over TLS the files of a CA, of your certificate and of its key are needed"
        raise _unusable("no-cluster", message, f"name them in {', '.join(lacking)}")
    return security


def _is_local(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme == "tcp" and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False


def _safe(address: str, workers: Iterable[str]) -> None:
    """The scheduler of this machine may have workers elsewhere."""
    for each in workers:
        if not each.startswith("tls://") and not _is_local(each):
            message = f"its worker {each} is spoken to without TLS, and is not on this machine"
            raise _unusable("unsafe-cluster", f"{printable(address)}: {message}", _START)


def _same_version(
    client: "Client", told: Mapping[str, Mapping[str, Any]], resources: Collection[str | None]
) -> None:
    """Ask every worker that may be given work, and the scheduler, which takes the work apart."""
    used = [
        address
        for address, each in told.items()
        if None in resources or {*each["resources"]} & {*resources}
    ]
    found = client.run(version, workers=used, on_error="return") if used else {}
    names = {f"worker {told[address]['name']}": each for address, each in found.items()}
    try:
        names["the scheduler"] = client.run_on_scheduler(version)
    except (ImportError, *TROUBLE) as error:
        names["the scheduler"] = error
    wrong = [
        Diagnostic(
            "other-version", f"{name} has {_installed(each)}, this is {__version__}", hint=_SAME
        )
        for name, each in names.items()
        if each != __version__
    ]
    if wrong:
        raise InvalidInput(wrong)


def _installed(found: object) -> str:
    if isinstance(found, str):
        return f"recamera-gitops {printable(found)}"
    return f"no recamera-gitops that answers ({type(found).__name__})"


def _unusable(rule: str, message: str, hint: str) -> InvalidInput:
    return InvalidInput([Diagnostic(rule, message, "--scheduler", hint=hint)])


class DaskCluster:
    """Workers that do errands, as a client of their scheduler sees them."""

    def __init__(self, client: "Client", stop: Stop) -> None:
        from distributed import Variable

        self._client = client
        self._stop = stop
        self._clock = SystemClock()
        self._pulse = Variable(a_name(), client=client)
        self._lock = threading.Lock()
        self._listening: dict[str, Queue] = {}
        self._workers: frozenset[str] = frozenset()
        self._seen: dict[str | None, float] = {}  # when a worker with a resource was there last
        self._polled = self._clock.monotonic()
        self._closed = threading.Event()
        self._poll()
        self._beat(over=False)
        self._heart = threading.Thread(target=self._beating, name="pulse", daemon=True)
        self._heart.start()

    def close(self) -> None:
        """Whoever still works for this run hears that it is over."""
        self._closed.set()
        self._heart.join()
        with suppress(*TROUBLE):
            self._beat(over=True)
            self._pulse.delete()

    def perform(self, errand: Errand, clerk: Clerk, resource: str | None) -> Result:
        """Have a worker do it, the clerk answering its questions."""
        if resource not in self._seen:
            raise NoWorker(_nobody(resource))
        with self._listened() as (name, questions), _Answers(self._client) as answers:
            future = self._submitted(errand, name, resource)
            try:
                while True:
                    said = self._heard(questions)
                    if said["question"] == "done" and clerk.is_current(said["asker"]):
                        return self._result(future, clerk)
                    if said["question"] != _LOOK:
                        answers.give(clerk, said, stop=self._stop.requested)
                    elif future.done():
                        return self._result(future, clerk)
                    else:
                        self._look_after(questions, clerk, resource)
            finally:
                clerk.close()
                with suppress(*TROUBLE):
                    future.cancel()

    def _submitted(self, errand: Errand, name: str, resource: str | None) -> "Future[Any]":
        with _scheduling():
            return self._client.submit(
                perform,
                errand,
                name,
                self._pulse.name,
                key=name,
                pure=False,
                retries=0,
                resources=None if resource is None else {resource: _SHARE},
            )

    @contextmanager
    def _listened(self) -> Iterator[tuple[str, "Queue"]]:
        """A queue for what one work asks."""
        from distributed import Queue

        name = a_name()
        with _scheduling():
            queue = Queue(name, client=self._client)
        with self._lock:
            self._listening[name] = queue
        try:
            yield name, queue
        finally:
            with self._lock:
                del self._listening[name]
            with suppress(*TROUBLE):
                queue.close()

    def _heard(self, questions: "Queue") -> dict[str, Any]:
        """The next thing that is said, by a worker or by the heart."""
        try:
            said: dict[str, Any] = questions.get()
        except TROUBLE:
            self._closed.wait(PULSE)
            return {"question": _LOOK}
        return said

    def _look_after(self, questions: "Queue", clerk: Clerk, resource: str | None) -> None:
        """Lost where whoever had begun is gone, and so is the hope for another."""
        if self._clock.monotonic() - self._polled > _SILENCE:
            raise Lost(_NO_SCHEDULER)
        if clerk.address is None:
            self._look_out(resource)
        if clerk.address is None or clerk.address in self._workers:
            return
        with suppress(*TROUBLE):
            self._poll()
        waits = clerk.may_begin_again and not self._is_missing(resource)
        if clerk.address in self._workers or waits:
            return
        with suppress(*TROUBLE):
            for said in questions.get(batch=True):
                if said["question"] != _LOOK:
                    clerk.overhear(said["asker"], said["question"], said["facts"])
        raise self._lost(clerk)

    def _look_out(self, resource: str | None) -> None:
        """NoWorker where nobody is left who could begin, NotBegun where nobody is to."""
        if self._stop.requested:
            raise NotBegun("nobody was let begin")
        if self._is_missing(resource):
            raise NoWorker(_nobody(resource))

    def _lost(self, clerk: Clerk) -> Lost:
        is_there = self._client.status == "running"
        return Lost(f"worker {clerk.worker} was lost" if is_there else _NO_SCHEDULER)

    def _is_missing(self, resource: str | None) -> bool:
        """Whether no worker with it has been there for longer than one takes to be started again."""
        return self._polled - self._seen[resource] > _PATIENCE

    def _result(self, future: "Future[Any]", clerk: Clerk) -> Result:
        try:
            found: Result | Unbegun = future.result(timeout=_SILENCE)
        except Exception as error:
            if clerk.worker is not None:
                raise self._lost(clerk) from error
            raise NoWorker(f"no worker could begin it: {type(error).__name__}") from error
        if not isinstance(found, Unbegun):
            return found
        if clerk.worker is None:
            raise NotBegun("nobody was let begin")
        raise self._lost(clerk)

    def _beating(self) -> None:
        while not self._closed.wait(PULSE):
            with suppress(*TROUBLE):
                self._poll()
                self._beat(over=False)
                self._call()

    def _poll(self) -> None:
        """Who works for the scheduler now."""
        workers = self._client.scheduler_info(n_workers=-1).get("workers")
        if workers is None or self._client.status != "running":
            return  # it is being looked for
        now = self._clock.monotonic()
        self._workers = frozenset(workers)
        resources = {each for told in workers.values() for each in told["resources"]}
        self._seen |= dict.fromkeys([*resources, *([None] if workers else [])], now)
        self._polled = now

    def _beat(self, *, over: bool) -> None:
        beat = uuid.uuid4().hex
        self._pulse.set({"beat": beat, "stop": self._stop.requested, "over": over})

    def _call(self) -> None:
        """Let every thread that listens look up."""
        with self._lock:
            for each in self._listening.values():
                each.put({"question": _LOOK})


class _Answers:
    """A queue to each worker that has asked."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._queues: dict[str, Queue] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*TROUBLE):
            for each in self._queues.values():
                each.close()

    def give(self, clerk: Clerk, said: Mapping[str, Any], *, stop: bool) -> None:
        """Answer, where an answer is waited for."""
        from distributed import Queue

        asker = said["asker"]
        answer = clerk.answer(asker, said["question"], said["facts"])
        if not said["waits"]:
            return
        with suppress(*TROUBLE):  # whoever it was for is lost as well
            if asker not in self._queues:
                self._queues[asker] = Queue(asker, client=self._client)
            self._queues[asker].put({**answer, "stop": stop})


@contextmanager
def _scheduling() -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        raise Lost(_NO_SCHEDULER) from error


def _nobody(resource: str | None) -> str:
    if resource is None:
        return "the cluster has no worker"
    return f"no worker of the cluster declares {resource}"
