"""The coordinator of a camera's work where the real one is elsewhere: it asks it, over a line.

Questions and answers are plain data. One that cannot be asked any more is `Unwritable`: nothing is sent
to a camera of which nobody could tell.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

from recamera_gitops.device.credentials import Came, Credential, CredentialGate, Memory, NotTried
from recamera_gitops.device.rejections import Addressee
from recamera_gitops.errors import (
    ExitCode,
    RecameraError,
    Refused,
    Unsettled,
    Unwritable,
    WrongCamera,
)
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.coordinator import EditModes
from recamera_gitops.fleet.fingerprints import Fingerprints
from recamera_gitops.fleet.journal import sealed
from recamera_gitops.fleet.moving import Moves
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.reconcile.snapshot import Snapshot

Facts: TypeAlias = Mapping[str, Json]
_ERRORS: Final[Mapping[str, type[RecameraError]]] = {
    each.__name__: each for each in (Unwritable, Refused, NotTried)
}


class Line(Protocol):
    """To whoever coordinates the work, for any number of threads."""

    def ask(self, question: str, facts: Facts) -> Facts:
        """Ask, and wait for the answer; Unwritable once nobody answers any more."""
        ...

    def say(self, question: str, facts: Facts) -> None:
        """Tell something that needs no answer."""
        ...


def packed(error: RecameraError) -> dict[str, Json]:
    """An error as part of an answer."""
    wait = error.wait if isinstance(error, NotTried) else None
    return {"error": type(error).__name__, "message": str(error), "wait": wait}


def _unpacked(answer: Facts) -> RecameraError | None:
    if answer.get("error") is None:
        return None
    message = str(answer["message"])
    if answer["error"] == NotTried.__name__:
        return NotTried(message, wait=answer["wait"])
    return _ERRORS.get(str(answer["error"]), Unwritable)(message)


class _Asking:
    def __init__(self, line: Line) -> None:
        self._line = line

    def __call__(self, question: str, **facts: Json) -> Facts:
        answer = self._line.ask(question, facts)
        error = _unpacked(answer)
        if error is not None:
            raise error
        return answer


class Asker:
    """A `Coordinator` of the work at one camera. `variables` hold the key of snapshots, if there is one."""

    def __init__(self, line: Line, variables: Mapping[str, str], salt: bytes) -> None:
        self._line = line
        self._ask = _Asking(line)
        self._variables = variables
        self._modes = EditModes()
        self.gate: CredentialGate = _Gate(self._ask, _fingerprints(salt))
        self.moves: Moves = _Moves(self._ask)

    def begin(self, worker: str, address: str) -> bool:
        """Whether this worker is to do the work; the first thing that is asked, and only once."""
        return bool(self._ask("begin", worker=worker, address=address)["yes"])

    def tell(self, progress: Progress) -> None:
        """A camera has come to a phase."""
        told = {
            "phase": str(progress.phase),
            "detail": progress.detail,
            "percent": progress.percent,
            "exit_code": int(progress.exit_code),
        }
        self._line.say("tell", told)

    def warn(self, message: str) -> None:
        """Somebody should know."""
        self._line.say("warn", {"message": message})

    def intend(self, device: str, request: str) -> None:
        """A write is about to be sent; what leaves an edit mode is sent also where nobody hears of it."""
        with self._modes.unheld(device, request):
            self._ask("intend", request=request)
        self._modes.sent(device, request)

    def answered(self, device: str, request: str, result: str, error: str | None) -> None:
        """What came of it."""
        with self._modes.unheld(device, request):
            self._ask("answered", request=request, result=result, error=error)

    def editing(self, device: str, serial: str, *, entered: bool) -> None:
        """An edit mode is about to be entered, or has been left."""
        self._ask("editing", serial=serial, entered=entered)
        self._modes.change(device, entered=entered)

    def keep(self, device: str, snapshot: Snapshot) -> None:
        """What an address has before it is written; its secrets sealed with the key of this machine."""
        del device
        self._ask("keep", snapshot=sealed(snapshot, Seal.of(self._variables)))


@lru_cache(maxsize=2)
def _fingerprints(salt: bytes) -> Fingerprints:
    """Those of a run, for all of its work that is done in this process: each is slow to make."""
    return Fingerprints(salt)


class _Names(Memory):
    """The fingerprints that are the same wherever they are made; it is asked for nothing else."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        super().__init__()
        self._fingerprints = fingerprints

    def fingerprint(self, credential: Credential) -> str:
        """What the credential is called in the whole run."""
        return self._fingerprints.of(credential)


class _Gate(CredentialGate):
    """One scout per credential, wherever its camera is; the credential itself stays here."""

    def __init__(self, ask: _Asking, fingerprints: Fingerprints) -> None:
        super().__init__(_Names(fingerprints))
        self._ask = ask

    def admit(self, fingerprint: str, addressee: Addressee) -> None:
        """Return when this camera may be tried; NotTried when it must not."""
        self._ask("admit", fingerprint=fingerprint, address=addressee.address)

    def settle(
        self, fingerprint: str, addressee: Addressee, came: Came, wait: int | None = None
    ) -> None:
        """What came of it."""
        facts = {"fingerprint": fingerprint, "address": addressee.address}
        self._ask("settle", **facts, came=came.name, wait=wait)

    def supersede(self, old: str, new: str, addressee: Addressee) -> None:
        """The camera takes the new one from now on, and the old one no more."""
        self._ask("supersede", old=old, new=new, address=addressee.address)


class _Moves(Moves):
    """One move at a time, wherever its camera is."""

    def __init__(self, ask: _Asking) -> None:
        super().__init__()
        self._ask = ask

    @contextmanager
    def alone(self, camera: str) -> Iterator[None]:
        """Be the only camera that moves; Refused once another one has not been proved."""
        del camera
        self._ask("move")
        proved = True
        try:
            yield
        except (Unsettled, WrongCamera):
            proved = False
            raise
        finally:
            self._ask("moved", proved=proved)


def as_progress(device: str, facts: Mapping[str, Any]) -> Progress:
    """What was told of a phase."""
    phase, code = Phase(facts["phase"]), ExitCode(facts["exit_code"])
    return Progress(device, phase, facts["detail"], facts["percent"], code)
