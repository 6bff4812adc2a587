"""lock list and unlock: whole outputs, and what is gone afterwards."""

import json
import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from recamera_gitops.cli import candidates
from recamera_gitops.cli.main import program
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.device.rejections import Addressee
from recamera_gitops.errors import AuthenticationFailed
from recamera_gitops.fleet.claims import Here, identity, stamp
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.ledger import LoginLedger
from recamera_gitops.fleet.locks import Locks
from recamera_gitops.secret import Secret

LONG_AGO, FAR_AWAY = (datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC) for year in (2020, 2999))
OLD, NOW, FAR = (identity(*each) for each in (("old", "dock"), ("now", "gate"), ("far", "yard")))
DOCK, GATE = identity("far", "dock"), identity("far", "gate")
ODD = "yard\\u001b"
EMPTY = "0 locks, 0 refused logins\n"


def spans(year, until="04:05"):
    """Since when and until when, as text."""
    return f"{year}-01-02T03:04:05Z", f"{year}-01-02T03:{until}Z"


@pytest.fixture
def held(fleet):
    """Locks of another host, as they stand in this repository."""

    def hold(run, *cameras, moment=FAR_AWAY):
        locks = Locks(fleet, lambda: moment, "acme", Here("bob", "build-2", 815))
        return locks.hold(run, cameras)

    return hold


@pytest.fixture
def left(fleet, held):
    """The same after its process was killed."""

    def leave(run, *cameras, moment=FAR_AWAY):
        path = fleet / ".recamera" / "locks" / f"{run}.json"
        with held(run, *cameras, moment=moment):
            content = path.read_bytes()
        path.write_bytes(content)

    return leave


@pytest.fixture
def login(fleet, canary):
    """A login that a camera did not take."""

    def reject(camera, **error):
        moment = Environment.real().now() if "wait" in error else FAR_AWAY
        ledger = LoginLedger(fleet, lambda: moment, print)
        credential = ("admin", Secret(canary("wrong")))
        with (
            pytest.raises(AuthenticationFailed),
            CredentialGate(ledger).attempt(credential, Addressee(camera, f"{camera}.test:443")),
        ):
            raise AuthenticationFailed("no", **error)
        return LoginLedger(fleet, lambda: moment, print).listed()[-1]

    return reject


def test_nothing_is_locked_where_nothing_ran(rcg, fleet):
    ended = rcg("lock", "list")
    assert (ended.code, ended.out, ended.err) == (0, EMPTY, "")
    assert not (fleet / ".recamera").exists()


def test_locks_and_logins_are_one_table(rcg, held, left, login):
    known, locked = login("gate", rejected=True), login("yard\x1b", wait=90)
    wait = [datetime.fromtimestamp(e, UTC) for e in (locked.at, locked.until)]
    left("old", "dock", moment=LONG_AGO)
    left("far", "yard")
    with held("now", "gate"):
        ended = rcg("lock", "list")
    assert (ended.code, ended.err) == (0, "")
    *table, blank, closing = ended.out.splitlines()
    assert (blank, closing) == ("", "3 locks, 2 refused logins")
    assert [re.split("  +", line) for line in table] == [
        ["ID", "WHAT", "STATE", "SINCE", "UNTIL", "WHO"],
        [OLD, "dock", "expired", *spans(2020, "14:05"), "run old of bob on build-2 (process 815)"],
        [NOW, "gate", "held", *spans(2999, "14:05"), "run now of bob on build-2 (process 815)"],
        [
            FAR,
            "yard",
            "elsewhere",
            *spans(2999, "14:05"),
            "run far of bob on build-2 (process 815)",
        ],
        [known.id, "login at gate (gate.test:443)", "rejected", spans(2999)[0], "it changes", "-"],
        [locked.id, f"login at {ODD} ({ODD}.test:443)", "locked out", *map(stamp, wait), "-"],
    ]
    assert {line[table[0].index("SINCE") - 1 :][:2] for line in table} == {" S", " 2"}


def test_programs_read_json(rcg, held, login):
    known = login("gate", rejected=True).id
    with held("now", "gate"):
        ended = rcg("lock", "list", "--format", "json")
    assert json.loads(ended.out) == {
        "locks": [
            {
                "id": NOW,
                "device": "gate",
                "run": "now",
                "fleet": "acme",
                "owner": "bob",
                "host": "build-2",
                "pid": 815,
                "start": "2999-01-02T03:04:05Z",
                "expires": "2999-01-02T03:14:05Z",
                "state": "held",
            }
        ],
        "logins": [
            {
                "id": known,
                "device": "gate",
                "address": "gate.test:443",
                "since": "2999-01-02T03:04:05Z",
                "until": None,
                "state": "rejected",
            }
        ],
    }


def test_a_damaged_lock_file_is_told(rcg, fleet, left):
    left("old", "dock")
    (fleet / ".recamera/locks/old.json").write_bytes(b"{")
    ended = rcg("lock", "list")
    assert ended.out.splitlines()[1].split() == (
        [identity("old", ""), "(unknown)", "stale", "-", "-", "run", "old"]
    )
    assert rcg("unlock", "old").out.endswith(
        ": whatever it held is unlocked; run old had left it locked\n"
    )
    assert rcg("lock", "list").out == EMPTY


def test_a_damaged_ledger_is_warned_of(rcg, fleet):
    (fleet / ".recamera").mkdir()
    (fleet / ".recamera" / "logins.json").write_bytes(b"{")
    ended = rcg("lock", "list")
    assert (ended.code, ended.out) == (0, EMPTY)
    assert ended.err == (
        f"warning: {fleet}/.recamera/logins.json is damaged and counts for nothing; it is begun anew\n"
    )


def test_several_things_are_unlocked_at_once(rcg, left, login):
    known, locked = login("gate", rejected=True).id, login("yard", wait=90).id
    left("far", "dock", "gate", "yard")
    left("old", "dock", moment=LONG_AGO)
    ended = rcg("unlock", GATE, "old", known, locked, known)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == dedent(
        f"""\
        {OLD}: dock is unlocked; run old of bob on build-2 (process 815) had left it locked
        {GATE}: gate is unlocked; run far of bob on build-2 (process 815) may still have held it
        {known}: gate may be asked again with that user name and password
        {locked}: yard may be asked again before its time is over
        """
    )
    assert "1 lock, 0 refused logins" in rcg("lock", "list").out


def test_where_one_id_is_unknown_nothing_is_unlocked(rcg, left, login):
    known = login("gate", rejected=True).id
    left("far", "dock")
    ended = rcg("unlock", known, "lock-0", "x\x1b")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == dedent(
        f"""\
        lock-0: no lock, run or login is called so
            hint: there are {DOCK}, {known}
        x\\u001b: no lock, run or login is called so
            hint: there are {DOCK}, {known}
        """
    )
    assert "1 lock, 1 refused login" in rcg("lock", "list").out


def test_where_nothing_is_locked_that_is_said(rcg, fleet):
    ended = rcg("unlock", "lock-0")
    assert ended.code == 1
    assert ended.err.endswith("    hint: nothing is locked, and no login refused\n")
    assert not (fleet / ".recamera").exists()


def test_of_many_that_are_locked_some_are_named(rcg, left):
    left("far", *(f"camera-{number}" for number in range(20)))
    assert rcg("unlock", "x").err.endswith(" and 8 more\n")


def test_a_run_that_lives_keeps_its_locks_without_force(rcg, held):
    with held("now", "gate") as hold:
        ended = rcg("unlock", "now")
        assert (ended.code, ended.out) == (7, "")
        assert ended.err == dedent(
            """\
            error: gate: locked by run now of bob on build-2 (process 815) since 2999-01-02T03:04:05Z
            error: nothing was unlocked
                hint: end that process, or take them away with --force
            """
        )
        assert hold.still_held("gate")
        ended = rcg("unlock", "now", "--force")
        assert ended.code == 0
        assert ended.out.endswith(" holds it, and begins nothing more there\n")
        assert not hold.still_held("gate")


def test_an_id_is_needed(rcg, fleet):
    assert rcg("unlock").code == 64


def test_ids_are_completed(rcg, fleet, left, login):
    known = login("gate", rejected=True).id
    left("far", "dock")
    words, command = next(each for each in program.every_command() if each[0] == ("unlock",))
    context = command.make_context("unlock", ["x"], resilient_parsing=True)
    found = candidates.locks(context, command.params[0], "")
    assert words == ("unlock",)
    assert [(each.value, each.help) for each in found] == [
        (DOCK, "dock"),
        (known, "gate"),
    ]
    assert [each.value for each in candidates.locks(context, command.params[0], "log")] == [known]


def test_where_there_is_no_fleet_nothing_is_completed(monkeypatch):
    monkeypatch.chdir("/")
    command = program.verbs["unlock"].load()
    context = command.make_context("unlock", ["x"], resilient_parsing=True)
    assert candidates.locks(context, command.params[0], "") == []
