"""Steps, sent. It decides nothing but this: an edit mode that may have been entered is left."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from recamera_gitops.errors import (
    CameraError,
    EditModeOpen,
    Interrupted,
    Rejected,
    SessionRenewed,
    Unreachable,
    Unwritable,
)
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.steps import Call, Move, Session, Step, Talk

# The camera ends an edit mode by itself after five minutes [seed]; nothing begins after this many seconds.
LONGEST_SESSION: Final = 240.0
_OTHER_VERB_CODES: Final = (405, 501)
_OTHER_VERB: Final = {"PUT": "POST", "POST": "PUT"}
_LEAVE_PAUSES: Final = (0.2, 1.0, 2.0, 0.0)


class Sender(Protocol):
    """Writes to one camera."""

    def send(self, method: str, path: str, body: Json = None) -> Json:
        """One write, never repeated."""
        ...

    def talk(self, flow: str, arguments: Any) -> None:  # noqa: ANN401 - each flow takes its own
        """One conversation, by name."""
        ...

    def move(self, kind: str, call: Call) -> None:
        """One write, never repeated, after which the camera is found again."""
        ...


class Clock(Protocol):
    """Time as an edit session needs it."""

    def monotonic(self) -> float:
        """Seconds that never step back."""
        ...

    def sleep(self, seconds: float) -> bool:
        """Wait; False when a stop signal came."""
        ...


class Performer:
    """Sends the steps of one address to one camera.

    `editing` is told True before an edit mode is entered and False once it has been left.
    """

    def __init__(
        self,
        sender: Sender,
        clock: Clock,
        stopped: Callable[[], bool],
        timeout: float,
        editing: Callable[[bool], None],
    ) -> None:
        self._sender = sender
        self._editing = editing
        self._clock = clock
        self._stopped = stopped
        self._timeout = timeout

    def perform(self, todo: Iterable[Step]) -> bool:
        """Send them in order; False where an edit session had to end before all of it was sent."""
        for step in todo:
            if self._stopped():
                raise Interrupted("interrupted")
            match step:
                case Call():
                    self._call(step)
                case Talk():
                    self._sender.talk(step.flow, step.arguments)
                case Move():
                    self._sender.move(step.kind, step.call)
                case Session():
                    if not self._session(step):
                        return False
        return True

    def _call(self, call: Call) -> None:
        """Send; with the other verb where this one is not known, for which nothing was done [rockchip]."""
        try:
            self._sender.send(call.method, call.path, call.body)
        except Rejected as error:
            if error.code not in _OTHER_VERB_CODES or call.body is None:
                raise
            self._sender.send(_OTHER_VERB[call.method], call.path, call.body)

    def _session(self, session: Session) -> bool:
        started = self._clock.monotonic()
        complete = True
        self._editing(True)
        try:
            self._call(session.enter)
        except (CameraError, Unwritable) as error:
            if isinstance(error, Unreachable) and not error.sent:
                self._editing(False)
            else:
                self._leave(session)  # it may have been entered all the same
            raise
        try:
            for call in session.calls:
                if self._stopped():
                    raise Interrupted("interrupted")
                if self._clock.monotonic() - started > LONGEST_SESSION - 2 * self._timeout:
                    complete = False
                    break
                self._call(call)
            self._save(session.save)
        finally:
            self._leave(session)
        return complete

    def _save(self, call: Call) -> None:
        """Commit; a camera that does not know the route commits by leaving [seed]."""
        try:
            self._call(call)
        except Rejected as error:
            if not error.is_not_known:
                raise

    def _leave(self, session: Session) -> None:
        """Leave the edit mode, whatever has happened; leaving twice does no harm, staying does."""
        trouble: CameraError | None = None
        for pause in _LEAVE_PAUSES:
            try:
                self._call(session.leave)
            except SessionRenewed as error:
                trouble = error
            except CameraError as error:
                trouble = error
                self._clock.sleep(pause)
            else:
                return self._editing(False)
        raise EditModeOpen(
            f"the edit mode of scene {session.scene} could not be left; the camera ends it by itself"
            f" within five minutes: {trouble}"
        )
