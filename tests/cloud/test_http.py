"""What leaves this machine for the cloud, and what may come back."""

import logging
import ssl

import pytest

from recamera_gitops.cloud.converting import begun
from recamera_gitops.cloud.form import Form
from recamera_gitops.cloud.http import HttpTransport
from recamera_gitops.cloud.service import Service
from recamera_gitops.cloud.tasks import tasks
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import NotUnderstood, Unreachable, Untrusted
from recamera_gitops.secret import Secret
from tests.conftest import Timeless

RECORDS = "/v1/api/get_training_records"


@pytest.mark.parametrize(
    "fault", ["redirect", "garbage", "nan", "duplicate-keys", "deep", "html", "empty"]
)
def test_an_answer_of_another_form_is_not_understood(sky, fault):
    sky = sky()
    sky.state.faults.add(fault, RECORDS, every=True, location="http://127.0.0.1:9/")
    with pytest.raises(NotUnderstood):
        tasks(sky.service)
    assert sky.state.sent(RECORDS) == 1


def test_an_answer_without_an_end_is_left(sky, monkeypatch):
    sky = sky()
    sky.state.faults.add("endless", RECORDS, every=True)
    with pytest.raises(NotUnderstood, match="longer than it may be"):
        tasks(sky.service)


def test_an_answer_that_drips_is_left(sky, monkeypatch):
    sky = sky()
    sky.state.faults.add("drip", RECORDS, every=True, seconds=0.2)
    ticks = iter(range(0, 10**6, 50))
    monkeypatch.setattr(sky.clock, "monotonic", lambda: next(ticks))
    with pytest.raises(Unreachable, match="took too long"):
        sky.service.once(RECORDS)


def test_the_environment_does_not_send_it_elsewhere(sky, monkeypatch, tmp_path):
    sky = sky()
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert tasks(sky.service) == ()  # and the service has seen no Authorization


def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_said(canary, monkeypatch):
    with EmulatedFleet(port=0, https=True) as fleet:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ssl.get_default_verify_paths().openssl_cafile)
        service = Service(
            HttpTransport(Timeless()), Timeless(), fleet.urls[0], Secret(canary("user"))
        )
        with pytest.raises(Untrusted, match="certificate could be verified"):
            tasks(service)
        assert list(fleet.cameras[0].log) == []


def test_who_is_not_there_is_told_without_the_address_that_was_asked(canary):
    user = canary("user")
    service = Service(HttpTransport(Timeless()), Timeless(), "http://127.0.0.1:1", Secret(user))
    with pytest.raises(Unreachable) as raised:
        tasks(service)
    assert user not in str(raised.value)
    assert "answer from http://127.0.0.1: " in str(raised.value)


def test_a_form_that_nobody_took_was_not_sent(tmp_path):
    file = tmp_path / "a.onnx"
    file.write_bytes(b"x")
    form = Form({}, {"file": file})
    with pytest.raises(Unreachable) as raised:
        HttpTransport(Timeless()).send("POST", "http://127.0.0.1:1/", form=form)
    assert raised.value.sent is False


def test_no_log_has_the_user_id(sky, caplog):
    caplog.set_level(logging.DEBUG)
    sky = sky()
    begun(sky.service, sky.source(), sky.tell)
    assert sky.user not in caplog.text


class TestForm:
    """Its length is known before it is read, and it is never in memory as a whole."""

    def test_it_is_as_long_as_it_says(self, tmp_path):
        file = tmp_path / "a.onnx"
        file.write_bytes(b"x" * 200_000)
        form = Form({"prompt": "größer"}, {"file": file, "dataset_file": file})
        pieces = list(form)
        assert sum(map(len, pieces)) == len(form) == form.sent
        assert max(map(len, pieces)) <= 1 << 16
        assert form.is_complete

    @pytest.mark.parametrize("name", ['a".onnx', "a\r\nX: y.onnx", "größer.onnx", "a b.onnx"])
    def test_no_name_ends_its_line(self, tmp_path, name):
        file = tmp_path / name
        file.write_bytes(b"x")
        head = next(iter(Form({}, {"file": file})))
        assert head.count(b"\r\n") == 4
        assert head.count(b'"') == 4

    def test_a_file_that_becomes_shorter_ends_it(self, tmp_path):
        file = tmp_path / "a.onnx"
        file.write_bytes(b"x" * 100)
        form = Form({}, {"file": file})
        file.write_bytes(b"x")
        with pytest.raises(OSError, match="shorter"):
            list(form)
        assert not form.is_complete
