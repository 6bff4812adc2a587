"""One credential and many cameras."""

import threading

import pytest

from recamera_gitops.device.client import Client
from recamera_gitops.device.credentials import Came, CredentialGate, Memory, NotTried
from recamera_gitops.device.rejections import Addressee
from recamera_gitops.errors import AuthenticationFailed, CameraError, Unreachable
from recamera_gitops.secret import Secret

WHO = ("admin", Secret("rotated"))
WRONG = AuthenticationFailed("wrong", rejected=True)


def at(camera):
    """The camera that a login is meant for."""
    return Addressee(camera, f"{camera}.test:443")


def everyone(number, work):
    errors = [None] * number

    def one(index):
        try:
            work(index)
        except CameraError as error:
            errors[index] = error

    threads = [threading.Thread(target=one, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return errors


def test_twenty_clients_find_out_once_that_a_password_is_wrong(make_camera, connection_to, clock):
    gate = CredentialGate()
    cameras = [make_camera({"/a": {}}, password="the new one") for _ in range(20)]

    def work(index):
        name = f"camera-{index}"
        Client(connection_to(80), cameras[index], gate=gate, clock=clock, name=name).get("/a")

    errors = everyone(20, work)
    assert sum(camera.failed_logins for camera in cameras) == 1
    assert all(isinstance(error, AuthenticationFailed) for error in errors)
    scout = next(index for index, error in enumerate(errors) if error.rejected)
    others = [error for index, error in enumerate(errors) if index != scout]
    assert all(str(error).startswith(f"not tried: camera-{scout} ") for error in others)


def test_a_right_password_is_scouted_by_one_and_used_by_all(make_camera, connection_to, clock):
    gate = CredentialGate()
    cameras = [make_camera({"/a": {}}) for _ in range(20)]
    assert (
        everyone(
            20,
            lambda index: Client(connection_to(80), cameras[index], gate=gate, clock=clock).get(
                "/a"
            ),
        )
        == [None] * 20
    )
    assert [camera.logins for camera in cameras] == [1] * 20


def test_only_one_tries_until_it_has_worked():
    gate = CredentialGate()
    inside, most = 0, 0
    lock = threading.Lock()
    go = threading.Event()

    def work(index):
        nonlocal inside, most
        with gate.attempt(WHO, at(str(index))):
            with lock:
                inside += 1
                most = max(most, inside)
            go.wait(0.05)
            with lock:
                inside -= 1
            if index < 5:
                raise Unreachable("gone", sent=True)

    def alone(index):
        work(index)

    errors = everyone(5, alone)
    assert all(isinstance(error, Unreachable) for error in errors)
    assert most == 1


def test_a_scout_that_goes_away_hands_over():
    gate = CredentialGate()
    with pytest.raises(Unreachable), gate.attempt(WHO, at("a")):
        raise Unreachable("gone", sent=True)
    with pytest.raises(KeyboardInterrupt), gate.attempt(WHO, at("b")):
        raise KeyboardInterrupt
    with gate.attempt(WHO, at("c")):
        pass


def test_a_lock_out_stops_the_others_too(clock):
    gate = CredentialGate(Memory(clock))
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, at("a")):
        raise AuthenticationFailed("locked", wait=90)
    with pytest.raises(NotTried, match=r"not tried: a has locked .* 90 s") as caught:
        gate.attempt(WHO, at("b")).__enter__()
    assert caught.value.wait == 90
    clock.now += 90
    with gate.attempt(WHO, at("b")):
        pass


def test_a_camera_that_has_locked_us_out_is_asked_with_no_other_credential(clock):
    gate = CredentialGate(Memory(clock))
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, at("a")):
        raise AuthenticationFailed("locked", wait=90)
    another = ("admin", Secret("another"))
    with pytest.raises(NotTried, match="not tried: a has locked"):
        gate.attempt(another, at("a")).__enter__()
    with gate.attempt(another, at("b")):
        pass


def test_what_has_worked_elsewhere_is_kept_from_one_camera_only():
    gate = CredentialGate()
    with gate.attempt(WHO, at("a")):
        pass
    for camera in "bcd":
        with pytest.raises(AuthenticationFailed, match="wrong"), gate.attempt(WHO, at(camera)):
            raise WRONG
    with gate.attempt(WHO, at("e")):
        pass
    with pytest.raises(NotTried, match="not tried: b rejected"):
        gate.attempt(WHO, at("b")).__enter__()


def test_another_credential_is_another_matter():
    gate = CredentialGate()
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, at("a")):
        raise WRONG
    with pytest.raises(NotTried, match="not tried: a rejected"):
        gate.attempt(WHO, at("b")).__enter__()
    with gate.attempt(("admin", Secret("another")), at("b")):
        pass
    with gate.attempt(("viewer", Secret("rotated")), at("b")):
        pass


def test_a_password_that_must_be_changed_was_still_right():
    gate = CredentialGate()
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, at("a")):
        raise AuthenticationFailed("change it first")
    with gate.attempt(WHO, at("b")):
        pass


def test_those_who_were_already_inside_speak_for_their_own_camera():
    gate = CredentialGate()
    with gate.attempt(WHO, at("a")):
        pass
    late, later = gate.attempt(WHO, at("b")), gate.attempt(WHO, at("c"))
    late.__enter__()
    later.__enter__()
    assert not later.__exit__(Unreachable, Unreachable("gone", sent=True), None)
    assert not late.__exit__(AuthenticationFailed, WRONG, None)
    with gate.attempt(WHO, at("c")):
        pass
    with pytest.raises(NotTried, match="not tried: b"):
        gate.attempt(WHO, at("b")).__enter__()


def test_a_replaced_credential_is_kept_from_its_camera_and_from_no_other():
    gate = CredentialGate()
    new = ("admin", Secret("new"))
    with gate.attempt(WHO, at("a")):
        pass
    gate.replaced(WHO, new, at("a"))
    with pytest.raises(NotTried, match="not tried: a"):
        gate.attempt(WHO, at("a")).__enter__()
    for credential, camera in ((new, "a"), (WHO, "b")):
        with gate.attempt(credential, at(camera)):
            pass


def test_who_is_far_away_asks_with_a_fingerprint():
    ledger = Memory()
    gate = CredentialGate(ledger)
    gate.admit("f", at("a"))
    waiting = threading.Thread(target=gate.admit, args=("f", at("b")), daemon=True)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()  # the first one is the scout
    gate.settle("f", at("a"), Came.NOTHING)
    waiting.join(10)
    gate.settle("f", at("b"), Came.REJECTED)
    with pytest.raises(NotTried, match="not tried: b"):
        gate.admit("f", at("c"))


def test_what_may_have_another_reason_is_kept_from_this_run_only():
    denied = AuthenticationFailed("401", rejected=True, lasting=False)
    ledger = Memory()
    gate = CredentialGate(ledger)
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, at("a")):
        raise denied
    for camera in "ab":
        with pytest.raises(NotTried), gate.attempt(WHO, at(camera)):
            pytest.fail("it was tried")
    with CredentialGate(ledger).attempt(WHO, at("a")):
        pass
