"""The ledger of logins on disk: jobs in a row with a wrong password, damage, secrecy, several processes."""

import base64
import hashlib
import json
import os
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recamera_gitops.device.credentials import CredentialGate, NotTried
from recamera_gitops.device.rejections import Addressee
from recamera_gitops.emulator.sessions import digest
from recamera_gitops.errors import AuthenticationFailed, ExitCode, Unwritable
from recamera_gitops.fleet import fingerprints
from recamera_gitops.fleet.fingerprints import Fingerprints, fingerprint
from recamera_gitops.fleet.ledger import LoginLedger
from recamera_gitops.secret import Secret
from tests.conftest import REAL_COST, canary

START = datetime(2026, 11, 26, 10, tzinfo=UTC)
WRONG = AuthenticationFailed("wrong", rejected=True)
GATE, DOCK = Addressee("gate", "gate.test:443"), Addressee("dock", "dock.test:443")


class House:
    """One repository over several runs: what was warned, and a clock that somebody may set."""

    def __init__(self, root):
        self.root = root
        self.path = root / ".recamera" / "logins.json"
        self.now = START
        self.warned = []

    def ledger(self):
        return LoginLedger(self.root, lambda: self.now, self.warned.append)

    def gate(self):
        return CredentialGate(self.ledger())

    def tried(self, credential, addressee, error=None, gate=None):
        """One login in a run of its own; NotTried where it is refused."""
        with (gate or self.gate()).attempt(credential, addressee):
            if error is not None:
                raise error

    def rejected(self, credential, addressee, error=WRONG):
        with pytest.raises(AuthenticationFailed) as caught:
            self.tried(credential, addressee, error)
        assert caught.value is error

    def refused(self, credential, addressee):
        """Why, or None."""
        try:
            self.tried(credential, addressee, AuthenticationFailed("right, but"))
        except NotTried as error:
            return str(error)
        except AuthenticationFailed:
            return None


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def wrong():
    return "admin", Secret(canary("wrong"))


# --- the whole way ---------------------------------------------------------------------------------

SIZE = 200


def failed_logins(yard):
    return [yard.camera(name).failed_logins for name in yard.names]


def three_plans(yard):
    for _ in range(3):
        with yard.run() as run:
            plan = run.plan()
        assert {each.exit_code for each in plan.devices} == {ExitCode.ERROR}
    return plan


def test_a_wrong_password_costs_one_login_in_three_runs_over_two_hundred_cameras(yard):
    yard = yard(size=SIZE)
    yard.environment.variables["PW"] = canary("never-right")
    plan = three_plans(yard)
    assert sum(failed_logins(yard)) == 1
    (scout,) = (name for name in yard.names if yard.camera(name).failed_logins)
    assert all(f"not tried: {scout} rejected" in each.error for each in plan.devices)
    assert all("or: recamera-gitops unlock login-" in each.error for each in plan.devices)


def test_a_password_that_was_rotated_costs_two_in_three_runs_over_two_hundred_cameras(yard):
    yard = yard(size=SIZE)
    with yard.run() as run:
        assert {each.error for each in run.plan().devices} == {None}
    for camera in yard.cameras.values():
        camera.sessions.password = digest("another one")
        camera.sessions.revoke_all()
    three_plans(yard)
    assert sum(failed_logins(yard)) == 2
    assert max(failed_logins(yard)) == 1
    yard.environment.variables["PW"] = "another one"
    with yard.run() as run:
        assert {each.error for each in run.plan().devices} == {None}
    assert sum(failed_logins(yard)) == 2


def test_one_camera_with_another_password_costs_one_and_nobody_else_anything(yard):
    yard = yard(size=20)
    with yard.run() as run:
        run.plan()
    yard.camera("cam-07").sessions.password = digest("another one")
    for _ in range(3):
        with yard.run() as run:
            plan = run.plan()
        assert [each.device for each in plan.devices if each.error] == ["cam-07"]
    assert sum(failed_logins(yard)) == 1


def test_a_lock_out_is_sat_out_and_then_tried_again(yard):
    yard = yard(size=2)
    moments = [START]
    yard.environment = replace(yard.environment, now=lambda: moments[0])
    session = yard.camera("cam-00").sessions
    for _ in range(session.allowed_failures):
        lock = session.failed("")
    session.locks = dict.fromkeys(("", "127.0.0.1", "client", *session.locks), lock)
    before = failed_logins(yard)[0]
    for _ in range(3):
        with yard.run() as run:
            plan = run.plan()
        assert plan.devices[0].exit_code is ExitCode.ERROR
    assert "cam-00 locked logins from here until 2026-11-26T10:01:00Z" in plan.devices[0].error
    assert failed_logins(yard)[0] == before + 1
    moments[0] += timedelta(minutes=1)
    yard.clock.now += 60
    with yard.run() as run:
        assert {each.error for each in run.plan().devices} == {None}


def test_every_way_to_log_in_asks_the_ledger(yard):
    yard = yard(size=3)
    yard.environment.variables["PW"] = "not the password"
    for work in ("plan", "trust"):
        with yard.run() as run:
            getattr(run, work)()
    assert sum(failed_logins(yard)) == 1


# --- the rule, over runs -----------------------------------------------------------------------------


def test_the_message_names_camera_moment_and_the_way_on(house, wrong):
    house.rejected(wrong, GATE)
    (known,) = house.ledger().listed()
    how = f"change it, or: recamera-gitops unlock {known.id}"
    told = "not tried: gate rejected this user name and password on 2026-11-26T10:00:00Z"
    house.now += timedelta(days=400)
    assert house.refused(wrong, GATE) == f"{told}; {how}"
    assert house.refused(wrong, DOCK) == f"{told}, and no camera has taken it since; {how}"


def test_another_password_or_user_name_or_port_is_another_matter(house, wrong):
    user, password = wrong
    house.tried(wrong, DOCK)
    house.rejected(wrong, GATE)
    assert house.refused(wrong, GATE) is not None
    assert house.refused(("viewer", password), GATE) is None
    assert house.refused((user, Secret("another")), GATE) is None
    house.rejected(wrong, GATE._replace(address="gate.test:8443"))


def test_what_is_unlocked_is_tried_again(house, wrong):
    house.rejected(wrong, GATE)
    running = house.gate()
    with pytest.raises(NotTried):
        house.tried(wrong, DOCK, gate=running)
    (known,) = house.ledger().listed()
    assert house.ledger().unlock("login-none") == ()
    assert house.ledger().unlock(known.id) == (known,)
    assert house.ledger().listed() == ()
    house.tried(wrong, DOCK, gate=running)  # a run that is under way hears of it
    assert house.refused(wrong, GATE) is None


def test_a_wait_is_over_when_it_is(house, wrong):
    house.rejected(wrong, GATE, AuthenticationFailed("locked", wait=90))
    assert "until 2026-11-26T10:01:30Z; wait, or: " in house.refused(wrong, GATE)
    with pytest.raises(NotTried) as caught:
        house.tried(wrong, GATE)
    assert caught.value.wait == 90
    house.now += timedelta(seconds=90)
    assert house.ledger().listed() == ()
    house.tried(wrong, GATE)


@pytest.mark.parametrize("wait", [10**30, 0, -5])
def test_no_announced_time_breaks_anything(house, wrong, wait):
    house.rejected(wrong, GATE, AuthenticationFailed("locked", wait=wait))
    assert house.refused(wrong, GATE) is not None
    house.now += timedelta(days=1)
    assert house.refused(wrong, GATE) is None


def test_two_runs_at_the_same_time_know_of_each_other(house, wrong):
    one, two = house.gate(), house.gate()
    house.tried(("admin", Secret("right")), DOCK, gate=two)
    with pytest.raises(AuthenticationFailed), one.attempt(wrong, GATE):
        raise WRONG
    with pytest.raises(NotTried, match="gate rejected"):
        house.tried(wrong, DOCK, gate=two)


def test_two_runs_that_begin_at_once_make_one_salt(house, wrong):
    ledgers = [house.ledger() for _ in range(6)]
    found = []
    threads = [threading.Thread(target=lambda e=e: found.append(e.salt)) for e in ledgers]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(found) == 6
    assert set(found) == {house.ledger().salt}


# --- the file ----------------------------------------------------------------------------------------


def test_nothing_on_disk_tells_a_password_or_a_user_name(house):
    user, password = canary("user"), canary("password")
    house.rejected((user, Secret(password)), GATE)
    house.tried((user, Secret(password + "2")), DOCK)
    content = house.path.read_bytes()
    for each in (user, password):
        raw = each.encode()
        for form in (raw, raw.hex().encode(), base64.b64encode(raw), base64.b32encode(raw)):
            assert form not in content
    assert house.ledger().salt.hex().encode() in content
    assert set(json.loads(content)) == {"format_version", "salt", "worked", "rejections"}


def test_a_fingerprint_is_salted_and_of_both_parts():
    salt = bytes(16)
    assert fingerprint(("admin", Secret("x")), salt) != fingerprint(
        ("admin", Secret("x")), b"1" * 16
    )
    assert fingerprint(("a", Secret("bc")), salt) != fingerprint(("ab", Secret("c")), salt)
    assert fingerprint(("admin", Secret("\udcff")), salt)


def test_a_fingerprint_is_slow(monkeypatch):
    for name, value in REAL_COST.items():
        monkeypatch.setitem(fingerprints.COST, name, value)
    slow = hashlib.scrypt(b'["admin", "x"]', salt=bytes(16), n=1 << 14, r=8, p=1, dklen=16)
    assert fingerprint(("admin", Secret("x")), bytes(16)) == slow.hex()


def test_each_fingerprint_is_made_once_whoever_asks(monkeypatch):
    made = []

    def slow(credential, salt):
        made.append(credential)
        return credential[0]

    monkeypatch.setattr("recamera_gitops.fleet.fingerprints.fingerprint", slow)
    prints, found = Fingerprints(bytes(16)), []
    wanted = [(f"user {number % 4}", Secret("x")) for number in range(32)]
    threads = [
        threading.Thread(target=lambda each=each: found.append(prints.of(each))) for each in wanted
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(made) == 4
    assert sorted(found) == sorted(user for user, _ in wanted)


def test_a_fingerprint_that_cannot_be_made_keeps_nobody_waiting(monkeypatch):
    def short_of_memory(credential, salt):
        raise MemoryError

    monkeypatch.setattr("recamera_gitops.fleet.fingerprints.fingerprint", short_of_memory)
    prints = Fingerprints(bytes(16))
    for _ in range(2):
        with pytest.raises(MemoryError):
            prints.of(("admin", Secret("x")))


def test_only_the_owner_may_read_it_whatever_the_umask(house, wrong):
    before = os.umask(0)
    try:
        house.rejected(wrong, GATE)
    finally:
        os.umask(before)
    assert stat.S_IMODE(house.path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(e.stat().st_mode) for e in house.path.parent.iterdir()} == {0o600}


def damages():
    good = {"fingerprint": "f", "camera": "c", "address": "a", "at": "2026-11-26T10:00:00Z"}
    good |= {"until": None, "suspect": True}
    for key, value in (
        ("fingerprint", 1),
        ("at", "soon"),
        ("at", "2026-11-26T10:00:00"),
        ("until", 7),
        ("suspect", 1),
    ):
        yield {"rejections": [{**good, key: value}]}
    yield from ({"rejections": [{}]}, {"rejections": 1}, {"worked": [1]}, {"worked": None})
    yield from ({"salt": "zz"}, {"salt": "00"}, {"salt": 1}, {"format_version": "2.0"})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\x00",
        b"[" * 100_000,
        *(
            json.dumps(
                {
                    "format_version": "1.0",
                    "salt": "00" * 16,
                    "worked": [],
                    "rejections": [],
                    **each,
                }
            ).encode()
            for each in damages()
        ),
    ],
)
def test_a_damaged_ledger_counts_as_none_and_is_told(house, wrong, content):
    house.path.parent.mkdir()
    house.path.write_bytes(content)
    house.rejected(wrong, GATE)
    assert house.warned == [f"{house.path} is damaged and counts for nothing; it is begun anew"]
    assert house.refused(wrong, DOCK) is not None  # it was begun anew
    assert len(house.warned) == 1


def test_a_ledger_that_cannot_be_read_counts_as_none_and_is_told(house, wrong):
    house.path.mkdir(parents=True)
    assert house.refused(wrong, GATE) is None
    assert house.warned == [f"{house.path} cannot be read (Is a directory) and counts for nothing"]


def test_a_ledger_that_is_damaged_meanwhile_loses_nothing_of_this_run(house, wrong):
    gate = house.gate()
    with pytest.raises(AuthenticationFailed), gate.attempt(wrong, GATE):
        raise WRONG
    house.path.write_bytes(b"{")
    with pytest.raises(NotTried):
        house.tried(wrong, DOCK, gate=gate)
    house.tried(("admin", Secret("right")), DOCK, gate=gate)
    assert house.refused(wrong, DOCK) is not None


def test_a_ledger_that_others_began_anew_is_left_to_them(house, wrong):
    gate = house.gate()
    house.tried(("admin", Secret("right")), DOCK, gate=gate)
    house.path.unlink()
    house.tried(("admin", Secret("right")), DOCK)
    theirs = house.path.read_bytes()
    with pytest.raises(AuthenticationFailed), gate.attempt(wrong, GATE):
        raise WRONG
    with pytest.raises(NotTried):
        house.tried(wrong, DOCK, gate=gate)
    assert house.path.read_bytes() == theirs


def test_where_it_cannot_be_written_the_run_goes_on_and_says_so(house, wrong):
    house.path.parent.write_text("a file\n", encoding="utf-8")
    gate = house.gate()
    house.tried(("admin", Secret("right")), DOCK, gate=gate)
    assert house.warned == []
    with pytest.raises(AuthenticationFailed), gate.attempt(wrong, GATE):
        raise WRONG
    (warning,) = house.warned
    assert "cannot be written" in warning
    assert warning.endswith("; the next run tries again what gate rejected")
    with pytest.raises(NotTried):
        house.tried(wrong, DOCK, gate=gate)


def test_what_cannot_be_unlocked_is_told(house, wrong, monkeypatch):
    house.rejected(wrong, GATE)
    (known,) = house.ledger().listed()

    def full(path, content, mode):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recamera_gitops.fleet.ledger.replace_file", full)
    with pytest.raises(Unwritable, match="No space left on device"):
        house.ledger().unlock(known.id)


def test_a_run_that_learns_nothing_writes_nothing(house):
    right = ("admin", Secret("right"))
    for addressee in (GATE, DOCK):
        house.tried(right, addressee)
    before = house.path.stat()
    for _ in range(2):
        house.tried(right, GATE)
    assert house.path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_fleet_without_passwords_has_no_ledger(tmp_path, house):
    house.ledger()
    assert house.ledger().listed() == ()
    assert list(tmp_path.iterdir()) == []
