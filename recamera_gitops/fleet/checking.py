"""The gates of a rollout, asked of one camera some time after it was written."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from recamera_gitops.desired.lookup import without_secrets
from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.models import CommandGate
from recamera_gitops.desired.origins import Ended, Origins, Program, Trouble
from recamera_gitops.desired.state import Fleet
from recamera_gitops.device.asking import Flow
from recamera_gitops.errors import CameraError, Diagnostic, Interrupted, InvalidInput
from recamera_gitops.fleet import gates
from recamera_gitops.fleet.gates import Stream
from recamera_gitops.fleet.pictures import Photographer, Picture
from recamera_gitops.reconcile.plan import DevicePlan, Status
from recamera_gitops.secret import foreign

_SECONDS: Final = 60.0
_HEARD: Final = 1 << 13
_NAMED: Final = 5
_PROBE_SECONDS: Final = 20.0
_FRAME: Final = 1 << 12
# What to look at comes over stdin, which needs ffprobe 5: whoever can list processes sees no password.
_FFPROBE: Final = (
    *("ffprobe", "-v", "error", "-f", "concat", "-safe", "0"),
    *("-protocol_whitelist", "pipe,rtsp,rtp,tcp", "-select_streams", "v:0"),
    *("-read_intervals", "%+#1", "-show_entries", "packet=size", "-of", "csv=p=0", "-i", "pipe:0"),
)
# The rest of what it says may repeat the address, and with it the password.
_REASON: Final = re.compile(
    rb"failed: (\d{3} [A-Za-z ]{1,40})|(Connection refused|Connection timed out|No route to host)"
)
_NO_PROBE: Final = (
    "the gate rtsp is passed over: ffprobe is not installed here, nobody looks at the streams"
)
_NO_DECODER: Final = (
    "the gate picture is passed over: the extra snapshot is not installed here,"
    " nobody looks at the pictures"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A camera that is to be checked: who it is, and how it is asked.

    `verify` reads it again, and tells why it is not what its files say, None where it is; `converse`
    holds a conversation with it. Both may raise CameraError.
    """

    name: str
    host: str
    serial: str
    wave: str
    verify: Callable[[], str | None]
    converse: Callable[[Flow[str | None]], str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which camera it is asked whether it is well, in which wave, and as far as which targets say."""

    serial: str
    wave: str
    targets: tuple[str, ...] = ()


def disallowed(fleet: Fleet, *, allow_cmd: bool) -> tuple[Diagnostic, ...]:
    """The gates that are programs, where nobody has said that these may run."""
    return () if allow_cmd else tuple(_programs(fleet))


def _programs(fleet: Fleet) -> Iterator[Diagnostic]:
    for number, gate in enumerate(fleet.rollout.gates or ()):
        if isinstance(gate, CommandGate):
            path = f"rollout.gates[{number}].command"
            message = f"{echo(gate.words[0])} is not run without --allow-cmd"
            hint = "allow it where you trust everybody who may change the files"
            yield Diagnostic("needs-allow-cmd", message, path, fleet.places.get(path), hint)


def as_declared(planned: DevicePlan) -> str | None:
    """Why a camera that was planned once more is not what its files say; None where it is."""
    if planned.status is Status.UNCHANGED:
        return None
    if planned.status is not Status.CHANGED:
        return planned.error or str(planned.status)
    paths = [change.path for change in planned.changes]
    rest = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"it differs again: {', '.join(paths[:_NAMED])}{rest}"


class Checking:
    """The gates of a fleet, for camera after camera or for several at a time; without any, `verify`.

    `warn` is told, once, of each gate that cannot be asked. Raises InvalidInput where a gate is a
    program and none may be run.
    """

    def __init__(self, fleet: Fleet, origins: Origins, warn: Callable[[str], None]) -> None:
        problems = disallowed(fleet, allow_cmd=origins.allow_cmd)
        if problems:
            raise InvalidInput(problems)
        self.gates = tuple(fleet.rollout.gates or ("verify",))
        self._root = fleet.root
        self._run = origins.run
        self._variables = without_secrets(origins.variables, fleet.devices)
        self._warn = warn
        self._warned: set[str] = set()
        self._photographer = Photographer(self._ended, self._root, self._variables)
        self._lock = threading.Lock()

    def unwell(self, subject: Subject) -> str | None:
        """Why a camera is not well, by the first gate that it does not pass; None where it is."""
        for gate in self.gates:
            name = "command" if isinstance(gate, CommandGate) else gate
            try:
                trouble = self._asked(gate, subject)
            except CameraError as error:
                trouble = str(error)
            if trouble is not None:
                return f"{name}: {trouble}"
        return None

    def warn(self, message: str) -> None:
        """Tell of a gate that cannot be asked, unless that was told before."""
        with self._lock:
            first = message not in self._warned
            self._warned.add(message)
        if first:
            self._warn(message)

    def _asked(self, gate: CommandGate | str, subject: Subject) -> str | None:
        if isinstance(gate, CommandGate):
            return self._command(gate, subject)
        if gate == "verify":
            return subject.verify()
        if gate == "rtsp":
            return subject.converse(gates.rtsp(lambda stream: self._probed(subject.host, stream)))
        if gate == "picture":
            return subject.converse(gates.rtsp(lambda stream: self._seen(subject.host, stream)))
        return subject.converse(_CONVERSATIONS[gate]())

    def _command(self, gate: CommandGate, subject: Subject) -> str | None:
        """The last line that a program says on stderr is why the camera is not well."""
        about = {
            "RECAMERA_DEVICE": subject.name,
            "RECAMERA_HOST": subject.host,
            "RECAMERA_SERIAL": subject.serial,
            "RECAMERA_WAVE": subject.wave,
        }
        variables = {**self._variables, **about}
        program = Program(gate.words, self._root, variables, _SECONDS, most=0, heard=_HEARD)
        ended = self._ended(program)
        if ended.failure is None:
            return None
        said = [line for line in ended.said.decode(errors="replace").splitlines() if line.strip()]
        why = f": {foreign(said[-1].strip())}" if said else ""
        return f"{echo(gate.words[0])} {ended.failure}{why}"

    def _probed(self, host: str, stream: Stream) -> str | None:
        variables = {k: v for k, v in self._variables.items() if k == "PATH"}
        told = _listed(host, stream).encode()
        limits = (_PROBE_SECONDS, _FRAME, _HEARD)
        ended = self._ended(Program(_FFPROBE, self._root, variables, *limits, told))
        if ended.trouble is Trouble.NOT_FOUND:
            self.warn(_NO_PROBE)
            return None
        if ended.failure is None and ended.output.strip():
            return None
        return f"no first frame came: ffprobe {ended.failure or 'saw none'}{_reason(ended)}"

    def _seen(self, host: str, stream: Stream) -> str | None:
        """Why the picture of a stream shows nothing, or nothing new; None where it does."""
        taken = self._photographer.take(host, stream)
        if isinstance(taken, Picture):
            return None if taken.alarm is None else f"the picture is {taken.alarm}"
        if taken.missing:
            self.warn(_NO_DECODER)
            return None
        return f"no picture was taken: {taken.why}"

    def _ended(self, program: Program) -> Ended:
        try:
            return self._run(program)
        except Interrupted:
            raise Interrupted("interrupted while cameras were checked") from None


_CONVERSATIONS: Final[Mapping[str, Callable[[], Flow[str | None]]]] = {
    "inference": gates.inference,
    "recording": gates.recording,
}


def _reason(ended: Ended) -> str:
    found = _REASON.search(ended.said)
    return "" if found is None else f", {(found[1] or found[2]).decode()}"


def _listed(host: str, stream: Stream) -> str:
    """What ffprobe is to look at: a list of one stream, with what opens it."""
    opened = ""
    if stream.password is not None:
        opened = f"{quote(stream.username, safe='')}:{quote(stream.password.reveal(), safe='')}@"
    address = f"rtsp://{opened}{host}:{stream.port}/{stream.path}"
    return f"ffconcat version 1.0\nfile '{address}'\noption rtsp_transport tcp\n"
