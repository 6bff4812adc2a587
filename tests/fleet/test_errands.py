"""Work that travels: done elsewhere it gives what it gives here, and nothing that is secret is on the way."""

import json
import pickle
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from recamera_gitops import __version__
from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.models import Rollout
from recamera_gitops.desired.origins import SNAPSHOT_KEY
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.errors import ExitCode, Refused, Unsettled, Unwritable
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.asker import Asker
from recamera_gitops.fleet.clerk import Clerk
from recamera_gitops.fleet.coordinator import Desk
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.environment import Stop
from recamera_gitops.fleet.errands import FLEET, done, opened
from recamera_gitops.fleet.journal import Journal
from recamera_gitops.fleet.restoring import restored
from recamera_gitops.fleet.resuming import rest_of
from recamera_gitops.fleet.run import Run
from recamera_gitops.fleet.runstate import RunState
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.fleet.sites import Lost, NotBegun, NoWorker, resource_of
from recamera_gitops.reconcile.outcome import Phase, Verdict
from recamera_gitops.reconcile.plan import Status
from recamera_gitops.secret import Secret
from tests.conftest import betrayed

FTP = "{system: {ftp: {enabled: true, username: ftp, password: '${env:FTP}'}}}"


class Died(BaseException):
    """The worker process is gone: nothing that comes after it happens."""


class Wire:
    """A line that carries what JSON can carry; `dies_at` is the question that is never asked."""

    def __init__(self, clerk, name, heard, dies_at=None):
        self.clerk, self.name, self.heard, self.dies_at = clerk, name, heard, dies_at

    def ask(self, question, facts):
        carried = json.dumps([question, dict(facts)])
        self.heard.append(carried)
        if self.dies_at is not None and self.dies_at(question, facts):
            self.dies_at = lambda *_: True
            raise Died
        return json.loads(json.dumps(self.clerk.answer(self.name, *json.loads(carried))))

    def say(self, question, facts):
        self.ask(question, facts)


class Workers:
    """Does errands at once, as a worker with another environment would; keeps what has travelled."""

    def __init__(self, environment, sites=None):
        self.environment, self.sites = environment, sites
        self.heard, self.carried, self.dies_at = [], [], None

    def perform(self, errand, clerk, resource):
        if self.sites is not None and resource not in self.sites:
            raise NoWorker(f"no worker of the cluster declares {resource}")
        errand = self._carried(errand)
        wire = Wire(clerk, "w", self.heard, self.dies_at)
        asker = Asker(wire, self.environment.variables, errand.salt)
        try:
            with opened(errand, self.environment, asker) as cameras:
                if not asker.begin("hq-1", "tls://hq-1"):
                    raise NotBegun("nobody was let begin")
                return self._carried(done(errand, cameras, self.environment, asker.warn, "hq-1"))
        except Died:
            raise Lost("worker hq-1 was lost") from None
        finally:
            clerk.close()

    def _carried(self, thing):
        self.carried.append(pickle.dumps(thing))
        return pickle.loads(self.carried[-1])  # noqa: S301

    @property
    def all(self):
        return b"\n".join([*self.carried, *(each.encode() for each in self.heard)])


class Away:
    """The cameras of a yard, reached by workers; the run itself knows none of their secrets."""

    def __init__(self, yard, **more):
        self.yard, self.said = yard, []
        variables = {"PW": yard.password, **more}
        self.workers = Workers(replace(yard.environment, variables=variables))

    @contextmanager
    def run(self, **variables):
        fleet = load(self.yard.root)
        here = replace(self.yard.environment, variables=variables)
        with Run(fleet, fleet.devices, here, self.said.append, cluster=self.workers) as run:
            yield run

    def lines(self):
        return runs._lines(self.folder / "journal.jsonl")

    @property
    def folder(self):
        return runs.find(self.yard.root, "latest").folder


def test_work_elsewhere_gives_the_same_plan_and_the_same_outcome(yard):
    yard = yard()
    with yard.run() as run:
        here = run.plan()
    away = Away(yard)
    with away.run() as run:
        plan = run.plan()
        assert (plan.checksum, plan.devices) == (here.checksum, here.devices)
        applied = run.apply(plan)
        again = run.plan()
    assert applied.exit_code is ExitCode.DONE
    assert all(each.count(Verdict.VERIFIED) == 2 for each in applied.outcomes)
    assert {each.status for each in again.devices} == {Status.UNCHANGED}
    assert all(yard.camera(name).violations == [] for name in yard.names)
    assert not betrayed(away.workers.all)


def test_every_write_elsewhere_is_on_disk_here_before_it_is_sent(yard):
    yard = yard(size=1)
    away = Away(yard)
    with away.run() as run:
        run.apply(run.plan())
    told = [(each["event"], each.get("request")) for each in away.lines()]
    assert told[:4] == [("begin", None), ("wave", None), ("start", None), ("worker", None)]
    writes = [request for event, request in told if event == "intent"]
    sent = [
        f"{each.method} {each.path.removeprefix('/cgi-bin/entry.cgi')}"
        for each in yard.camera("cam-00").log
        if each.method != "GET" and not each.path.endswith("/system/login")
    ]
    assert writes == sent
    assert [request for event, request in told if event == "answer"] == sent


def test_a_write_of_which_nothing_can_be_put_on_disk_is_not_sent_from_elsewhere(yard, monkeypatch):
    yard = yard(size=1)
    away = Away(yard)

    def full(self, event, **facts):
        if event == "intent":
            raise Unwritable("no space left; nothing more was sent")
        note(self, event, **facts)

    note = Journal.note
    with away.run() as run:
        plan = run.plan()
        monkeypatch.setattr(Journal, "note", full)
        (outcome,) = run.apply(plan).outcomes
    assert "no space left" in outcome.error
    assert yard.writes == {}


@pytest.fixture
def ftp(yard, canary):
    """A camera whose FTP password is to change; the key of snapshots on both sides."""
    yard = yard(size=1, config=FTP)
    yard.old, yard.new = canary("old-ftp", 12), canary("new-ftp", 12)
    yard.camera("cam-00").patch("/ftp/setting", {"sFtpPassword": yard.old})
    yard.key = {SNAPSHOT_KEY: Fernet.generate_key().decode()}
    return yard


@pytest.mark.parametrize("keyed", [True, False])
def test_a_secret_of_a_snapshot_travels_sealed_or_not_at_all(ftp, keyed):
    key = ftp.key if keyed else {}
    away = Away(ftp, FTP=ftp.new, **key)
    with away.run(**key) as run:
        assert run.apply(run.plan()).exit_code is ExitCode.DONE
    kept = list(runs.snapshots(away.folder, Seal.of(key)))
    (password,) = [e for _, found in kept for e in found.settings if e.path.endswith("password")]
    assert password.before == (ftp.old if keyed else None)
    assert ("was not kept for want of" in password.lost) is not keyed
    assert not betrayed(away.workers.all)


def test_a_rollback_restores_a_secret_that_nobody_could_read_on_the_way(ftp):
    away = Away(ftp, FTP=ftp.new, **ftp.key)
    with away.run(**ftp.key) as run:
        run.apply(run.plan())
    found = restored(runs.snapshots(away.folder, Seal.of(ftp.key)), {}, "run")
    with away.run(**ftp.key) as run:
        assert run.apply(run.plan_back(found)).exit_code is ExitCode.DONE
    assert ftp.camera("cam-00").documents["/ftp/setting"]["sFtpPassword"] == ftp.old
    assert not betrayed(away.workers.all)


def test_a_worker_with_another_key_restores_nothing(ftp):
    away = Away(ftp, FTP=ftp.new, **ftp.key)
    with away.run(**ftp.key) as run:
        run.apply(run.plan())
    found = restored(runs.snapshots(away.folder, Seal.of(ftp.key)), {}, "run")
    other = Away(ftp, FTP=ftp.new, **{SNAPSHOT_KEY: Fernet.generate_key().decode()})
    with other.run(**ftp.key) as run:
        (planned,) = run.plan_back(found).devices
    assert (planned.status, planned.exit_code) == (Status.FAILED, ExitCode.ERROR)
    assert "worker hq-1" in planned.error
    assert f"cannot be read without the {SNAPSHOT_KEY}" in planned.error


def test_what_a_worker_cannot_find_is_said_with_its_name_and_nothing_is_written(yard):
    yard = yard(size=2)
    yard.declare("cam-01", "{system: {ftp: {enabled: true, username: f, password: '${env:NO}'}}}")
    away = Away(yard)
    with away.run() as run:
        applied = run.apply(run.plan())
    good, bad = applied.outcomes
    assert (good.exit_code, bad.exit_code) == (ExitCode.DONE, ExitCode.ERROR)
    assert bad.error.startswith(
        f"worker hq-1 (files in {yard.root}): config.system.ftp.password at"
    )
    assert "the environment variable NO is not set" in bad.error
    assert not yard.camera("cam-01").log


def test_files_are_looked_for_where_the_worker_has_them(yard, tmp_path_factory):
    yard = yard(size=1)
    there = tmp_path_factory.mktemp("there")
    (there / "pw").write_text(yard.password)
    text = (yard.root / "fleet.yaml").read_text()
    (yard.root / "fleet.yaml").write_text(text.replace("env:PW", "file:pw"))
    away = Away(yard, **{FLEET: str(there)})
    with away.run() as run:
        (planned,) = run.plan().devices
    assert planned.status is Status.CHANGED


def test_a_worker_with_another_version_is_told_apart(yard, monkeypatch):
    yard = yard(size=1)
    away = Away(yard)
    with away.run() as run:
        monkeypatch.setattr("recamera_gitops.fleet.errands.__version__", "9.9.9")
        (planned,) = run.plan().devices
    assert planned.error == f"worker hq-1 has recamera-gitops 9.9.9, this is {__version__}"
    assert planned.exit_code == ExitCode.ERROR
    assert not yard.camera("cam-00").log


def test_a_site_without_a_worker_is_out_of_reach_and_the_others_go_on(yard):
    yard = yard(size=2, more={"cam-00": "labels: {site: hq}", "cam-01": "labels: {site: yard}"})
    away = Away(yard)
    away.workers.sites = {"site-hq"}
    with away.run() as run:
        plan = run.plan()
        ends = {e.device: (e.detail, e.exit_code) for e in away.said if e.phase is Phase.DONE}
        applied = run.apply(plan)
    reason = "no worker of the cluster declares site-yard"
    assert ends == {"cam-00": ("changed", 0), "cam-01": (reason, ExitCode.UNREACHABLE)}
    good, bad = applied.outcomes
    assert (good.exit_code, bad.exit_code) == (ExitCode.DONE, ExitCode.UNREACHABLE)
    assert bad.error == reason
    assert applied.exit_code is ExitCode.UNREACHABLE


def test_any_worker_will_do_for_a_camera_without_a_site(yard):
    (device,) = load(yard(size=1).root).devices
    assert resource_of(device) is None


def test_a_camera_is_asked_elsewhere_whether_it_is_well(yard):
    yard = yard(size=1)
    away = Away(yard)
    with away.run() as run:
        run.apply(run.plan())
    yard.camera("cam-00").inference_settles_at = float("inf")
    gates = Rollout(gates=["verify", "inference"], max_failures=1)
    yard.declare("cam-00", "{osd: {font: {size: 32}}}")
    with away.run() as run:
        applied = run.apply(run.plan(), Way(gates))
    assert applied.exit_code is ExitCode.FAILED, applied
    assert "inference: the pipeline is starting" in applied.outcomes[0].error


def lost_at(yard, question):
    """Apply to one camera with a worker that dies when it comes to a question."""
    away = Away(yard)
    with away.run() as run:
        plan = run.plan()
        away.workers.dies_at = question
        applied = run.apply(plan)
        away.workers.dies_at = None
    return away, applied


def test_a_worker_lost_in_the_middle_of_a_write_leaves_it_unknown(yard):
    yard = yard(size=1)
    away, applied = lost_at(
        yard, lambda name, facts: name == "answered" and facts["request"].endswith("/exposure")
    )
    (outcome,) = applied.outcomes
    first, second = outcome.outcomes
    assert applied.exit_code is outcome.exit_code is ExitCode.FAILED
    assert (first.verdict, second.verdict) == (Verdict.VERIFIED, Verdict.UNKNOWN)
    assert second.reason == (
        "worker hq-1 was lost; the last that was heard is PUT /image/0/scene: acknowledged;"
        " nobody knows what came of PUT /image/0/2/exposure"
    )
    past = runs.find(yard.root, "latest")
    assert past.open == {"cam-00": ["PUT /image/0/2/exposure"]}
    assert past.ending("cam-00") is ExitCode.FAILED
    with away.run() as run:
        assert run.recover() == (("cam-00", None),)
        rest = run.plan_rest(rest_of(past.plan(), past))
        assert run.apply(rest, kind="resume").exit_code is ExitCode.DONE
    assert yard.camera("cam-00").violations == []
    assert yard.camera("cam-00").edit is None


def test_what_a_lost_worker_had_not_begun_to_write_is_not_attempted(yard):
    seen = []

    def question(name, facts):
        seen.append(name)
        return name == "keep" and seen.count("keep") == 2  # the second address was only looked at

    _, applied = lost_at(yard(size=1), question)
    (outcome,) = applied.outcomes
    assert (outcome.exit_code, outcome.error) == (ExitCode.FAILED, "worker hq-1 was lost")
    assert [each.verdict for each in outcome.outcomes] == [Verdict.VERIFIED, Verdict.NOT_ATTEMPTED]


def test_a_worker_lost_before_it_wrote_has_changed_nothing(yard):
    yard = yard(size=1)
    _, applied = lost_at(yard, lambda name, _: name == "intend")
    (outcome,) = applied.outcomes
    assert outcome.exit_code is ExitCode.UNREACHABLE
    assert outcome.error == "worker hq-1 was lost"
    assert {each.verdict for each in outcome.outcomes} == {Verdict.NOT_ATTEMPTED}
    assert yard.writes == {}


def test_a_wrong_password_is_found_out_once_over_the_whole_cluster(yard):
    yard = yard(size=9)
    away = Away(yard, PW="not the password")
    with away.run() as run:
        plan = run.plan()
    assert {each.exit_code for each in plan.devices} == {ExitCode.ERROR}
    assert sum(yard.camera(name).failed_logins for name in yard.names) == 1
    assert sum("not tried: " in each.error for each in plan.devices) == 8


def test_a_camera_moves_alone_over_the_whole_cluster(clerks):
    first, second = clerks("one"), clerks("two")
    entered, done_ = threading.Event(), []

    def move():
        with second.moves.alone("two"):
            done_.append("two")

    other = threading.Thread(target=move)
    with first.moves.alone("one"):
        other.start()
        entered.wait(0.05)
        done_.append("one")
    other.join()
    assert done_ == ["one", "two"]


def test_after_a_move_that_is_not_proved_no_other_camera_moves(clerks):
    with pytest.raises(Unsettled), clerks("one").moves.alone("one"):
        raise Unsettled("not found again")
    with (
        pytest.raises(Refused, match="the move of one is not proved"),
        clerks("two").moves.alone("two"),
    ):
        raise AssertionError("moved")


def test_a_worker_lost_in_the_middle_of_a_move_lets_no_other_camera_move(clerks):
    lost = clerks("one")
    lost.ask("move")
    lost.clerk.close()
    with pytest.raises(Refused, match="the move of one"), clerks("two").moves.alone("two"):
        raise AssertionError("moved")


def test_a_scout_that_is_lost_lets_another_camera_be_the_scout(clerks):
    lost, other = clerks("one"), clerks("two")
    lost.ask("admit", fingerprint="f", address="a:80")
    waiting = threading.Thread(target=lambda: other.ask("admit", fingerprint="f", address="a:80"))
    waiting.start()
    lost.clerk.close()
    waiting.join(timeout=5)
    assert not waiting.is_alive()


def test_nothing_that_is_written_is_begun_twice_and_what_is_read_is_begun_once_more(clerks):
    for writes, times in ((True, 1), (False, 2)):
        clerk = clerks("one", writes=writes, begins=False).clerk
        begun = [
            clerk.answer(name, "begin", {"worker": name, "address": name})["yes"]
            for name in ("a", "b", "c")
        ]
        assert begun == [number < times for number in range(3)]
        assert (clerk.worker, clerk.is_current("b")) == (("a", "b")[times - 1], not writes)


def test_a_worker_that_was_taken_for_lost_writes_nothing_more(clerks):
    clerk = clerks("one", writes=False, begins=False).clerk
    first, second = (Wire(clerk, name, []) for name in "ab")
    for each in (first, second):
        Asker(each, {}, b"").begin("w", "w")
    with pytest.raises(Unwritable, match="given to another worker"):
        Asker(first, {}, b"").intend("one", "POST /osd/cfg")


def test_nobody_begins_once_somebody_has_asked_to_end(clerks):
    one = clerks("one", begins=False)
    one.stop.request()
    assert Asker(one.wire, {}, b"").begin("w", "w") is False


class Pair:
    """What a worker asks with, and the clerk that answers it."""

    def __init__(self, desk, device, *, writes=True, begins=True):
        self.stop = Stop()
        self.clerk = Clerk(
            device, desk, Seal(None), lambda: self.stop.requested, print, writes=writes
        )
        self.wire = Wire(self.clerk, f"w-{device}", [])
        asker = Asker(self.wire, {}, b"")
        self.moves, self.ask = asker.moves, asker._ask
        if begins:
            assert asker.begin("w", "w")


@pytest.fixture
def clerks(tmp_path):
    desk = Desk(RunState(tmp_path), CredentialGate(), lambda _: None)
    return lambda device, **how: Pair(desk, device, **how)


def test_a_secret_does_not_leave_the_process():
    with pytest.raises(TypeError, match="does not leave the process"):
        pickle.dumps(Secret("abc"))
