"""Being let in: which credential works, and a password that is changed once and proved."""

import pytest

from recamera_gitops.device.connection import Connection
from recamera_gitops.errors import AuthenticationFailed, Rejected, Unsettled
from recamera_gitops.operations.access import (
    Certificate,
    LoginState,
    PinState,
    certificate,
    change_password,
    check_login,
)
from recamera_gitops.secret import Secret

NEW = Secret("An0ther-one")
CHANGE = "/system/password"


class TestLogin:
    def test_a_password_that_works(self, visit):
        visit = visit()
        found = check_login(visit.client)
        assert (found.state, found.way, found.next, found.works) == (
            LoginState.ACCEPTED,
            "password",
            False,
            True,
        )
        assert visit.camera.logins == 1

    def test_a_wrong_password_is_tried_once(self, visit):
        visit = visit(password="wrong")
        found = check_login(visit.client)
        assert (found.state, found.works) == (LoginState.REJECTED, False)
        assert visit.camera.failed_logins == 1
        assert check_login(visit.client).state is LoginState.REJECTED
        assert visit.camera.failed_logins == 1

    def test_the_password_that_the_camera_is_to_have_may_be_the_one(self, visit):
        visit = visit(password="old one", next_password=Secret("Camera-1"))
        found = check_login(visit.client)
        assert (found.state, found.next) == (LoginState.ACCEPTED, True)

    def test_the_factory_password_is_right_and_good_for_its_change_only(self, visit):
        found = check_login(visit("first-use", password="recamera").client)
        assert (found.state, found.works) == (LoginState.FIRST_USE, True)

    def test_a_lock_is_told_with_its_seconds(self, visit):
        visit = visit()
        visit.camera.sessions.first_lock_seconds = 90.0
        for _ in range(3):
            visit.camera.sessions.failed("127.0.0.1")
        found = check_login(visit.client)
        assert (found.state, found.wait_seconds) == (LoginState.LOCKED, 90)

    @pytest.mark.parametrize("known", [True, False])
    def test_a_key_is_proved_by_a_read(self, visit, known):
        key = "k" * 32
        visit = visit(token=Secret(key))
        visit.camera.documents["/web/setting"].update(sEnable=True, sApiKey=key if known else "x")
        found = check_login(visit.client)
        state = LoginState.ACCEPTED if known else LoginState.REJECTED
        assert (found.state, found.way, found.username) == (state, "API key", None)
        assert visit.camera.logins == 0


class TestPassword:
    @pytest.mark.parametrize("flavours", [(), ("first-use",), ("password-keeps-sessions",)])
    def test_it_is_changed_once_and_proved(self, visit, flavours):
        first = "first-use" in flavours
        visit = visit(*flavours, password="recamera" if first else "Camera-1")
        found = change_password(visit.client, NEW)
        assert (found.serial, found.first_use) == ("RC1126B-EMU-0001", first)
        assert visit.camera.actions["password-change"] == 1
        assert visit.camera.violations == []

    def test_an_answer_that_was_lost_is_decided_by_a_login(self, visit):
        made = visit()
        made.camera.faults.add("drop-after", CHANGE)
        assert change_password(made.client, NEW).serial
        made = visit()
        made.camera.faults.add("drop-before", CHANGE)
        with pytest.raises(Rejected, match="the password is still the old one"):
            change_password(made.client, NEW)
        assert len(made.writes(CHANGE)) == 1

    def test_another_encoding_than_ours_ends_as_a_refusal(self, visit):
        visit = visit("password-sha256")
        with pytest.raises((Rejected, Unsettled, AuthenticationFailed)):
            change_password(visit.client, NEW)
        assert len(visit.writes(CHANGE)) == 1

    def test_with_a_key_it_is_not_changed(self, visit):
        visit = visit(token=Secret("k" * 32))
        visit.camera.documents["/web/setting"].update(sEnable=True, sApiKey="k" * 32)
        with pytest.raises(AuthenticationFailed, match="only who has logged in"):
            change_password(visit.client, NEW)
        assert visit.writes(CHANGE) == []


def test_without_https_there_is_no_certificate():
    assert certificate(Connection("x", scheme="http")) == Certificate(PinState.NO_HTTPS)
