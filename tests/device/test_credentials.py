"""One credential and many cameras."""

import threading

import pytest

from recamera_gitops.device.client import Client
from recamera_gitops.device.credentials import CredentialGate
from recamera_gitops.errors import AuthenticationFailed, CameraError, Unreachable
from recamera_gitops.secret import Secret

WHO = ("admin", Secret("rotated"))


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
        with gate.attempt(WHO, str(index)):
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
    with pytest.raises(Unreachable), gate.attempt(WHO, "a"):
        raise Unreachable("gone", sent=True)
    with pytest.raises(KeyboardInterrupt), gate.attempt(WHO, "b"):
        raise KeyboardInterrupt
    with gate.attempt(WHO, "c"):
        pass


def test_a_lock_out_stops_the_others_too():
    gate = CredentialGate()
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, "a"):
        raise AuthenticationFailed("locked", wait=90)
    with pytest.raises(AuthenticationFailed, match=r"not tried: a has locked .* 90 s") as caught:
        gate.attempt(WHO, "b").__enter__()
    assert caught.value.wait == 90


def test_a_rejection_counts_even_after_it_has_worked():
    gate = CredentialGate()
    with gate.attempt(WHO, "a"):
        pass
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, "b"):
        raise AuthenticationFailed("wrong", rejected=True)
    with pytest.raises(AuthenticationFailed, match="not tried: b"):
        gate.attempt(WHO, "c").__enter__()


def test_another_credential_is_another_matter():
    gate = CredentialGate()
    gate.close(WHO, "a")
    with pytest.raises(AuthenticationFailed, match="not tried: a"):
        gate.attempt(WHO, "b").__enter__()
    with gate.attempt(("admin", Secret("another")), "b"):
        pass
    with gate.attempt(("viewer", Secret("rotated")), "b"):
        pass


def test_a_password_that_must_be_changed_was_still_right():
    gate = CredentialGate()
    with pytest.raises(AuthenticationFailed), gate.attempt(WHO, "a"):
        raise AuthenticationFailed("change it first")
    with gate.attempt(WHO, "b"):
        pass


def test_those_who_were_already_inside_change_nothing_any_more():
    gate = CredentialGate()
    with gate.attempt(WHO, "a"):
        pass
    late, later = gate.attempt(WHO, "b"), gate.attempt(WHO, "c")
    late.__enter__()
    later.__enter__()
    assert not later.__exit__(Unreachable, Unreachable("gone", sent=True), None)
    with gate.attempt(WHO, "d"):
        gate.close(WHO, "e")
    late.__exit__(None, None, None)
    with pytest.raises(AuthenticationFailed, match="not tried: e"):
        gate.attempt(WHO, "f").__enter__()
