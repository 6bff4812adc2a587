"""What the work at a camera asks before it acts, and tells; it may run far from who coordinates.

A write begins when the coordinator has put its intent on disk, and not before. So whatever kills the
work, what is on disk names every write of which nobody knows what came of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol

from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.errors import RecameraError, Rejected, Unreachable, Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.moving import Moves
from recamera_gitops.fleet.runstate import RunState
from recamera_gitops.reconcile.outcome import Progress
from recamera_gitops.reconcile.snapshot import Snapshot
from recamera_gitops.reconcile.steps import SCENE

if TYPE_CHECKING:
    from recamera_gitops.fleet.journal import Journal

ACKNOWLEDGED: Final = "acknowledged"
NOT_SENT: Final = "not sent"


class Coordinator(Protocol):
    """Asked from the threads of any number of cameras."""

    @property
    def gate(self) -> CredentialGate:
        """What every login goes through."""
        ...

    @property
    def moves(self) -> Moves:
        """What every move of a camera goes through."""
        ...

    def tell(self, progress: Progress) -> None:
        """A camera has come to a phase."""
        ...

    def intend(self, device: str, request: str) -> None:
        """A write is about to be sent; Unwritable where that cannot be put on disk."""
        ...

    def answered(self, device: str, request: str, result: str, error: str | None) -> None:
        """What came of it: acknowledged, refused, not sent or unknown."""
        ...

    def editing(self, device: str, serial: str, *, entered: bool) -> None:
        """An edit mode is about to be entered, or has been left."""
        ...

    def keep(self, device: str, snapshot: Snapshot) -> None:
        """What an address has before it is written; Unwritable where that cannot be put on disk."""
        ...


@contextmanager
def witness(coordinator: Coordinator, device: str, request: str) -> Iterator[None]:
    """A line before something is sent to a camera, and one about what came of it."""
    coordinator.intend(device, request)
    result, said = "unknown", None
    try:
        yield
        result = ACKNOWLEDGED
    except RecameraError as error:
        result, said = _came_of(error), str(error)
        raise
    finally:
        coordinator.answered(device, request, result, said)


def _came_of(error: RecameraError) -> str:
    if isinstance(error, Unreachable) and not error.sent:
        return NOT_SENT
    return "refused" if isinstance(error, Rejected) else "unknown"


class EditModes:
    """Edit modes that may be open: what leaves one is held back by nothing."""

    def __init__(self) -> None:
        self._entered: dict[str, bool] = {}  # by camera, whether the first request was sent

    def change(self, device: str, *, entered: bool) -> None:
        """One is about to be entered, or has been left."""
        if entered:
            self._entered[device] = False
        else:
            self._entered.pop(device, None)

    def sent(self, device: str, request: str) -> None:
        """From now on whatever enters or leaves one only leaves it."""
        if device in self._entered and _is_edit_mode(request):
            self._entered[device] = True

    @contextmanager
    def unheld(self, device: str, request: str) -> Iterator[None]:
        """Go on after Unwritable if this request leaves one."""
        leaves = _is_edit_mode(request) and self._entered.get(device, False)
        with suppress(*([Unwritable] if leaves else [])):
            yield


class Desk:
    """The coordinator beside the files of the fleet: its journal, once there is one, and its marks.

    `kept` is what cameras had before they were written, in that order.
    """

    def __init__(
        self, state: RunState, gate: CredentialGate, progress: Callable[[Progress], None]
    ) -> None:
        self.gate = gate
        self.moves = Moves()
        self.journal: Journal | None = None
        self.kept: list[tuple[str, Snapshot]] = []
        self._state = state
        self._progress = progress
        self._modes = EditModes()

    def tell(self, progress: Progress) -> None:
        """Hand it on to whoever watches."""
        self._progress(progress)

    def intend(self, device: str, request: str) -> None:
        """A line; what leaves an edit mode is sent even where there is no room for one any more."""
        self._note(device, request, "intent")
        self._modes.sent(device, request)

    def answered(self, device: str, request: str, result: str, error: str | None) -> None:
        """A line about what came of it."""
        told = {} if error is None else {"error": error}
        self._note(device, request, "answer", result=result, **told)

    def _note(self, device: str, request: str, event: str, **facts: Json) -> None:
        if self.journal is None:
            return
        with self._modes.unheld(device, request):
            self.journal.note(event, device=device, request=request, **facts)

    def editing(self, device: str, serial: str, *, entered: bool) -> None:
        """Mark it on disk, so that the next run leaves what this one could not."""
        if entered:
            self._state.mark_editing(device, serial)
        else:
            self._state.unmark_editing(device)
        self._modes.change(device, entered=entered)

    def keep(self, device: str, snapshot: Snapshot) -> None:
        """A line in the snapshots of the run; whole, with its secrets, in memory only."""
        if self.journal is not None:
            self.journal.keep(device, snapshot)
            self.kept.append((device, snapshot))


def _is_edit_mode(request: str) -> bool:
    return request.endswith(f" {SCENE}")
