"""Answers what the work at one camera asks from elsewhere, and knows what it was in when nobody asks again.

Everything that it hears goes to the desk of the run: into the same journal, marks and snapshots as the
work of threads beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final, NamedTuple

from recamera_gitops.device.credentials import Came
from recamera_gitops.device.rejections import Addressee
from recamera_gitops.errors import ExitCode, RecameraError, Unsettled, Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.asker import Facts, as_progress, packed
from recamera_gitops.fleet.cameras import left
from recamera_gitops.fleet.coordinator import NOT_SENT, Desk
from recamera_gitops.fleet.runs import unsealed
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Phase, Verdict
from recamera_gitops.reconcile.plan import DevicePlan

# What is true also where whoever says it is not there any more.
_LAST_WORDS: Final = ("tell", "answered", "editing", "settle", "supersede", "moved", "keep")
_READINGS: Final = 2  # how often a work that only reads is begun: once more where a worker is lost


class _Sent(NamedTuple):
    """A write, after how many addresses that were reached, and what came of it; None if nobody heard."""

    request: str
    after: int
    result: str | None = None


class Clerk:
    """For one work at one camera. Called by one thread, which waits where the work has to wait.

    `worker` and `address` are those of the worker that does it, None before one has begun;
    `has_heard_the_end` whether it has told of the last phase.
    """

    def __init__(
        self,
        device: str,
        desk: Desk,
        seal: Seal,
        stopped: Callable[[], bool],
        warn: Callable[[str], None],
        *,
        writes: bool,
    ) -> None:
        self.worker: str | None = None
        self.address: str | None = None
        self.has_heard_the_end = False
        self._device = device
        self._desk = desk
        self._seal = seal
        self._stopped = stopped
        self._warn = warn
        self._writes = writes
        self._begun: list[str] = []
        self._admitted: dict[str, Addressee] = {}
        self._moving = ExitStack()
        self._reached: list[str] = []
        self._sent: list[_Sent] = []
        self._answers: Mapping[str, Callable[..., Facts | None]] = {
            "tell": self._tell,
            "warn": self._warned,
            "intend": self._intend,
            "answered": self._answered,
            "editing": self._editing,
            "keep": self._keep,
            "admit": self._admit,
            "settle": self._settle,
            "supersede": self._supersede,
            "move": self._move,
            "moved": self._moved,
        }

    @property
    def may_begin_again(self) -> bool:
        """Whether the work may still be given to another worker."""
        return len(self._begun) < (1 if self._writes else _READINGS)

    def is_current(self, asker: str) -> bool:
        """Whether this is who does the work now."""
        return bool(self._begun) and self._begun[-1] == asker

    def answer(self, asker: str, question: str, facts: Mapping[str, Any]) -> Facts:
        """The answer for one of those that may have been given the work."""
        try:
            if question == "begin":
                return self._begin(asker, **facts)
            if not self.is_current(asker):
                raise Unwritable("the work was given to another worker; nothing more was sent")
            return self._answers[question](**facts) or {}
        except RecameraError as error:
            return packed(error)

    def overhear(self, asker: str, question: str, facts: Mapping[str, Any]) -> None:
        """Take note of what somebody said who cannot be answered any more."""
        if question in _LAST_WORDS and self.is_current(asker):
            self.answer(asker, question, facts)

    def close(self) -> None:
        """Nobody asks any more: let others try the credential, and nobody move after an open move."""
        for fingerprint, addressee in self._admitted.items():
            self._desk.gate.settle(fingerprint, addressee, Came.NOTHING)
        self._admitted.clear()
        self._moved(proved=False)

    def broken_off(self, planned: DevicePlan, code: ExitCode, reason: str) -> DeviceOutcome:
        """What can be said of a camera when nobody hears any more of who was to write to it.

        It ends with the code if nothing was written, and has failed otherwise.
        """
        if not self._sent:
            return left(planned, code, reason)
        addresses = [each.address for each in planned.resources]
        places = [n for n, each in enumerate(self._reached, 1) if each in addresses]
        written = [each for each in self._sent if not places or each.after >= places[-1]]
        *verified, current = [self._reached[place - 1] for place in places] or addresses[:1]
        found = tuple(
            Outcome(each, Verdict.UNKNOWN, f"{reason}; {_came_of(written)}")
            if each == current and written
            else Outcome(each, Verdict.VERIFIED if each in verified else Verdict.NOT_ATTEMPTED)
            for each in addresses
        )
        error = next((f"{e.address}: {e.reason}" for e in found if e.reason is not None), reason)
        ending = ExitCode.FAILED
        return DeviceOutcome(planned.device, planned.host, ending, error, found, planned.warnings)

    def _begin(self, asker: str, worker: str, address: str) -> Facts:
        if self._stopped() or not self.may_begin_again:
            return {"yes": False}
        self.close()  # whoever had it before is lost
        if self._writes:
            self._note("worker", worker=worker)
        self._begun.append(asker)
        self.worker, self.address = worker, address
        return {"yes": True}

    def _note(self, event: str, **facts: Json) -> None:
        if self._desk.journal is not None:
            self._desk.journal.note(event, device=self._device, **facts)

    def _tell(self, **facts: Json) -> None:
        progress = as_progress(self._device, facts)
        self.has_heard_the_end = progress.phase is Phase.DONE
        if progress.phase is Phase.WRITING and progress.percent is None:
            self._reached.append(progress.detail)
        self._desk.tell(progress)

    def _warned(self, message: str) -> None:
        self._warn(message)

    def _intend(self, request: str) -> None:
        self._desk.intend(self._device, request)
        self._sent.append(_Sent(request, len(self._reached)))

    def _answered(self, request: str, result: str, error: str | None) -> None:
        if self._sent and self._sent[-1].result is None:
            last = self._sent.pop()
            self._sent += [] if result == NOT_SENT else [last._replace(result=result)]
        self._desk.answered(self._device, request, result, error)

    def _editing(self, serial: str, *, entered: bool) -> None:
        self._desk.editing(self._device, serial, entered=entered)

    def _keep(self, snapshot: Mapping[str, Any]) -> None:
        self._desk.keep(self._device, unsealed(snapshot, self._seal))

    def _admit(self, fingerprint: str, address: str) -> None:
        addressee = Addressee(self._device, address)
        self._desk.gate.admit(fingerprint, addressee)
        self._admitted[fingerprint] = addressee

    def _settle(self, fingerprint: str, address: str, came: str, wait: int | None) -> None:
        self._admitted.pop(fingerprint, None)
        addressee = Addressee(self._device, address)
        self._desk.gate.settle(fingerprint, addressee, Came[came], wait)

    def _supersede(self, old: str, new: str, address: str) -> None:
        self._desk.gate.supersede(old, new, Addressee(self._device, address))

    def _move(self) -> None:
        self._moving.enter_context(self._desk.moves.alone(self._device))

    def _moved(self, *, proved: bool) -> None:
        """Leave it as if the work had been done here, and had ended so."""
        with suppress(Unsettled), self._moving:
            if not proved:
                raise Unsettled("not proved")


def _came_of(written: Sequence[_Sent]) -> str:
    """The last write that somebody has heard of, and one that nobody has."""
    known = [each for each in written if each.result is not None]
    parts = [f"the last that was heard is {e.request}: {e.result}" for e in known[-1:]]
    lost = [f"nobody knows what came of {e.request}" for e in written if e.result is None]
    return "; ".join([*parts, *lost])
