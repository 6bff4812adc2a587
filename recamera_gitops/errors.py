"""What can go wrong, each with the exit code it ends a run with.

    RecameraError                 1   the root; never raised itself
    ├── InvalidInput              1   the user's files or arguments, as a list of diagnostics
    ├── Refused                   5   policy, protection or a missing approval
    ├── Stale                     6   the camera or the wish is no longer what the plan saw
    ├── Locked                    7   another run is writing to the camera
    ├── Unwritable                1   the state folder of the repository cannot be written
    ├── NotDelivered              1   a webhook did not take its message
    ├── NotSaved                  1   some of the user's files were written, others could not be
    ├── Interrupted             130   a signal asked the run to end
    └── CameraError               3   about one camera, or the cloud; the others go on
        ├── Unreachable           4   nothing, or nothing complete, came back
        ├── Untrusted             3   its certificate is unknown or changed
        ├── WrongCamera           3   another serial number answers
        ├── AuthenticationFailed  1   the credential was rejected, or cannot be used
        │   └── FirstUse          1   only the factory password can be changed
        ├── Unsettled             3   what was begun may still come to an end, or cannot be proved
        ├── SessionRenewed        3   the session had ended; a new one is open, nothing was repeated
        ├── EditModeOpen          3   the edit mode of a scene could not be left
        ├── NotSettled            3   it took the write, and is not done with it in time
        ├── NotUnderstood         3   an answer outside the reference
        └── Rejected              3   the camera understood the request and refused it
            └── Unavailable       3   its media or record process is down or restarting

Two kinds of trouble: a `Diagnostic` is a value about the user's text, collected with others; an
exception is about the run. Coordinates are attributes; wording for people happens at the edge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

from recamera_gitops.rules import RULES, Severity
from recamera_gitops.secret import masked


class ExitCode(IntEnum):
    """How a run ends; the numbers are promised to scripts."""

    DONE = 0
    ERROR = 1
    DIFFERENCES = 2
    FAILED = 3
    UNREACHABLE = 4
    REFUSED = 5
    STALE = 6
    LOCKED = 7
    USAGE = 64
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was written: the file relative to the repository, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint about the user's files.

    `rule` is the id of a row in `recamera_gitops/rules` (`unknown-key`, `out-of-range`), `path` the dotted
    path inside the document (`config.video.main.gop`), `message` never contains a secret. What makes
    files unusable is an error and nothing else.
    """

    rule: str
    message: str
    path: str = ""
    place: Place | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        rule = RULES.get(self.rule)
        if rule is None:
            raise ValueError(f"there is no rule {self.rule!r} in recamera_gitops/rules")
        if self.severity is not Severity.ERROR and not rule.may_warn:
            raise ValueError(f"{self.rule} is always an error")


class RecameraError(Exception):
    """The root of everything this package raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.ERROR


class InvalidInput(RecameraError):
    """The user's files cannot be used; every reason is in `diagnostics`."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(diagnostic.message for diagnostic in self.diagnostics))


class Refused(RecameraError):
    """Policy, protection or a missing approval stands against it; nothing was written.

    `diagnostics` are the rules that it would break.
    """

    exit_code = ExitCode.REFUSED

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = ()) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(message)


class Stale(RecameraError):
    """What the plan was made from is no longer so; nothing more is written to that camera."""

    exit_code = ExitCode.STALE


class Locked(RecameraError):
    """Another run is writing to the camera; nothing was written by this one."""

    exit_code = ExitCode.LOCKED

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.hint = hint
        super().__init__(message)


class Unwritable(RecameraError):
    """What has to be on disk before a camera is written cannot be put there; nothing was sent."""


class NotDelivered(RecameraError):
    """A receiver did not take a message; the message does not tell where that is."""


class NotSaved(RecameraError):
    """A file of the repository could not be written; the message tells of those that were."""


class Interrupted(RecameraError):
    """A signal asked the run to end; what was begun has been brought to a safe end."""

    exit_code = ExitCode.INTERRUPTED


class CameraError(RecameraError):
    """Something about one camera, or the cloud; `request` is `METHOD /path` where a request was involved.

    A path may hold a secret, such as that of a relay: it is masked.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, request: str | None = None) -> None:
        self.message = message
        self.request = None if request is None else masked(request)
        super().__init__(message if request is None else f"{self.request}: {message}")


class Unreachable(CameraError):
    """No complete answer.

    `sent` tells whether the request may have reached the camera: False means certainly not (no
    connection could be made), True means that its effect is unknown.
    """

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, message: str, *, request: str | None = None, sent: bool = False) -> None:
        self.sent = sent
        super().__init__(message, request=request)


class Untrusted(CameraError):
    """The certificate is unknown, or is not the pinned one; no HTTP was sent."""


class WrongCamera(CameraError):
    """A camera with another serial number answers at this address."""


class AuthenticationFailed(CameraError):
    """The credential was rejected (or may not be used now); it is not tried again.

    `wait` is the lock-out in seconds that the camera announced, None without one.
    `rejected` is True only where the camera said that the credential itself is wrong; `lasting` is False
    where it said so in a way that may have another reason, so that the next run may try it again.
    """

    exit_code = ExitCode.ERROR

    def __init__(
        self,
        message: str,
        *,
        request: str | None = None,
        wait: int | None = None,
        rejected: bool = False,
        lasting: bool = True,
    ) -> None:
        self.wait = wait
        self.lasting = lasting
        self.rejected = rejected
        super().__init__(message, request=request)


class FirstUse(AuthenticationFailed):
    """The factory password is right, and the camera lets us do nothing but change it."""


class Unsettled(CameraError):
    """Something was begun that is not to be begun again, and what became of it has to be seen later.

    `done` tells that the camera has carried it out, and that only the proof is missing.
    """

    def __init__(self, message: str, *, request: str | None = None, done: bool = False) -> None:
        self.done = done
        super().__init__(message, request=request)


class SessionRenewed(CameraError):
    """The camera no longer knew the session when this write arrived.

    A new session is open by now. The write was not repeated: whoever sent it reads again first.
    """


class EditModeOpen(CameraError):
    """The edit mode of a scene may still be open; the camera ends it by itself after five minutes."""


class NotSettled(CameraError):
    """The camera took what it was told, but what follows from it has not come about in time."""


class NotUnderstood(CameraError):
    """The answer is not what the reference describes: HTML, garbage, too large, another shape."""


_NOT_KNOWN: Final = (404, 405, 501)
_GAVE_UP: Final = range(500, 600)


class Rejected(CameraError):
    """The camera refused: `code` is the number in its error envelope, or the HTTP status.

    `settled` states that nothing comes of it whatever the code says, as where nothing had begun.
    """

    def __init__(
        self, message: str, *, request: str | None = None, code: int, settled: bool = False
    ) -> None:
        self.code = code
        self._settled = settled
        super().__init__(message, request=request)

    @property
    def is_not_known(self) -> bool:
        """Whether this firmware does not know the request at all."""
        return self.code in _NOT_KNOWN

    @property
    def is_definite(self) -> bool:
        """Whether it is an answer to what was asked, and not only word that somebody gave up waiting.

        The web server of a camera gives up after 30 seconds and answers 500 [cgi], while what stands
        behind it may do what it was told all the same.
        """
        return self._settled or self.is_not_known or self.code not in _GAVE_UP


class Unavailable(Rejected):
    """The process behind the endpoint is down or restarting; asking again later may work."""

    @property
    def is_definite(self) -> bool:
        """Never: what was asked may have been done before the process went away."""
        return False
