"""One run over selected cameras: plan, apply and trust share the clients, and so one login a camera."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar

from recamera_gitops import __version__
from recamera_gitops.desired.resolve import Resolved
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.errors import ExitCode, Interrupted, Locked, Unwritable
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.album import Album, Told
from recamera_gitops.fleet.cameras import Cameras
from recamera_gitops.fleet.checking import Checking
from recamera_gitops.fleet.coordinator import Desk
from recamera_gitops.fleet.deployment import Deployed, Way, deploy
from recamera_gitops.fleet.environment import Environment, Stop
from recamera_gitops.fleet.force import Force
from recamera_gitops.fleet.journal import Journal, begin, folder_of, new_run
from recamera_gitops.fleet.ledger import LoginLedger
from recamera_gitops.fleet.locks import Hold, Locks
from recamera_gitops.fleet.moments import stamp
from recamera_gitops.fleet.operating import Done, Operation, Reached, early
from recamera_gitops.fleet.performing import Performing
from recamera_gitops.fleet.pictures import Blank, Picture
from recamera_gitops.fleet.policy import Violation, written
from recamera_gitops.fleet.restoring import Restored, judged, restored
from recamera_gitops.fleet.resuming import as_approved, wishes_left
from recamera_gitops.fleet.rollout import at_once
from recamera_gitops.fleet.runners import Threads
from recamera_gitops.fleet.runs import RECOVER
from recamera_gitops.fleet.runstate import RunState
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.fleet.seeing import LiveResult, Look, Result, TrustResult, living
from recamera_gitops.fleet.sites import Cluster, Sites
from recamera_gitops.fleet.windows import closed
from recamera_gitops.reconcile.live import Wanted
from recamera_gitops.reconcile.outcome import DeviceOutcome, Progress, gravest
from recamera_gitops.reconcile.plan import Plan

if TYPE_CHECKING:
    from recamera_gitops.fleet.worked import Worked

__all__ = ["Environment", "LiveResult", "Run", "Stop", "TrustResult"]

T = TypeVar("T")
Noted: TypeAlias = Callable[[str, Mapping[str, Json]], None]


def _unheard(event: str, facts: Mapping[str, Json]) -> None:
    """Nobody listens."""
    del event, facts


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan. `run` is its journal's name; None where there was nothing to do or tell.

    `stopped` is why not everything was begun, and `back` what became of restoring what had been changed
    by then. `pictures` tells what cameras showed before and after, and `photo` gives the
    small JPEG of one.
    """

    run: str | None
    outcomes: tuple[DeviceOutcome, ...]
    stopped: str | None = None
    back: tuple[DeviceOutcome, ...] = ()
    exit_code: ExitCode = ExitCode.DONE
    kind: str = "apply"
    pictures: Told = field(default_factory=dict)
    photo: Callable[[Mapping[str, Json]], bytes | None] = lambda _: None


def _not_whole(applied: Applied, trouble: str) -> Applied:
    """What became of a plan where the journal does not tell all of it: never well."""
    code = gravest([applied.exit_code, ExitCode.ERROR])
    return replace(applied, exit_code=code, stopped=applied.stopped or trouble)


class Run:
    """A run over some devices of a fleet; a context manager that owns one client per camera.

    With a cluster its workers reach the cameras for everything that is planned or written.
    """

    def __init__(
        self,
        fleet: Fleet,
        devices: Sequence[Device],
        environment: Environment,
        progress: Callable[[Progress], None],
        noted: Noted = _unheard,
        cluster: Cluster | None = None,
    ) -> None:
        self._noted = noted
        self._fleet = fleet
        self._devices = tuple(devices)
        self._environment = environment
        self._threads = Threads(len(self._devices), fleet.rollout.concurrency)
        self._state = RunState(fleet.root)
        self._locks = Locks(fleet.root, environment.now, fleet.name)
        ledger = LoginLedger(fleet.root, environment.now, self._warn)
        self._desk = Desk(self._state, CredentialGate(ledger), progress)
        self._here = Cameras(fleet, devices, environment, self._desk, self._threads)
        self._cameras: Worked = self._here
        if cluster is not None:
            self._cameras = Sites(fleet, environment, self._desk, cluster, ledger)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every thread and every connection."""
        self._threads.close()
        self._here.close()

    def plan(self, targets: tuple[str, ...] = ()) -> Plan:
        """Read every camera and compare; trouble with one camera stands in its part of the plan.

        Raises InvalidInput, before any contact, with every secret that cannot be resolved, and
        Interrupted when somebody asked the run to end.
        """
        self._cameras.resolve()
        plan = self._planned(self._devices, targets)
        self._uninterrupted()
        return plan

    def apply(
        self, plan: Plan, way: Way | None = None, kind: str = "apply", **facts: Json
    ) -> Applied:
        """Make the plan true and prove it, as it is to spread; nothing beyond the plan is written.

        Without a way all cameras are written at once. What happens is on disk before it happens:
        Unwritable where it cannot be put there. Where nothing is to be done or told, nothing is.
        Locked, with nothing written, while another run holds one of the cameras.
        """
        self._cameras.resolve()
        way = way or Way(at_once(self._fleet.rollout))
        idle = tuple(each for each in map(way.idle, plan.devices) if each is not None)
        if len(idle) == len(plan.devices):
            return Applied(None, idle, exit_code=gravest([each.exit_code for each in idle]))
        run = new_run(self._environment.now())
        with self._held(
            run, [each.device for each in written(plan.devices, self._devices)]
        ) as hold:
            journal = self._journal(run, plan, kind, **facts)
            return replace(self._carried_out(plan, way, hold, journal), kind=kind)

    def _carried_out(self, plan: Plan, way: Way, hold: Hold, journal: Journal) -> Applied:
        code = None
        self._desk.journal = journal
        try:
            with self._album(way, journal) as album:
                force = self._force(way, hold, plan.targets, album)
                deployed = deploy(plan, self._devices, way, force, journal)
            applied = self._ended(deployed, way, hold, journal)
            if album is not None:
                applied = replace(applied, pictures=album.told, photo=album.photo)
            code = applied.exit_code
        finally:
            with suppress(Unwritable):
                journal.close(code)
        return applied if journal.trouble is None else _not_whole(applied, journal.trouble)

    @contextmanager
    def _album(self, way: Way, journal: Journal) -> Iterator[Album | None]:
        if not way.snapshots:
            yield None
            return
        with closing(Album(journal.folder)) as album:
            yield album

    @contextmanager
    def _held(self, run: str, devices: Sequence[str]) -> Iterator[Hold]:
        """These cameras for this run alone; what a run that is gone had locked is named."""
        with self._locks.hold(run, devices) as hold:
            for each in hold.stale:
                self._warn(str(each))
            yield hold

    @contextmanager
    def _begun(self, kind: str, devices: Sequence[str]) -> Iterator[tuple[Journal, Hold]]:
        """These cameras for something that needs no plan, and its journal."""
        run = new_run(self._environment.now())
        with self._held(run, devices) as hold:
            journal = self._desk.journal = self._journal(run, None, kind)
            try:
                yield journal, hold
            finally:
                self._desk.journal = None

    def _journal(self, run: str, plan: Plan | None, kind: str, **facts: Json) -> Journal:
        now = self._environment.now
        folder = folder_of(self._fleet.root, run)
        seal = Seal.of(self._environment.variables)
        by = self._environment.owner()
        return begin(folder, plan, now, seal, self._noted, kind=kind, by=by, **facts)

    def _ended(self, deployed: Deployed, way: Way, hold: Hold, journal: Journal) -> Applied:
        back: tuple[DeviceOutcome, ...] = ()
        if deployed.spent and way.rollout.on_failure == "rollback":
            back = self._taken_back(deployed, hold, journal)
        ends = [each.exit_code for each in (*deployed.outcomes, *back)]
        if self._environment.stop.requested:
            ends.append(ExitCode.INTERRUPTED)
        return Applied(journal.run, deployed.outcomes, deployed.stopped, back, gravest(ends))

    def _taken_back(
        self, deployed: Deployed, hold: Hold, journal: Journal
    ) -> tuple[DeviceOutcome, ...]:
        """Restore what this run has changed, as far as it can be had again."""
        seen = {
            each.device: {p: value for told in each.outcomes for p, value in told.observed.items()}
            for each in deployed.outcomes
        }
        found = restored(self._desk.kept, seen, journal.run)
        journal.note("rollback", devices=sorted(found))
        plan = self.plan_back(found)
        way = Way(at_once(self._fleet.rollout))
        return deploy(plan, self._devices, way, self._force(way, hold, ()), journal).outcomes

    def plan_back(self, found: Mapping[str, Restored]) -> Plan:
        """The plan that makes cameras what they were, where nobody has changed them since."""
        self._cameras.resolve()
        devices = [
            replace(each, serial=found[each.name].serial)
            for each in self._devices
            if each.name in found
        ]
        self._cameras.wish({name: entry.wishes for name, entry in found.items()})
        return judged(self._planned(devices, ()), found)

    def plan_rest(self, rest: Plan) -> Plan:
        """Plan again what a run has not brought about, and nothing else; Stale where the files differ."""
        self._cameras.resolve()
        by_name = {each.name: each for each in self._devices}
        pairs = [(by_name[e.device], e) for e in rest.devices if e.device in by_name]
        declared = self._cameras.declared
        self._cameras.wish({d.name: wishes_left(planned, declared(d)) for d, planned in pairs})
        devices = [device for device, _ in pairs]
        return as_approved(self._planned(devices, rest.targets), rest)

    def recover(self) -> tuple[tuple[str, str | None], ...]:
        """Leave the edit modes that an earlier run was killed in: camera, and why it failed or None.

        The one write that needs no plan: it only ends what this tool has begun.
        """
        self._cameras.resolve()
        marked = [each for each in self._devices if self._state.left_editing(each.name) is not None]
        if not marked:
            return ()
        run = new_run(self._environment.now())
        journal = self._desk.journal = self._journal(run, None, RECOVER)
        found = tuple(self._threads.over(marked, self._recovered, self._beat))
        failed = any(trouble is not None for _, trouble in found)
        journal.close(ExitCode.FAILED if failed else ExitCode.DONE)
        self._desk.journal = None
        return found

    def operate(
        self, operation: Operation[T], devices: Sequence[Device] | None = None
    ) -> tuple[Done[T], ...]:
        """Do something that is no state at each of these cameras, or at all; trouble stands in its value.

        One that writes is done at no protected camera, and not at all while another run holds one of the
        others (Locked). What it sends is on disk before it is sent: Unwritable where it cannot be put there.
        """
        self._here.resolve()
        meant = self._devices if devices is None else tuple(devices)
        performing = Performing(
            self._here, self._threads, self._environment.stop, self._begun, self._beat
        )
        return performing.perform(operation, meant)

    def reach(self, device: Device) -> Reached:
        """One of its cameras, to speak to for as long as it takes; a RecameraError where it fails."""
        self._here.resolve()
        return self._here.reached(device)

    def pictured(self, reached: Reached) -> Picture | Blank:
        """What one of its cameras shows now, or why there is no picture."""
        return self._here.pictured(reached.client)

    def early(self, operation: Operation[T]) -> tuple[Violation, ...]:
        """Every reason for which people must not notice it at this moment."""
        shut = closed(self._fleet.rollout.window, self._environment.now())
        return early(operation, self._devices, self._fleet, shut)

    def trust(self, *, replace_known: bool = False) -> tuple[TrustResult, ...]:
        """Look at each camera's certificate, and only then log in and read its serial number.

        A certificate other than the known one is refused before any credential is sent, unless
        `replace_known`.
        """
        self._here.resolve()
        return tuple(
            self._threads.over(
                self._devices,
                lambda each: self._here.trust(each, replace_known=replace_known),
                self._beat,
            )
        )

    def live(self, wanted: Callable[[Device], Wanted]) -> tuple[LiveResult, ...]:
        """Read of each camera the settings that are wanted of it, whatever its files say of them."""
        return self.read(living(wanted))

    def read(self, look: Look[Result]) -> tuple[Result, ...]:
        """What a look at each camera gives; Interrupted when somebody asked the run to end."""
        self._here.resolve()
        found = self._threads.over(
            self._devices, lambda each: self._here.look(each, look), self._beat
        )
        self._uninterrupted()
        return tuple(found)

    def redeclare(
        self, fleet: Fleet, devices: Sequence[Device], variables: Mapping[str, str]
    ) -> None:
        """From now on mean these devices, and these variables, with the clients that are open."""
        self._fleet, self._devices = fleet, tuple(devices)
        self._here.redeclare(fleet, devices, variables)

    def resolved(self, device: Device) -> Resolved:
        """The wishes for a device of this run with its secrets, and what it is logged in with."""
        return self._here.resolved(device)

    def _planned(self, devices: Sequence[Device], targets: tuple[str, ...]) -> Plan:
        found = self._threads.over(
            devices, lambda each: self._cameras.plan(each, targets), self._beat
        )
        created = stamp(self._environment.now())
        return Plan(self._fleet.name, created, __version__, tuple(found), targets)

    def _force(
        self, way: Way, hold: Hold, targets: tuple[str, ...], album: Album | None = None
    ) -> Force:
        fleet = replace(self._fleet, rollout=way.rollout)
        checking = Checking(fleet, self._environment.origins(), self._warn)
        parts = (self._cameras, self._threads, self._environment, hold)
        return Force(*parts, checking, targets, self._beat, album)

    def _warn(self, message: str) -> None:
        self._noted("warning", {"message": message})

    def _uninterrupted(self) -> None:
        if self._environment.stop.requested:
            raise Interrupted("interrupted while reading; nothing was written")

    def _beat(self) -> None:
        """Once somebody asked to end, let no request take its full time any more."""
        if self._environment.stop.requested:
            self._here.hurry()

    def _recovered(self, device: Device) -> tuple[str, str | None]:
        try:
            run = f"{new_run(self._environment.now())}-{device.name}"
            with self._held(run, [device.name]):
                serial = self._state.left_editing(device.name) or ""
                return device.name, self._cameras.leave_edit_mode(device, serial)
        except Locked as error:
            return device.name, str(error)
