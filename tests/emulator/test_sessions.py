import base64

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from recamera_gitops.emulator.sessions import digest

KEY = "0123456789abcdefghijklmnopqrstuv"
NEW = "N3w-password"


def change(admin, new=NEW, old="recamera"):
    body = {
        "sUserName": "admin",
        "sOldPassword": admin.encrypted(old),
        "sNewPassword": admin.encrypted(new),
    }
    return admin.put("/system/password", body)


def test_the_key_is_pkcs1_and_needs_no_login(person):
    visitor = person(login=False)
    pem = visitor.get("/system/key")["sPublicKey"]
    assert pem.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert load_pem_public_key(pem.encode()).key_size == 2048


def test_a_login_gives_a_cookie_for_a_day(person):
    admin = person(login=False)
    answer = admin.login()
    assert answer == {"iStatus": 0, "iAuth": 1, "sWaittime": 0}
    assert admin.response.headers["set-cookie"].endswith("; Max-Age=86400; Path=/")
    assert "token" not in admin.data
    assert admin.get("/osd/cfg")["attribute"]
    admin.clock.now += 86400
    assert admin.get("/osd/cfg") == {"code": 401, "message": "Unauthorized: Token expired"}
    assert admin.status == 401


@pytest.mark.parametrize("path", ["/osd/cfg", "/system/device-info", "/nowhere"])
def test_without_a_token_nothing_is_told(person, path):
    visitor = person(login=False)
    assert visitor.get(path)["code"] == 401


def test_a_wrong_password_is_an_http_200(person):
    visitor = person(login=False)
    answer = visitor.login("wrong")
    assert (visitor.status, answer["iStatus"], answer["iAuth"]) == (200, -1, 0)
    assert "set-cookie" not in visitor.response.headers
    assert visitor.camera.sessions.failed_logins == 1


@pytest.mark.parametrize("sent", ["recamera", base64.b64encode(b"recamera").decode(), ""])
def test_a_password_in_clear_is_refused_counted_and_a_breach(person, sent):
    visitor = person(login=False)
    assert visitor.login(sent, encrypt=False)["iStatus"] == -1
    assert visitor.camera.sessions.failed_logins == 1
    assert visitor.violations == ["plain-password: the password of a login was not encrypted"]


def test_three_failures_lock_the_client_and_only_it(person):
    visitor = person(login=False)
    for _ in range(3):
        assert visitor.login("wrong")["iStatus"] == -1
    locked = visitor.login()
    assert (locked["iStatus"], locked["sWaittime"]) == (-3, 60)
    visitor.client = "10.0.0.7"
    assert visitor.login()["iStatus"] == 0


def test_the_lock_grows(person):
    visitor = person(login=False)
    for _ in range(3):
        visitor.login("wrong")
    visitor.clock.now += 60
    for _ in range(3):
        assert visitor.login("wrong")["iStatus"] == -1
    assert visitor.login()["sWaittime"] == 120
    visitor.clock.now += 119.5
    assert visitor.login()["sWaittime"] == 1
    visitor.clock.now += 1
    assert visitor.login()["iStatus"] == 0


def test_the_api_key_counts_when_it_is_switched_on(person):
    admin = person()
    bearer = {"Authorization": f"Bearer {KEY}"}
    admin.headers = bearer
    assert admin.get("/osd/cfg")["code"] == 401
    admin.camera.patch("/web/setting", {"sEnable": True})
    assert admin.get("/osd/cfg")["attribute"]
    assert admin.get("/api/v1/device/serial-port")["sParity"] == "N"
    admin.headers = {"Authorization": KEY}
    assert admin.get("/osd/cfg")["attribute"]
    admin.headers = {"Authorization": "Bearer other"}
    assert admin.get("/osd/cfg")["code"] == 401


def test_a_jwt_is_no_bearer(person):
    admin = person()
    token = admin.headers.pop("Cookie").partition("=")[2]
    admin.headers["Authorization"] = f"Bearer {token}"
    assert admin.get("/osd/cfg")["code"] == 401


def test_with_the_factory_password_only_changing_it_is_allowed(person):
    admin = person("first-use", login=False)
    assert admin.get("/system/check") == {"bFirst": True}
    assert admin.login()["iAuth"] == 2
    assert admin.get("/osd/cfg")["message"] == "Unauthorized: Token purpose mismatch"
    assert change(admin)["code"] == 0
    assert admin.get("/system/check") == {"bFirst": False}
    assert admin.get("/osd/cfg")["message"] == "Unauthorized: Token revoked"
    assert admin.login(NEW)["iAuth"] == 1
    assert admin.get("/osd/cfg")["attribute"]


@pytest.mark.parametrize("weak", ["Ab1-", "alllower1", "12345678", "recamera"])
def test_a_weak_password_is_refused(person, weak):
    admin = person()
    assert change(admin, weak)["code"] == 10001
    assert admin.status == 200
    assert admin.camera.sessions.password == digest("recamera")


def test_a_wrong_old_password_counts_as_a_failed_login(person):
    admin = person()
    assert change(admin, old="wrong")["code"] == 400
    assert admin.camera.sessions.failed_logins == 1


def test_a_lock_holds_for_a_change_as_well(person):
    admin = person()
    for _ in range(3):
        assert change(admin, old="wrong")["code"] == 400
    assert change(admin)["message"].startswith("Too many failed attempts")
    assert admin.login()["iStatus"] == -3
    assert admin.camera.sessions.password == digest("recamera")


def test_a_change_ends_every_session_or_none(person):
    for flavours, message in (
        ((), "Unauthorized: Token revoked"),
        (("password-keeps-sessions",), None),
    ):
        admin = person(*flavours)
        assert change(admin)["code"] == 0
        assert admin.get("/osd/cfg").get("message") == message
        assert admin.camera.actions["password-change"] == 1


def test_a_password_change_in_clear_is_a_breach(person):
    admin = person()
    body = {"sUserName": "admin", "sOldPassword": "recamera", "sNewPassword": NEW}
    assert admin.put("/system/password", body)["code"] == 400
    assert admin.violations == ["plain-password: a password to change was not encrypted"]


def test_the_change_may_want_digests(person):
    admin = person("password-sha256")
    assert change(admin)["code"] == 400
    assert change(admin, NEW, digest("recamera"))["code"] == 400
    assert change(admin, digest(NEW), digest("recamera"))["code"] == 0
    assert admin.login(NEW)["iAuth"] == 1


def test_logging_out_ends_every_session(person):
    admin = person()
    other = person()
    other.camera = admin.camera
    other.login()
    admin.post("/system/logout")
    assert other.get("/osd/cfg")["message"] == "Unauthorized: Token revoked"


@pytest.mark.parametrize("body", [{}, {"sUserName": "admin"}, {"sUserName": 1, "sPassword": ""}])
def test_a_login_needs_both_fields(person, body):
    visitor = person(login=False)
    assert visitor.post("/system/login", body)["code"] == 400


def test_nobody_else_may_log_in(person):
    visitor = person(login=False)
    body = {"sUserName": "root", "sPassword": visitor.encrypted("recamera")}
    assert visitor.post("/system/login", body)["iStatus"] == -1
